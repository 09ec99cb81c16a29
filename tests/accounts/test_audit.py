"""The audit trail: written with the deed, never changed."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from kbwizard.accounts.audit import audit
from kbwizard.accounts.models import AuditRow
from kbwizard.db import reading, writing
from kbwizard.errors import EngineError
from tests.helpers.clock import START


def _rows(engine: Engine) -> list[AuditRow]:
    with reading(engine) as db:
        return list(db.exec(select(AuditRow).where(AuditRow.action == "personal.reveal")))


def _reveal(engine: Engine) -> None:
    with writing(engine) as db:
        audit(
            db,
            at=START,
            who="ana.agente",
            action="personal.reveal",
            record="customer:C1",
            reason="confirmar titular",
            details={"field": "phone"},
        )


def test_a_row_says_who_did_what_to_which_record_and_why(engine: Engine) -> None:
    _reveal(engine)

    row = _rows(engine)[0]

    assert (row.at, row.who, row.record) == (START, "ana.agente", "customer:C1")
    assert (row.reason, row.details) == ("confirmar titular", "field=phone")


def test_a_deed_that_fails_leaves_no_row(engine: Engine) -> None:
    def fail() -> None:
        with writing(engine) as db:
            audit(db, at=START, who="ana.agente", action="personal.reveal")
            db.flush()
            raise RuntimeError("the deed failed")

    with pytest.raises(RuntimeError):
        fail()

    assert _rows(engine) == []


def test_a_row_cannot_be_changed(engine: Engine) -> None:
    _reveal(engine)

    with pytest.raises(EngineError), writing(engine) as db:
        db.exec(select(AuditRow).where(AuditRow.action == "personal.reveal")).one().who = "x"

    assert _rows(engine)[0].who == "ana.agente"


def test_a_row_cannot_be_deleted(engine: Engine) -> None:
    _reveal(engine)

    with pytest.raises(EngineError), writing(engine) as db:
        db.delete(db.exec(select(AuditRow).where(AuditRow.action == "personal.reveal")).one())

    assert len(_rows(engine)) == 1
