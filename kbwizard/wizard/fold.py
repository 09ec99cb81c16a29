"""Folds events, in the order of the log, into where the walk stands.

`apply` takes one event at a time; amendments (revised, retracted) are `replay`'s business, which
folds the amended log anew. How each kind of node is left is in `leave.py`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from kbwizard.errors import EngineError
from kbwizard.wizard import leave
from kbwizard.wizard.events import (
    Acted,
    Answered,
    Confirmed,
    Ended,
    Event,
    GivenUp,
    HandedOver,
    Jumped,
    LineBound,
    Noted,
    Read,
    Started,
)
from kbwizard.wizard.facts import Ask, Unavailable
from kbwizard.wizard.judge import Way
from kbwizard.wizard.known import Store
from kbwizard.wizard.model import (
    BACK,
    Action,
    Audience,
    Check,
    Instruction,
    Outcome,
    Question,
    Result,
    Subtree,
)
from kbwizard.wizard.plan import Plan, Step
from kbwizard.wizard.position import Given
from kbwizard.wizard.stops import Frame, Numbers, Stop

MAX_ARRIVALS_AT_ONCE = 400
MAX_ARRIVALS_AT_NODE = 200
"""The engine's own caps on loops that the author left open (rule 13)."""

RESTART_SLACK = timedelta(seconds=10)
"""A device may have gone down a little before the screen showed the instruction."""

DONE_BEFORE = timedelta(hours=1)
"""A restart that a person says was done before is taken as done within the last hour."""

UPTIME = ".uptime_s"


class Fold:
    """A walk in the making. Mutable on purpose; nothing outside `wizard/` sees it."""

    __slots__ = (
        "acted",
        "amended",
        "arrivals",
        "aside",
        "audience",
        "boots",
        "bypassed",
        "detour",
        "done",
        "ended",
        "entries",
        "given",
        "human",
        "moved_seq",
        "notes",
        "numbers",
        "passed",
        "path",
        "plan",
        "pool",
        "questions",
        "returns",
        "root",
        "seq",
        "stop",
        "store",
        "visits",
    )

    def __init__(self, plan: Plan, numbers: Numbers, started: Started, amended: int = 0) -> None:
        self.plan = plan
        self.numbers = numbers
        self.store = Store(plan)
        self.root = started.root
        self.audience = started.audience
        self.amended = amended
        """Events up to this one are offered again: they fit by node, not by visit."""
        self.path: list[Stop] = []
        self.visits: dict[tuple[tuple[Step, ...], Step], int] = {}
        self.arrivals: dict[tuple[int, Step], int] = {}
        self.entries = 1
        self.acted: dict[tuple[int, Step], str] = {}
        self.pool: dict[Step, list[Answered]] = {}
        self.done: dict[Step, list[Acted]] = {}
        self.passed: set[str] = set()
        self.bypassed: set[str] = set()
        self.detour: tuple[Stop, tuple[Step, ...]] | None = None
        self.returns: list[Stop] = []
        self.given: dict[int, Given] = {}
        self.human: list[int] = []
        self.aside: set[int] = set()
        self.notes: list[tuple[datetime, str, str]] = []
        self.boots: dict[str, tuple[datetime, bool]] = {}
        self.questions = 0
        self.ended = False
        self.seq = self.moved_seq = started.seq
        if self.root not in plan.bundle.trees:
            raise EngineError(f"árvore não definida: {self.root}")
        tree = plan.bundle.trees[self.root]
        self.stop = self.arrive(self.root, tree.entry, (), 1, started.at, started.seq)
        self.settle(started.at, started.seq)

    # -- events ---------------------------------------------------------------------------------

    def apply(self, event: Event) -> None:
        """Fold the next event of the log. Nothing moves once the outcome has taken effect."""
        self.seq = max(self.seq, event.seq)
        if self.ended:
            self.aside.add(event.seq)
            return
        self.tick(event.at)
        before = self._mark()
        if not _HANDLERS[type(event)](self, event):
            self.aside.add(event.seq)
        self.settle(event.at, event.seq)
        if self._mark() != before and not isinstance(event, Read | Noted | LineBound):
            self.moved_seq = event.seq

    def tick(self, now: datetime) -> None:
        """End a wait whose time has come, at that time and not when somebody looked."""
        stop = self.stop
        if not self.ended and stop.wait_until is not None and stop.wait_until <= now:
            self.settle(stop.wait_until, stop.wait_seq, over=True)
            self.tick(now)

    def _mark(self) -> tuple[int, bool, bool]:
        return (self.stop.number, self.stop.confirmed, self.ended)

    def fits(self, visit: int, seq: int) -> bool:
        """Whether something said at `visit` belongs where the walk stands."""
        if visit == self.stop.number:
            return True
        return seq <= self.amended and self.numbers.step(visit) == self.stop.step

    def on_answered(self, event: Answered) -> bool:
        if self._answers_here(event):
            self.take(event)
            return True
        asked_at = self.numbers.step(event.visit)
        if event.seq <= self.amended:
            if asked_at is not None:
                self.pool.setdefault(asked_at, []).append(event)
            return False
        if asked_at is None or not self._left_by_reading(event.visit):
            return False
        # A reading moved the walk while the person was answering: what they said is kept.
        self._keep(event)
        return True

    def _answers_here(self, event: Answered) -> bool:
        node = self.stop.node
        if not isinstance(node, Question | Outcome):
            return False
        if self.fits(event.visit, event.seq):
            return True
        at = self.numbers.step(event.visit)
        asked = self.plan.bundle.node(*at) if at else None
        # The question that a check offered at its `unknown` while it ran.
        return (
            isinstance(asked, Check)
            and at is not None
            and (at[0], asked.unknown) == self.stop.step
            and any(reading.fact in self.stop.missing for reading in event.readings)
        )

    def _left_by_reading(self, visit: int) -> bool:
        for place, stop in enumerate(self.path):
            if stop.number == visit:
                later = self.path[place + 1 :]
                return isinstance(stop.node, Check) and all(
                    after.seq > self.moved_seq for after in later
                )
        return False

    def take(self, event: Answered) -> None:
        """Let an answer settle the question (or the required facts) where the walk stands."""
        self._keep(event)
        said = {reading.fact for reading in event.readings}
        stop = self.stop
        if isinstance(stop.node, Question):
            self.questions += sum(1 for name in said if self._of_customer(name))
            stop.asked = True
            stop.missing = tuple(name for name in stop.missing if name not in said)

    def _keep(self, event: Answered) -> None:
        for reading in event.readings:
            self.store.add(reading, event.seq)
        self.aside.discard(event.seq)
        self.human.append(event.seq)
        self._record(event)

    def _record(self, event: Answered | Read, set_aside: bool = False) -> None:
        stop = self.stop
        self.given[event.seq] = Given(
            seq=event.seq,
            visit=stop.number,
            tree=stop.tree,
            node=stop.node.name,
            readings=event.readings,
            by=event.by,
            set_aside=set_aside,
        )

    def _of_customer(self, name: str) -> bool:
        spec = self.plan.specs.get(name)
        return spec is not None and spec.ask is Ask.CUSTOMER

    def on_read(self, event: Read) -> bool:
        ours = [reading for reading in event.readings if self.store.add(reading, event.seq)]
        self._record(event, set_aside=not ours)
        if isinstance(self.stop.node, Check) and self.stop.node.poll is not None:
            leave.count_poll(self, self.stop, ours, event.at)
        return bool(ours) or not event.readings

    def on_given_up(self, event: GivenUp) -> bool:
        stop = self.stop
        waiting = isinstance(stop.node, Check) or stop.wait_until is not None
        if not waiting or not self.fits(event.visit, event.seq):
            return False
        stop.given_up = True
        self.human.append(event.seq)
        return True

    def on_confirmed(self, event: Confirmed) -> bool:
        stop = self.stop
        node = stop.node
        if not isinstance(node, Instruction) or stop.confirmed:
            return False
        if not self.fits(event.visit, event.seq):
            return False
        stop.confirmed = True
        stop.already = event.already
        self.human.append(event.seq)
        self.change(node.changes, event.at)
        self._expect_restart(node, stop, event)
        if node.wait_s and not event.already and not leave.leads_to_poll(self, stop):
            stop.wait_until = event.at + timedelta(seconds=node.wait_s)
            stop.wait_seq = event.seq
        return True

    def _expect_restart(self, node: Instruction, stop: Stop, event: Confirmed) -> None:
        """Remember when the devices must have started after, to hold their uptime against it.

        "Já fez" is believed, so no poll waits for it; that it was long ago shows as a conflict.
        """
        after = event.at - DONE_BEFORE if event.already else stop.at - RESTART_SLACK
        for name in node.changes:
            if name.endswith(UPTIME):
                self.boots[name] = (after, not event.already)

    def still_up(self, name: str) -> bool:
        """Whether an uptime read after the change says that the device has not started again."""
        said = self.store.standing(name) if name in self.boots else None
        if said is None or isinstance(said.reading.value, Unavailable | str):
            return False
        started = said.reading.measured_at - timedelta(seconds=said.reading.value)
        return started < self.boots[name][0]

    def on_acted(self, event: Acted) -> bool:
        stop = self.stop
        if isinstance(stop.node, Action) and self.fits(event.visit, event.seq):
            self.act(stop, event)
            return True
        step = self.numbers.step(event.visit)
        if event.result == "done" and event.seq <= self.amended and step is not None:
            self.done.setdefault(step, []).append(event)
        return False

    def act(self, stop: Stop, event: Acted) -> None:
        """Take an action's result for this entry into the tree."""
        assert isinstance(stop.node, Action)
        self.acted[stop.entry, stop.step] = event.result
        self.aside.discard(event.seq)
        if event.result == "done":
            self.change(stop.node.changes, event.at)

    def change(self, facts: tuple[str, ...], at: datetime) -> None:
        self.store.change(facts, at)

    def on_line_bound(self, event: LineBound) -> bool:
        self.store.bind(event.line)
        return True

    def on_noted(self, event: Noted) -> bool:
        self.notes.append((event.at, event.by, event.text))
        return True

    def on_ended(self, event: Ended) -> bool:
        stop = self.stop
        if not isinstance(stop.node, Outcome) or not self.fits(event.visit, event.seq):
            return False
        if leave.required(self, stop) or leave.refused(self, stop):
            return False
        self.ended = True
        return True

    def on_handed_over(self, event: HandedOver) -> bool:
        self.audience = event.audience
        pending = self.gates_pending()
        if event.audience == Audience.AGENT and pending and not self.in_gate():
            self._detour(pending, "handed_over", event.at, event.seq)
        return True

    def on_jumped(self, event: Jumped) -> bool:
        if event.anytime or self._is_anytime(event):
            return self._excursion(event)
        target = self._target(event)
        if target is None:
            return False
        self.human.append(event.seq)
        gates = self.bypassed_gates()
        if gates and event.tree in {tree for tree, _ in gates}:
            self._detour(gates, "jumped", event.at, event.seq)
            return True
        frames, entry = target
        self._note_bypass(event.tree, frames)
        self.returns = []
        self.detour = None
        self.stop.exit = "jumped"
        self.arrive(event.tree, event.node, frames, entry, event.at, event.seq)
        return True

    # -- jumps, gates, excursions ---------------------------------------------------------------

    def _target(self, event: Jumped) -> tuple[tuple[Frame, ...], int] | None:
        tree = self.plan.bundle.trees.get(event.tree)
        if tree is None or event.node not in tree.nodes:
            return None
        present = self.stop.trees()
        if event.tree in present:
            level = present.index(event.tree)
            return self.stop.frames[:level], self.stop.level_entry(level)
        way = self.plan.way(self.root, event.tree)
        return None if way is None else self._frames(way)

    def _frames(self, way: tuple[Step, ...]) -> tuple[tuple[Frame, ...], int]:
        """Enter by the root's own way; trees that the walk is in already are not entered anew."""
        frames: list[Frame] = []
        same = True
        for level, (tree, node) in enumerate(way):
            now = self.stop.frames[level] if same and level < len(self.stop.frames) else None
            entry = self.stop.level_entry(level) if same else self.new_entry()
            same = now is not None and now.step == (tree, node)
            frames.append(now if same and now is not None else Frame(tree, node, entry))
        entry = self.stop.level_entry(len(way)) if same else self.new_entry()
        return tuple(frames), entry

    def new_entry(self) -> int:
        self.entries += 1
        return self.entries

    def _gate_trees(self) -> tuple[str, ...]:
        return tuple(tree for tree, _ in self.plan.gates(self.root))

    def gates_pending(self) -> tuple[Step, ...]:
        """(tree, root's node) of the gates not passed yet."""
        return tuple(gate for gate in self.plan.gates(self.root) if gate[0] not in self.passed)

    def bypassed_gates(self) -> tuple[Step, ...]:
        return tuple(gate for gate in self.gates_pending() if gate[0] in self.bypassed)

    def in_gate(self) -> bool:
        """Whether the walk is inside one of the root's gates."""
        return not set(self._gate_trees()).isdisjoint(self.stop.trees())

    def _note_bypass(self, tree: str, frames: tuple[Frame, ...]) -> None:
        inside = {tree, *(frame.tree for frame in frames)}
        if tree == self.root or inside & set(self._gate_trees()):
            # Still on the root's own road: what lies ahead is not bypassed.
            return
        self.bypassed.update(gate for gate, _ in self.gates_pending())

    def _detour(self, gates: tuple[Step, ...], label: str, at: datetime, seq: int) -> None:
        """Run these gates, then come back to the visit the walk is at now."""
        self.detour = (self._leave_for_later(label), gates[1:])
        self._to_gate(gates[0], at, seq)

    def _to_gate(self, gate: Step, at: datetime, seq: int) -> None:
        self.arrive(self.root, gate[1], (), self.stop.level_entry(0), at, seq)

    def _leave_for_later(self, label: str) -> Stop:
        """Leave a visit that will be returned to; the path shows it before and after."""
        kept = copy.copy(self.stop)
        self.stop.exit = label
        return kept

    def _is_anytime(self, event: Jumped) -> bool:
        tree = self.plan.bundle.trees[self.root]
        return event.tree == self.root and any(way.goto == event.node for way in tree.anytime)

    def _excursion(self, event: Jumped) -> bool:
        tree = self.plan.bundle.trees[self.root]
        for way in tree.anytime:
            if way.key == event.anytime or (not event.anytime and way.goto == event.node):
                self.human.append(event.seq)
                self.returns.append(self._leave_for_later(f"anytime {way.key}"))
                entry = self.stop.level_entry(0)
                self.arrive(self.root, way.goto, (), entry, event.at, event.seq)
                return True
        return False

    def gate_passed(self, outcome: Outcome, frame: Frame, at: datetime, seq: int) -> bool:
        """Note a gate's passing. True when the walk was on a detour, and this has moved it on."""
        gates = {node: tree for tree, node in self.plan.gates(self.root)}
        if outcome.result is not Result.PASSED or frame.tree != self.root:
            return False
        if frame.node not in gates:
            return False
        self.passed.add(gates[frame.node])
        if self.detour is None:
            return False
        kept, rest = self.detour
        if rest:
            self.detour = (kept, rest[1:])
            self._to_gate(rest[0], at, seq)
        else:
            self.detour = None
            self.resume(kept)
        return True

    def resume(self, stop: Stop) -> None:
        """Stand again at a visit that was left for later."""
        self.stop = stop
        self.path.append(stop)
        leave.reopen(self, stop)

    # -- moving ---------------------------------------------------------------------------------

    def settle(self, at: datetime, seq: int, over: bool = False) -> None:
        """Move on until something is needed. `over`: the wait the walk stands in has ended."""
        if over:
            self.stop.given_up = True
        for _ in range(MAX_ARRIVALS_AT_ONCE):
            stop = self.stop
            way = leave.way_out(self, stop, at, seq)
            if way is None:
                if self.stop is stop:
                    return
                continue
            self._follow(stop, way, at, seq)
        raise EngineError(f"laço sem saída no passo {self.stop.tree}.{self.stop.node.name}")

    def _follow(self, stop: Stop, way: Way, at: datetime, seq: int) -> None:
        stop.exit, stop.why = way.exit, way.why
        stop.wait_until = None
        self.go(stop.tree, way.target, stop.frames, stop.entry, at, seq)

    def go(
        self, tree: str, name: str, frames: tuple[Frame, ...], entry: int, at: datetime, seq: int
    ) -> None:
        """Take a `goto`: to a node of that tree, or back to the visit that was left for later."""
        if name != BACK:
            self.arrive(tree, name, frames, entry, at, seq)
        elif self.returns:
            self.resume(self.returns.pop())
        else:
            raise EngineError(f"passo {self.stop.tree}.{self.stop.node.name}: não há volta")

    def enter(self, stop: Stop, at: datetime, seq: int) -> None:
        """Go down into the tree of a subtree node."""
        node = stop.node
        assert isinstance(node, Subtree)
        tree = self.plan.bundle.trees.get(node.tree)
        if tree is None:
            raise EngineError(f"passo {stop.tree}.{node.name}: árvore não definida: {node.tree}")
        frame = Frame(stop.tree, node.name, stop.entry, stop)
        self.arrive(tree.name, tree.entry, (*stop.frames, frame), self.new_entry(), at, seq)

    def arrive(
        self, tree: str, name: str, frames: tuple[Frame, ...], entry: int, at: datetime, seq: int
    ) -> Stop:
        """Begin a visit; past `max_visits` it is left at once by `then` (see `leave.way_out`)."""
        node = self.plan.bundle.trees[tree].nodes.get(name)
        if node is None:
            raise EngineError(f"passo não definido: {tree}.{name}")
        step = (tree, name)
        count = self.arrivals[entry, step] = self.arrivals.get((entry, step), 0) + 1
        if count > MAX_ARRIVALS_AT_NODE:
            raise EngineError(f"laço sem saída no passo {tree}.{name}")
        way = tuple(frame.step for frame in frames)
        nth = self.visits[way, step] = self.visits.get((way, step), 0) + 1
        stop = Stop(self.numbers.assign(way, step, nth), tree, node, frames, entry, at, seq)
        self.stop = stop
        self.path.append(stop)
        return stop


_HANDLERS: dict[type, Callable[[Fold, Any], bool]] = {
    Acted: Fold.on_acted,
    Answered: Fold.on_answered,
    Confirmed: Fold.on_confirmed,
    Ended: Fold.on_ended,
    GivenUp: Fold.on_given_up,
    HandedOver: Fold.on_handed_over,
    Jumped: Fold.on_jumped,
    LineBound: Fold.on_line_bound,
    Noted: Fold.on_noted,
    Read: Fold.on_read,
}
