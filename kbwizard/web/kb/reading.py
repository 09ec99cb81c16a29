"""Articles at the desk: the list, and one article, as a page or beside the step of a call."""

from __future__ import annotations

from flask import Response, request

from kbwizard.accounts.roles import Permission
from kbwizard.errors import NotFound
from kbwizard.web import htmx
from kbwizard.web.kb.knowledge import audience_here, blueprint
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import require


@blueprint.get("/articles")
@require(Permission.READ_ARTICLES)
def articles() -> Response:
    """Every article that who asks may read, by title."""
    audience = audience_here()
    shown = sorted(
        (one for one in kb_parts().live.articles().values() if one.readable_by(audience)),
        key=lambda one: one.title,
    )
    return htmx.render("kb/articles.html", "kb/articles.html", articles=shown)


@blueprint.get("/articles/<slug>")
@require(Permission.READ_ARTICLES)
def article(slug: str) -> Response:
    """One article: a page, or the panel beside the step, opened at a section."""
    all_articles = kb_parts().live.articles()
    found = all_articles.get(slug)
    if found is None or not found.readable_by(audience_here()):
        raise NotFound("Este artigo não existe.")
    return htmx.render(
        "kb/article.html",
        "kb/_article.html",
        article=found,
        related=[all_articles[other] for other in found.related if other in all_articles],
        at=request.args.get("at", "")[:80],
    )
