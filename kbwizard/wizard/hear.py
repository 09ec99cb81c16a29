"""What each kind of event does to a walk. Each answers whether the event fitted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from kbwizard.wizard import answers, leave, travel
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
)
from kbwizard.wizard.model import Action, Check, Instruction, Outcome, Question
from kbwizard.wizard.plan import Step

if TYPE_CHECKING:
    from kbwizard.wizard.fold import Fold
    from kbwizard.wizard.stops import Stop

UPTIME = ".uptime_s"
"""How facts end that say for how long a device has been up."""

RESTART_SLACK = timedelta(seconds=10)
"""A device may have gone down a little before the screen showed the instruction."""

DONE_BEFORE = timedelta(hours=1)
"""A restart that a person says was done before is taken as done within the last hour."""


def hear(fold: Fold, event: Event) -> bool:
    """Let one event have its effect, short of moving the walk on."""
    return _HANDLERS[type(event)](fold, event)


def _answered(fold: Fold, event: Answered) -> bool:
    stop = fold.stop
    here = fold.fits(event.visit, event.seq)
    if here and isinstance(stop.node, Check):
        # Answering the question that is offered meanwhile ends the wait for the sources.
        return _answered_meanwhile(fold, stop, event)
    if isinstance(stop.node, Question | Outcome) and (here or _offered_before(fold, event)):
        answers.take(fold, event)
        return True
    said_at = fold.numbers.step(event.visit)
    if said_at is None:
        return False
    if _left_by_reading(fold, event.visit):
        # A reading moved the walk while the person was answering: what they said is kept.
        answers.keep(fold, event)
        return True
    if event.seq <= fold.amended:
        fold.pool.setdefault(_question_of(fold, said_at), []).append(event)
    return answers.put_aside(fold, event, said_at)


def _answered_meanwhile(fold: Fold, stop: Stop, event: Answered) -> bool:
    stop.given_up = stop.answered = True
    fold.settle(event.at, event.seq)
    if _offered_before(fold, event):
        answers.take(fold, event)
    else:
        answers.keep(fold, event)
    return True


def _offered_before(fold: Fold, event: Answered) -> bool:
    """Whether this is the question that the check of the event's visit offered while it ran."""
    said_at = fold.numbers.step(event.visit)
    if said_at is None or said_at == fold.stop.step:
        return False
    return _question_of(fold, said_at) == fold.stop.step and any(
        reading.fact in fold.stop.missing for reading in event.readings
    )


def _question_of(fold: Fold, said_at: Step) -> Step:
    """The question that was answered at a visit: a check offers the one at its `unknown`."""
    node = fold.plan.bundle.node(*said_at)
    return (said_at[0], node.unknown) if isinstance(node, Check) and node.unknown else said_at


def _left_by_reading(fold: Fold, visit: int) -> bool:
    """Whether only readings have moved the walk since it left a check."""
    places = [place for place, stop in enumerate(fold.path) if stop.number == visit]
    if not places or not isinstance(fold.path[places[-1]].node, Check):
        return False
    return all(stop.seq > fold.moved_seq for stop in fold.path[places[-1] + 1 :])


def _read(fold: Fold, event: Read) -> bool:
    add, asked_at = fold.store.add, event.asked_at
    ours = [reading for reading in event.readings if add(reading, event.seq, asked_at)]
    answers.record(fold, event, set_aside=not ours)
    leave.count_poll(fold, fold.stop, ours, event.at)
    return bool(ours) or not event.readings


def _given_up(fold: Fold, event: GivenUp) -> bool:
    stop = fold.stop
    waiting = isinstance(stop.node, Check) or stop.wait_until is not None
    if not waiting or not fold.fits(event.visit, event.seq):
        return False
    stop.given_up = True
    fold.human.append(event.seq)
    return True


def _confirmed(fold: Fold, event: Confirmed) -> bool:
    stop = fold.stop
    node = stop.node
    if not isinstance(node, Instruction) or stop.confirmed:
        return False
    if not fold.fits(event.visit, event.seq):
        return False
    stop.confirmed = True
    stop.already = event.already
    fold.human.append(event.seq)
    fold.store.change(node.changes, event.at)
    _expect_restart(fold, node, event)
    if node.wait_s and not event.already and not leave.leads_to_poll(fold, stop):
        stop.wait_until = event.at + timedelta(seconds=node.wait_s)
        stop.wait_seq = event.seq
    return True


def _expect_restart(fold: Fold, node: Instruction, event: Confirmed) -> None:
    """Remember when the devices must have started after, to hold their uptime against it.

    "Já fez" is believed, so no poll waits for it; that it was long ago shows as a conflict.
    """
    after = event.at - DONE_BEFORE if event.already else fold.stop.at - RESTART_SLACK
    for name in node.changes:
        if name.endswith(UPTIME):
            fold.boots[name] = (after, not event.already)


def _acted(fold: Fold, event: Acted) -> bool:
    stop = fold.stop
    if isinstance(stop.node, Action) and fold.fits(event.visit, event.seq):
        fold.act(stop, event)
        return True
    done_at = fold.numbers.step(event.visit)
    if event.result == "done" and event.seq <= fold.amended and done_at is not None:
        fold.done.setdefault(done_at, []).append(event)
    return False


def _line_bound(fold: Fold, event: LineBound) -> bool:
    fold.store.bind(event.line)
    return True


def _noted(fold: Fold, event: Noted) -> bool:
    fold.notes.append((event.at, event.by, event.text))
    return True


def _ended(fold: Fold, event: Ended) -> bool:
    stop = fold.stop
    if not isinstance(stop.node, Outcome) or not fold.fits(event.visit, event.seq):
        return False
    if leave.required(fold, stop) or leave.refused(fold, stop):
        return False
    fold.ended = True
    return True


def _handed_over(fold: Fold, event: HandedOver) -> bool:
    fold.audience = event.audience
    travel.run_gates_for_agent(fold, event)
    return True


def _jumped(fold: Fold, event: Jumped) -> bool:
    if not travel.jump(fold, event):
        return False
    fold.human.append(event.seq)
    return True


_HANDLERS: dict[type, Callable[[Any, Any], bool]] = {
    Acted: _acted,
    Answered: _answered,
    Confirmed: _confirmed,
    Ended: _ended,
    GivenUp: _given_up,
    HandedOver: _handed_over,
    Jumped: _jumped,
    LineBound: _line_bound,
    Noted: _noted,
    Read: _read,
}
