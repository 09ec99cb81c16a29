"""What each outcome does to its case, all together or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from kbwizard.cases.concluding import Conclusion
from kbwizard.cases.models import Case, WorkOrder
from kbwizard.cases.outages import OutageForm
from kbwizard.content.closings import ALLOWED
from kbwizard.db import reading
from kbwizard.errors import Conflict, InvalidInput, NotFound, StaleForm
from tests.cases.conftest import ORDER, ORDER_FACTS, OUTCOMES, Desk


@pytest.mark.parametrize(
    ("outcome", "status", "closing", "queue", "promised"),
    [
        ("resolvido", "closed", "resolvido", "", False),
        ("orientado", "closed", "resolvido", "", False),
        ("os", "waiting", "os", "campo", True),
        ("n2", "waiting", "n2", "n2", True),
        ("n3", "waiting", "n3", "noc", True),
        ("parada", "waiting", "massa", "noc", False),
        ("cobranca", "waiting", "financeiro", "financeiro", True),
        ("cobranca_vista", "closed", "financeiro", "", False),
        ("agendado", "waiting", "os", "campo", False),
        ("retorno", "waiting", "retorno", "retornos", True),
        ("silencio", "waiting", "sem_comunicacao", "retornos", False),
    ],
)
def test_each_outcome_leaves_the_case_where_somebody_has_it_or_closed(
    desk: Desk, outcome: str, status: str, closing: str, queue: str, promised: bool
) -> None:
    case = desk.call(1, outcome).case

    stored = desk.fresh(case)
    assert (stored.status, stored.closing, stored.queue) == (status, closing, queue)
    assert (stored.deadline_at is not None) is promised
    assert stored.closing in ALLOWED
    assert desk.walks.stand(desk.walk_of(case)).position.ended


def test_every_outcome_of_these_tests_is_concluded_above() -> None:
    assert len(OUTCOMES) == 11


def test_a_complete_order_is_written_with_what_the_field_needs(desk: Desk) -> None:
    case = desk.open(1)
    desk.read(case, onu__state="los", line__cto="CTO-1 porta 5")
    standing = desk.walk_to(case, "os", **_order())

    order = desk.conclude(case, standing, summary=" Sem luz na ONU. ").order

    assert order is not None
    assert order.number == "OS-20261121-0001"
    assert (order.summary, order.visit_date, order.visit_period) == (
        "Sem luz na ONU.",
        "2026-11-24",
        "morning",
    )
    assert (order.skill, order.priority) == ("fibre", 2)
    assert order.contact == {"name": "Maria", "phone": "(11) 90000-0001"}
    assert order.details["fibre"] == {"fibre.house": "off", "fibre.block": "na", "fibre.pole": "on"}
    assert order.details["cto"] == "CTO-1 porta 5"
    assert "ONU=Sem luz na fibra (14:02)" in order.details["evidence"]
    assert set(order.details["told"]) == {"fees", "absence_rule"}


def _order(**changed: Any) -> dict[str, Any]:
    plain = {name: value for name, value in ORDER.items() if name != "fibre.reason"}
    return {**plain, "fibre.pole": "on", **changed}


@pytest.mark.parametrize("missing", ORDER_FACTS)
def test_without_one_of_its_data_the_order_is_refused_by_name_and_nothing_is_written(
    desk: Desk, missing: str
) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "os", **{k: v for k, v in _order().items() if k != missing})

    with pytest.raises(InvalidInput) as refusal:
        desk.conclude(case, standing, summary="Sem luz.")

    assert set(refusal.value.fields) == {missing}
    _nothing_written(desk, case)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"order.date": "depois"}, {"order.date"}),
        ({"order.date": "20/11/2026"}, {"order.date"}),
        ({"order.date": "21/11/2027"}, {"order.date"}),
        ({"fibre.pole": "undetermined"}, {"fibre.reason"}),
        ({"order.fees_told": False}, {"order.fees_told"}),
        ({"order.absence_told": False, "order.date": "x"}, {"order.absence_told", "order.date"}),
    ],
)
def test_an_order_that_cannot_be_accepted_names_what_to_mend(
    desk: Desk, changed: dict[str, Any], fields: set[str]
) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "os", **_order(**changed))

    with pytest.raises(InvalidInput) as refusal:
        desk.conclude(case, standing, summary="Sem luz.")

    assert set(refusal.value.fields) == fields
    _nothing_written(desk, case)


def test_an_order_needs_its_problem_in_words(desk: Desk) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "os", **_order())

    with pytest.raises(InvalidInput) as refusal:
        desk.conclude(case, standing, summary="  ")

    assert set(refusal.value.fields) == {"summary"}
    _nothing_written(desk, case)


def _nothing_written(desk: Desk, case: Case) -> None:
    assert desk.fresh(case).status == "open"
    assert [one.kind for one in desk.history(case)] == ["opened"]
    assert not desk.walks.stand(desk.walk_of(case)).position.ended
    with reading(desk.engine) as db:
        assert db.exec(select(WorkOrder)).all() == []


@pytest.mark.parametrize("outcome", ["resolvido", "orientado"])
def test_solved_and_advised_need_who_confirmed_it(desk: Desk, outcome: str) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, outcome)

    with pytest.raises(InvalidInput) as refusal:
        desk.conclude(case, standing, confirmed_by=" ")

    assert set(refusal.value.fields) == {"confirmed_by"}
    _nothing_written(desk, case)


def test_absurd_texts_are_refused_by_field(desk: Desk) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "resolvido")

    with pytest.raises(InvalidInput) as refusal:
        desk.conclude(case, standing, confirmed_by="x" * 121, summary="\x00")

    assert set(refusal.value.fields) == {"confirmed_by", "summary"}


def test_what_an_outcome_requires_is_asked_before_it_takes_effect(desk: Desk) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "retorno")

    with pytest.raises(InvalidInput) as refusal:
        desk.conclude(case, standing)

    assert set(refusal.value.fields) == {"contact.phone"}


def test_the_deadline_is_stored_as_told_and_never_recomputed(desk: Desk, frozen: Any) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "n3")
    told = desk.told(standing)
    frozen.pass_time(minutes=20)

    stored = desk.conclude(case, standing, told_deadline=told).case

    assert desk.fresh(stored).deadline_at == told


@pytest.mark.parametrize("shift", [timedelta(minutes=-31), timedelta(hours=5), None])
def test_a_deadline_told_too_long_ago_or_never_is_refused(
    desk: Desk, shift: timedelta | None
) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "n3")
    told = desk.told(standing)
    assert told is not None

    with pytest.raises(InvalidInput) as refusal:
        desk.conclude(case, standing, told_deadline=None if shift is None else told + shift)

    assert set(refusal.value.fields) == {"deadline"}
    _nothing_written(desk, case)


def test_a_promise_that_has_run_out_while_it_was_on_the_screen_is_refused(
    desk: Desk, frozen: Any
) -> None:
    case = desk.open(1)
    desk.read(case, customer__segment="business")
    standing = desk.walk_to(case, "n2")
    frozen.moment = frozen.moment.replace(day=23)  # a Monday: half an hour from 14:02 is 14:32
    told = desk.told(standing)
    frozen.pass_time(minutes=30)

    with pytest.raises(InvalidInput):
        desk.conclude(case, standing, told_deadline=told)


def test_concluding_twice_is_a_conflict(desk: Desk) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "n2")
    desk.conclude(case, standing)

    with pytest.raises(Conflict, match="já foi registrado"):
        desk.conclude(case, standing)

    assert [one.kind for one in desk.history(case)] == ["opened", "concluded"]


def test_of_eight_who_conclude_at_once_one_does_and_seven_are_told(desk: Desk) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "os", **_order())

    def conclude(_number: int) -> str:
        try:
            desk.conclude(case, standing, summary="Sem luz.")
        except Conflict:
            return "conflict"
        return "done"

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(conclude, range(8)))

    assert sorted(said) == ["conflict"] * 7 + ["done"]
    with reading(desk.engine) as db:
        assert len(db.exec(select(WorkOrder)).all()) == 1


def test_a_form_of_another_visit_is_stale(desk: Desk) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "n2")
    desk.walks.back(standing.id, by="ana")

    with pytest.raises(StaleForm):
        desk.conclude(case, standing)

    _nothing_written(desk, case)


def test_a_walk_of_another_case_is_not_found(desk: Desk) -> None:
    one, other = desk.open(1), desk.open(6)
    standing = desk.walk_to(one, "n2")

    with pytest.raises(NotFound):
        desk.conclude(other, standing)


def test_a_closed_case_is_not_concluded(desk: Desk) -> None:
    case = desk.open(1)
    standing = desk.walk_to(case, "n2")
    desk.cases.close(case.protocol, closing="resolvido", confirmed_by="Ana", text="", by="ana")

    with pytest.raises(Conflict, match="Reabra"):
        desk.conclude(case, standing)


def test_a_second_subject_that_was_solved_does_not_close_a_case_that_waits_for_a_visit(
    desk: Desk,
) -> None:
    case = desk.call(1, "os").case
    desk.cases.begin_walk(case.protocol, line_id=1, by="ana")
    standing = desk.walk_to(case, "resolvido", "wifi")

    desk.conclude(case, standing, confirmed_by="Ana Maria")

    stored = desk.fresh(case)
    assert (stored.status, stored.closing, stored.queue) == ("waiting", "os", "campo")
    assert desk.history(case)[-1].details["closing"] == "resolvido"


def test_a_second_subject_goes_on_to_whom_it_concerns(desk: Desk) -> None:
    case = desk.call(1, "silencio").case
    desk.cases.begin_walk(case.protocol, line_id=1, by="ana")

    desk.conclude(case, desk.walk_to(case, "n2"))

    assert desk.fresh(case).queue == "n2"


def test_a_known_outage_ties_the_case_to_its_notice_and_counts_it(desk: Desk, frozen: Any) -> None:
    notice = desk.outages.open(OutageForm("cto", "CTO-1"), by="lia", now=frozen())

    outage = desk.call(1, "parada").outage
    desk.call(2, "parada")

    assert outage is not None
    assert outage.id == notice.id
    assert desk.outages.get(notice.id or 0).affected == 2
    assert [one.line_id for one in desk.outages.cases_of(notice.id or 0)] == [1, 2]


def test_a_known_outage_without_a_notice_keeps_the_case_waiting(desk: Desk) -> None:
    done = desk.call(6, "parada")

    assert done.outage is None
    assert (done.case.status, done.case.closing) == ("waiting", "massa")


def test_an_escalation_of_a_working_line_is_not_tied_to_a_notice(desk: Desk, frozen: Any) -> None:
    desk.outages.open(OutageForm("cto", "CTO-1"), by="lia", now=frozen())

    working = desk.call(1, "n2", onu__state="online", session__state="online")
    other_subject = desk.call(2, "n2", "wifi_password")
    down = desk.call(3, "n2", onu__state="los")

    assert (working.outage, other_subject.outage) == (None, None)
    assert down.outage is not None


def test_neighbours_down_on_the_pon_open_a_suspected_notice(desk: Desk) -> None:
    case = desk.open(1)
    desk.read(
        case, onu__state="los", pon__onus_total=10, pon__recent_los=3, pon__recent_dying_gasp=0
    )

    outage = desk.conclude(case, desk.walk_to(case, "n3")).outage

    assert outage is not None
    assert (outage.kind, outage.scope, outage.target) == ("suspected", "pon", "olt-a 0/1/1")
    assert outage.forecast_at is None


def test_the_history_says_what_was_told_and_who_has_it_now(desk: Desk) -> None:
    done = desk.call(1, "os")

    opened, concluded = desk.history(done.case)
    assert opened.details == {"channel": "telefone"}
    assert concluded.details == {
        "walk": 1, "outcome": "os", "disposition": "OS_FIBRA", "closing": "os", "level": "field",
        "policy": "visita_sem_acesso", "told_deadline": done.case.deadline_at.isoformat(),  # type: ignore[union-attr]
        "order": "OS-20261121-0001",
    }  # fmt: skip


def test_a_conclusion_for_a_case_that_does_not_exist_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.concluding.conclude("20261121-999999", 1, Conclusion(visit=1), by="ana")
