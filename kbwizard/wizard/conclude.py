"""Results of named functions, to be recorded in the walk beside the readings they rest on.

A function may be improved one day; a walk that recorded its result keeps it.
"""

from __future__ import annotations

from collections.abc import Sequence

from kbwizard.wizard.derive import value_of
from kbwizard.wizard.facts import FactSpec, Reading, Registry, Scalar, Unavailable


def conclusions(registry: Registry, readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """What the registry's functions conclude from readings that came together.

    Only functions whose inputs all are among the readings: then they are revised together too.
    To be appended in the same `Read` event. Bands are not recorded: they are part of the version.
    """
    told = {reading.fact: reading for reading in readings}
    found = (_conclude(spec, told) for spec in registry.facts.values())
    return tuple(reading for reading in found if reading is not None)


def _conclude(spec: FactSpec, told: dict[str, Reading]) -> Reading | None:
    rule = spec.derived
    if rule is None or not rule.function or not all(name in told for name in rule.of):
        return None
    known: dict[str, Scalar] = {}
    for name in rule.of:
        said = told[name].value
        if not isinstance(said, Unavailable):
            known[name] = said
    value = value_of(rule, known)
    if value is None:
        return None
    last = max((told[name] for name in rule.of), key=lambda reading: reading.measured_at)
    return Reading(
        spec.name, value, last.source, last.measured_at, origin=last.origin, line=last.line
    )
