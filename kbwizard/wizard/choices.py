"""What a person may answer where the walk stands: values, labels, keys, and "não sei"."""

from __future__ import annotations

from dataclasses import dataclass

from kbwizard.wizard.facts import FactSpec, FactType, Scalar
from kbwizard.wizard.model import Bundle
from kbwizard.wizard.position import Need, Position

KEYS = "1234567890"
"""Digits of the desk, in the order of the answers; an eleventh answer has no key of its own."""

UNSURE_LABEL = "Não sei"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. `key` is the digit that chooses it, or empty."""

    value: Scalar
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One fact to be answered: by one of `options`, or typed where there are none."""

    fact: str
    label: str
    type: FactType
    options: tuple[Option, ...]
    unsure: bool
    """"Não sei" is an answer here."""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    personal: bool = False


def choices(bundle: Bundle, position: Position) -> tuple[Choice, ...]:
    """What the pending question asks, in order: the one that stands, or the one that a running
    check offers meanwhile. Empty where nobody is asked anything."""
    pending = position.pending
    names = pending.facts if pending.need is Need.ANSWER else pending.person
    specs = bundle.registry.facts
    return tuple(
        choice_of(specs[name], position.audience, unsure=pending.unsure)
        for name in names
        if name in specs
    )


def choice_of(spec: FactSpec, audience: str, *, unsure: bool) -> Choice:
    """How this audience answers one fact."""
    return Choice(
        fact=spec.name,
        label=spec.label,
        type=spec.type,
        options=_options(spec, audience),
        unsure=unsure,
        unit=spec.unit,
        low=spec.low,
        high=spec.high,
        step=spec.step,
        personal=spec.personal,
    )


def _options(spec: FactSpec, audience: str) -> tuple[Option, ...]:
    labels = [(one.value, one.text(audience), one.key) for one in spec.values]
    if not labels and spec.type is FactType.BOOL:
        labels = [(True, "Sim", ""), (False, "Não", "")]
    return tuple(
        Option(value, label, key or KEYS[place : place + 1])
        for place, (value, label, key) in enumerate(labels)
    )
