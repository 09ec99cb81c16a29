"""What an outcome does, what comes back, and what is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kbwizard.cases.models import Closing, Status
from kbwizard.errors import Conflict, InvalidInput, StaleForm
from kbwizard.selfservice.values import Visit
from kbwizard.wizard.events import Ended
from tests.selfservice.conftest import Help, order_said

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def ended_by(help_desk: Help, visit: Visit) -> list[str]:
    events = help_desk.service.standing(visit).events
    return [event.by for event in events if isinstance(event, Ended)]


@pytest.mark.parametrize(("outcome", "ending"), [("resolvido", "solved"), ("orientado", "advised")])
def test_what_solved_it_ends_the_walk_and_needs_no_case(
    help_desk: Help, outcome: str, ending: str
) -> None:
    visit = help_desk.conclude(help_desk.begin(), outcome)

    assert (visit.ending, visit.case_protocol) == (ending, "")
    assert visit.finished_at is not None
    assert ended_by(help_desk, visit) == ["customer"]
    assert help_desk.service.news(visit) is None


def test_concluding_twice_is_once(help_desk: Help) -> None:
    visit = help_desk.begin()
    number = help_desk.walk_to(visit, "resolvido").position.visit

    help_desk.service.conclude(visit, visit_number=number)
    again = help_desk.service.conclude(visit, visit_number=number)

    assert again.ending == "solved"
    assert ended_by(help_desk, visit) == ["customer"]


def test_a_walk_that_stands_on_no_outcome_is_not_concluded(help_desk: Help) -> None:
    visit = help_desk.begin()
    number = help_desk.say(visit, symptom="slow").position.visit

    with pytest.raises(StaleForm):
        help_desk.service.conclude(visit, visit_number=number)


@pytest.mark.parametrize(
    "outcome", ["os", "n2", "n3", "cobranca", "cobranca_vista", "agendado", "retorno", "silencio"]
)
def test_whatever_needs_people_is_queued_and_stays_on_its_outcome(
    help_desk: Help, outcome: str
) -> None:
    visit = help_desk.conclude(help_desk.begin(), outcome)

    case = help_desk.case(visit)
    assert (case.queue, case.status) == ("autoatendimento", Status.OPEN)
    assert visit.asked_person
    assert visit.finished_at is None
    assert not help_desk.service.standing(visit).position.ended
    assert help_desk.node(visit) == outcome


def test_the_agent_goes_on_from_the_outcome_and_the_visit_comes_back_to_the_customer(
    help_desk: Help,
) -> None:
    visit = help_desk.conclude(help_desk.tied("ana"), "os")
    handle = help_desk.service.ask_person(visit)
    help_desk.service.open_code(handle.code, by="ana", origin="")
    help_desk.agent_says(visit, caller__name="Ana", caller__is_holder=True)
    help_desk.agent_says(visit, **order_said(order__date="22/11"))

    help_desk.agent_concludes(visit, summary="Sem luz. Reiniciado pelo cliente.")

    news = help_desk.service.news(help_desk.service.fresh(visit))
    assert news is not None
    assert (news.state, news.visit_date, news.period) == ("scheduled", "2026-11-22", "8h–12h")
    assert news.text == f"Técnico amanhã, 8h–12h. Protocolo {handle.protocol}."


def test_solving_it_after_asking_closes_the_case_as_confirmed_by_the_customer(
    help_desk: Help,
) -> None:
    visit = help_desk.begin()
    help_desk.service.ask_person(visit)

    visit = help_desk.conclude(visit, "resolvido")

    case = help_desk.case(visit)
    assert (case.status, case.closing) == (Status.CLOSED, Closing.RESOLVIDO)
    assert case.confirmed_by == "o cliente, no autoatendimento"
    news = help_desk.service.news(visit)
    assert news is not None
    assert news.state == "closed"


def test_who_needs_a_person_after_it_was_solved_gets_one(help_desk: Help) -> None:
    visit = help_desk.conclude(help_desk.begin(), "resolvido")

    handle = help_desk.service.ask_person(visit)
    protocol = help_desk.service.open_code(handle.code, by="ana", origin="")

    case = help_desk.cases.get(protocol)
    walks = [link.walk_id for link in help_desk.cases.walks_of(case.id or 0)]
    assert walks[0] == visit.walk_id
    assert help_desk.walks.stand(walks[1]).position.root == "atendimento"


def test_who_needs_a_person_after_the_case_was_closed_opens_it_again(help_desk: Help) -> None:
    visit = help_desk.begin()
    first = help_desk.service.ask_person(visit)
    visit = help_desk.conclude(visit, "resolvido")

    again = help_desk.service.ask_person(visit)

    assert again.protocol == first.protocol
    case = help_desk.case(visit)
    assert (case.status, case.queue) == (Status.OPEN, "autoatendimento")


def test_a_known_outage_ties_the_case_of_a_line_to_the_notice(help_desk: Help) -> None:
    outage = help_desk.outage("pon", "olt-a 0/1/1")

    visit = help_desk.conclude(help_desk.tied("ana"), "parada")

    case = help_desk.case(visit)
    assert (case.outage_id, case.status, case.closing) == (outage.id, Status.WAITING, Closing.MASSA)
    assert visit.ending == "known_outage"
    assert not visit.asked_person
    assert help_desk.outages.get(outage.id or 0).affected == 1


def test_a_known_outage_of_a_named_district_ties_a_case_without_a_line(help_desk: Help) -> None:
    outage = help_desk.outage("district", "centro")

    visit = help_desk.begin(district="Centro")
    standing = help_desk.service.advance(visit)
    assert standing.position.outcome is not None, "the notice is read before any question"
    visit = help_desk.service.conclude(visit, visit_number=standing.position.visit)

    assert help_desk.case(visit).outage_id == outage.id
    assert help_desk.case(visit).customer_id is None


def test_when_the_outage_ends_the_customer_hears_of_it(help_desk: Help) -> None:
    outage = help_desk.outage("district", "Centro", internal_text="rompimento na OLT")
    visit = help_desk.conclude(help_desk.tied("ana"), "parada")
    during = help_desk.service.news(visit)

    help_desk.outages.close(outage.id or 0, version=1, by="lia", now=help_desk.clock())
    after = help_desk.service.news(visit)

    assert during is not None
    assert after is not None
    assert (during.state, after.state) == ("outage", "restored")
    assert "rompimento" not in during.text
    assert visit.case_protocol in during.text


def test_who_waits_for_an_outage_may_ask_for_a_person(help_desk: Help) -> None:
    help_desk.outage("all")
    visit = help_desk.conclude(help_desk.tied("ana"), "parada")

    handle = help_desk.service.ask_person(visit)

    assert handle.protocol == visit.case_protocol
    assert help_desk.case(visit).queue == "autoatendimento"


def test_the_news_say_who_has_it(help_desk: Help) -> None:
    visit = help_desk.tied("ana")
    handle = help_desk.service.ask_person(visit)
    waiting = help_desk.service.news(help_desk.service.fresh(visit))
    help_desk.service.open_code(handle.code, by="ana", origin="")
    with_person = help_desk.service.news(help_desk.service.fresh(visit))

    assert waiting is not None
    assert with_person is not None
    assert (waiting.state, with_person.state) == ("waiting", "with_person")


def test_a_promise_is_told_until_its_time_has_passed(help_desk: Help) -> None:
    visit = help_desk.conclude(help_desk.tied("ana"), "n2")
    handle = help_desk.service.ask_person(visit)
    help_desk.service.open_code(handle.code, by="ana", origin="")
    help_desk.agent_says(visit, caller__name="Ana", caller__is_holder=True)
    help_desk.agent_concludes(visit)

    told = help_desk.service.news(help_desk.service.fresh(visit))
    help_desk.clock.pass_time(days=10)
    later = help_desk.service.news(help_desk.service.fresh(visit))

    assert told is not None
    assert later is not None
    assert told.state == later.state == "passed_on"
    assert " até " in told.text
    assert " até " not in later.text


def test_what_an_agent_has_is_not_concluded_by_the_customer(help_desk: Help) -> None:
    visit = help_desk.begin()
    number = help_desk.walk_to(visit, "resolvido").position.visit
    help_desk.service.open_code(help_desk.service.code_of(visit), by="ana", origin="")
    help_desk.agent_says(visit, caller__name="Ana", caller__is_holder=True)

    with pytest.raises(Conflict):
        help_desk.service.conclude(visit, visit_number=number)


# What they say at the end, and what is counted -------------------------------------------------


def test_a_comment_is_kept_with_what_is_personal_masked(help_desk: Help) -> None:
    visit = help_desk.conclude(help_desk.begin(), "resolvido")

    help_desk.service.feedback(
        visit,
        helped="yes",
        score=5,
        comment="Ótimo! CPF 529.982.247-25, (11) 90000-0042, ana@exemplo.net, às 14h30 de 21/11",
    )

    row = help_desk.row(visit)
    assert (row.helped, row.score) == ("yes", 5)
    assert row.comment == ("Ótimo! CPF ***.982.247-**, (11) *****-0042, a***@e…, às 14h30 de 21/11")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"helped": "talvez", "score": 3, "comment": ""}, "helped"),
        ({"helped": "yes", "score": 6, "comment": ""}, "score"),
        ({"helped": "yes", "score": 0, "comment": ""}, "score"),
        ({"helped": "yes", "score": None, "comment": "a" * 1001}, "comment"),
    ],
)
def test_feedback_that_cannot_be_read_is_refused_by_field(
    help_desk: Help, said: dict[str, object], wrong: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        help_desk.service.feedback(help_desk.begin(), **said)  # type: ignore[arg-type]

    assert set(refusal.value.fields) == {wrong}


def test_leaving_without_a_word_is_never_a_success(help_desk: Help) -> None:
    help_desk.begin()
    help_desk.walk_to(help_desk.begin(), "resolvido")  # stood there, and left
    help_desk.clock.pass_time(hours=25)

    figures = help_desk.service.figures(LONG_AGO, FAR)

    assert (figures.begun, figures.abandoned, figures.solved) == (2, 2, 0)


def test_each_visit_is_counted_as_one_thing(help_desk: Help) -> None:
    help_desk.conclude(help_desk.begin(), "resolvido")
    not_helped = help_desk.conclude(help_desk.begin(), "resolvido")
    help_desk.service.feedback(not_helped, helped="no", score=1, comment="")
    help_desk.service.feedback(help_desk.begin(), helped="yes", score=4, comment="")
    asked = help_desk.conclude(help_desk.begin(), "n2")
    help_desk.service.feedback(asked, helped="yes", score=None, comment="")
    help_desk.begin()
    help_desk.outage("all")
    help_desk.conclude(help_desk.tied("ana"), "parada")

    figures = help_desk.service.figures(LONG_AGO, FAR)

    assert (figures.begun, figures.solved, figures.asked_person) == (6, 2, 1)
    assert (figures.outages, figures.going_on, figures.abandoned) == (1, 1, 0)
    assert (figures.scores, figures.score_mean) == (2, 2.5)


def test_figures_are_of_a_span_of_time(help_desk: Help) -> None:
    help_desk.begin()
    start = help_desk.clock()

    assert help_desk.service.figures(start, start + timedelta(seconds=1)).begun == 1
    assert help_desk.service.figures(start - timedelta(days=1), start).begun == 0
    assert help_desk.service.figures(FAR, FAR).score_mean is None


def test_beginning_again_is_not_another_customer(help_desk: Help) -> None:
    visit = help_desk.begin()
    help_desk.service.restart(visit)

    assert help_desk.service.figures(LONG_AGO, FAR).begun == 1
