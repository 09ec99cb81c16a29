"""Where a walk stands: the answer of `replay`, complete enough to draw a screen from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kbwizard.wizard.facts import Reading
from kbwizard.wizard.model import Node, Outcome


class Need(StrEnum):
    """What would move the walk on."""

    ANSWER = "answer"
    """A person answers `pending.facts`."""
    READINGS = "readings"
    """Sources answer `pending.facts`; meanwhile `pending.person` may be answered."""
    CONFIRMATION = "confirmation"
    """A person says that the instruction was done."""
    WAIT = "wait"
    """The clock reaches `pending.until` (an instruction's `wait_s`), or the person gives up."""
    ACTION = "action"
    """A person confirms the action and the network does it."""
    NOTHING = "nothing"
    """An outcome stands (or has taken effect)."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What is needed now. Only `READINGS` with a poll and `WAIT` depend on the clock."""

    need: Need
    facts: tuple[str, ...] = ()
    """Facts still missing (to ask, or to read)."""
    since: datetime | None = None
    """Readings measured before this moment do not count (a change, or a refresh)."""
    until: datetime | None = None
    """When the wait, or the poll, is over."""
    next_read_at: datetime | None = None
    """A poll's next reading is due then."""
    timeout_s: float | None = None
    person: tuple[str, ...] = ()
    """Facts of the human question offered while readings are awaited (the node at `unknown`)."""
    person_node: str = ""
    unsure: bool = False
    """"Não sei" is an answer here."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One arrival at a node. `number` counts from 1 over the whole walk."""

    number: int
    tree: str
    node: str
    at: datetime
    seq: int
    """The event that brought the walk here."""
    exit: str = ""
    """How it was left, as the label of its edge (see `graph.edges`); empty where it stands.
    No edges: "by jump", "by hand-over", "to parent" (an outcome that its parent caught)."""
    why: str = ""
    """The branch's own words for the way taken."""
    skipped: bool = False
    """A question whose facts were already known, or a check that had nothing left to read."""
    asked: bool = False
    """A person was asked something here."""


@dataclass(frozen=True, slots=True)
class Known:
    """What stands for one fact now, and what else was said about it."""

    reading: Reading
    usable: bool = True
    """False after a change, or when too old where the walk stands."""
    seq: int = 0
    """The event that brought it (the target of a revision); 0 for derived facts."""
    others: tuple[Reading, ...] = ()
    """The last word of each source, where it is not what stands."""


@dataclass(frozen=True, slots=True)
class Given:
    """Something a person or source said that can be changed from the history."""

    seq: int
    visit: int
    tree: str
    node: str
    readings: tuple[Reading, ...]
    by: str
    set_aside: bool = False
    """It no longer fits the path; kept, not used."""


@dataclass(frozen=True, slots=True)
class Position:
    """The walk at a moment. Equal for equal logs, whatever `now`, unless something is timed."""

    audience: str
    root: str
    tree: str
    node: Node
    visit: int
    arrived_at: datetime
    pending: Pending
    facts: Mapping[str, Known]
    path: tuple[Visit, ...]
    given: tuple[Given, ...] = ()
    stack: tuple[tuple[str, str], ...] = ()
    """(tree, subtree node) frames from the root down, the present tree excluded."""
    outcome: Outcome | None = None
    """The outcome the walk stands on; it takes effect with `Ended`."""
    ended: bool = False
    required: tuple[str, ...] = ()
    """Facts the outcome requires that are not settled yet (asked before it takes effect)."""
    gates_pending: tuple[str, ...] = ()
    """Trees of the root's gates that have not passed."""
    refused: bool = False
    """The outcome needs gates that have not passed."""
    conflicts: tuple[str, ...] = ()
    """Ids of registry conflicts that hold now, `fact:NAME` where person and machine differ, and
    `restart:NAME` where an uptime says that a restart reported as done did not happen."""
    questions: int = 0
    """Questions answered by the customer (or by the agent asking the customer)."""
    line: str | None = None
    last_seq: int = 0
    moved_seq: int = 0
    """The last event that moved the walk: forms older than this are stale."""
    notes: tuple[tuple[datetime, str, str], ...] = ()
    """(moment, by, text)"""
    set_aside: tuple[int, ...] = ()
    """Events that no longer fit, or never did: kept in the log, not used."""
    undoable: tuple[int, ...] = ()
    """What persons did that is in effect and can be retracted, oldest first (for Back)."""
