"""Articles and search at the desk: beside the step, or as pages of their own."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kbwizard.accounts.roles import Permission
from kbwizard.errors import NotFound
from kbwizard.web import htmx
from kbwizard.web.desk.parts import TRAINING_CALL, TRAINING_LETTER, parts
from kbwizard.web.security import require

blueprint = Blueprint("knowledge", __name__, url_prefix="/desk")

LONGEST_QUERY = 200


@blueprint.get("/search")
@require(Permission.READ_ARTICLES)
def search() -> Response:
    """Articles and steps as the agent types; from within a call, steps can be jumped to."""
    query = request.args.get("q", "")[:LONGEST_QUERY]
    protocol = request.args.get("protocol", "")[:20]
    result = parts().find(query, as_you_type=htmx.wants_fragment()) if query.strip() else None
    return htmx.render(
        "desk/search.html",
        "desk/_search_results.html",
        query=query,
        result=result,
        protocol=protocol,
        jump=f"{TRAINING_CALL if protocol.startswith(TRAINING_LETTER) else 'call'}.jump",
        walk=request.args.get("walk", 1, type=int),
    )


@blueprint.get("/articles")
@require(Permission.READ_ARTICLES)
def articles() -> Response:
    """Every article an agent may read, by title."""
    shown = sorted(parts().articles().values(), key=lambda article: article.title)
    return htmx.render("desk/articles.html", "desk/articles.html", articles=shown)


@blueprint.get("/articles/<slug>")
@require(Permission.READ_ARTICLES)
def article(slug: str) -> Response:
    """One article: a page, or the panel beside the step, opened at a section."""
    found = parts().articles().get(slug)
    if found is None:
        raise NotFound("Este artigo não existe.")
    related = [parts().articles()[other] for other in found.related
               if other in parts().articles()]  # fmt: skip
    return htmx.render(
        "desk/article.html",
        "desk/_article.html",
        article=found,
        related=related,
        at=request.args.get("at", "")[:80],
    )
