"""Values that a lead may change, with their history (CD-102). Defaults stand where no row does.

Deadlines are house policy ("prazo combinado"), never presented as regulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from kbwizard.cases.models import Setting
from kbwizard.db import reading, writing
from kbwizard.errors import InvalidInput

DEFAULTS: Mapping[str, Any] = {
    "business_hours": {
        "mon": "08:00-20:00",
        "tue": "08:00-20:00",
        "wed": "08:00-20:00",
        "thu": "08:00-20:00",
        "fri": "08:00-20:00",
        "sat": "08:00-14:00",
    },
    "local_holidays": {},
    "fees": "Visita sem custo quando o defeito é da rede. Visita improdutiva: taxa do contrato.",
    "absence_rule": "Se ninguém maior de 18 anos receber o técnico, a visita é remarcada "
    "e pode haver taxa.",
    "connector_policy": "Apenas pressionar o conector até o fim; não retirar.",
    "suspected_outage": {"cases": 3, "minutes": 10},
    "case_reopen_days": 7,
}


class CaseSettings:
    """Reads and changes settings; every change is a new row."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, key: str) -> Any:
        """The value in force. Raises `KeyError` for a key that does not exist: a bug."""
        with reading(self._engine) as db:
            return value_of(db, key)

    def change(self, key: str, value: Any, *, by: str, now: datetime) -> None:
        if key not in DEFAULTS:
            raise InvalidInput(f"Não existe a configuração {key!r}.")
        with writing(self._engine) as db:
            db.add(Setting(key=key, value=value, valid_from=now, by=by))


def value_of(db: Session, key: str) -> Any:
    """The newest value of a key within the caller's session, or its default."""
    row = db.exec(
        select(Setting).where(Setting.key == key).order_by(col(Setting.id).desc()).limit(1)
    ).first()
    return DEFAULTS[key] if row is None else row.value
