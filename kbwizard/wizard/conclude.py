"""Results of named functions, to be recorded in the walk beside the readings they rest on.

A function may be improved one day; a walk that recorded its result keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kbwizard.wizard.derive import value_of
from kbwizard.wizard.events import Event, Read
from kbwizard.wizard.facts import Derived, Reading, Registry, Scalar, Unavailable
from kbwizard.wizard.model import Bundle
from kbwizard.wizard.position import Known
from kbwizard.wizard.replay import replay


def with_conclusions(bundle: Bundle, events: Sequence[Event], event: Read) -> Read:
    """The event that would be appended to `events`, with what the functions conclude from it."""
    told = {reading.fact for reading in event.readings}
    if all(told.isdisjoint(rule.of) for _, rule in _functions(bundle.registry)):
        return event
    facts = replay(bundle, (*events, event), event.at).facts
    found = conclusions(bundle.registry, event.readings, facts)
    return replace(event, readings=(*event.readings, *found)) if found else event


def conclusions(
    registry: Registry, readings: Sequence[Reading], facts: Mapping[str, Known]
) -> tuple[Reading, ...]:
    """What functions conclude from readings, by what stands of all facts after they came.

    Only functions of which an input has just come, and of which no input has grown too old. Bands
    are not recorded: they are part of the version.
    """
    found = (_conclude(name, rule, readings, facts) for name, rule in _functions(registry))
    return tuple(reading for reading in found if reading is not None)


def _functions(registry: Registry) -> list[tuple[str, Derived]]:
    rules = ((spec.name, spec.derived) for spec in registry.facts.values())
    return [(name, rule) for name, rule in rules if rule is not None and rule.function]


def _conclude(
    fact: str, rule: Derived, readings: Sequence[Reading], facts: Mapping[str, Known]
) -> Reading | None:
    inputs = [facts[name] for name in rule.of if name in facts]
    stand = [known.reading for known in inputs if known.reading.known]
    if not all(known.usable for known in inputs) or not any(one in readings for one in stand):
        return None
    value = value_of(rule, _values(stand))
    if value is None:
        return None
    last = max(stand, key=lambda reading: reading.measured_at)
    return Reading(fact, value, last.source, last.measured_at, last.origin, line=last.line)


def _values(stand: Sequence[Reading]) -> dict[str, Scalar]:
    return {one.fact: one.value for one in stand if not isinstance(one.value, Unavailable)}
