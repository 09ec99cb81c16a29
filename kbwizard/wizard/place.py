"""Freezes a fold into a `Position`: what is needed, what is known, how it came there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from kbwizard.wizard import leave, travel
from kbwizard.wizard.facts import Ask, FactSpec, FactType, Reading, Scalar, Unavailable
from kbwizard.wizard.fold import Fold
from kbwizard.wizard.known import Said, View
from kbwizard.wizard.model import Action, Check, Instruction, Outcome, Question
from kbwizard.wizard.plan import MACHINES, can_be_asked
from kbwizard.wizard.position import Known, Need, Pending, Position, Visit
from kbwizard.wizard.stops import Stop

TOLERANCE_STEPS = 10
"""Two measured numbers differ when they are further apart than so many of the fact's steps."""

NOTHING = Pending(Need.NOTHING)


def position_of(fold: Fold, *, aside: set[int], human: tuple[int, ...]) -> Position:
    stop = fold.stop
    view = leave.view_of(fold, stop)
    required = leave.required(fold, stop)
    outcome = stop.node if isinstance(stop.node, Outcome) else None
    set_aside = tuple(sorted(fold.aside | aside))
    return Position(
        audience=fold.audience,
        root=fold.root,
        tree=stop.tree,
        node=stop.node,
        visit=stop.number,
        arrived_at=stop.at,
        pending=_pending(fold, stop, required),
        facts=_facts(fold, view),
        path=tuple(_visit(past) for past in fold.path),
        given=tuple(given for _, given in sorted(fold.given.items())),
        stack=tuple(frame.step for frame in stop.frames),
        outcome=outcome,
        ended=fold.ended,
        required=required,
        gates_pending=tuple(tree for tree, _ in travel.pending_gates(fold)),
        refused=leave.refused(fold, stop),
        conflicts=_conflicts(fold, view),
        questions=fold.questions,
        line=fold.store.line,
        last_seq=fold.seq,
        moved_seq=fold.moved_seq,
        notes=tuple(fold.notes),
        set_aside=set_aside,
        undoable=human,
    )


def pending_of(fold: Fold) -> Pending:
    """What is needed now, without the cost of freezing everything else."""
    return _pending(fold, fold.stop, leave.required(fold, fold.stop))


def _visit(stop: Stop) -> Visit:
    return Visit(
        stop.number,
        stop.tree,
        stop.node.name,
        stop.at,
        stop.seq,
        stop.exit,
        stop.why,
        stop.skipped,
        stop.asked,
    )


# -- what is needed -----------------------------------------------------------------------------


def _pending(fold: Fold, stop: Stop, required: tuple[str, ...]) -> Pending:
    node = stop.node
    if fold.ended:
        return NOTHING
    if isinstance(node, Question):
        return Pending(
            Need.ANSWER,
            facts=stop.missing,
            since=_since(fold, stop, stop.missing),
            unsure=bool(node.unknown),
        )
    if isinstance(node, Check):
        return _check(fold, stop, node)
    if isinstance(node, Instruction):
        if stop.wait_until is None:
            return Pending(Need.CONFIRMATION)
        return Pending(Need.WAIT, until=stop.wait_until)
    if isinstance(node, Action):
        return Pending(Need.ACTION)
    return _requirements(fold, required)


def _check(fold: Fold, stop: Stop, node: Check) -> Pending:
    facts = leave.to_read(fold, stop)
    polling = node.poll is not None and not stop.poll_over
    until = stop.poll_until if polling else None
    return replace(
        _person(fold, stop, node),
        need=Need.READINGS,
        facts=facts,
        since=_since(fold, stop, facts),
        until=until,
        next_read_at=_next_read(stop, node, until),
        timeout_s=node.timeout_s,
    )


def _next_read(stop: Stop, node: Check, until: datetime | None) -> datetime | None:
    if until is None or node.poll is None:
        return None
    if stop.last_poll is None:
        return stop.at
    return min(stop.last_poll + timedelta(seconds=node.poll.every_s), until)


def _person(fold: Fold, stop: Stop, node: Check) -> Pending:
    """The question at `unknown`, offered while sources are read (rule 7)."""
    question = fold.plan.bundle.trees[stop.tree].nodes.get(node.unknown)
    if not isinstance(question, Question) or not can_be_asked(fold.plan, question, fold.audience):
        return Pending(Need.READINGS)
    open_facts = tuple(
        name
        for name in question.facts
        if question.refresh or not fold.store.settled_by_person(name, stop.at, None)
    )
    return Pending(
        Need.READINGS,
        person=open_facts,
        person_node=question.name if open_facts else "",
        unsure=bool(open_facts and question.unknown),
    )


def _requirements(fold: Fold, required: tuple[str, ...]) -> Pending:
    """People are asked first; what only a source can say is read after that."""
    if not required:
        return NOTHING
    asked = tuple(name for name in required if _askable(fold.plan.specs.get(name)))
    if asked:
        return Pending(Need.ANSWER, facts=asked, unsure=True)
    return Pending(Need.READINGS, facts=fold.plan.bases(required))


def _askable(spec: FactSpec | None) -> bool:
    return spec is None or spec.ask is not Ask.NONE or not (spec.read_by or spec.derived)


def _since(fold: Fold, stop: Stop, facts: tuple[str, ...]) -> datetime | None:
    node = stop.node
    moments = [fold.store.changed[name] for name in facts if name in fold.store.changed]
    if isinstance(node, Question | Check) and node.refresh:
        moments.append(stop.at)
    return max(moments, default=None)


# -- what is known ------------------------------------------------------------------------------


def _facts(fold: Fold, view: View) -> dict[str, Known]:
    known = {
        name: _known(fold, name, said, view)
        for name, said in fold.store.said.items()
        if name not in fold.plan.derived_set
    }
    for name in fold.plan.derived:
        derived = _derived(fold, name, known, view)
        if derived is not None:
            known[name] = derived
    return known


def _known(fold: Fold, name: str, said: list[Said], view: View) -> Known:
    if len(said) == 1:
        reading, seq, _ = said[0]
        floor = view.store.floor(name, view.horizon)
        return Known(reading, floor is None or reading.measured_at >= floor, seq)
    standing = fold.store.standing(name, view.horizon)
    chosen = standing or _newest(said)
    last = {one.reading.source: one for one in said}
    others = tuple(
        other.reading
        for other in last.values()
        if other is not chosen and _says_otherwise(other.reading, chosen.reading)
    )
    usable = standing is not None
    if standing is None and not chosen.reading.known:
        floor = fold.store.floor(name)
        usable = floor is None or chosen.reading.measured_at >= floor
    return Known(chosen.reading, usable, chosen.seq, others)


def _newest(said: list[Said]) -> Said:
    """What to show where nothing is usable: a value, however old, before an excuse."""
    return max(said, key=lambda one: (one.reading.known, one.reading.measured_at, one.seq))


def _says_otherwise(other: Reading, chosen: Reading) -> bool:
    return other.value != chosen.value or other.source != chosen.source


def _derived(fold: Fold, name: str, known: dict[str, Known], view: View) -> Known | None:
    bases = [known[base] for base in fold.plan.bases((name,)) if base in known]
    value = view.get(name) if bases else None
    if value is None:
        return None
    oldest = min(
        (base.reading for base in bases if base.reading.known),
        key=lambda reading: reading.measured_at,
    )
    source = oldest.source
    return Known(Reading(name, value, source, oldest.measured_at, oldest.origin, line=oldest.line))


def _conflicts(fold: Fold, view: View) -> tuple[str, ...]:
    """Registry conflicts that hold now, facts told differently, restarts that uptime denies."""
    joined = [name for name in fold.plan.conflicts if view.conflict(name)]
    differing = [f"fact:{name}" for name, said in fold.store.said.items() if _differs(view, said)]
    denied = [f"restart:{name}" for name in fold.boots if fold.still_up(name)]
    return (*joined, *sorted(differing), *sorted(denied))


def _differs(view: View, said: list[Said]) -> bool:
    """Whether a person and a machine say different things that both still count."""
    if len(said) < 2:
        return False
    name = said[0].reading.fact
    floor = view.store.floor(name, view.horizon)
    newest: dict[bool, Said] = {}
    for one in said:
        reading = one.reading
        if reading.known and (floor is None or reading.measured_at >= floor):
            machine = reading.source in MACHINES
            if machine not in newest or reading.measured_at >= newest[machine].reading.measured_at:
                newest[machine] = one
    if len(newest) < 2:
        return False
    spec = view.store.plan.specs.get(name)
    return _apart(newest[True].reading.value, newest[False].reading.value, spec)


def _apart(one: Scalar | Unavailable, other: Scalar | Unavailable, spec: FactSpec | None) -> bool:
    if spec is None or spec.type is not FactType.FLOAT:
        return one != other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) > TOLERANCE_STEPS * (spec.step or 0.0)
    return one != other
