"""Articles suggested beside a step, without anybody typing.

What the step's author named comes first; then what the agent's notes and the facts of the call
lead to; then what the tree is about. Nothing of it is kept: a note is only searched with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask

from kbwizard.content.articles import Article, find_article
from kbwizard.content.personal import mask_personal
from kbwizard.search.documents import Kind
from kbwizard.walks.service import Standing
from kbwizard.web.desk.calls import Call
from kbwizard.web.desk.evidence import ATTENTION, CRITICAL, state_of
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.sections import best_section
from kbwizard.wizard.facts import FactSpec, Scalar
from kbwizard.wizard.model import Audience

MOST = 3
LONGEST_QUERY = 160
_ARTICLES: tuple[Kind, ...] = ("article",)
_FOUND = 4
_NAMED, _BY_NOTE, _BY_FACTS, _OF_TREE, _OF_TOPIC = 10.0, 3.0, 1.0, 0.5, 0.2
_LEAST = 0.35
"""A note in which less than this was understood leads anywhere and nowhere."""
_COMPLAINT = "symptom"
_SEEN = ("led.", "onu.state", "onu.rx_class", "pon.pattern", "session.")
"""What is worth a search when it is out of order, by the beginnings of its names."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One article, the section to open it at, and why it is here, in two words."""

    article: Article
    at: str
    why: str


@dataclass(slots=True)
class _Vote:
    weight: float
    at: str
    why: str


def install(app: Flask) -> None:
    """Give the call's templates `suggested(call)` and `article_of_step(call)`."""
    app.jinja_env.globals.update(suggested=suggested, article_of_step=article_of_step)


def article_of_step(call: Call) -> Suggestion | None:
    """The article that the step's author named, at the section that speaks of the step."""
    audience = str(Audience.TRAINEE if call.training else Audience.AGENT)
    return _named(call.standing, kb_parts().live.articles(), audience)


def suggested(call: Call) -> tuple[Suggestion, ...]:
    """At most three articles for where the call stands; none once it is over."""
    if call.ended:
        return ()
    audience = str(Audience.TRAINEE if call.training else Audience.AGENT)
    articles = kb_parts().live.articles()
    votes: dict[str, _Vote] = {}
    for slug, vote in _votes(call.standing, articles, audience):
        article = find_article(articles, slug)  # a tree may name it by an address it had before
        if article is None or not article.readable_by(audience):
            continue
        known = votes.setdefault(article.slug, vote)
        if known is not vote:
            known.weight += vote.weight
            known.at = known.at or vote.at
    best = sorted(votes.items(), key=lambda item: (-item[1].weight, item[0]))[:MOST]
    return tuple(Suggestion(articles[slug], vote.at, vote.why) for slug, vote in best)


def _votes(
    standing: Standing, articles: Mapping[str, Article], audience: str
) -> Iterator[tuple[str, _Vote]]:
    named = _named(standing, articles, audience)
    if named is not None:
        yield named.article.slug, _Vote(_NAMED, named.at, named.why)
    yield from _found(_note(standing), audience, _BY_NOTE, "da nota", least=_LEAST)
    yield from _found(_facts(standing), audience, _BY_FACTS, "das leituras")
    tree = standing.bundle.trees[standing.position.tree]
    for place, other in enumerate(tree.articles):
        yield other, _Vote(_OF_TREE - place / 100, "", "do roteiro")
    wanted = set(tree.topics)
    for one in articles.values():
        if common := wanted & set(one.topics):
            yield one.slug, _Vote(_OF_TOPIC * len(common), "", "do assunto")


def _named(standing: Standing, articles: Mapping[str, Article], audience: str) -> Suggestion | None:
    node = standing.position.node
    slug, _, at = node.article.partition("#")
    found = find_article(articles, slug) if slug else None
    if found is None or not found.readable_by(audience):
        return None
    said = f"{node.texts.agent} {node.texts.why}"
    return Suggestion(found, at or best_section(found.view(audience).sections, said), "do passo")


def _found(
    query: str, audience: str, weight: float, why: str, least: float = 0.0
) -> Iterator[tuple[str, _Vote]]:
    if not query:
        return
    result = kb_parts().find(query, audience=audience, limit=_FOUND, kinds=_ARTICLES)
    for hit in result.hits:
        if hit.score >= least:
            yield hit.slug, _Vote(weight * hit.score, hit.section, why)


def _note(standing: Standing) -> str:
    """The newest note, without what may be somebody's data."""
    notes = standing.position.notes
    return mask_personal(notes[-1][2], mask=" ")[:LONGEST_QUERY].strip() if notes else ""


def _facts(standing: Standing) -> str:
    """The complaint and what is out of order, in the registry's words."""
    specs = standing.bundle.registry.facts
    words: list[str] = []
    for name, known in standing.position.facts.items():
        spec = specs.get(name)
        if spec is None or spec.personal or not (known.usable and known.reading.known):
            continue
        if name == _COMPLAINT:
            words.insert(0, _label(spec, known.reading.value))
        elif name.startswith(_SEEN) and (
            name.startswith("led.") or state_of(standing, known.reading) in (CRITICAL, ATTENTION)
        ):
            words.append(f"{spec.label} {_label(spec, known.reading.value)}")
    return " ".join(words)[:LONGEST_QUERY]


def _label(spec: FactSpec, value: object) -> str:
    return spec.label_of(value) if isinstance(value, Scalar) else ""
