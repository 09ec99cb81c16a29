"""The public centre: articles for customers and for search engines, light and without scripts.

Nothing here depends on who asks, so pages carry no cookie and may be kept by proxies. An address
that is no public article answers alike, whether there is an internal one of that name or not.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.content.addresses import found_at
from kbwizard.content.articles import Article
from kbwizard.errors import NotFound
from kbwizard.search.documents import Kind
from kbwizard.search.results import SearchResult
from kbwizard.web.answers import row_id
from kbwizard.web.help.article_groups import grouped
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.shown import related_to
from kbwizard.web.security import public
from kbwizard.web.services import services
from kbwizard.wizard.model import Audience

blueprint = Blueprint("help_articles", __name__, url_prefix="/help/articles")

CUSTOMER = str(Audience.CUSTOMER)
ARTICLES: tuple[Kind, ...] = ("article",)
FRESH = "public, max-age=60"
"""A page that is withdrawn is gone from proxies within a minute."""
LONGEST_QUERY = 120
MOST_RESULTS = 10


@blueprint.get("", strict_slashes=False)
@public
def index() -> Response:
    """All public pages by what a customer worries about, or what a search found."""
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    result, search_id = _search(query) if query else (None, None)
    articles = public_articles()
    body = render_template(
        "help/articles/index.html",
        query=query,
        result=result,
        summaries={slug: one.summary for slug, one in articles.items()},
        search_id=search_id,
        groups=grouped(articles.values()),
        canonical=canonical("help_articles.index"),
    )
    return _kept(body, indexed=not query)


@blueprint.get("/<slug>", strict_slashes=False)
@public
def page(slug: str) -> AnyResponse:
    """One page; an address it had before leads to the one it has now."""
    articles = public_articles()
    article = articles.get(slug)
    if article is None:
        return _moved(slug)
    kb_parts().readership.count_read(slug, where="help")
    came_from = request.args.get("b", type=row_id)  # number of the search that led here
    if came_from is not None:
        kb_parts().readership.note_click(came_from, slug=slug, where="help")
    body = render_template(
        "help/articles/page.html",
        article=article,
        view=article.view(CUSTOMER),
        related=related_to(article, articles, CUSTOMER),
        canonical=canonical("help_articles.page", slug=slug),
    )
    return _kept(body)


def public_articles() -> dict[str, Article]:
    """What customers may read, by slug."""
    return {slug: one for slug, one in kb_parts().live.articles().items() if one.public}


def find_public(slug: str) -> Article:
    """Raises `NotFound`, in the same words for what is internal and for what is not there."""
    article = kb_parts().live.articles().get(slug)
    if article is None or not article.public:
        raise NotFound("Esta página não existe, ou mudou de lugar. Procure pelo assunto.")
    return article


def canonical(endpoint: str, **values: Any) -> str:
    """The one address of a page, wherever it was asked from."""
    base = services().settings.public_url or request.url_root.rstrip("/")
    return base + quote(url_for(endpoint, **values), safe="/-._~")


def _moved(slug: str) -> AnyResponse:
    """To where it is now, or that it is gone: for who could read what stood there."""
    article = found_at(kb_parts().live.library(), slug, CUSTOMER)
    if article is None:
        find_public(slug)  # raises
        raise AssertionError(slug)
    if article.retired:
        answer: AnyResponse = make_response(render_template("help/articles/gone.html"), 410)
    else:
        answer = redirect(url_for("help_articles.page", slug=article.slug), 301)
    answer.headers["Cache-Control"] = FRESH  # what went out may come back
    return answer


def _search(query: str) -> tuple[SearchResult, int | None]:
    """What is found, and the number under which the search is remembered, if it may be."""
    parts = kb_parts()
    result = parts.find(query, audience=CUSTOMER, kinds=ARTICLES, limit=MOST_RESULTS)
    return result, parts.readership.note_search(query, where="help", results=len(result.hits))


def _kept(body: str, *, indexed: bool = True) -> Response:
    response = make_response(body)
    response.headers["Cache-Control"] = FRESH
    response.headers["X-Robots-Tag"] = "all" if indexed else "noindex"
    response.set_etag(sha256(body.encode()).hexdigest()[:32], weak=True)
    response.make_conditional(request)
    return response
