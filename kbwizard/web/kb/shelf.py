"""The list of articles: by topic, filtered, the most useful first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.content.articles import Article
from kbwizard.content.topics import TOPICS
from kbwizard.search.documents import Kind
from kbwizard.search.results import Hit
from kbwizard.web import htmx
from kbwizard.web.kb.knowledge import LONGEST_QUERY, audience_here, blueprint, is_private
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import require
from kbwizard.web.study.wording import topic_label

READ_WITHIN = timedelta(days=30)
"""How far back reads make an article useful."""
MOST_FOUND = 100
ARTICLES: tuple[Kind, ...] = ("article",)
READERS = {"public": "Públicos", "internal": "Internos"}
STANDINGS = {"verified": "Verificados", "due": "A verificar"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list shows; empty: anything. It is the list's address too."""

    topic: str = ""
    readers: str = ""
    standing: str = ""
    q: str = ""

    @property
    def any(self) -> bool:
        return bool(self.topic or self.readers or self.standing or self.q)

    def but(self, **changed: str) -> dict[str, Any]:
        """The address with something else in it, nothing empty."""
        fields = {"topic": self.topic, "readers": self.readers, "standing": self.standing}
        return {name: text for name, text in {**fields, "q": self.q, **changed}.items() if text}


@dataclass(frozen=True, slots=True)
class Card:
    """One article of the list; `hit` when it was found by words."""

    article: Article
    hit: Hit | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What stands in the list, and how much would stand under each topic."""

    wish: Wish
    cards: tuple[Card, ...]
    topics: tuple[tuple[str, str, int], ...]
    """(topic, as people call it, how many) of those that have any."""
    everything: int
    suggestion: str = ""


@blueprint.get("/articles")
@require(Permission.READ_ARTICLES)
def articles() -> AnyResponse:
    """Every article that who asks may read, as far as it fits the filters."""
    wish = _wish()
    if is_private(wish.q):
        return redirect(url_for(".articles", **wish.but(q="")), 303)
    return _list(wish)


@blueprint.post("/articles")
@require(Permission.READ_ARTICLES, hold=False)
def narrow() -> AnyResponse:
    """The form of the list: on to the list's address, unless it would hold personal data."""
    wish = _wish()
    if is_private(wish.q):
        return _list(wish)
    return redirect(url_for(".articles", **wish.but()), 303)


def _list(wish: Wish) -> Response:
    return htmx.render(
        "kb/articles.html",
        "kb/_articles.html",
        shelf=shelf_of(wish, audience_here()),
        readers=READERS,
        standings=STANDINGS,
    )


def shelf_of(wish: Wish, audience: str) -> Shelf:
    """The list for one wish and one audience."""
    kb = kb_parts()
    own = [one for one in kb.live.articles().values() if one.readable_by(audience)]
    hits: dict[str, Hit] = {}
    suggestion = ""
    if wish.q:
        found = kb.find(wish.q, audience=audience, limit=MOST_FOUND, kinds=ARTICLES)
        hits = {hit.slug: hit for hit in found.hits}
        suggestion = found.suggestion or found.corrected or ""
    fitting = [one for one in own if _fits(one, wish) and (not wish.q or one.slug in hits)]
    shown = [one for one in fitting if not wish.topic or wish.topic in one.topics]
    ordered = _by_score(shown, hits) if wish.q else _by_use(shown)
    return Shelf(
        wish=wish,
        cards=tuple(Card(one, hits.get(one.slug)) for one in ordered),
        topics=_counted(fitting),
        everything=len(fitting),
        suggestion=suggestion,
    )


def _wish() -> Wish:
    given = request.values
    topic, readers = given.get("topic", ""), given.get("readers", "")
    standing = given.get("standing", "")
    return Wish(
        topic=topic if topic in TOPICS else "",
        readers=readers if readers in READERS else "",
        standing=standing if standing in STANDINGS else "",
        q=given.get("q", "")[:LONGEST_QUERY].strip(),
    )


def _fits(article: Article, wish: Wish) -> bool:
    if wish.readers and article.public != (wish.readers == "public"):
        return False
    if not wish.standing:
        return True
    verified = article.standing(kb_parts().readership.today()) == "verified"
    return verified == (wish.standing == "verified")


def _counted(articles: Sequence[Article]) -> tuple[tuple[str, str, int], ...]:
    counts = Counter(topic for one in articles for topic in one.topics)
    return tuple((topic, topic_label(topic), counts[topic]) for topic in TOPICS if counts[topic])


def _by_score(articles: Sequence[Article], hits: dict[str, Hit]) -> list[Article]:
    order = {slug: place for place, slug in enumerate(hits)}
    return sorted(articles, key=lambda one: order[one.slug])


def _by_use(articles: Sequence[Article]) -> list[Article]:
    """Most read of late, then what everybody must read, then by title."""
    readership = kb_parts().readership
    reads = readership.reads(readership.today() - READ_WITHIN)

    def use(one: Article) -> tuple[int, bool, str]:
        read = reads.get(one.slug)
        return -(read.total if read else 0), not one.must_read, one.title.casefold()

    return sorted(articles, key=use)
