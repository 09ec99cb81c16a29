"""Reads an outcome node: how a walk may end, and what it needs to take effect."""

from __future__ import annotations

from kbwizard.content.fields import Fields, did_you_mean
from kbwizard.content.nodereading import Common, Reader
from kbwizard.content.yamlread import Block
from kbwizard.wizard.model import Audience, Order, Outcome, Result

LEVELS = ("n1", "n2", "n3", "field", "supervisor")
SKILLS = ("fibre", "radio", "indoor", "power")


def read_outcome(name: str, fields: Fields, common: Common, reader: Reader) -> Outcome:
    fields.piece("outcome", required=True)
    result = fields.choice("outcome", list(Result), default=Result.ESCALATE)
    return Outcome(
        name=name,
        texts=common.texts,
        line=common.line,
        article=common.article,
        max_visits=common.max_visits,
        result=Result(result),
        disposition=fields.text("disposition"),
        level=fields.choice("level", LEVELS),
        queue=fields.text("queue"),
        deadline=_deadline(fields, reader),
        order=_order(fields, reader),
        requires=_requires(fields, reader),
        alternative=fields.text("alternative"),
        csat=fields.flag("csat"),
    )


def _deadline(fields: Fields, reader: Reader) -> str:
    policy = fields.text("deadline")
    known = reader.registry.deadlines if reader.registry else {policy: ""}
    if policy and policy not in known:
        reader.problems.add(
            fields.line_of("deadline"),
            "unknown-deadline",
            f'a política de prazo "{policy}" não existe',
            did_you_mean(policy, known),
        )
    return policy


def _order(fields: Fields, reader: Reader) -> Order | None:
    block = fields.block("order")
    if block is None:
        return None
    inner = Fields(block, reader.problems, "em order")
    inner.piece("skill", required=True)
    skill = inner.choice("skill", SKILLS, default=SKILLS[0])
    priority = inner.count("priority", required=True, least=1)
    inner.done()
    if priority is not None and priority > 4:
        reader.problems.add(
            inner.line_of("priority"), "range", "a prioridade vai de 1 a 4", "escolha de 1 a 4"
        )
    return Order(skill, priority or 1)


def _requires(fields: Fields, reader: Reader) -> dict[str, tuple[str, ...]]:
    """By audience; a plain list is the same for all of them."""
    piece = fields.piece("requires")
    if piece is None:
        return {}
    if not isinstance(piece, Block):
        names = reader.known_facts(fields, "requires")
        return {str(audience): names for audience in Audience}
    inner = Fields(piece, reader.problems, "em requires")
    found = {
        str(audience): reader.known_facts(inner, audience)
        for audience in Audience
        if audience in inner
    }
    inner.asked.update(Audience)
    inner.done()
    return found
