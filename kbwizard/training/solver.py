"""The good way through an exercise: the trees walked with its truth, nothing written by hand.

Facts come from what was read when the try began; the customer answers truthfully; what mends the
line changes what is read afterwards. So the good way follows every change of a tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from kbwizard.errors import EngineError
from kbwizard.training.customer import VirtualCustomer
from kbwizard.training.exercise import Exercise
from kbwizard.wizard.events import Acted, Answered, Confirmed, Event, Jumped, Read, Started
from kbwizard.wizard.facts import Ask, Reading, Reason, Scalar, Source, Unavailable
from kbwizard.wizard.model import Action, Bundle, Instruction, Node, Question
from kbwizard.wizard.position import Need, Pending, Position
from kbwizard.wizard.replay import Growing

ROOT = "atendimento"
RESTART = "restart"
STEP = timedelta(seconds=5)
MAX_STEPS = 300
SILENCE = Unavailable(Reason.TIMEOUT)
NOTHING = Unavailable(Reason.NO_VALUE)
RECOVERED: Mapping[str, Scalar | Unavailable] = {
    "onu.state": "online",
    "onu.uptime_s": 40,
    "onu.down_for_s": NOTHING,
    "onu.lan_link": "up",
    "onu.lan_speed_mbps": 1000,
    "session.state": "online",
    "session.uptime_s": 15,
    "session.count": 1,
    "session.attempts": "accepted",
    "session.auth_failure": NOTHING,
    "traffic.down_mbps": 4.0,
    "traffic.up_mbps": 1.0,
    "ping.loss_pct": 0,
    "ping.rtt_ms": 9,
    "ping.jitter_ms": 1,
}
"""What is read of a line that has just come back."""

Truth = Mapping[str, Scalar | Unavailable]


@dataclass(slots=True)
class World:
    """What sources say now. `mended` and `restarted` change it, as they would at home."""

    truth: Truth
    exercise: Exercise
    mended: bool = False
    restarted: bool = False
    read: dict[str, int] = field(default_factory=dict)

    def value(self, fact: str) -> Scalar | Unavailable:
        """The next value of a fact: what was surveyed; for a case made an exercise, its own."""
        given = self.exercise.facts.get(fact) if not self.truth else None
        if given:
            place = self.read.get(fact, 0)
            self.read[fact] = place + 1
            return given[min(place, len(given) - 1)]
        if self.mended and fact in RECOVERED:
            return RECOVERED[fact]
        if self.restarted and fact == "onu.uptime_s" and self.truth.get("onu.state") == "online":
            return 40
        if self.restarted and fact == "session.uptime_s" and self.truth.get(fact) is not None:
            known = self.truth[fact]
            return known if isinstance(known, Unavailable) else 15
        return self.truth.get(fact, SILENCE)

    def confirmed(self, tree: str, node: Node) -> str:
        """What hands do when an instruction is confirmed: fix, restart, or nothing."""
        if f"{tree}.{node.name}" in self.exercise.cured_by:
            self.mended = True
            return "fix"
        if isinstance(node, Instruction) and is_restart(node):
            self.restarted = True
            self.mended = self.mended or RESTART in self.exercise.cured_by
            return RESTART
        return ""

    def acted(self, action: str) -> None:
        self.mended = self.mended or action in self.exercise.cured_by


@dataclass(frozen=True, slots=True)
class Solution:
    """The good way. `position` stands on its outcome; `problem` says why there is none."""

    position: Position | None
    events: tuple[Event, ...]
    problem: str = ""

    @property
    def disposition(self) -> str:
        outcome = self.position.outcome if self.position is not None else None
        return outcome.disposition if outcome is not None else ""


def is_restart(node: Instruction) -> bool:
    """Whether what is asked turns the fibre's device off and on: its uptime begins again."""
    return "onu.uptime_s" in node.changes and "onu.state" in node.changes


def solve(
    bundle: Bundle, exercise: Exercise, customer: VirtualCustomer, truth: Truth, start: datetime
) -> Solution:
    """Walk the trees truthfully, from `start`. Never raises."""
    return _Solver(bundle, exercise, customer, World(truth, exercise), start).run()


def asked_before(position: Position, fact: str) -> int:
    """How often a fact was asked before on the way: the customer's answers come in a series."""
    return sum(fact in facts for facts in _asked(position))


def _asked(position: Position) -> list[tuple[str, ...]]:
    return [
        tuple(reading.fact for reading in given.readings)
        for given in position.given
        if not given.set_aside and given.visit < position.visit and given.by
    ]


class _Solver:
    def __init__(
        self,
        bundle: Bundle,
        exercise: Exercise,
        customer: VirtualCustomer,
        world: World,
        start: datetime,
    ) -> None:
        self.bundle, self.exercise, self.customer = bundle, exercise, customer
        self.world, self.now = world, start
        self.events: list[Event] = []
        self.times: dict[str, int] = {}
        self.called = False

    def run(self) -> Solution:
        started = Started(seq=1, at=self.now, by="", root=ROOT, audience="trainee")
        self.events.append(started)
        try:
            walk = Growing(self.bundle, started)
            for _ in range(MAX_STEPS):
                tree, node, visit, pending = walk.standing(self.now)
                if pending.need is Need.NOTHING:
                    return Solution(walk.position(self.now), tuple(self.events))
                event = self._advance(tree, node, visit, pending)
                if event is not None:
                    self.events.append(event)
                    walk.append(event)
        except (EngineError, KeyError) as error:
            return Solution(None, tuple(self.events), str(error))
        return Solution(None, tuple(self.events), f"não terminou: parou em {tree}.{node.name}")

    def _advance(self, tree: str, node: Node, visit: int, pending: Pending) -> Event | None:
        if pending.need is Need.WAIT and pending.until is not None:
            self.now = max(self.now + STEP, pending.until)
            return None
        self.now = max(self.now + STEP, pending.next_read_at or self.now)
        seq, at = len(self.events) + 1, self.now
        call = self.exercise.calls_for
        if call is not None and not self.called and call.at == f"{tree}.{node.name}":
            self.called = True
            goto = {way.key: way.goto for way in self.bundle.trees[ROOT].anytime}[call.key]
            return Jumped(seq=seq, at=at, by="aprendiz", tree=ROOT, node=goto, anytime=call.key)
        if pending.need is Need.ANSWER:
            readings = tuple(self._answer(fact) for fact in pending.facts)
            return Answered(seq=seq, at=at, by="aprendiz", visit=visit, readings=readings)
        if pending.need is Need.READINGS:
            readings = tuple(
                Reading(fact, self.world.value(fact), Source.NETWORK, at) for fact in pending.facts
            )
            return Read(seq=seq, at=at, readings=readings)
        if pending.need is Need.CONFIRMATION:
            self.world.confirmed(tree, node)
            return Confirmed(seq=seq, at=at, by="aprendiz", visit=visit)
        self.world.acted(node.action if isinstance(node, Action) else "")
        return Acted(seq=seq, at=at, by="aprendiz", visit=visit, result="done")

    def _answer(self, fact: str) -> Reading:
        nth = self.times.get(fact, 0)
        self.times[fact] = nth + 1
        spec = self.bundle.registry.facts.get(fact)
        source = Source.CUSTOMER if spec and spec.ask is Ask.CUSTOMER else Source.AGENT
        return Reading(fact, self.customer.truth(fact, nth), source, self.now)


def visible(bundle: Bundle, position: Position) -> list[tuple[str, str]]:
    """The steps of a way that somebody saw: asked, told or done, and the outcome, in order."""
    seen = []
    for visit in position.path:
        node = bundle.node(visit.tree, visit.node)
        spoken = isinstance(node, Instruction | Action) and not visit.skipped
        if (isinstance(node, Question) and visit.asked) or spoken:
            seen.append((visit.tree, visit.node))
    if position.outcome is not None:
        seen.append((position.tree, position.node.name))
    return seen
