"""Reads one node of a tree: what kind it is, and the keys of that kind."""

from __future__ import annotations

from collections.abc import Callable

from kbwizard.content.fields import Fields, Problems, check_name, unique_pairs
from kbwizard.content.nodereading import Common, Reader
from kbwizard.content.treeoutcome import read_outcome
from kbwizard.content.whens import check_value, read_when
from kbwizard.content.yamlread import Block, Items, Piece
from kbwizard.wizard.facts import Scalar
from kbwizard.wizard.model import (
    Action,
    Branch,
    Check,
    Decide,
    Instruction,
    MaxVisits,
    Node,
    Poll,
    Question,
    Subtree,
    Texts,
)

SHAPES = (
    "question: FATO, check: [FATO], decide: true, instruction: true, action: NOME, "
    "subtree: ÁRVORE ou outcome: RESULTADO"
)


def read_node(name: str, line: int, block: Block, reader: Reader) -> Node | None:
    """The node, or None with problems added."""
    fields = Fields(block, reader.problems, f'no passo "{name}"')
    kinds = [kind for kind in KINDS if kind in fields]
    if len(kinds) != 1:
        message = (
            f'o passo "{name}" não diz o que é'
            if not kinds
            else f'o passo "{name}" é duas coisas: {" e ".join(kinds)}'
        )
        reader.problems.add(line, "node-kind", message, f"escolha uma: {SHAPES}")
        return None
    node = KINDS[kinds[0]](name, fields, _common(fields, line, reader), reader)
    fields.done()
    return node


def _common(fields: Fields, line: int, reader: Reader) -> Common:
    texts = Texts(fields.text("agent"), fields.text("customer"), fields.text("why"))
    return Common(texts, line, fields.text("article"), _max_visits(fields, reader))


def _max_visits(fields: Fields, reader: Reader) -> MaxVisits | None:
    block = fields.block("max_visits")
    if block is None:
        return None
    inner = Fields(block, reader.problems, "em max_visits")
    n = inner.count("n", required=True, least=1)
    then = reader.way(inner, "then", required=True)
    inner.done()
    return MaxVisits(n or 1, then)


def _branches(fields: Fields, reader: Reader, key: str = "branches") -> tuple[Branch, ...]:
    found = []
    for block in fields.blocks(key):
        inner = Fields(block, reader.problems, f'em "{key}"')
        when = read_when(inner.piece("when", required=True), reader.registry, reader.problems)
        goto = reader.way(inner, "goto", required=True)
        why = inner.text("why")
        inner.done()
        if when is not None:
            found.append(Branch(when, goto, why, block.line))
    return tuple(found)


def _question(name: str, fields: Fields, common: Common, reader: Reader) -> Question:
    facts = reader.known_facts(fields, "question")
    question = Question(
        name=name,
        texts=common.texts,
        line=common.line,
        article=common.article,
        max_visits=common.max_visits,
        facts=facts,
        go=_go(fields, facts, reader),
        branches=_branches(fields, reader),
        otherwise=reader.way(fields, "else"),
        goto=reader.way(fields, "goto"),
        unknown=reader.way(fields, "unknown"),
        refresh=fields.flag("refresh"),
        media=fields.text("media"),
        help=fields.text("help"),
    )
    routes = [key for key in ("go", "branches", "goto") if key in fields]
    if len(routes) != 1:
        reader.problems.add(
            common.line,
            "question-route",
            f'a pergunta "{name}" pede um caminho: go, branches ou goto',
            "deixe um só",
        )
    return question


def _go(fields: Fields, facts: tuple[str, ...], reader: Reader) -> dict[Scalar, str]:
    block = fields.block("go")
    if block is None:
        return {}
    if len(facts) > 1:
        reader.problems.add(
            block.line, "question-route", '"go" serve a um só fato', 'use "branches" ou "goto"'
        )
    spec = reader.registry.facts.get(facts[0]) if reader.registry and facts else None
    inner = Fields(block, reader.problems, 'em "go"')
    found: dict[Scalar, str] = {}
    for key, (word, _) in unique_pairs(block, Problems("")).items():
        target = reader.way(inner, key)
        if spec is None or check_value(spec, word, reader.problems):
            found[word.value] = target
    return found


def _check(name: str, fields: Fields, common: Common, reader: Reader) -> Check:
    return Check(
        name=name,
        texts=common.texts,
        line=common.line,
        article=common.article,
        max_visits=common.max_visits,
        facts=reader.known_facts(fields, "check"),
        branches=_branches(fields, reader),
        otherwise=reader.way(fields, "else"),
        unknown=reader.way(fields, "unknown"),
        refresh=fields.flag("refresh"),
        timeout_s=fields.number("timeout_s", least=0.1),
        poll=_poll(fields, reader),
    )


def _poll(fields: Fields, reader: Reader) -> Poll | None:
    block = fields.block("poll")
    if block is None:
        return None
    inner = Fields(block, reader.problems, "em poll")
    every = inner.number("every_s", required=True, least=1)
    up_to = inner.number("up_to_s", required=True, least=1)
    until = read_when(inner.piece("until", required=True), reader.registry, reader.problems)
    inner.done()
    if until is None or every is None or up_to is None:
        return None
    return Poll(every, up_to, until)


def _decide(name: str, fields: Fields, common: Common, reader: Reader) -> Decide:
    """`decide: a note` with `branches` beside it, or the list of branches itself."""
    itself = isinstance(_noted(fields, "decide"), Items)
    return Decide(
        name=name,
        texts=common.texts,
        line=common.line,
        article=common.article,
        max_visits=common.max_visits,
        branches=_branches(fields, reader, "decide" if itself else "branches"),
        otherwise=reader.way(fields, "else"),
        unknown=reader.way(fields, "unknown"),
    )


def _noted(fields: Fields, key: str) -> Piece:
    """`decide` and `instruction` have no value of their own: true, nothing, or a note."""
    fields.asked.add(key)
    piece = fields.pairs[key][1]
    if isinstance(piece, Block):
        fields.wrong(key, piece, "true ou uma nota", f'escreva "{key}: true" e o resto ao lado')
    return piece


def _instruction(name: str, fields: Fields, common: Common, reader: Reader) -> Instruction:
    _noted(fields, "instruction")
    confirm, confirm_customer = _per_audience(fields, "confirm", reader)
    meanwhile, meanwhile_customer = _per_audience(fields, "meanwhile", reader)
    return Instruction(
        name=name,
        texts=common.texts,
        line=common.line,
        article=common.article,
        max_visits=common.max_visits,
        goto=reader.way(fields, "goto", required=True),
        warning=fields.text("warning"),
        confirm=confirm,
        confirm_customer=confirm_customer,
        wait_s=fields.number("wait_s", least=1),
        meanwhile=meanwhile,
        meanwhile_customer=meanwhile_customer,
        changes=_changes(fields, reader),
        media=fields.text("media"),
    )


def _per_audience(fields: Fields, key: str, reader: Reader) -> tuple[str, str]:
    """One text for everybody, or `{agent: …, customer: …}`."""
    if not isinstance(fields.pairs[key][1] if key in fields else None, Block):
        return fields.text(key), ""
    inner = Fields(fields.block(key) or Block([], 0), reader.problems, f'em "{key}"')
    found = inner.text("agent", required=True), inner.text("customer", required=True)
    inner.done()
    return found


def _changes(fields: Fields, reader: Reader) -> tuple[str, ...]:
    return reader.check_facts(fields.texts("changes"), fields.line_of("changes"))


def _action(name: str, fields: Fields, common: Common, reader: Reader) -> Action:
    action = fields.text("action", required=True)
    if action:
        check_name(action, fields.line_of("action"), "da ação", reader.problems)
    return Action(
        name=name,
        texts=common.texts,
        line=common.line,
        article=common.article,
        max_visits=common.max_visits,
        action=action,
        then=reader.way(fields, "then", required=True),
        on_error=reader.way(fields, "on_error", required=True),
        otherwise=reader.way(fields, "otherwise", required=True),
        confirm=fields.text("confirm"),
        changes=_changes(fields, reader),
    )


def _subtree(name: str, fields: Fields, common: Common, reader: Reader) -> Subtree:
    block = fields.block("returns")
    returns: dict[str, str] = {}
    if block is not None:
        inner = Fields(block, reader.problems, "em returns")
        for key in inner.pairs:
            returns[key] = reader.way(inner, key)
    return Subtree(
        name=name,
        texts=common.texts,
        line=common.line,
        article=common.article,
        max_visits=common.max_visits,
        tree=fields.text("subtree", required=True),
        returns=returns,
    )


KINDS: dict[str, Callable[[str, Fields, Common, Reader], Node]] = {
    "question": _question,
    "check": _check,
    "decide": _decide,
    "instruction": _instruction,
    "action": _action,
    "subtree": _subtree,
    "outcome": read_outcome,
}
