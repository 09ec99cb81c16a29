"""How often something may be tried, counted in the database so that all nodes count together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, Table, bindparam, text, update

from kbwizard.db import UtcDateTime, core_writing
from kbwizard.selfservice.codes import keyed_hash
from kbwizard.selfservice.models import HelpCounter

COUNTER: Table = HelpCounter.__table__  # type: ignore[attr-defined]
_FIRST = text(
    "INSERT INTO help_counter (name, count, ends_at) VALUES (:name, 0, :ends_at) "
    "ON CONFLICT DO NOTHING"
).bindparams(bindparam("ends_at", type_=UtcDateTime))


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries within a window of time; windows stand side by side."""

    kind: str
    most: int
    window: timedelta


CODE_ORIGIN = Limit("code", 10, timedelta(minutes=15))
"""Wrong codes from one address: a household, or a shop's Wi-Fi."""
CODE_ALL = Limit("code-all", 300, timedelta(hours=1))
"""Wrong codes of all customers together: 300 of 19⁸ an hour find one of a thousand live codes once
in six years."""
CODE_AGENT = Limit("code-agent", 20, timedelta(minutes=10))
"""Wrong codes typed by one agent, who hears them over the phone. Not counted with the customers':
an attack on the page must not keep agents from opening codes."""
PHONE_VISIT = Limit("phone-visit", 3, timedelta(hours=1))
PHONE_NUMBER = Limit("phone", 5, timedelta(days=1))
"""Codes sent to one number a day: nobody's phone is made to ring all night, and 15 guesses of a
million are all there are."""
PHONE_ORIGIN = Limit("phone-origin", 10, timedelta(hours=1))
PHONE_ALL = Limit("phone-all", 200, timedelta(hours=1))
"""Codes sent in all: messages cost money."""


def count(engine: Engine, key: bytes, limit: Limit, who: str, now: datetime) -> int:
    """Count one try; how many there are in this window. More than `limit.most`: refuse it."""
    name, ends_at = _window(key, limit, who, now)
    with core_writing(engine) as connection:
        connection.execute(_FIRST, {"name": name, "ends_at": ends_at})
        counted = update(COUNTER).where(COUNTER.c.name == name).values(count=COUNTER.c.count + 1)
        return int(connection.execute(counted.returning(COUNTER.c.count)).scalar_one())


def give_back(engine: Engine, key: bytes, limit: Limit, who: str, now: datetime) -> None:
    """A try that was right does not count."""
    name, _ends_at = _window(key, limit, who, now)
    with core_writing(engine) as connection:
        connection.execute(
            update(COUNTER)
            .where(COUNTER.c.name == name, COUNTER.c.count > 0)
            .values(count=COUNTER.c.count - 1)
        )


def _window(key: bytes, limit: Limit, who: str, now: datetime) -> tuple[str, datetime]:
    """The counter's name holds no address and no phone: only their keyed hash."""
    length = limit.window.total_seconds()
    slot = int(now.timestamp() // length)
    name = f"{limit.kind}:{keyed_hash(key, limit.kind, who)[:32]}:{slot}"
    return name, datetime.fromtimestamp((slot + 1) * length, UTC)
