"""A walk in the making: where it stands, and how it moves from node to node.

`hear.py` says what each event does to it, `leave.py` how each kind of node is left, `travel.py`
how jumps, gates and excursions move it. Mutable on purpose; nothing outside `wizard/` sees it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kbwizard.errors import EngineError
from kbwizard.wizard import hear, leave
from kbwizard.wizard.events import Acted, Answered, Event, Noted, Read, Started
from kbwizard.wizard.facts import Unavailable
from kbwizard.wizard.judge import Way
from kbwizard.wizard.known import Store
from kbwizard.wizard.model import BACK, Action, Subtree
from kbwizard.wizard.plan import Plan, Step
from kbwizard.wizard.position import Given
from kbwizard.wizard.stops import Frame, Numbers, Stop

MAX_ARRIVALS_AT_ONCE = 400
MAX_ARRIVALS_AT_NODE = 200
"""The engine's own caps on loops that the author left open (rule 13)."""


class Fold:
    """Folds events, in the order of the log. `replay` folds anew when one is amended."""

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
        """Answers that did not fit when they were offered again, for when their node comes."""
        self.done: dict[Step, list[Acted]] = {}
        """Actions likewise: what was done is not done again."""
        self.passed: set[str] = set()
        self.bypassed: set[str] = set()
        """Gates that a jump went past."""
        self.detour: tuple[Stop, tuple[Step, ...]] | None = None
        """Gates still to run, and the visit to come back to after them."""
        self.returns: list[Stop] = []
        """Visits left by anytime exits and jumps, for `goto: back`; the last comes first."""
        self.given: dict[int, Given] = {}
        self.human: list[int] = []
        self.aside: set[int] = set()
        self.notes: list[tuple[datetime, str, str]] = []
        self.boots: dict[str, tuple[datetime, bool]] = {}
        """Uptime facts: when the device must have started after, and whether a poll holds to it."""
        self.questions = 0
        self.ended = False
        self.seq = self.moved_seq = started.seq
        tree = plan.bundle.trees.get(self.root)
        if tree is None:
            raise EngineError(f"árvore não definida: {self.root}")
        self.stop = self.arrive(self.root, tree.entry, (), 1, started.at, started.seq)
        self.settle(started.at, started.seq)

    def apply(self, event: Event) -> None:
        """Fold the next event of the log. Nothing moves once the outcome has taken effect."""
        self.seq = max(self.seq, event.seq)
        if self.ended:
            self.aside.add(event.seq)
            return
        self.tick(event.at)
        before = self.mark()
        if not hear.hear(self, event):
            self.aside.add(event.seq)
        self.settle(event.at, event.seq)
        if self.mark() != before and not isinstance(event, Read | Noted):
            self.moved_seq = event.seq

    def tick(self, now: datetime) -> None:
        """End a wait whose time has come, at that time and not when somebody looked."""
        stop = self.stop
        while not self.ended and stop.wait_until is not None and stop.wait_until <= now:
            stop.given_up = True
            self.settle(stop.wait_until, stop.wait_seq)
            stop = self.stop

    def mark(self) -> tuple[int, bool, bool]:
        """What a person would see as the walk having moved, when it differs."""
        return (self.stop.number, self.stop.confirmed, self.ended)

    def fits(self, visit: int, seq: int) -> bool:
        """Whether something said at `visit` belongs where the walk stands."""
        if visit == self.stop.number:
            return True
        return seq <= self.amended and self.numbers.step(visit) == self.stop.step

    # -- moving ---------------------------------------------------------------------------------

    def settle(self, at: datetime, seq: int) -> None:
        """Move on until something is needed. Raises `EngineError` for a loop without end."""
        for _ in range(MAX_ARRIVALS_AT_ONCE):
            stop = self.stop
            way = leave.way_out(self, stop, at, seq)
            if way is not None:
                self._follow(stop, way, at, seq)
            elif self.stop is stop:
                return
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
        above = stop.frames[-1].way if stop.frames else ()
        frame = Frame(stop.tree, node.name, stop.entry, (*above, stop.step), stop)
        self.arrive(tree.name, tree.entry, (*stop.frames, frame), self.new_entry(), at, seq)

    def new_entry(self) -> int:
        self.entries += 1
        return self.entries

    def arrive(
        self, tree: str, name: str, frames: tuple[Frame, ...], entry: int, at: datetime, seq: int
    ) -> Stop:
        """Begin a visit. Raises `EngineError` for a node nobody defined, or visited too often."""
        node = self.plan.bundle.trees[tree].nodes.get(name)
        if node is None:
            raise EngineError(f"passo não definido: {tree}.{name}")
        step = (tree, name)
        count = self.arrivals[entry, step] = self.arrivals.get((entry, step), 0) + 1
        if count > MAX_ARRIVALS_AT_NODE:
            raise EngineError(f"laço sem saída no passo {tree}.{name}")
        way = frames[-1].way if frames else ()
        nth = self.visits[way, step] = self.visits.get((way, step), 0) + 1
        number = self.numbers.assign(way, step, nth)
        self.stop = Stop(number, tree, node, frames, entry, at, seq)
        self.path.append(self.stop)
        return self.stop

    def resume(self, stop: Stop) -> None:
        """Stand again at a visit that was left for later."""
        self.stop = stop
        self.path.append(stop)
        leave.reopen(self, stop)

    # -- what was done to the network -----------------------------------------------------------

    def act(self, stop: Stop, event: Acted) -> None:
        """Take an action's result for this entry into the tree."""
        assert isinstance(stop.node, Action)
        self.acted[stop.entry, stop.step] = event.result
        self.aside.discard(event.seq)
        if event.result == "done":
            self.store.change(stop.node.changes, event.at)

    def still_up(self, name: str) -> bool:
        """Whether an uptime read after the change says that the device has not started again."""
        said = self.store.standing(name) if name in self.boots else None
        if said is None or isinstance(said.reading.value, Unavailable | str):
            return False
        started = said.reading.measured_at - timedelta(seconds=said.reading.value)
        return started < self.boots[name][0]
