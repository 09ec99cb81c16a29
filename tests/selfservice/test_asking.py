"""A person is one tap away: protocol, code, and the agent who goes on from the same step."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kbwizard.cases.models import Status
from kbwizard.cases.service import NewCase
from kbwizard.errors import Conflict, InvalidInput, KbwizardError, NotFound
from kbwizard.wizard.facts import Source
from tests.selfservice.conftest import Help


def test_asking_gives_a_protocol_and_a_code_and_queues_the_case(help_desk: Help) -> None:
    visit = help_desk.begin()

    handle = help_desk.service.ask_person(visit)

    case = help_desk.case(visit)
    assert handle.protocol == case.protocol == "20261121-000001"
    assert len(handle.code) == 9
    assert handle.code[4] == "-"
    assert (case.channel, case.queue, case.status) == (
        "autoatendimento",
        "autoatendimento",
        Status.OPEN,
    )
    assert case.customer_id is None
    assert [link.walk_id for link in help_desk.cases.walks_of(case.id or 0)] == [visit.walk_id]


def test_asking_again_gives_the_same_protocol_and_another_code(help_desk: Help) -> None:
    visit = help_desk.begin()

    first = help_desk.service.ask_person(visit)
    second = help_desk.service.ask_person(visit, name="Ana", phone="(11) 90000-0009")

    assert second.protocol == first.protocol
    assert second.code != first.code
    assert help_desk.case(visit).contact_phone == "(11) 90000-0009"
    assert help_desk.service.open_code(first.code, by="ana", origin="") == first.protocol


def test_only_the_three_newest_codes_work(help_desk: Help) -> None:
    visit = help_desk.begin()
    codes = [help_desk.service.code_of(visit) for _ in range(4)]

    with pytest.raises(NotFound):
        help_desk.service.open_code(codes[0], by="ana", origin="")
    help_desk.service.open_code(codes[1], by="ana", origin="")


def test_no_code_is_in_the_database(help_desk: Help) -> None:
    visit = help_desk.begin()

    handle = help_desk.service.ask_person(visit)

    plain = handle.code.replace("-", "")
    with help_desk.engine.connect() as db:
        rows = list(db.exec_driver_sql("select * from help_code"))
    assert rows
    assert all(plain not in str(row) and handle.code not in str(row) for row in rows)


def test_what_the_customer_said_of_themselves_is_known_to_the_agents_walk(help_desk: Help) -> None:
    visit = help_desk.begin()
    handle = help_desk.service.ask_person(visit, name="Ana Maria", phone="(11) 90000-0009")

    help_desk.service.open_code(handle.code, by="ana", origin="")

    facts = help_desk.service.standing(visit).position.facts
    assert facts["caller.name"].reading.value == "Ana Maria"
    assert facts["contact.phone"].reading.source is Source.CUSTOMER


def test_the_agent_passes_the_gates_and_stands_where_the_customer_stood(help_desk: Help) -> None:
    visit = help_desk.begin()
    help_desk.say(visit, symptom="no_internet")
    before = help_desk.say(visit, led__los="red").position
    handle = help_desk.service.ask_person(visit)

    help_desk.service.open_code(handle.code, by="ana", origin="")
    assert help_desk.node(visit) == "quem"
    after = help_desk.agent_says(visit, caller__name="Ana", caller__is_holder=True).position

    assert (after.node.name, after.visit) == (before.node.name, before.visit)
    assert after.audience == "agent"
    assert after.facts["led.los"].reading.origin == "cliente"
    asked = [given.by for given in after.given if given.readings[0].fact == "symptom"]
    assert asked == ["customer"]


def test_a_code_works_once(help_desk: Help) -> None:
    handle = help_desk.service.ask_person(help_desk.begin())
    help_desk.service.open_code(handle.code, by="ana", origin="")

    with pytest.raises(NotFound):
        help_desk.service.open_code(handle.code, by="bia", origin="")


def test_a_code_lasts_a_day(help_desk: Help) -> None:
    handle = help_desk.service.ask_person(help_desk.begin())
    help_desk.clock.pass_time(hours=24, seconds=1)

    with pytest.raises(NotFound):
        help_desk.service.open_code(handle.code, by="ana", origin="")


@pytest.mark.parametrize(
    "write", [str.lower, lambda code: code.replace("-", " "), lambda c: f" {c}."]
)
def test_a_code_may_be_typed_as_people_type(help_desk: Help, write: object) -> None:
    handle = help_desk.service.ask_person(help_desk.begin())

    opened = help_desk.service.open_code(write(handle.code), by="ana", origin="")  # type: ignore[operator]

    assert opened == handle.protocol


def test_a_code_that_was_never_asked_for_as_a_person_opens_a_case_too(help_desk: Help) -> None:
    visit = help_desk.begin()
    code = help_desk.service.code_of(visit)
    assert not help_desk.service.fresh(visit).case_protocol

    protocol = help_desk.service.open_code(code, by="ana", origin="")

    case = help_desk.cases.get(protocol)
    assert (case.opened_by, case.queue) == ("ana", "")
    assert [step.kind for step in help_desk.cases.steps(case.id or 0)] == ["opened", "taken_over"]


def test_the_agent_who_opens_a_code_is_audited_and_has_the_case(help_desk: Help) -> None:
    handle = help_desk.service.ask_person(help_desk.begin())

    help_desk.service.open_code(handle.code, by="ana", origin="192.0.2.9")

    assert [row.record for row in help_desk.audited("help_code_opened")] == [
        f"case:{handle.protocol}"
    ]
    assert help_desk.cases.get(handle.protocol).opened_by == "ana"


def test_the_queue_can_be_taken_without_a_code_and_only_once(help_desk: Help) -> None:
    visit = help_desk.begin()
    handle = help_desk.service.ask_person(visit)
    assert help_desk.service.waits_for_agent(handle.protocol)

    help_desk.service.take_over(handle.protocol, by="ana")

    assert not help_desk.service.waits_for_agent(handle.protocol)
    assert help_desk.service.standing(visit).position.audience == "agent"
    with pytest.raises(Conflict):
        help_desk.service.take_over(handle.protocol, by="bia")


def test_a_tied_customer_joins_the_case_that_is_already_open(help_desk: Help) -> None:
    ana = help_desk.line("ana")
    customer = help_desk.directory.line(ana).customer_id
    open_case = help_desk.cases.open(NewCase(customer_id=customer, line_id=ana), by="bia")
    visit = help_desk.tied("ana")

    handle = help_desk.service.ask_person(visit)

    assert handle.protocol == open_case.protocol
    walks = help_desk.cases.walks_of(open_case.id or 0)
    assert [link.walk_id for link in walks][1:] == [visit.walk_id]
    again = help_desk.service.ask_person(help_desk.begin())
    assert again.protocol.endswith("-000002"), "no number was lost on the way"


def test_a_person_asked_for_by_a_link_of_a_call_belongs_to_that_call(help_desk: Help) -> None:
    call = help_desk.cases.open(NewCase(), by="ana")
    link = help_desk.service.link_for(help_desk.line("ana"), case_protocol=call.protocol, by="ana")
    visit = help_desk.service.tie_by_link(help_desk.begin(), link.token)

    assert help_desk.service.ask_person(visit).protocol == call.protocol


def test_another_phone_goes_on_and_the_old_one_is_out(help_desk: Help) -> None:
    begun = help_desk.begun()
    help_desk.say(begun.visit, symptom="slow")
    code = help_desk.service.code_of(begun.visit)

    other = help_desk.service.resume_by_code(code, origin="198.51.100.4")

    assert other.visit.id == begun.visit.id
    assert help_desk.service.resume(begun.token) is None
    assert help_desk.service.resume(other.token) is not None
    assert help_desk.node(other.visit) == "luz"


def test_a_code_does_not_open_what_an_agent_has_taken(help_desk: Help) -> None:
    visit = help_desk.begin()
    codes = [help_desk.service.code_of(visit) for _ in range(2)]
    help_desk.service.open_code(codes[0], by="ana", origin="")

    with pytest.raises(NotFound):
        help_desk.service.resume_by_code(codes[1], origin="198.51.100.4")


def test_wrong_codes_are_limited_by_origin_and_the_refusal_is_audited_once(help_desk: Help) -> None:
    right = help_desk.service.code_of(help_desk.begin())
    for _ in range(10):
        with pytest.raises(NotFound):
            help_desk.service.resume_by_code("CCCC-CCCC", origin="198.51.100.4")

    for code in ("CCCC-CCCC", right, right):
        with pytest.raises(Conflict, match="tentativas"):
            help_desk.service.resume_by_code(code, origin="198.51.100.4")

    blocked = help_desk.audited("help_code_blocked")
    assert [row.who for row in blocked] == ["cliente"]
    assert "198.51.100.4" in blocked[0].details
    assert right not in blocked[0].details
    help_desk.service.resume_by_code(right, origin="198.51.100.5")


def test_right_codes_are_not_counted(help_desk: Help) -> None:
    for _ in range(12):
        code = help_desk.service.code_of(help_desk.begin())
        help_desk.service.resume_by_code(code, origin="198.51.100.4")

    assert help_desk.audited("help_code_blocked") == []


def test_customers_who_guess_do_not_keep_agents_out(help_desk: Help) -> None:
    handle = help_desk.service.ask_person(help_desk.begin())
    for place in range(31):
        for _ in range(10):
            with pytest.raises((NotFound, Conflict)):
                help_desk.service.resume_by_code("CCCC-CCCC", origin=f"198.51.100.{place}")

    with pytest.raises(Conflict):
        help_desk.service.resume_by_code(handle.code, origin="192.0.2.200")
    assert help_desk.service.open_code(handle.code, by="ana", origin="") == handle.protocol


def test_an_agents_wrong_codes_are_limited_too(help_desk: Help) -> None:
    handle = help_desk.service.ask_person(help_desk.begin())
    for _ in range(20):
        with pytest.raises(NotFound):
            help_desk.service.open_code("CCCC-CCCC", by="ana", origin="")

    with pytest.raises(Conflict):
        help_desk.service.open_code(handle.code, by="ana", origin="")
    assert help_desk.service.open_code(handle.code, by="bia", origin="") == handle.protocol


def test_of_two_who_use_a_code_at_once_one_gets_it(help_desk: Help) -> None:
    handle = help_desk.service.ask_person(help_desk.begin())

    def use(number: int) -> str:
        try:
            if number % 2:
                return help_desk.service.open_code(handle.code, by=f"agente{number}", origin="")
            help_desk.service.resume_by_code(handle.code, origin=f"192.0.2.{number}")
        except KbwizardError as refusal:
            return type(refusal).__name__
        return "resumed"

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(use, range(8)))

    assert sorted(results).count("NotFound") == 7, results


def test_asking_twice_at_once_makes_one_case(help_desk: Help) -> None:
    visit = help_desk.begin()

    with ThreadPoolExecutor(6) as pool:
        handles = list(pool.map(lambda _n: help_desk.service.ask_person(visit), range(6)))

    assert {handle.protocol for handle in handles} == {"20261121-000001"}


def test_two_customers_of_one_line_who_ask_at_once_share_a_case(help_desk: Help) -> None:
    visits = [help_desk.tied("ana") for _ in range(4)]

    with ThreadPoolExecutor(4) as pool:
        handles = list(pool.map(help_desk.service.ask_person, visits))

    assert len({handle.protocol for handle in handles}) == 1


def test_texts_that_are_too_long_are_refused_by_field(help_desk: Help) -> None:
    with pytest.raises(InvalidInput) as refusal:
        help_desk.service.ask_person(help_desk.begin(), name="A" * 121, phone="1" * 41)

    assert set(refusal.value.fields) == {"name", "phone"}


def test_identifying_ties_the_case_its_walk_and_the_visit(help_desk: Help) -> None:
    visit = help_desk.begin()
    handle = help_desk.service.ask_person(visit)
    help_desk.service.open_code(handle.code, by="ana", origin="")
    ana = help_desk.line("ana")
    customer = help_desk.directory.line(ana).customer_id

    help_desk.service.identify(handle.protocol, customer_id=customer, line_id=ana, by="ana")

    case = help_desk.cases.get(handle.protocol)
    assert (case.customer_id, case.line_id, case.customer_name) == (customer, ana, "Ana Silva")
    assert help_desk.service.standing(visit).position.line == str(ana)
    assert help_desk.service.fresh(visit).tied_by == "agent"
    with pytest.raises(Conflict):
        help_desk.service.identify(handle.protocol, customer_id=customer, line_id=ana, by="ana")


def test_identifying_a_line_of_somebody_else_is_refused(help_desk: Help) -> None:
    handle = help_desk.service.ask_person(help_desk.begin())
    bia = help_desk.directory.line(help_desk.line("bia")).customer_id

    with pytest.raises(InvalidInput):
        help_desk.service.identify(
            handle.protocol, customer_id=bia, line_id=help_desk.line("ana"), by="ana"
        )


def test_a_line_with_an_open_case_goes_on_in_that_one(help_desk: Help) -> None:
    ana = help_desk.line("ana")
    customer = help_desk.directory.line(ana).customer_id
    other = help_desk.cases.open(NewCase(customer_id=customer, line_id=ana), by="bia")
    visit = help_desk.begin()
    handle = help_desk.service.ask_person(visit, phone="(11) 90000-0009")
    help_desk.service.open_code(handle.code, by="bia", origin="")

    home = help_desk.service.identify(handle.protocol, customer_id=customer, line_id=ana, by="bia")

    assert home == other.protocol
    assert help_desk.service.fresh(visit).case_protocol == other.protocol
    walks = [link.walk_id for link in help_desk.cases.walks_of(other.id or 0)]
    assert walks[1:] == [visit.walk_id]
    assert help_desk.cases.get(home).contact_phone == "(11) 90000-0009"
    left = help_desk.cases.get(handle.protocol)
    assert (left.status, help_desk.cases.joined_into(left)) == (Status.CLOSED, other.protocol)
    assert help_desk.cases.joined_into(other) == ""
    news = help_desk.service.news(help_desk.service.fresh(visit))
    assert news is not None
    assert news.protocol == other.protocol


def test_two_agents_who_identify_at_once_move_the_walk_once(help_desk: Help) -> None:
    ana = help_desk.line("ana")
    customer = help_desk.directory.line(ana).customer_id
    help_desk.cases.open(NewCase(customer_id=customer, line_id=ana), by="bia")
    handle = help_desk.service.ask_person(help_desk.begin())

    def say_who(by: str) -> str:
        try:
            return help_desk.service.identify(
                handle.protocol, customer_id=customer, line_id=ana, by=by
            )
        except KbwizardError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(say_who, ("ana", "bia")))

    assert results == ["20261121-000001", "Conflict"]
