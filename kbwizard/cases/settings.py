"""Values that a lead may change, with their history (CD-102). Defaults stand where no row does.

Deadlines are house policy ("prazo combinado"), never presented as regulation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from kbwizard.cases.deadlines import WEEKDAYS, opening_span
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
    "support_phone": "",
    "keep_cases_days": 730,
    "keep_help_days": 90,
    "keep_readings_days": 365,
    "keep_feedback_days": 730,
    "keep_searches_days": 180,
    "keep_article_reads_days": 730,
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
        """Raises `InvalidInput` for an unknown key, or a value that deadlines could not bear."""
        if key not in DEFAULTS:
            raise InvalidInput(f"Não existe a configuração {key!r}.")
        if wrong := _problem(key, value):
            raise InvalidInput(f"A configuração {key!r} não foi mudada.", {key: wrong})
        with writing(self._engine) as db:
            db.add(Setting(key=key, value=value, valid_from=now, by=by))


def value_of(db: Session, key: str) -> Any:
    """The newest value of a key within the caller's session, or its default."""
    row = db.exec(
        select(Setting).where(Setting.key == key).order_by(col(Setting.id).desc()).limit(1)
    ).first()
    return DEFAULTS[key] if row is None else row.value


def _problem(key: str, value: Any) -> str:
    """What to write instead; empty for a value that can be used."""
    try:
        return _CHECKS.get(key, _same_kind)(key, value)
    except (AttributeError, KeyError, TypeError, ValueError):
        return "O valor não tem a forma esperada."


def _hours(_key: str, value: Any) -> str:
    if not value or not set(value) <= set(WEEKDAYS):
        return "Diga o horário de cada dia: mon, tue, wed, thu, fri, sat, sun."
    for text in value.values():
        opening_span(text)
    return ""


def _dates(_key: str, value: Any) -> str:
    for day in value.keys():  # noqa: SIM118 - anything but a mapping is refused here
        date.fromisoformat(day)
    return ""


def _grouping(_key: str, value: Any) -> str:
    enough = int(value["cases"]) >= 2 and int(value["minutes"]) >= 1
    return "" if enough else "Diga pelo menos 2 casos e 1 minuto."


def _phone(_key: str, value: Any) -> str:
    """Shown to customers as it is written; empty: none is shown."""
    good = isinstance(value, str) and re.fullmatch(r"[0-9 ()+-]{0,20}", value)
    return "" if good else "Escreva como (11) 90000-0000, ou deixe vazio."


def _same_kind(key: str, value: Any) -> str:
    same = isinstance(value, type(DEFAULTS[key])) and not isinstance(value, bool)
    return "" if same and value else "O valor não tem a forma esperada."


_CHECKS: Mapping[str, Callable[[str, Any], str]] = {
    "business_hours": _hours,
    "local_holidays": _dates,
    "suspected_outage": _grouping,
    "support_phone": _phone,
}
