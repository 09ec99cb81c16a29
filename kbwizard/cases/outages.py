"""Outage notices: opened, extended and closed by the lead, by scope; which one covers a line.

What customers hear never comes from an alert's own words: `customer_text` is written for them and
a forecast that has passed is never read out (call-desk decisions).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from kbwizard.cases.models import Case, Outage, Status
from kbwizard.db import in_turn, reading, writing
from kbwizard.directory.folding import fold
from kbwizard.errors import Conflict, InvalidInput, NotFound

SCOPES = ("all", "pop", "olt", "pon", "cto", "district")
"""From the widest to the narrowest; a line may be covered by several."""
LONGEST_TEXT = 500
OUTAGES = "outages"
"""The name in whose turn notices are looked for and opened (`db.in_turn`)."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line hangs in the network and in town. Empty: not registered."""

    pop: str = ""
    olt: str = ""
    pon: str = ""
    cto: str = ""
    district: str = ""

    def targets(self) -> dict[str, str]:
        """What a notice of each scope would have to name to cover this place."""
        pon = f"{self.olt} {self.pon}" if self.olt and self.pon else ""
        return {
            "all": "",
            "pop": self.pop,
            "olt": self.olt,
            "pon": pon,
            "cto": self.cto,
            "district": self.district,
        }


@dataclass(frozen=True, slots=True)
class OutageForm:
    """What the lead fills in. Raises nothing; `check` says what is wrong."""

    scope: str
    target: str
    kind: str = "declared"
    forecast_at: datetime | None = None
    customer_text: str = ""
    internal_text: str = ""

    def check(self, now: datetime) -> None:
        """Raises `InvalidInput` with what to write in each field."""
        wrong: dict[str, str] = {}
        if self.scope not in SCOPES:
            wrong["scope"] = "Escolha o alcance da parada."
        elif self.scope != "all" and not fold(self.target):
            wrong["target"] = "Diga qual: por exemplo olt-huawei 0/1/3, CTO-12 ou o bairro."
        if self.forecast_at is not None and self.forecast_at <= now:
            wrong["forecast_at"] = "A previsão precisa estar no futuro."
        for name, text in (
            ("customer_text", self.customer_text),
            ("target", self.target),
            ("internal_text", self.internal_text),
        ):
            if len(text) > LONGEST_TEXT:
                wrong[name] = f"Use no máximo {LONGEST_TEXT} caracteres."
        if wrong:
            raise InvalidInput("A parada não foi gravada: confira os campos.", wrong)


class Outages:
    """Reads and writes outage notices."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open(self, form: OutageForm, *, by: str, now: datetime) -> Outage:
        form.check(now)
        with writing(self._engine) as db:
            in_turn(db.connection(), OUTAGES)
            if _same(db, form) is not None:
                raise InvalidInput(
                    "A parada não foi gravada.",
                    {"target": "Já há uma parada ativa com este alcance: mude a que existe."},
                )
            return open_within(db, form, by=by, now=now)

    def extend(
        self, outage_id: int, *, forecast_at: datetime | None, version: int, now: datetime
    ) -> Outage:
        """Give a new forecast, or take it back (None). Raises `Conflict` when another lead
        changed the notice first."""
        if forecast_at is not None and forecast_at <= now:
            raise InvalidInput(
                "A previsão não foi mudada.", {"forecast_at": "Precisa estar no futuro."}
            )
        with writing(self._engine) as db:
            outage = _locked(db, outage_id, version)
            outage.forecast_at = forecast_at
            outage.version += 1
            db.add(outage)
            return outage

    def confirm(self, outage_id: int, *, version: int) -> Outage:
        """A suspicion becomes a declared outage."""
        with writing(self._engine) as db:
            outage = _locked(db, outage_id, version)
            outage.kind = "declared"
            outage.version += 1
            db.add(outage)
            return outage

    def close(self, outage_id: int, *, version: int, by: str, now: datetime) -> Outage:
        """The network is back. The cases tied to it stay, for each line to be read again."""
        with writing(self._engine) as db:
            outage = _locked(db, outage_id, version)
            outage.ended_at = now
            outage.ended_by = by
            outage.version += 1
            db.add(outage)
            return outage

    def active(self) -> list[Outage]:
        with reading(self._engine) as db:
            rows = db.exec(
                select(Outage).where(col(Outage.ended_at).is_(None)).order_by(col(Outage.id))
            )
            return list(rows)

    def recent(self, limit: int = 50) -> list[Outage]:
        with reading(self._engine) as db:
            return list(db.exec(select(Outage).order_by(col(Outage.id).desc()).limit(limit)))

    def get(self, outage_id: int) -> Outage:
        with reading(self._engine) as db:
            return _found(db, outage_id)

    def covering(self, place: Place) -> Outage | None:
        """The notice that covers a place: declared before suspected, narrowest scope first."""
        with reading(self._engine) as db:
            return covering_within(db, place)

    def cases_of(self, outage_id: int) -> list[Case]:
        """Cases still waiting for this outage, oldest first."""
        with reading(self._engine) as db:
            return list(
                db.exec(
                    select(Case)
                    .where(Case.outage_id == outage_id, Case.status != Status.CLOSED)
                    .order_by(col(Case.opened_at))
                )
            )


def open_within(db: Session, form: OutageForm, *, by: str, now: datetime) -> Outage:
    """Open a notice inside the caller's write transaction."""
    outage = Outage(
        kind=form.kind,
        scope=form.scope,
        target="" if form.scope == "all" else form.target.strip(),
        started_at=now,
        forecast_at=form.forecast_at,
        customer_text=form.customer_text.strip(),
        internal_text=form.internal_text.strip(),
        opened_by=by,
    )
    db.add(outage)
    db.flush()
    return outage


def covering_within(db: Session, place: Place) -> Outage | None:
    rows = db.exec(select(Outage).where(col(Outage.ended_at).is_(None))).all()
    return _best(rows, place)


def attach_within(db: Session, case: Case, outage: Outage) -> None:
    """Tie a case to an outage and count it, once."""
    if case.outage_id == outage.id:
        return
    left = db.get(Outage, case.outage_id) if case.outage_id is not None else None
    case.outage_id = outage.id
    db.add(case)
    db.flush()
    for notice in (outage, left):
        if notice is not None:
            tied = select(func.count()).select_from(Case).where(Case.outage_id == notice.id)
            notice.affected = int(db.exec(tied).one())
            db.add(notice)


def _same(db: Session, form: OutageForm) -> Outage | None:
    """An active notice of the same scope and target."""
    query = select(Outage).where(col(Outage.ended_at).is_(None), Outage.scope == form.scope)
    target = "" if form.scope == "all" else fold(form.target)
    return next((row for row in db.exec(query) if fold(row.target) == target), None)


def _best(rows: Iterable[Outage], place: Place) -> Outage | None:
    """Names are compared as people write them: accents, case and spaces aside."""
    targets = {scope: fold(target) for scope, target in place.targets().items()}
    covering = [
        row
        for row in rows
        if row.scope == "all" or (targets.get(row.scope) and targets[row.scope] == fold(row.target))
    ]
    covering.sort(key=lambda row: (row.kind != "declared", -SCOPES.index(row.scope), row.id))
    return covering[0] if covering else None


def _found(db: Session, outage_id: int) -> Outage:
    outage = db.get(Outage, outage_id)
    if outage is None:
        raise NotFound("Esta parada não existe.")
    return outage


def _locked(db: Session, outage_id: int, version: int) -> Outage:
    outage = db.get(Outage, outage_id, with_for_update=True)
    if outage is None:
        raise NotFound("Esta parada não existe.")
    if outage.version != version or outage.ended_at is not None:
        raise Conflict("Outra pessoa mudou esta parada antes. Veja como ela está e tente de novo.")
    return outage
