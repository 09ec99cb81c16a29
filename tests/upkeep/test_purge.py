from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from kbwizard.accounts.models import AuditRow
from kbwizard.cases.forgetting import keep_case, kept_cases
from kbwizard.cases.models import Case, CaseStep, WorkOrder
from kbwizard.db import reading, writing
from kbwizard.errors import NotFound
from kbwizard.selfservice.limits import CODE_ALL, count
from kbwizard.selfservice.models import HelpCounter
from kbwizard.upkeep.purge import purge, terms
from kbwizard.upkeep.tables import dump_table, tables
from kbwizard.walks.models import Walk, WalkEvent, WalkPrivate
from tests.upkeep.conftest import Installation

OVER = timedelta(days=731)
PERSONAL = ("Ana", "90000", "olt-a")


def closed(installation: Installation) -> Case:
    desk = installation.desk
    done = desk.call(5, "resolvido", onu__state="online")
    assert done.case.status == "closed"
    return done.case


def counts(installation: Installation, later: timedelta) -> dict[str, int]:
    now = installation.desk.clock() + later
    return {one.name: one.count for one in terms(installation.engine, now)}


def test_a_report_says_what_would_go_and_changes_nothing(installation: Installation) -> None:
    closed(installation)

    assert counts(installation, OVER)["cases"] == 1
    assert counts(installation, timedelta(days=700))["cases"] == 0
    with reading(installation.engine) as db:
        assert len(db.exec(select(WalkEvent)).all()) > 3


def test_a_case_past_its_term_keeps_only_its_figures(installation: Installation) -> None:
    case = closed(installation)
    walk_id = installation.desk.walk_of(case)

    purge(installation.engine, installation.desk.clock() + OVER)

    with reading(installation.engine) as db:
        left = db.exec(select(Case).where(Case.protocol == case.protocol)).one()
        events = db.exec(select(WalkEvent).where(WalkEvent.walk_id == walk_id)).all()
        private = db.exec(select(WalkPrivate).where(WalkPrivate.walk_id == walk_id)).all()
        steps = db.exec(select(CaseStep).where(CaseStep.case_id == case.id)).all()
        assert db.get(Walk, walk_id) is not None
    assert (left.symptom, left.closing, left.customer_id) == ("no_internet", "resolvido", None)
    assert left.purged_at is not None
    assert [events, private] == [[], []]
    assert [step.text for step in steps] == [""] * len(steps)


def test_nothing_of_a_person_is_left_anywhere(installation: Installation) -> None:
    """Every table, every column: whoever forgets a new one is told here."""
    desk = installation.desk
    for case in [closed(installation), *desk_cases(installation)]:
        if desk.fresh(case).status != "closed":
            desk.cases.close(
                case.protocol, closing="resolvido", confirmed_by="Ana", text="Falei.", by="ana"
            )
    purge(installation.engine, desk.clock() + OVER)

    with installation.engine.connect() as connection:
        lines = [(table.name, line) for table in tables() for line in dump_table(connection, table)]
    found = [(name, word) for name, line in lines for word in PERSONAL if word in line]
    assert found == []


def desk_cases(installation: Installation) -> list[Case]:
    with reading(installation.engine) as db:
        return list(db.exec(select(Case)).all())


def test_an_open_case_and_a_kept_one_are_not_touched(installation: Installation) -> None:
    case = closed(installation)
    with writing(installation.engine) as db:
        keep_case(db, case.protocol, why="reclamação", by="lia", now=installation.desk.clock())

    done = purge(installation.engine, installation.desk.clock() + OVER)

    assert {one.name: one.count for one in done}["cases"] == 0
    with reading(installation.engine) as db:
        assert [one.protocol for one in kept_cases(db)] == [case.protocol]
        order = db.exec(select(WorkOrder)).one()
    assert order.contact["name"]


def test_a_case_that_is_let_go_is_forgotten_at_the_next_purge(installation: Installation) -> None:
    case = closed(installation)
    for why in ("reclamação", ""):
        with writing(installation.engine) as db:
            keep_case(db, case.protocol, why=why, by="lia", now=installation.desk.clock())

    assert counts(installation, OVER)["cases"] == 1


def test_keeping_what_does_not_exist_is_refused(installation: Installation) -> None:
    with pytest.raises(NotFound), writing(installation.engine) as db:
        keep_case(db, "20200101-000001", why="x", by="lia", now=installation.desk.clock())


def test_a_purge_leaves_an_audit_row_of_counts(installation: Installation) -> None:
    closed(installation)

    purge(installation.engine, installation.desk.clock() + OVER)

    with reading(installation.engine) as db:
        row = db.exec(select(AuditRow).where(AuditRow.action == "purge")).one()
    assert "cases=1" in row.details


def test_a_purge_can_be_run_again(installation: Installation) -> None:
    closed(installation)
    later = installation.desk.clock() + OVER
    purge(installation.engine, later)

    assert not any(one.count for one in purge(installation.engine, later))


def test_counters_of_tries_go_when_their_window_has_passed(installation: Installation) -> None:
    now = installation.desk.clock()
    count(installation.engine, b"chave", CODE_ALL, "", now)

    purge(installation.engine, now)
    with reading(installation.engine) as db:
        assert len(db.exec(select(HelpCounter)).all()) == 1
    purge(installation.engine, now + OVER)

    with reading(installation.engine) as db:
        assert db.exec(select(HelpCounter)).all() == []
