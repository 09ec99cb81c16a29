"""How each kind of node is left: the way out, or None while something is still needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from kbwizard.errors import EngineError
from kbwizard.wizard import answers, travel
from kbwizard.wizard.facts import Reading
from kbwizard.wizard.judge import Way, choose, evaluate, facts_in, possible
from kbwizard.wizard.known import Since, View
from kbwizard.wizard.model import (
    BACK,
    NEED_GATES,
    Action,
    Audience,
    Check,
    Decide,
    Instruction,
    Outcome,
    Question,
    Subtree,
)
from kbwizard.wizard.plan import can_be_asked, requires_of
from kbwizard.wizard.stops import TO_PARENT

if TYPE_CHECKING:
    from kbwizard.wizard.fold import Fold
    from kbwizard.wizard.stops import Stop

UNAVAILABLE_IN_A_ROW = 2
"""A poll ends when what it waits for could not be read so many times in a row (rule 6)."""

ACTION_EXITS = {"done": "then", "error": "on_error", "refused": "otherwise"}


def way_out(fold: Fold, stop: Stop, at: datetime, seq: int) -> Way | None:
    """The way the walk leaves this visit now. Sub-trees and caught outcomes move it themselves."""
    limit = stop.node.max_visits
    if limit is not None and not stop.opened and fold.arrivals[stop.entry, stop.step] > limit.n:
        stop.skipped = True
        return Way(limit.then, "max_visits")
    way = _WAYS[type(stop.node)](fold, stop, at, seq)
    stop.opened = True
    return way


def view_of(fold: Fold, stop: Stop) -> View:
    """The facts as the visit sees them."""
    node = stop.node
    if isinstance(node, Question | Check):
        own = fold.plan.bases(node.facts)
        return View(fold.store, stop.at, own=own, since=_since(stop))
    return View(fold.store, stop.at)


def required(fold: Fold, stop: Stop) -> tuple[str, ...]:
    """What the outcome requires and nobody has settled yet."""
    if not isinstance(stop.node, Outcome):
        return ()
    names = requires_of(stop.node, fold.audience)
    return tuple(name for name in names if not fold.store.settled(name))


def refused(fold: Fold, stop: Stop) -> bool:
    """Whether the outcome has to wait for gates that a jump went past.

    A gate's own endings are never refused: a gate that stops, stops.
    """
    node = stop.node
    if not isinstance(node, Outcome) or node.result not in NEED_GATES:
        return False
    return bool(travel.bypassed(fold)) and not travel.in_gate(fold)


def reopen(fold: Fold, stop: Stop) -> None:
    """Coming back to a visit: what was said in between is not asked again."""
    if isinstance(stop.node, Question):
        stop.missing = _unanswered(fold, stop, stop.missing)


def to_read(fold: Fold, stop: Stop) -> tuple[str, ...]:
    """Facts that sources have to read before a check is left."""
    node = stop.node
    assert isinstance(node, Check)
    bases = fold.plan.bases(node.facts)
    if node.poll is not None and not stop.poll_over:
        return _polled(fold, bases)
    settled, since = fold.store.settled_by_machine, _since(stop)
    return tuple(name for name in bases if not settled(name, stop.at, since))


def count_poll(fold: Fold, stop: Stop, readings: Sequence[Reading], at: datetime) -> None:
    """Take a round of a poll into account: time up, or unavailable too often in a row."""
    node = stop.node
    if not isinstance(node, Check) or node.poll is None or stop.poll_over:
        return
    polled = _polled(fold, fold.plan.bases(node.facts))
    counted = [
        reading for reading in readings if reading.fact in polled and _counts(fold, stop, reading)
    ]
    for reading in counted:
        streak = 0 if reading.known else stop.streaks.get(reading.fact, 0) + 1
        stop.streaks[reading.fact] = streak
    if counted:
        stop.last_poll = at
        time_up = stop.poll_until is not None and at >= stop.poll_until
        stop.poll_failed = time_up or _out_of_reach(fold, stop)


def leads_to_poll(fold: Fold, stop: Stop) -> bool:
    """Whether an instruction is followed at once by a check that polls: it need not block it."""
    node = stop.node
    if not isinstance(node, Instruction) or node.goto == BACK:
        return False
    target = fold.plan.bundle.trees[stop.tree].nodes.get(node.goto)
    return isinstance(target, Check) and target.poll is not None


# -- one function for each kind of node ---------------------------------------------------------


def _question(fold: Fold, stop: Stop, at: datetime, seq: int) -> Way | None:
    node = stop.node
    assert isinstance(node, Question)
    if not stop.opened:
        stop.missing = _unanswered(fold, stop, node.facts)
        _take_pooled(fold, stop)
    if stop.missing:
        if node.unknown and not can_be_asked(fold.plan, node, fold.audience):
            return Way(node.unknown, "unknown")
        stop.asked = True
        return None
    stop.skipped = not stop.asked
    return _route(node, view_of(fold, stop)) or _lost(stop)


def _route(node: Question, view: View) -> Way | None:
    if node.branches:
        return choose(node.branches, node.otherwise, node.unknown, view)
    values = [view.get(name) for name in node.facts]
    if any(value is None for value in values) and node.unknown:
        return Way(node.unknown, "unknown")
    if node.goto:
        return Way(node.goto, "goto")
    value = values[0]
    if value is not None and value in node.go:
        return Way(node.go[value], label_of(value))
    other = node.otherwise or node.unknown
    return Way(other, "else" if node.otherwise else "unknown") if other else None


def label_of(value: object) -> str:
    """The label of the edge that a value takes: truth values as the file writes them."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check(fold: Fold, stop: Stop, at: datetime, seq: int) -> Way | None:
    node = stop.node
    assert isinstance(node, Check)
    first = not stop.opened
    if node.poll is not None and not stop.poll_over and not _poll_over(fold, stop):
        return None
    if not stop.given_up and not stop.poll_failed and to_read(fold, stop):
        return None
    stop.skipped = first
    if node.poll is not None and stop.answered and stop.poll_failed and node.unknown:
        # Whoever answers while we watch knows more than the last look at the network.
        return Way(node.unknown, "unknown")
    view = view_of(fold, stop)
    if not node.branches and node.unknown and any(view.get(name) is None for name in node.facts):
        # Nothing to branch on: `unknown` can only mean that a source did not answer.
        return Way(node.unknown, "unknown")
    return choose(node.branches, node.otherwise, node.unknown, view) or _lost(stop)


def _decide(fold: Fold, stop: Stop, at: datetime, seq: int) -> Way | None:
    node = stop.node
    assert isinstance(node, Decide)
    way = choose(node.branches, node.otherwise, node.unknown, view_of(fold, stop))
    return way or _lost(stop)


def _instruction(fold: Fold, stop: Stop, at: datetime, seq: int) -> Way | None:
    node = stop.node
    assert isinstance(node, Instruction)
    if not stop.confirmed or (stop.wait_until is not None and not stop.given_up):
        return None
    return Way(node.goto, "goto")


def _action(fold: Fold, stop: Stop, at: datetime, seq: int) -> Way | None:
    node = stop.node
    assert isinstance(node, Action)
    result = fold.acted.get((stop.entry, stop.step))
    if result is None:
        pooled = fold.done.get(stop.step)
        if pooled:
            fold.act(stop, pooled.pop(0))
            result = "done"
        elif fold.audience == Audience.CUSTOMER and not node.texts.customer:
            result = "refused"
        else:
            return None
    stop.skipped = not stop.opened
    exit_ = ACTION_EXITS.get(result, "on_error")
    targets = {"then": node.then, "on_error": node.on_error, "otherwise": node.otherwise}
    return Way(targets[exit_], exit_) if targets[exit_] else _lost(stop)


def _subtree(fold: Fold, stop: Stop, at: datetime, seq: int) -> Way | None:
    fold.enter(stop, at, seq)
    return None


def _outcome(fold: Fold, stop: Stop, at: datetime, seq: int) -> Way | None:
    node = stop.node
    assert isinstance(node, Outcome)
    if not stop.frames:
        return None
    frame = stop.frames[-1]
    parent = fold.plan.bundle.node(frame.tree, frame.node)
    assert isinstance(parent, Subtree)
    key = node.disposition if node.disposition in parent.returns else str(node.result)
    if key not in parent.returns:
        return None
    stop.exit = TO_PARENT
    if frame.stop is not None:
        frame.stop.exit = key
    if not travel.gate_passed(fold, node, frame, at, seq):
        fold.go(frame.tree, parent.returns[key], stop.frames[:-1], frame.entry, at, seq)
    return None


_WAYS: dict[type, Callable[[Any, Any, datetime, int], Way | None]] = {
    Action: _action,
    Check: _check,
    Decide: _decide,
    Instruction: _instruction,
    Outcome: _outcome,
    Question: _question,
    Subtree: _subtree,
}


# -- what they lean on --------------------------------------------------------------------------


def _since(stop: Stop) -> Since | None:
    node = stop.node
    refresh = isinstance(node, Question | Check) and node.refresh
    return Since(stop.at, stop.seq) if refresh else None


def _unanswered(fold: Fold, stop: Stop, names: Sequence[str]) -> tuple[str, ...]:
    settled, since = fold.store.settled_by_person, _since(stop)
    return tuple(name for name in names if not settled(name, stop.at, since))


def _take_pooled(fold: Fold, stop: Stop) -> None:
    """Answers given at this node before a revision carry where they still fit."""
    pooled = fold.pool.get(stop.step)
    for event in tuple(pooled or ()):
        wanted = [reading for reading in event.readings if reading.fact in stop.missing]
        if wanted and all(_counts(fold, stop, reading) for reading in wanted):
            fold.pool[stop.step].remove(event)
            answers.take(fold, event)


def _counts(fold: Fold, stop: Stop, reading: Reading) -> bool:
    """Whether a reading was measured late enough to count at this visit."""
    floor = fold.store.floor(reading.fact, None, _since(stop))
    return floor is None or reading.measured_at >= floor


def _polled(fold: Fold, bases: Sequence[str]) -> tuple[str, ...]:
    """Polls read state and session, never optics."""
    specs = fold.plan.specs
    return tuple(name for name in bases if name not in specs or not specs[name].optics)


def _poll_over(fold: Fold, stop: Stop) -> bool:
    node = stop.node
    assert isinstance(node, Check)
    assert node.poll is not None
    if stop.poll_until is None:
        stop.poll_until = stop.at + timedelta(seconds=node.poll.up_to_s + _unblocked(fold, stop))
    holds = evaluate(node.poll.until, view_of(fold, stop)) is True
    if holds and not _not_restarted(fold, node):
        stop.poll_failed = False
        stop.poll_over = True
    elif stop.given_up or stop.poll_failed:
        stop.poll_failed = True
        stop.poll_over = True
    return stop.poll_over


def _unblocked(fold: Fold, stop: Stop) -> float:
    """The wait that ran into this poll instead of holding it back: it lengthens the poll."""
    before = fold.path[-2] if len(fold.path) > 1 and fold.path[-1] is stop else None
    if before is None or not isinstance(before.node, Instruction) or before.already:
        return 0.0
    return (before.node.wait_s or 0.0) if before.exit == "goto" else 0.0


def _not_restarted(fold: Fold, node: Check) -> bool:
    """Whether an uptime says that a device has not started again since it was asked to."""
    names = fold.plan.bases(node.facts)
    return any(fold.still_up(name) for name in names if fold.boots.get(name, (0, True))[1])


def _out_of_reach(fold: Fold, stop: Stop) -> bool:
    node = stop.node
    assert isinstance(node, Check)
    assert node.poll is not None
    failing = {name for name, times in stop.streaks.items() if times >= UNAVAILABLE_IN_A_ROW}
    if not failing:
        return False
    blocked = [
        name for name in facts_in(node.poll.until) if failing & set(fold.plan.bases((name,)))
    ]
    return bool(blocked) and not possible(node.poll.until, blocked)


def _lost(stop: Stop) -> Way:
    raise EngineError(f"passo {stop.tree}.{stop.node.name}: nenhum caminho serve")
