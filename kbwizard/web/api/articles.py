"""Articles for other programs, as customers read them; as agents do for a token that may."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from kbwizard.accounts.tokens import Scope
from kbwizard.content.addresses import found_at
from kbwizard.content.articles import Article
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.search.documents import Kind
from kbwizard.web.api.access import caller, needs
from kbwizard.web.api.walks import blueprint
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.shown import related_to
from kbwizard.web.problems import problem
from kbwizard.wizard.model import Audience

AUDIENCES = (str(Audience.CUSTOMER), str(Audience.AGENT))
LONGEST_QUERY = 200
MOST_HITS = 50
ARTICLES: tuple[Kind, ...] = ("article",)


@blueprint.get("/articles")
@needs(Scope.ARTICLES)
def list_articles() -> Response:
    """Every article of an audience, by title."""
    audience = _audience()
    if not _may_read(audience):
        return _refused()
    found = [one for one in kb_parts().live.articles().values() if one.readable_by(audience)]
    found.sort(key=lambda one: (one.title.casefold(), one.slug))
    return jsonify({"articles": [_short(one, audience) for one in found]})


@blueprint.get("/articles/<slug>")
@needs(Scope.ARTICLES)
def read_article(slug: str) -> Response:
    """One article; by an address that it had before, too. Retired ones are gone (410)."""
    audience = _audience()
    if not _may_read(audience):
        return _refused()
    article = found_at(kb_parts().live.library(), slug, audience)
    if article is None:
        raise NotFound("Este artigo não existe.")
    if article.retired:
        return problem(410, "Artigo retirado", "Este artigo saiu do ar, e nenhum o substitui.")
    kb_parts().readership.count_read(article.slug, where="api")
    return jsonify(_whole(article, audience))


@blueprint.get("/article-search")
@needs(Scope.ARTICLES)
def search_articles() -> Response:
    """The articles that answer a question, best first."""
    audience = _audience()
    if not _may_read(audience):
        return _refused()
    query = request.args.get("q", "").strip()
    if not 1 <= len(query) <= LONGEST_QUERY:
        raise InvalidInput("Diga o que procura.", {"q": f"De 1 a {LONGEST_QUERY} letras."})
    parts = kb_parts()
    result = parts.find(query, audience=audience, kinds=ARTICLES, limit=MOST_HITS)
    parts.readership.note_search(query, where="api", results=len(result.hits))
    hits = [
        {
            "slug": hit.slug,
            "title": hit.title,
            "topics": list(hit.topics),
            "snippet": hit.snippet.striptags(),
            "section": hit.section,
        }
        for hit in result.hits
    ]
    return jsonify({"hits": hits, "corrected": result.corrected})


def _audience() -> str:
    wanted = request.args.get("audience", AUDIENCES[0])
    if wanted not in AUDIENCES:
        raise InvalidInput("Esta audiência não existe.", {"audience": "customer ou agent"})
    return wanted


def _may_read(audience: str) -> bool:
    return audience == Audience.CUSTOMER or caller().may(Scope.INTERNAL_ARTICLES)


def _refused() -> Response:
    return problem(403, "Sem permissão", f"Este token não tem o escopo {Scope.INTERNAL_ARTICLES}.")


def _short(article: Article, audience: str) -> dict[str, Any]:
    day = article.verified_at
    return {
        "slug": article.slug,
        "title": article.title,
        "summary": article.summary,
        "topics": list(article.topics),
        "verified_at": day.isoformat() if day else None,
        "fingerprint": article.fingerprint if audience == Audience.AGENT else None,
    }


def _whole(article: Article, audience: str) -> dict[str, Any]:
    view = article.view(audience)
    related = related_to(article, kb_parts().live.articles(), audience)
    return {
        **_short(article, audience),
        "html": view.html,
        "text": view.text,
        "sections": [
            {"id": one.id, "title": one.title, "level": one.level} for one in view.sections
        ],
        "related": [one.slug for one in related],
    }
