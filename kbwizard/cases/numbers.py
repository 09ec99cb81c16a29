"""Finds cases by the number somebody reads out: ours or the ERP's, whole or its last digits."""

from __future__ import annotations

import re

from sqlalchemy import Engine
from sqlmodel import col, func, or_, select

from kbwizard.cases.models import Case
from kbwizard.db import reading

FEWEST = 3
"""Fewer last digits than this tell nothing."""
MOST_TYPED = 60
_SHORT = re.compile(r"\d{3,8}")
_OURS = re.compile(r"(\d{8})[-. ]?(\d{3,6})")


def looks_like_number(typed: str) -> bool:
    """Whether a text may be a protocol or its end: one word, with at least three digits.

    >>> looks_like_number("000123"), looks_like_number("AB/2026-77"), looks_like_number("luz 123")
    (True, True, False)
    """
    text = typed.strip()
    if len(text) > MOST_TYPED or (" " in text and not _OURS.fullmatch(text)):
        return False
    return len(re.findall(r"\d", text)) >= FEWEST


def cases_by_number(engine: Engine, typed: str, *, limit: int = 5) -> list[Case]:
    """The cases that a number names, newest first: none when it is no number at all.

    A protocol without its dash is found too. Erased cases are not shown.
    """
    text = typed.strip()
    if not looks_like_number(text):
        return []
    protocol = re.sub(_OURS, r"\1-\2", text) if _OURS.fullmatch(text) else text
    wanted = [
        col(Case.protocol) == protocol,
        func.lower(Case.erp_protocol) == text.lower(),
    ]
    if _SHORT.fullmatch(text):
        wanted += [
            col(Case.protocol).endswith(text, autoescape=True),
            col(Case.erp_protocol).endswith(text, autoescape=True),
        ]
    query = select(Case).where(or_(*wanted), col(Case.purged_at).is_(None))
    with reading(engine) as db:
        return list(db.exec(query.order_by(col(Case.opened_at).desc()).limit(limit)))
