"""A step outside any call: what it says and asks, and a call that begins there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.cases.service import NewCase
from kbwizard.content.articles import find_article
from kbwizard.errors import NotFound
from kbwizard.web.desk.parts import parts
from kbwizard.web.kb.knowledge import audience_here, blueprint
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import require, signed_in
from kbwizard.web.wording import say
from kbwizard.wizard.choices import choice_of
from kbwizard.wizard.model import Bundle, Check, Instruction, Node, Outcome, Question, Tree

MOST_LABELS = 4
"""Of a reading of many facts, so many are named."""
_KINDS: tuple[tuple[type, str], ...] = (
    (Question, "Pergunta"),
    (Check, "Leitura da rede"),
    (Instruction, "Orientação ao cliente"),
    (Outcome, "Desfecho"),
)


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step as text. `answers` are the labels that a question offers."""

    tree: Tree
    node: Node
    kind: str
    title: str
    said: Markup
    warning: Markup
    why: Markup
    answers: tuple[str, ...]
    article: str
    at: str


@blueprint.get("/steps/<tree>", defaults={"node": ""})
@blueprint.get("/steps/<tree>/<node>")
@require(Permission.READ_ARTICLES)
def step(tree: str, node: str) -> Response:
    """What one step of a tree says, read outside a call."""
    bundle, found, at = _at(tree, node)
    return make_response(render_template("kb/step.html", step=_page(bundle, found, at)))


@blueprint.post("/steps/<tree>/<node>/begin")
@require(Permission.ATTEND)
def begin(tree: str, node: str) -> AnyResponse:
    """Open a case at this step, of a customer still unknown; its gates stay to be passed."""
    _, found, at = _at(tree, node)
    desk, me = parts(), signed_in().name
    case = desk.cases.open(NewCase(), by=me)
    first = desk.cases.walks_of(case.id or 0)[0]
    desk.walks.jump(first.walk_id, tree=found.name, node=at.name, by=me)
    return redirect(url_for("call.show", protocol=case.protocol), 303)


def _at(tree: str, node: str) -> tuple[Bundle, Tree, Node]:
    bundle = kb_parts().live.current()
    found = bundle.trees.get(tree)
    if found is None or audience_here() not in found.audiences:
        raise NotFound("Este roteiro não existe.")
    if (node or found.entry) not in found.nodes:
        raise NotFound("Este passo não existe mais neste roteiro.")
    return bundle, found, found.nodes[node or found.entry]


def _page(bundle: Bundle, tree: Tree, node: Node) -> StepPage:
    specs = bundle.registry.facts
    facts = node.facts if isinstance(node, Question | Check) else ()
    asked = [specs[fact] for fact in facts if fact in specs]
    slug, _, at = node.article.partition("#")
    answers: tuple[str, ...] = ()
    if isinstance(node, Question) and len(asked) == 1:
        options = choice_of(asked[0], "agent", unsure=False).options
        answers = tuple(option.label for option in options)
    article = find_article(kb_parts().live.articles(), slug) if slug else None
    readable = article is not None and article.readable_by(audience_here())
    return StepPage(
        tree=tree,
        node=node,
        kind=next((word for kind, word in _KINDS if isinstance(node, kind)), "Passo"),
        title=_title([spec.label for spec in asked]),
        said=say(node.texts.agent, {}),
        warning=say(node.warning, {}) if isinstance(node, Instruction) else Markup(),
        why=say(node.texts.why, {}),
        answers=answers,
        article=article.slug if article is not None and readable else "",
        at=at,
    )


def _title(labels: list[str]) -> str:
    shown, more = labels[:MOST_LABELS], len(labels) - MOST_LABELS
    return " · ".join(shown) + (f" e mais {more}" if more > 0 else "")
