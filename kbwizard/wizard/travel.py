"""Moves that no node makes: jumps, excursions by anytime exits, and the gates on the way.

A jump enters a tree by the root's own way to it, so that its returns work. Gates it went past
stay pending; running them later, or on hand-over to an agent, comes back to the same visit.
"""

from __future__ import annotations

import copy
from datetime import datetime
from typing import TYPE_CHECKING

from kbwizard.wizard.events import HandedOver, Jumped
from kbwizard.wizard.model import Anytime, Audience, Outcome, Result
from kbwizard.wizard.plan import Step
from kbwizard.wizard.stops import BY_HAND_OVER, BY_JUMP, Frame, Stop

if TYPE_CHECKING:
    from kbwizard.wizard.fold import Fold

Entry = tuple[tuple[Frame, ...], int]
"""The parents that wait, and which entry into the tree this is."""


def jump(fold: Fold, event: Jumped) -> bool:
    """Go where the event says; False when there is no such place, or no way there."""
    if event.anytime:
        return _excursion(fold, event, fold.plan.anytime(fold.root).get(event.anytime))
    target = _entry(fold, event)
    if target is None:
        return False
    for way in fold.plan.anytime(fold.root).values():
        if (event.tree, event.node) == (fold.root, way.goto):
            return _excursion(fold, event, way)
    if event.tree in {tree for tree, _ in bypassed(fold)}:
        _detour(fold, bypassed(fold), BY_JUMP, event.at, event.seq)
        return True
    frames, entry = target
    _note_bypass(fold, event.tree, frames)
    fold.detour = None
    # A search may land in the middle of an excursion, whose `back` then leads here.
    fold.returns.append(_leave_for_later(fold, BY_JUMP))
    fold.arrive(event.tree, event.node, frames, entry, event.at, event.seq)
    return True


def run_gates_for_agent(fold: Fold, event: HandedOver) -> None:
    """An agent who takes over passes the gates first, then stands where the customer stood.

    Also those that let the customer through: to a customer they had nothing to ask. A gate that
    the walk stands in is gone on with where it stands, after the others.
    """
    if event.audience != Audience.AGENT:
        return
    fold.passed.clear()
    gates = tuple(gate for gate in pending_gates(fold) if gate[0] not in fold.stop.trees())
    if gates:
        _detour(fold, gates, BY_HAND_OVER, event.at, event.seq)


def pending_gates(fold: Fold) -> tuple[Step, ...]:
    """(tree, root's node) of the gates not passed yet."""
    return tuple(gate for gate in fold.plan.gates(fold.root) if gate[0] not in fold.passed)


def bypassed(fold: Fold) -> tuple[Step, ...]:
    """Those of the pending gates that a jump went past."""
    return tuple(gate for gate in pending_gates(fold) if gate[0] in fold.bypassed)


def in_gate(fold: Fold) -> bool:
    """Whether the walk is inside one of the root's gates."""
    return not _gate_trees(fold).isdisjoint(fold.stop.trees())


def gate_passed(fold: Fold, outcome: Outcome, frame: Frame, at: datetime, seq: int) -> bool:
    """Note a gate's passing. True when the walk was on a detour, and this has moved it on."""
    gates = {node: tree for tree, node in fold.plan.gates(fold.root)}
    if frame.tree != fold.root or frame.node not in gates:
        return False
    if outcome.result is not Result.PASSED:
        # A gate that stops, stops: nobody comes back from it.
        fold.detour = None
        return False
    fold.passed.add(gates[frame.node])
    if fold.detour is None:
        return False
    kept, rest = fold.detour
    if rest:
        fold.detour = (kept, rest[1:])
        _to_gate(fold, rest[0], at, seq)
    else:
        fold.detour = None
        fold.resume(kept)
    return True


def _gate_trees(fold: Fold) -> frozenset[str]:
    return frozenset(tree for tree, _ in fold.plan.gates(fold.root))


def _entry(fold: Fold, event: Jumped) -> Entry | None:
    tree = fold.plan.bundle.trees.get(event.tree)
    if tree is None or event.node not in tree.nodes:
        return None
    present = fold.stop.trees()
    if event.tree in present:
        level = present.index(event.tree)
        return fold.stop.frames[:level], fold.stop.level_entry(level)
    way = fold.plan.way(fold.root, event.tree)
    return None if way is None else _by_way(fold, way)


def _by_way(fold: Fold, way: tuple[Step, ...]) -> Entry:
    """Enter by the root's own way; trees that the walk is in already are not entered anew."""
    stop = fold.stop
    frames: list[Frame] = []
    same = True
    for level, (tree, node) in enumerate(way):
        entry = stop.level_entry(level) if same else fold.new_entry()
        now = stop.frames[level] if same and level < len(stop.frames) else None
        same = now is not None and now.step == (tree, node)
        frames.append(
            now if same and now is not None else Frame(tree, node, entry, way[: level + 1])
        )
    # The target itself is in none of the trees the walk stands in: it is entered anew.
    return tuple(frames), fold.new_entry()


def _note_bypass(fold: Fold, tree: str, frames: tuple[Frame, ...]) -> None:
    inside = {tree, *(frame.tree for frame in frames)}
    if tree == fold.root or not _gate_trees(fold).isdisjoint(inside):
        # Still on the root's own road: what lies ahead is not bypassed.
        return
    fold.bypassed.update(gate for gate, _ in pending_gates(fold))


def _detour(fold: Fold, gates: tuple[Step, ...], label: str, at: datetime, seq: int) -> None:
    """Run these gates, then come back to the visit the walk is at now."""
    fold.detour = (_leave_for_later(fold, label), gates[1:])
    _to_gate(fold, gates[0], at, seq)


def _to_gate(fold: Fold, gate: Step, at: datetime, seq: int) -> None:
    fold.arrive(fold.root, gate[1], (), fold.stop.level_entry(0), at, seq)


def _leave_for_later(fold: Fold, label: str) -> Stop:
    """Leave a visit that will be returned to; the path shows it before and after."""
    kept = copy.copy(fold.stop)
    fold.stop.exit = label
    return kept


def _excursion(fold: Fold, event: Jumped, way: Anytime | None) -> bool:
    if way is None:
        return False
    fold.returns.append(_leave_for_later(fold, f"anytime {way.key}"))
    fold.arrive(fold.root, way.goto, (), fold.stop.level_entry(0), event.at, event.seq)
    return True
