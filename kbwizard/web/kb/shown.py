"""An article as a screen shows it: how far it can be trusted, what it leads to, who may do what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, g
from markupsafe import escape

from kbwizard.accounts.people import find_user
from kbwizard.content.articles import Article, View, find_article
from kbwizard.reports.due import SOON_DAYS
from kbwizard.web.format import day
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import signed_in
from kbwizard.web.services import now, services
from kbwizard.web.wording import greeting
from kbwizard.wizard.model import Bundle

SHIPPED = {"kbwizard": "base original", "kbwizard-revisao": "revisão da base original"}
"""Who answers for the articles that come with the product: no person of this installation."""
PANEL = "a-"
"""Begins the anchors of an article beside a step, so that none is an id of the call's screen."""

_BLANK = re.compile(r"\{(empresa|atendente|saudacao|protocolo)\}")
_ANCHOR = re.compile(r'(<h[2-6][^>]*? id="|<a href="#)')


@dataclass(frozen=True, slots=True)
class Trust:
    """Whether somebody answers for what an article says. `kind`: good, attention or unknown."""

    kind: str
    word: str
    more: str = ""
    """By whom and until when, for the article's own page."""
    soon: bool = False
    """It stands in the queue already: due within days."""


@dataclass(frozen=True, slots=True)
class Begin:
    """The step that an article's "começar o passo a passo" opens."""

    tree: str
    node: str
    title: str


def install(app: Flask) -> None:
    """Give templates `trust_of(article)` and `person_name(name)`."""
    app.jinja_env.globals.update(trust_of=trust_of, person_name=person_name)


def trust_of(article: Article) -> Trust:
    """How an article stands today."""
    today, due = kb_parts().readership.today(), article.due_on
    match article.standing(today):
        case "verified":
            until = f", vale até {day(due)}" if due else ""
            by = ("pela " if article.verified_by in SHIPPED else "por ") + person_name(
                article.verified_by
            )
            soon = due is not None and (due - today).days <= SOON_DAYS
            return Trust("good", "verificado", f"{by} em {_at(article)}{until}", soon=soon)
        case "due":
            since = f"a verificar desde {day(due)}" if due else "a verificar"
            return Trust("attention", since, f"a última verificação foi em {_at(article)}")
    return Trust("unknown", "ainda não verificado")


def person_name(name: str) -> str:
    """Who a name in the front matter is, as people call them."""
    known: dict[str, str] = g.setdefault("kb_people", dict(SHIPPED))
    if name not in known:
        user = find_user(services().engine, name)
        known[name] = user.full_name if user is not None else name
    return known[name]


def begin_of(article: Article, bundle: Bundle) -> Begin | None:
    """Where its steps begin; None when it names none, or none that is in use."""
    name, _, node = article.starts.partition("#")
    tree = bundle.trees.get(name)
    if tree is None or (node and node not in tree.nodes):
        return None
    return Begin(tree.name, node or tree.entry, tree.title)


def related_to(article: Article, articles: Mapping[str, Article], audience: str) -> list[Article]:
    """What its author relates it to, each once, as far as this reader may read it.

    What this article itself replaced by now is no other to read.
    """
    named = [find_article(articles, slug) for slug in article.related]
    found = {one.slug: one for one in named if one is not None and one.readable_by(audience)}
    return [one for slug, one in found.items() if slug != article.slug]


def html_beside(html: str) -> str:
    """The same HTML with anchors that cannot meet those of the screen it stands in."""
    return _ANCHOR.sub(lambda match: match[1] + PANEL, html)


def html_spoken(view: View, protocol: str) -> str:
    """Its HTML with what is known filled into the sentences to say; other blanks stay."""
    hour = now().astimezone(services().settings.timezone).hour
    known = {
        "empresa": services().settings.company,
        "atendente": signed_in().full_name.split()[0],
        "saudacao": greeting(hour),
        "protocolo": protocol,
    }
    return _BLANK.sub(lambda match: str(escape(known[match[1]] or match[0])), view.html)


def _at(article: Article) -> str:
    return day(article.verified_at) if article.verified_at else "?"
