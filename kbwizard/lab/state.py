"""The one scripted state behind every device of the lab, kept in a file so that it survives.

Devices look through `Scene`, one per request; the control port and a dropped session change
the state through the verbs here. All of it runs on the lab's one event loop: there is no lock.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from kbwizard.errors import InvalidInput, SetupError
from kbwizard.lab import condition as change
from kbwizard.lab.condition import Condition
from kbwizard.lab.faults import NO_FAULT, dark_neighbours, find_fault
from kbwizard.lab.observe import OnuView, SessionView, observe_onu, observe_sessions, spread
from kbwizard.lab.plant import Plant, Subscriber

Clock = Callable[[], datetime]
RENEW_PLANNED_MASS_S = 480.0
STATE_VERSION = 1
FASTEST = 1000


@dataclass
class LabState:
    """Everything about a running lab that a restart must bring back."""

    plant: Plant
    clock: Clock
    file: Path | None = None
    speed: float = 1.0
    epoch: datetime = field(init=False)
    conditions: dict[str, Condition] = field(default_factory=dict)
    mischief: dict[str, dict[str, str]] = field(default_factory=dict)
    """Device name to the misbehaviours in force, each with its argument."""
    ports: dict[str, int] = field(default_factory=dict)
    boots: int = 0
    """How often the SNMP engines started (RFC 3414 wants it to grow)."""

    def __post_init__(self) -> None:
        self.epoch = self.clock()
        if self.file is not None and self.file.exists():
            self._load(self.file)
        else:
            self._plan_first_faults(self.epoch)
        self.boots += 1

    def scene(self) -> Scene:
        return Scene(self, self.clock())

    def condition_of(self, login: str) -> Condition:
        return self.conditions.get(login, Condition())

    # verbs

    def set_fault(self, login: str, fault: str, *, age_s: float | None = None) -> None:
        self.plant.find(login)
        self.conditions[login] = change.struck(find_fault(fault), self.clock(), age_s=age_s)
        self.save()

    def clear_fault(self, login: str) -> None:
        """As if it had never been: no recovery to watch."""
        self.plant.find(login)
        self.conditions.pop(login, None)
        self.save()

    def set_speed(self, speed: float) -> None:
        """For what happens from now on; raises `InvalidInput`."""
        if not 0 < speed <= FASTEST:
            raise InvalidInput(f"A velocidade vai de mais que 0 a {FASTEST}.")
        self.speed = float(speed)
        self.save()

    def reset(self) -> None:
        """Back to the faults of the first start, as if they began now."""
        self.conditions.clear()
        self._plan_first_faults(self.clock())
        self.save()

    def restart(self, login: str) -> None:
        subscriber = self.plant.find(login)
        if self._effective(subscriber) == self.condition_of(login):
            self._change(login, change.restarted)

    def fix(self, login: str) -> None:
        """Mended; neighbours who were dark by the same fault come back with it."""
        subscriber, now = self.plant.find(login), self.clock()
        source = self._spreading_from(subscriber) or login
        fault = find_fault(self.condition_of(source).fault)
        if fault.spreads:
            for one in self._dark_by(self.plant.find(source)):
                began = self._effective(one).began(now)
                self.conditions[one.login] = change.relit(fault.onu, began, now, self.speed)
        self._change(source, change.repaired)

    def drop(self, login: str) -> None:
        """A session ended by the concentrator."""
        self.plant.find(login)
        self._change(login, change.dropped)

    def _change(self, login: str, how: Callable[[Condition, datetime, float], Condition]) -> None:
        self.conditions[login] = how(self.condition_of(login), self.clock(), self.speed)
        self.save()

    # faults that spread over a PON

    def _effective(self, subscriber: Subscriber) -> Condition:
        """The subscriber's own condition, or the darkness a neighbour's fault spreads to it."""
        own = self.condition_of(subscriber.login)
        if own.fault != NO_FAULT.name:
            return own
        source = self._spreading_from(subscriber)
        if source is None:
            return own
        theirs, fault = self.conditions[source], find_fault(self.conditions[source].fault)
        jitter = timedelta(seconds=spread(subscriber.login, 0, 40))
        name = "los" if fault.onu == "los" else "dying_gasp"
        since = (theirs.since or self.epoch) + jitter
        return Condition(fault=name, since=since, renews_s=theirs.renews_s)

    def _spreading_from(self, subscriber: Subscriber) -> str | None:
        for one in self.plant.neighbours(subscriber):
            fault = find_fault(self.condition_of(one.login).fault)
            if fault.spreads and any(subscriber == dark for dark in self._dark_by(one)):
                return one.login
        return None

    def _dark_by(self, source: Subscriber) -> list[Subscriber]:
        """The source first, then its neighbours in the order of the PON, as many as go dark."""
        neighbours = self.plant.neighbours(source)
        others = [
            one
            for one in neighbours
            if one is not source and self.condition_of(one.login).fault == NO_FAULT.name
        ]
        fault = find_fault(self.condition_of(source.login).fault)
        return [source, *others][: dark_neighbours(fault, len(neighbours))]

    # the file

    def _plan_first_faults(self, now: datetime) -> None:
        for subscriber in self.plant.subscribers:
            fault = find_fault(subscriber.first_fault)
            if fault is NO_FAULT:
                continue
            planned = change.struck(fault, now)
            if fault.spreads:
                planned = Condition(
                    fault=fault.name, since=planned.since, renews_s=RENEW_PLANNED_MASS_S
                )
            self.conditions[subscriber.login] = planned

    def save(self) -> None:
        """Write the state whole or not at all; a lab without a file keeps nothing."""
        if self.file is None:
            return
        text = json.dumps(
            {
                "version": STATE_VERSION,
                "speed": self.speed,
                "epoch": self.epoch.isoformat(),
                "boots": self.boots,
                "ports": self.ports,
                "mischief": self.mischief,
                "conditions": {k: _as_json(v) for k, v in self.conditions.items()},
            },
            indent=1,
        )
        try:
            _write_whole(self.file, text)
        except OSError as error:
            raise SetupError(
                f"O estado do laboratório não pôde ser gravado em {self.file} ({error.strerror})."
            ) from error

    def _load(self, file: Path) -> None:
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            if kept["version"] != STATE_VERSION:
                raise ValueError(kept["version"])
            self.epoch = datetime.fromisoformat(kept["epoch"])
            self.speed = float(kept["speed"])
            self.boots = int(kept["boots"])
            self.ports = dict(kept["ports"])
            self.mischief = dict(kept["mischief"])
            self.conditions = {k: _condition(v) for k, v in kept["conditions"].items()}
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise SetupError(
                f"O estado do laboratório em {file} não pode ser lido. "
                "Apague o arquivo para recomeçar."
            ) from error


@dataclass
class Scene:
    """The network at one moment, for the length of one request."""

    state: LabState
    now: datetime

    @cached_property
    def _conditions(self) -> dict[str, Condition]:
        return {}

    def condition(self, subscriber: Subscriber) -> Condition:
        """The condition in force, a neighbour's spreading fault included."""
        known = self._conditions
        if subscriber.login not in known:
            known[subscriber.login] = self.state._effective(subscriber)
        return known[subscriber.login]

    def onu(self, subscriber: Subscriber) -> OnuView:
        return observe_onu(subscriber, self.condition(subscriber), self.now, self.state.epoch)

    def sessions(self, subscriber: Subscriber) -> tuple[SessionView, ...]:
        return observe_sessions(subscriber, self.condition(subscriber), self.now, self.state.epoch)

    def is_silent(self, olt: str, pon: str) -> bool:
        """Whether the OLT keeps silent about this PON."""
        members = self.state.plant.pons.get((olt, pon), ())
        return any(find_fault(self.condition(one).fault).silent for one in members)


def _write_whole(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    scratch = file.with_name(file.name + ".new")
    with scratch.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    scratch.replace(file)


def _as_json(condition: Condition) -> dict[str, Any]:
    kept = asdict(condition)
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in kept.items()
        if value is not None
    }


def _condition(kept: dict[str, Any]) -> Condition:
    known: dict[str, Any] = {
        key: datetime.fromisoformat(value) if key.endswith("_at") or key == "since" else value
        for key, value in kept.items()
    }
    return Condition(**known)


def utc_now() -> datetime:
    """The clock of a lab that runs for people."""
    return datetime.now(UTC)
