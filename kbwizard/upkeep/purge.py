"""`purge`: what was kept for its term is forgotten, after a report of how much that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from kbwizard.accounts.audit import SYSTEM, audit
from kbwizard.accounts.forgetting import forget_sign_ins, sign_ins_past_term
from kbwizard.cases.forgetting import cases_past_term, forget_cases
from kbwizard.cases.settings import value_of
from kbwizard.db import reading, writing
from kbwizard.readership.forgetting import (
    forget_opinions,
    forget_reads,
    forget_searches,
    opinions_past_term,
    reads_past_term,
    searches_past_term,
)
from kbwizard.selfservice.forgetting import (
    comments_past_term,
    forget_comments,
    forget_visits,
    sweep,
    visits_past_term,
)
from kbwizard.walks.forgetting import forget_readings, readings_past_term

AT_ONCE = 200
"""Cases or visits in one transaction: others write in between."""


@dataclass(frozen=True, slots=True)
class Term:
    """One kind of thing that is kept for a term, and how many are past it."""

    name: str
    label: str
    days: int
    before: datetime
    count: int


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    label: str
    setting: str
    count: Callable[[Connection, datetime], int]
    forget: Callable[[Engine, datetime, datetime], int]
    """(engine, older than, present moment) to how many were forgotten."""


def terms(engine: Engine, now: datetime) -> list[Term]:
    """What a purge would forget now."""
    found = []
    with reading(engine) as db:
        for kind in _KINDS:
            before, days = _before(db, kind, now)
            count = kind.count(db.connection(), before)
            found.append(Term(kind.name, kind.label, days, before, count))
    return found


def purge(engine: Engine, now: datetime, *, by: str = SYSTEM) -> list[Term]:
    """Forget everything past its term; answers what was forgotten, and leaves an audit row."""
    done = []
    for kind in _KINDS:
        with reading(engine) as db:
            before, days = _before(db, kind, now)
        count = kind.forget(engine, before, now)
        done.append(Term(kind.name, kind.label, days, before, count))
    with writing(engine) as db:
        audit(db, at=now, who=by, action="purge", details={one.name: one.count for one in done})
    return done


def _before(db: Session, kind: _Kind, now: datetime) -> tuple[datetime, int]:
    days = int(value_of(db, kind.setting))
    return now - timedelta(days=days), days


def _cases(engine: Engine, before: datetime, now: datetime) -> int:
    return _by_parts(
        engine, lambda c: cases_past_term(c, before), lambda c, ids: forget_cases(c, ids, now=now)
    )


def _visits(engine: Engine, before: datetime, now: datetime) -> int:
    total = _by_parts(engine, lambda c: visits_past_term(c, before), forget_visits)
    with writing(engine) as db:
        sweep(db.connection(), now, before)
    return total


def _at_once(forget: Callable[[Connection, datetime], int]) -> Callable[..., int]:
    def run(engine: Engine, before: datetime, _now: datetime) -> int:
        with writing(engine) as db:
            return forget(db.connection(), before)

    return run


def _by_parts(
    engine: Engine,
    find: Callable[[Connection], list[int]],
    forget: Callable[[Connection, list[int]], object],
) -> int:
    """A few at a time, so that nobody at work waits for a purge."""
    total = 0
    while True:
        with writing(engine) as db:
            some = find(db.connection())[:AT_ONCE]
            if not some:
                return total
            forget(db.connection(), some)
        total += len(some)


_KINDS = (
    _Kind(
        "cases",
        "atendimentos encerrados",
        "keep_cases_days",
        lambda connection, before: len(cases_past_term(connection, before)),
        _cases,
    ),
    _Kind(
        "help_visits",
        "percursos de autoatendimento sem atendimento",
        "keep_help_days",
        lambda connection, before: len(visits_past_term(connection, before)),
        _visits,
    ),
    _Kind(
        "comments",
        "comentários de clientes",
        "keep_feedback_days",
        comments_past_term,
        _at_once(forget_comments),
    ),
    _Kind(
        "opinions",
        "opiniões sobre artigos",
        "keep_feedback_days",
        opinions_past_term,
        _at_once(forget_opinions),
    ),
    _Kind(
        "searches",
        "buscas de artigos",
        "keep_searches_days",
        searches_past_term,
        _at_once(forget_searches),
    ),
    _Kind(
        "article_reads",
        "contagens de leituras de artigos",
        "keep_article_reads_days",
        reads_past_term,
        _at_once(forget_reads),
    ),
    _Kind(
        "readings",
        "leituras já escritas no registro",
        "keep_readings_days",
        readings_past_term,
        _at_once(forget_readings),
    ),
    _Kind(
        "sign_ins",
        "entradas vencidas",
        "keep_readings_days",
        sign_ins_past_term,
        _at_once(forget_sign_ins),
    ),
)
