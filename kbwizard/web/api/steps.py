"""Where a walk stands, as JSON for a bot: what to say to the customer, what may be answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kbwizard.walks.service import Standing
from kbwizard.web.sentences import without_gaps
from kbwizard.web.wording import say_plain
from kbwizard.wizard.choices import Choice, choices
from kbwizard.wizard.model import Check, Instruction, Node, Question
from kbwizard.wizard.position import Need, Position

DONE = "Pronto, já fiz"
POLL_S = 2.0
"""How soon to look again while something is read."""
SOLVED = frozenset({"solved", "advised"})
KINDS = {
    Need.ANSWER: "question",
    Need.READINGS: "reading",
    Need.CONFIRMATION: "instruction",
    Need.WAIT: "wait",
    Need.NOTHING: "outcome",
}


def step_of(
    standing: Standing, values: Mapping[str, str], *, solved: frozenset[str] = SOLVED
) -> dict[str, Any] | None:
    """The step on which the walk stands. None where it has ended.

    `solved`: results that a customer concludes alone; for all others people are needed.
    """
    position = standing.position
    if position.ended:
        return None
    outcome = position.outcome
    if outcome is not None:
        return {
            **_base(position, outcome, values, "outcome"),
            "result": str(outcome.result),
            "needs_person": str(outcome.result) not in solved,
        }
    kind = KINDS[position.pending.need]
    step = _base(position, position.node, values, kind)
    step["questions"] = [_question(choice) for choice in choices(standing.bundle, position)]
    step.update(_timing(position, standing.now))
    person = _person_node(standing)
    if kind == "reading" and step["questions"] and person is not None:
        step["help"] = _said(person.texts.customer, values)
    return step


def _said(source: str, values: Mapping[str, str]) -> str:
    """A text without the sentences that name what is not known here."""
    return say_plain(without_gaps(source, values), values)


def moment(value: datetime) -> str:
    """A moment as RFC 3339, in UTC."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _base(position: Position, node: Node, values: Mapping[str, str], kind: str) -> dict[str, Any]:
    step: dict[str, Any] = {
        "visit": position.visit,
        "kind": kind,
        "text": _said(_text(node, kind), values),
        "questions": [],
    }
    if isinstance(node, Instruction):
        step["confirm"] = node.confirm_for("customer") or "Feito"
        if node.warning:
            step["warning"] = _said(node.warning, values)
    if isinstance(node, Question) and node.help:
        step["help"] = _said(node.help, values)
    if isinstance(node, Question | Instruction) and node.media:
        step["drawing"] = node.media
    return step


def _text(node: Node, kind: str) -> str:
    if kind == "wait" and isinstance(node, Instruction) and node.meanwhile:
        return node.meanwhile_for("customer")
    return node.texts.customer


def _timing(position: Position, now: datetime) -> dict[str, Any]:
    pending = position.pending
    timing: dict[str, Any] = {}
    if pending.need is Need.READINGS:
        timing["retry_after_s"] = POLL_S
    if pending.until is not None:
        timing["ready_at"] = moment(pending.until)
        if pending.need is Need.WAIT:
            timing["retry_after_s"] = max(0.0, round((pending.until - now).total_seconds(), 1))
    return timing


def _question(choice: Choice) -> dict[str, Any]:
    question: dict[str, Any] = {
        "fact": choice.fact,
        "label": choice.label,
        "type": str(choice.type),
        "options": [{"value": one.value, "label": one.label} for one in choice.options],
        "unsure": choice.unsure,
    }
    if choice.unit:
        question["unit"] = choice.unit
    if choice.low is not None:
        question["minimum"] = choice.low
    if choice.high is not None:
        question["maximum"] = choice.high
    return question


def _person_node(standing: Standing) -> Node | None:
    """The question that is offered while a check runs."""
    position = standing.position
    node = position.node
    tree = standing.bundle.trees.get(position.tree)
    if not isinstance(node, Check) or tree is None:
        return None
    return tree.nodes.get(position.pending.person_node)
