"""A customer's walk: begun, resumed, answered; what is read, and when it is not theirs any more."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kbwizard.errors import Conflict, InvalidInput, StaleForm
from kbwizard.selfservice.service import SelfService
from kbwizard.wizard.facts import Reason, Source, Unavailable
from tests.selfservice.conftest import Help


def test_a_visit_is_found_again_by_its_token_and_by_nothing_else(help_desk: Help) -> None:
    begun = help_desk.begun()

    found = help_desk.service.resume(begun.token)

    assert found == begun.visit
    assert help_desk.service.resume(begun.token + "x") is None
    assert help_desk.service.resume("") is None


def test_no_token_is_in_the_database(help_desk: Help) -> None:
    begun = help_desk.begun()

    assert help_desk.row(begun.visit).token_hash != begun.token
    assert len(help_desk.row(begun.visit).token_hash) == 64


def test_a_visit_lasts_a_day_from_its_last_use(help_desk: Help) -> None:
    begun = help_desk.begun()

    help_desk.clock.pass_time(hours=23)
    assert help_desk.service.resume(begun.token) is not None
    help_desk.clock.pass_time(hours=23)
    assert help_desk.service.resume(begun.token) is not None
    help_desk.clock.pass_time(hours=24, seconds=1)
    assert help_desk.service.resume(begun.token) is None


def test_without_a_line_the_network_is_not_asked_and_the_tree_asks_the_customer(
    help_desk: Help,
) -> None:
    visit = help_desk.begin()

    standing = help_desk.say(visit, symptom="no_internet")

    assert standing.position.node.name == "luz"
    assert help_desk.onu.asked == []
    assert standing.position.facts["onu.state"].reading.value == Unavailable(
        Reason.NOT_CONFIGURED, "sem conexão identificada"
    )


def test_with_a_line_the_network_is_read_and_the_question_is_spared(help_desk: Help) -> None:
    visit = help_desk.tied("ana")

    standing = help_desk.say(visit, symptom="no_internet")

    assert standing.position.node.name == "fim"
    assert help_desk.onu.asked == [("onu.state",)]


def test_what_a_customer_says_is_kept_as_the_customers(help_desk: Help) -> None:
    visit = help_desk.begin()

    standing = help_desk.say(visit, symptom="slow")

    assert standing.position.facts["symptom"].reading.source is Source.CUSTOMER
    assert {given.by for given in standing.position.given} == {"customer", ""}


def test_readings_of_a_line_are_limited_by_the_hour(help_desk: Help) -> None:
    for _ in range(6):
        visit = help_desk.tied("ana")
        assert help_desk.say(visit, symptom="slow").position.node.name == "fim"
    visit = help_desk.tied("ana")

    assert not help_desk.service.may_read(visit)
    standing = help_desk.say(visit, symptom="slow")

    assert standing.position.node.name == "luz"
    assert standing.position.facts["onu.state"].reading.value == Unavailable(
        Reason.BUSY, "leituras desta hora já usadas"
    )
    help_desk.clock.pass_time(hours=1, seconds=1)
    assert help_desk.service.may_read(visit)


def test_what_one_answer_leads_to_is_one_reading(help_desk: Help) -> None:
    visit = help_desk.tied("ana")
    help_desk.workings = replace(help_desk.workings, readings_per_hour=1)
    help_desk.service = SelfService(help_desk.workings)

    help_desk.say(visit, symptom="slow")
    for _ in range(3):
        help_desk.service.advance(visit)
    assert help_desk.node(visit) == "fim"
    help_desk.service.back(visit)

    assert help_desk.say(visit, symptom="drops").position.node.name == "fim"
    assert len(help_desk.onu.asked) == 1


def test_our_own_records_are_looked_up_when_no_device_may_be_read(help_desk: Help) -> None:
    help_desk.workings = replace(help_desk.workings, readings_per_hour=0)
    help_desk.service = SelfService(help_desk.workings)
    visit = help_desk.tied("ana")

    standing = help_desk.look(visit)

    assert standing.position.facts["outage.active"].reading.value is False
    assert help_desk.say(visit, symptom="slow").position.node.name == "luz"
    assert help_desk.onu.asked == []


def test_looking_again_at_a_step_costs_no_reading(help_desk: Help) -> None:
    visit = help_desk.tied("ana")

    for _ in range(20):
        help_desk.service.advance(visit)

    assert help_desk.service.may_read(visit)


def test_back_undoes_the_last_answer(help_desk: Help) -> None:
    visit = help_desk.begin()
    help_desk.say(visit, symptom="slow")

    standing = help_desk.service.back(visit)

    assert standing.position.node.name == "queixa"
    with pytest.raises(InvalidInput):
        help_desk.service.back(visit)


def test_a_form_of_a_step_that_was_left_is_stale(help_desk: Help) -> None:
    visit = help_desk.begin()
    number = help_desk.service.advance(visit).position.visit
    help_desk.say(visit, symptom="slow")

    with pytest.raises(StaleForm):
        help_desk.service.answer(visit, visit_number=number, said={"symptom": "drops"})


def test_once_an_agent_has_the_walk_the_customer_only_follows(help_desk: Help) -> None:
    visit = help_desk.begin()
    number = help_desk.say(visit, symptom="slow").position.visit
    handle = help_desk.service.ask_person(visit)
    help_desk.service.open_code(handle.code, by="ana", origin="192.0.2.1")
    events = len(help_desk.service.standing(visit).events)

    for deed in (
        lambda: help_desk.service.answer(visit, visit_number=number, said={"led.los": "red"}),
        lambda: help_desk.service.confirm(visit, visit_number=number),
        lambda: help_desk.service.give_up(visit, visit_number=number),
        lambda: help_desk.service.back(visit),
        lambda: help_desk.service.code_of(visit),
    ):
        with pytest.raises(Conflict, match="assumiu"):
            deed()
    assert len(help_desk.service.standing(visit).events) == events
    assert help_desk.service.fresh(visit).taken_over


def test_a_stale_visit_in_hand_does_not_read_for_a_walk_that_changed_hands(help_desk: Help) -> None:
    visit = help_desk.tied("ana")
    code = help_desk.service.code_of(visit)
    help_desk.service.open_code(code, by="ana", origin="")

    help_desk.service.advance(help_desk.service.fresh(visit))

    assert help_desk.onu.asked == []


def test_beginning_again_keeps_the_line_and_is_a_walk_of_its_own(help_desk: Help) -> None:
    visit = help_desk.tied("ana")
    help_desk.say(visit, symptom="slow")

    again = help_desk.service.restart(visit)

    assert again.visit.id != visit.id
    assert again.visit.line_id == help_desk.line("ana")
    assert help_desk.service.standing(again.visit).position.line == str(help_desk.line("ana"))
    assert help_desk.service.resume(again.token) == again.visit


def test_a_channel_that_is_none_is_refused(help_desk: Help) -> None:
    with pytest.raises(InvalidInput):
        help_desk.service.begin(channel="fax")
