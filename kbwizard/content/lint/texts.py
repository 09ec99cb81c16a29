"""Rules on what is said: texts missing for an audience, places that nothing fills."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kbwizard.content.fields import did_you_mean
from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.facts import Ask, Registry
from kbwizard.wizard.model import (
    ONLY_WITH_PARENT,
    Action,
    Audience,
    Instruction,
    Node,
    Outcome,
    Question,
    Subtree,
)

PLACE = re.compile(r"\{([^{}\n]*)\}")
"""A place in a text that is filled when it is shown."""


PERSONAL = frozenset({"holder", "caller", "plan", "agent"})
"""Places that name a person or their contract: a customer's page does not know who reads it."""

DEADLINE = "deadline"
"""The place that only an outcome with a policy fills: elsewhere it promises without a time."""


def check_texts(look: Inspection) -> None:
    on_customers_way = _customer_nodes(look) if _serves_customers(look) else frozenset()
    for node in look.tree:
        if look.for_professionals and _speaks(node) and not node.texts.agent:
            _missing(look, node, "agent", "para o atendente")
        if node.name in on_customers_way and _speaks_to_customers(look, node):
            _missing(look, node, "customer", "para o cliente")
        elif node.name in on_customers_way and _passed_by(look, node):
            _missing(look, node, "customer", "para o cliente, que o sabe", severity="warning")
        for key, text in texts_of(node):
            _places(look, node, key, text)
        if look.has(Audience.CUSTOMER):
            _personal(look, node)


def _missing(look: Inspection, node: Node, key: str, whom: str, *, severity: str = "error") -> None:
    look.at(
        node,
        "missing-text",
        f'o passo "{node.name}" não tem texto {whom}',
        f'escreva "{key}: …", ou tire o público de "audiences"',
        severity=severity,
    )


def _speaks(node: Node) -> bool:
    """Whether a person has to be told something here."""
    if isinstance(node, Outcome):
        return node.result not in ONLY_WITH_PARENT
    return isinstance(node, Question | Instruction | Action)


def _speaks_to_customers(look: Inspection, node: Node) -> bool:
    """A question without their text is passed by through `unknown`; an action is refused."""
    if node.texts.customer or not _speaks(node) or isinstance(node, Action):
        return False
    if isinstance(node, Question):
        return not node.unknown and not _read_on_a_screen(node, look.bundle.registry)
    return True


def _passed_by(look: Inspection, node: Node) -> bool:
    """A question that only the customer can answer, and that is not put to them."""
    if not isinstance(node, Question) or node.texts.customer:
        return False
    facts = look.bundle.registry.facts
    return all(name in facts and facts[name].ask is Ask.CUSTOMER for name in node.facts)


def _read_on_a_screen(node: Question, registry: Registry) -> bool:
    return any(
        registry.facts[name].ask is Ask.SCREEN for name in node.facts if name in registry.facts
    )


def _serves_customers(look: Inspection, below: tuple[str, ...] = ()) -> bool:
    """Whether the tree is for customers, or one that is leads them into it."""
    if look.has(Audience.CUSTOMER):
        return True
    below = (*below, look.tree.name)
    callers = [tree for tree in look.bundle.trees.values() if tree.name not in below]
    for tree in callers:
        calls = {node.name for node in tree if _calls(node, look.tree.name)}
        above = Inspection(tree, look.bundle, look.articles)
        if calls and _serves_customers(above, below) and calls & _customer_nodes(above):
            return True
    return False


def _calls(node: Node, tree: str) -> bool:
    return isinstance(node, Subtree) and node.tree == tree


def _customer_nodes(look: Inspection) -> frozenset[str]:
    """Nodes a customer may come to: actions without their text are never done for them, and a
    question they are not asked is left by `unknown` unless the network knew its fact."""
    found = {look.tree.entry}
    waiting = [look.tree.entry]
    while waiting:
        node = look.tree.nodes[waiting.pop()]
        for edge in look.ways[node.name]:
            refused = isinstance(node, Action) and not node.texts.customer
            if refused and edge.label not in ("otherwise", "max_visits"):
                continue
            if _only_people_know(look, node) and edge.label not in ("unknown", "max_visits"):
                continue
            if edge.target not in found:
                found.add(edge.target)
                waiting.append(edge.target)
    return frozenset(found)


def _only_people_know(look: Inspection, node: Node) -> bool:
    """A question that customers are never asked, and whose facts no source reads."""
    if not isinstance(node, Question) or node.texts.customer or not node.unknown:
        return False
    facts = look.bundle.registry.facts
    return all(name in facts and not facts[name].read_by for name in node.facts)


def texts_of(node: Node) -> Iterator[tuple[str, str]]:
    """Every text of a node that is shown to somebody, with its key."""
    for key, text in (
        ("agent", node.texts.agent),
        ("customer", node.texts.customer),
        ("why", node.texts.why),
    ):
        if text:
            yield key, text
    for key in (*SHARED, "confirm_customer", "meanwhile_customer"):
        if getattr(node, key, ""):
            yield key.removesuffix("_customer"), getattr(node, key)


SHARED = ("warning", "confirm", "meanwhile", "help", "alternative")


def texts_for_all(node: Node) -> Iterator[tuple[str, str]]:
    """Texts beside `customer` that a customer reads: those of everybody, or their own version."""
    for key in SHARED:
        text = getattr(node, f"{key}_customer", "") or getattr(node, key, "")
        if text:
            yield key, text


def customer_texts(node: Node) -> Iterator[tuple[str, str]]:
    """Everything a customer reads at a node; a node without words for them is not shown."""
    if node.texts.customer:
        yield "customer", node.texts.customer
        yield from texts_for_all(node)


def _places(look: Inspection, node: Node, key: str, text: str) -> None:
    if re.search(r"[{}]", PLACE.sub("", text)):
        look.at(
            node,
            "unknown-place",
            f'o texto "{key}" do passo "{node.name}" tem uma chave que não fecha, ou a mais',
            "escreva cada lugar assim: {protocol}",
        )
    if DEADLINE in PLACE.findall(text) and not getattr(node, "deadline", ""):
        look.at(
            node,
            "place-without-deadline",
            f'o texto "{key}" do passo "{node.name}" diz um prazo que ele não tem',
            'escreva "deadline: POLÍTICA" no desfecho, ou tire "{deadline}"',
        )
    for name in unknown_places(text, look.bundle.registry):
        look.at(
            node,
            "unknown-place",
            f'"{{{name}}}" no texto "{key}" do passo "{node.name}" não é fato nem nome reservado',
            did_you_mean(name, [*look.bundle.registry.facts, *look.bundle.registry.reserved]),
        )


def _personal(look: Inspection, node: Node) -> None:
    facts = look.bundle.registry.facts
    for key, text in customer_texts(node):
        for name in PLACE.findall(text):
            if name in PERSONAL or (name in facts and facts[name].personal):
                look.at(
                    node,
                    "personal-place",
                    f'o texto "{key}" do passo "{node.name}" mostra "{{{name}}}" ao cliente, e a '
                    "página de ajuda não sabe quem lê",
                    "diga sem o nome",
                )


def unknown_places(text: str, registry: Registry) -> list[str]:
    """Names between braces that neither the facts nor the reserved names know."""
    return [
        name
        for name in PLACE.findall(text)
        if name not in registry.facts and name not in registry.reserved
    ]
