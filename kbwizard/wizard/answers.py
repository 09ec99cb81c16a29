"""Takes what persons and sources said into a walk, and keeps its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbwizard.wizard.events import Answered, Read
from kbwizard.wizard.facts import Ask
from kbwizard.wizard.model import Audience, Question
from kbwizard.wizard.plan import Step
from kbwizard.wizard.position import Given

if TYPE_CHECKING:
    from kbwizard.wizard.fold import Fold


def take(fold: Fold, event: Answered) -> None:
    """Let an answer settle the question (or the required facts) where the walk stands."""
    keep(fold, event)
    stop = fold.stop
    if isinstance(stop.node, Question):
        said = {reading.fact for reading in event.readings}
        fold.questions += sum(1 for name in said if _of_customer(fold, name))
        stop.asked = True
        stop.missing = tuple(name for name in stop.missing if name not in said)


def keep(fold: Fold, event: Answered) -> None:
    """Use what an answer says, and show it in the history where the walk stands."""
    for reading in event.readings:
        fold.store.add(reading, event.seq, event.at)
    fold.aside.discard(event.seq)
    fold.human.append(event.seq)
    record(fold, event)


def record(fold: Fold, event: Answered | Read, set_aside: bool = False) -> None:
    """Show in the history what was said, where the walk stands; not what followed from it."""
    stop = fold.stop
    said = tuple(one for one in event.readings if one.fact not in fold.plan.derived_set)
    fold.given[event.seq] = Given(
        event.seq, stop.number, stop.tree, stop.node.name, said, event.by, set_aside
    )


def put_aside(fold: Fold, event: Answered, said_at: Step) -> bool:
    """Keep an answer in the history, for what it was said of, without using it."""
    fold.given[event.seq] = Given(
        event.seq, event.visit, *said_at, event.readings, event.by, set_aside=True
    )
    return False


def _of_customer(fold: Fold, name: str) -> bool:
    spec = fold.plan.specs.get(name)
    if spec is None:
        return False
    alone = fold.audience == Audience.CUSTOMER
    return spec.ask is Ask.CUSTOMER or (alone and spec.ask is Ask.BOTH)
