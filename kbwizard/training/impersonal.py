"""What may leave a walk: facts with names and numbers of people, lines and devices taken out.

Values of closed lists and measured numbers stay; texts are replaced by examples or left out. What
was taken is kept apart, to prove that none of it is in the text that was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kbwizard.cases.models import Case, WorkOrder
from kbwizard.content.personal import find_personal, occurrences
from kbwizard.errors import InvalidInput
from kbwizard.walks.service import Standing
from kbwizard.wizard.events import Acted, Noted, Read
from kbwizard.wizard.facts import FactSpec, FactType, Reading, Scalar, Source, Unavailable
from kbwizard.wizard.model import Action

NAME, PHONE, WHEN, DAY = "Fulana", "(11) 90000-0001", "à tarde", "25/11/2026"
ADDRESSES = {"shared": "100.64.0.10", "public": "198.51.100.10", "private": "192.168.1.10"}
EXAMPLES = (NAME, PHONE, WHEN, DAY, "exemplo", *ADDRESSES.values())
"""Stand where a text stood: nobody's."""
CLOSED = (FactType.ENUM, FactType.BOOL, FactType.INT, FactType.FLOAT)

Value = Scalar | Unavailable
Values = dict[str, tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Impersonal:
    """One walk without its people: what sources said, what persons answered, what was done."""

    facts: Values
    answers: Values
    actions: Mapping[str, str]
    last: Values
    """What sources said last, one value each."""


def impersonal(standing: Standing) -> Impersonal:
    """What may be told of a walk."""
    specs = standing.bundle.registry.facts
    address_class = _value(standing, "session.address_class")
    series: dict[str, list[Value]] = {}
    for event in standing.events:
        if isinstance(event, Read) and event.seq not in standing.position.set_aside:
            for reading in event.readings:
                value = _told(specs.get(reading.fact), reading, address_class)
                if value is not None:
                    series.setdefault(reading.fact, []).append(value)
    answers: dict[str, list[Value]] = {}
    for given in standing.position.given:
        for reading in given.readings:
            if given.set_aside or reading.source not in (Source.AGENT, Source.CUSTOMER):
                continue
            value = _answered(specs.get(reading.fact), reading)
            if value is not None:
                answers.setdefault(reading.fact, []).append(value)
    return Impersonal(
        facts={fact: tuple(values) for fact, values in series.items()},
        answers={fact: tuple(values) for fact, values in answers.items()},
        actions=_actions(standing),
        last={fact: (values[-1],) for fact, values in series.items()},
    )


def deduplicated(values: Values) -> Values:
    """Series without repetitions in a row: as few readings as tell the story."""
    return {
        fact: tuple(one for place, one in enumerate(told) if not place or told[place - 1] != one)
        for fact, told in values.items()
    }


def personal_values(
    standings: Iterable[Standing], case: Case, orders: Sequence[WorkOrder]
) -> frozenset[str]:
    """Every text of the case that may name or reach somebody, or that somebody wrote."""
    found = {case.protocol, case.erp_protocol, case.customer_name, case.contact_phone}
    found.add(case.confirmed_by)
    for order in orders:
        found |= {order.number, order.summary, str(order.details.get("cto", ""))}
        found |= {str(value) for value in order.contact.values()}
        found |= {str(order.details.get("fibre_reason", ""))}
    for standing in standings:
        specs = standing.bundle.registry.facts
        for event in standing.events:
            if isinstance(event, Noted):
                found.add(event.text)
            for reading in getattr(event, "readings", ()):
                spec = specs.get(reading.fact)
                closed = spec is not None and spec.type in CLOSED and not spec.personal
                if reading.known and not closed:
                    found.add(str(reading.value))
    return frozenset(text for text in found if text and text not in EXAMPLES)


def check_impersonal(text: str, known: Iterable[str]) -> None:
    """Raises `InvalidInput` when anything personal is in a text that was made."""
    bare = text
    for example in EXAMPLES:
        bare = bare.replace(example, "")
    shaped = [found.kind for found in find_personal(bare)]
    if shaped or any(occurrences(bare, known)):
        raise InvalidInput(
            "Nada foi criado: sobraria um dado pessoal no texto. Faça este exercício à mão."
        )


def _told(spec: FactSpec | None, reading: Reading, address_class: str) -> Value | None:
    """What a source said; None for what is left out."""
    if spec is None or spec.derived is not None or spec.personal:
        return None
    if isinstance(reading.value, Unavailable):
        return Unavailable(reading.value.reason)
    if spec.name == "session.address":
        return ADDRESSES.get(address_class)
    return reading.value if spec.type in CLOSED else None


def _answered(spec: FactSpec | None, reading: Reading) -> Value | None:
    if spec is None or isinstance(reading.value, Unavailable):
        return None if spec is None else Unavailable(reading.value.reason)  # type: ignore[union-attr]
    if spec.type in CLOSED and not spec.personal:
        return reading.value
    if spec.name.endswith("phone"):
        return PHONE
    if spec.name.endswith("name"):
        return NAME
    if spec.name.endswith(".date"):
        return DAY
    return WHEN if spec.name.endswith("time") else "exemplo"


def _actions(standing: Standing) -> dict[str, str]:
    found = {}
    for event in standing.events:
        if isinstance(event, Acted):
            visit = next((v for v in standing.position.path if v.number == event.visit), None)
            node = standing.bundle.node(visit.tree, visit.node) if visit is not None else None
            if isinstance(node, Action):
                found[node.action] = event.result
    return found


def _value(standing: Standing, fact: str) -> str:
    known = standing.position.facts.get(fact)
    return str(known.reading.value) if known is not None and known.reading.known else ""
