"""What the customer said and did, in the words they saw: to copy, print, or read out."""

from __future__ import annotations

from kbwizard.selfservice.values import Visit
from kbwizard.walks.service import Standing
from kbwizard.web.sentences import split
from kbwizard.wizard.facts import Ask, Reading, Registry
from kbwizard.wizard.model import Instruction, Node

DONE = "Fiz"
UNSURE = "Não sei"


def summary_of(visit: Visit, standing: Standing, code: str = "") -> tuple[str, ...]:
    """One line each: numbers to keep, then every answer and every thing done, in order."""
    head = [
        f"Protocolo: {visit.case_protocol}" if visit.case_protocol else "",
        f"Código: {code}" if code else "",
        f"Bairro: {visit.district}" if visit.district else "",
    ]
    return tuple(line for line in (*head, *_said_and_done(standing)) if line)


def _said_and_done(standing: Standing) -> list[str]:
    position, bundle = standing.position, standing.bundle
    answers = {
        one.visit: one.readings
        for one in position.given
        if one.by == "customer" and not one.set_aside
    }
    lines = []
    for visit in position.path:
        node = bundle.node(visit.tree, visit.node)
        words = _words(node)
        if not words:
            continue
        if visit.number in answers:
            said = _labels(answers[visit.number], bundle.registry)
            lines.append(f"{words} {said}" if said else "")
        elif isinstance(node, Instruction) and visit.exit:
            lines.append(f"{DONE}: {words}")
    return lines


def _words(node: Node) -> str:
    return split(node.texts.customer, {}, instead="").heading


def _labels(readings: tuple[Reading, ...], registry: Registry) -> str:
    said = []
    for reading in readings:
        spec = registry.facts.get(reading.fact)
        if spec is None or spec.personal:
            continue
        if not reading.known:
            said.append(UNSURE)
        elif spec.values or spec.ask is Ask.CUSTOMER:
            said.append(spec.label_of(reading.value, "customer"))  # type: ignore[arg-type]
    return ", ".join(said)
