"""A link that was taken back, a visit begun again, a walk that has ended: nothing stays open."""

from __future__ import annotations

import pytest

from kbwizard.cases.service import NewCase
from kbwizard.errors import RequestError
from kbwizard.selfservice.values import Visit
from kbwizard.wizard import events as ev
from tests.selfservice.conftest import Help


def case_of_an_agent(desk: Help, login: str = "ana") -> str:
    line = desk.directory.line_by_login(login)
    new = NewCase(
        customer_id=line.customer_id, line_id=line.line_id, customer_name=line.customer_name
    )
    return desk.cases.open(new, by="ana").protocol


def by_link(desk: Help, protocol: str) -> tuple[Visit, int]:
    """A visit that an agent's link of this case has tied, and the link."""
    made = desk.service.link_for(desk.line("ana"), case_protocol=protocol, by="ana")
    return desk.service.tie_by_link(desk.begin(), made.token), made.id


def test_a_revoked_link_leads_to_nobodys_case_any_more(help_desk: Help) -> None:
    protocol = case_of_an_agent(help_desk)
    visit, link = by_link(help_desk, protocol)

    help_desk.service.revoke_link(link, by="ana")
    handle = help_desk.service.ask_person(visit)

    assert handle.protocol != protocol


def test_a_revoked_link_takes_the_case_off_the_page(help_desk: Help) -> None:
    protocol = case_of_an_agent(help_desk)
    visit, link = by_link(help_desk, protocol)
    assert help_desk.service.ask_person(visit).protocol == protocol

    help_desk.service.revoke_link(link, by="ana")

    assert help_desk.service.news(help_desk.service.fresh(visit)) is None


def test_a_revoked_link_unties_the_walk_begun_again_too(help_desk: Help) -> None:
    visit, link = by_link(help_desk, case_of_an_agent(help_desk))
    again = help_desk.service.restart(visit).visit

    help_desk.service.revoke_link(link, by="ana")

    assert help_desk.service.fresh(again).line_id is None
    assert help_desk.service.fresh(visit).line_id is None


def test_the_button_of_a_link_works_for_the_browser_that_began_again(help_desk: Help) -> None:
    made = help_desk.service.link_for(help_desk.line("ana"), case_protocol=None, by="ana")
    visit = help_desk.service.tie_by_link(help_desk.begin(), made.token)

    again = help_desk.service.restart(visit).visit

    assert help_desk.service.look_at_link(made.token, again)


def test_an_ended_walk_cannot_be_gone_back_in(help_desk: Help) -> None:
    visit = help_desk.begin()
    done = help_desk.conclude(visit, "resolvido")

    with pytest.raises(RequestError):
        help_desk.service.back(done)

    assert help_desk.service.standing(done).position.ended


def test_what_was_interrupted_between_walk_and_visit_is_finished_by_pressing_again(
    help_desk: Help,
) -> None:
    visit = help_desk.begin()
    standing = help_desk.walk_to(visit, "resolvido")
    number = standing.position.visit
    help_desk.walks.append(
        visit.walk_id,
        lambda _s, seq, at: ev.Ended(seq=seq, at=at, by="customer", visit=number),
    )

    done = help_desk.service.conclude(visit, visit_number=number)

    assert done.ending == "solved"
    assert done.finished_at is not None
