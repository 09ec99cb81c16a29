"""One article at the desk: as a page, or beside the step of a call, opened at a section."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.content.articles import Article
from kbwizard.errors import NotFound
from kbwizard.web import htmx
from kbwizard.web.kb.knowledge import audience_here, blueprint, call_here, where_here
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.shown import PANEL, begin_of, html_beside, related_to, trust_of
from kbwizard.web.security import require
from kbwizard.wizard.model import Audience

LONGEST_ANCHOR = 80


@blueprint.get("/articles/<slug>")
@require(Permission.READ_ARTICLES)
def article(slug: str) -> AnyResponse:
    """One article. `at`: the section it opens at beside a step; `as=customer`: their view of it."""
    kb, here = kb_parts(), call_here()
    articles, at = kb.live.articles(), request.args.get("at", "")[:LONGEST_ANCHOR]
    if slug not in articles and (moved := _moved(slug)):
        return redirect(url_for(".article", slug=moved, _anchor=at or None), 301)
    audience = audience_here(here)
    found = readable(slug, audience)
    as_customer = request.args.get("as") == Audience.CUSTOMER and found.public
    if request.method == "GET" and not as_customer:
        kb.readership.count_read(slug, where=where_here(here))
    view = found.view(str(Audience.CUSTOMER) if as_customer else audience)
    return htmx.render(
        "kb/article.html",
        "kb/_article.html",
        article=found,
        view=view,
        beside_html=html_beside(view),
        trust=trust_of(found),
        begin=begin_of(found, kb.live.current()),
        related=related_to(found, articles, audience),
        as_customer=as_customer,
        here=here,
        at=PANEL + at if at else "",
    )


def readable(slug: str, audience: str) -> Article:
    """An article for who may read it; for anybody else there is none. Raises `NotFound`."""
    found = kb_parts().live.articles().get(slug)
    if found is None or not found.readable_by(audience):
        raise NotFound("Este artigo não existe, ou mudou de endereço. Procure pelo assunto.")
    return found


def _moved(slug: str) -> str:
    """The present address of an article that had this one; empty when none had."""
    for one in kb_parts().live.articles().values():
        if slug in one.formerly:
            return one.slug
    return ""
