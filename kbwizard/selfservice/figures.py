"""How self-service does, in numbers. Whoever left without a word is never counted as helped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from kbwizard.db import reading
from kbwizard.selfservice.models import HelpVisit
from kbwizard.selfservice.values import Figures
from kbwizard.selfservice.workings import Workings

SOLVED = ("solved", "advised")


def figures(workings: Workings, since: datetime, until: datetime) -> Figures:
    """Of the visits that began in this span (`until` not included)."""
    now = workings.now()
    query = select(HelpVisit).where(
        col(HelpVisit.begun_at) >= since, col(HelpVisit.begun_at) < until
    )
    with reading(workings.engine) as db:
        rows = list(db.exec(query))
    kinds = [_kind(row, now) for row in rows]
    scores = [row.score for row in rows if row.score is not None]
    return Figures(
        begun=sum(not row.restarted for row in rows),
        solved=kinds.count("solved"),
        outages=kinds.count("outage"),
        asked_person=kinds.count("person"),
        abandoned=kinds.count("abandoned"),
        going_on=kinds.count("going_on"),
        scores=len(scores),
        score_mean=_mean(scores),
    )


def _kind(row: HelpVisit, now: datetime) -> str:
    """Each visit is one thing: a person first, for who needed one was not helped by the page."""
    if row.asked_person_at is not None:
        return "person"
    if row.ending == "known_outage":
        return "outage"
    if row.helped == "yes" or (row.ending in SOLVED and row.helped == ""):
        return "solved"
    if row.ending in SOLVED:
        return "not_helped"
    return "going_on" if row.expires_at > now else "abandoned"


def _mean(scores: Sequence[int]) -> float | None:
    return round(sum(scores) / len(scores), 2) if scores else None
