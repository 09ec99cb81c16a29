"""One article at the desk: as a page, or beside the step of a call, opened at a section."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.content.addresses import found_at
from kbwizard.content.articles import Article
from kbwizard.errors import NotFound
from kbwizard.web import htmx
from kbwizard.web.kb.knowledge import audience_here, blueprint, call_here, where_here
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.shown import PANEL, begin_of, html_beside, html_spoken, related_to, trust_of
from kbwizard.web.security import require
from kbwizard.wizard.model import Audience

LONGEST_ANCHOR = 80


@blueprint.get("/articles/<slug>")
@require(Permission.READ_ARTICLES)
def article(slug: str) -> AnyResponse:
    """One article. `at`: the section it opens at beside a step; `as=customer`: their view of it."""
    kb, here = kb_parts(), call_here()
    articles, at = kb.live.articles(), request.args.get("at", "")[:LONGEST_ANCHOR]
    audience = audience_here(here)
    found = _found(slug, audience)
    if found.retired:
        return _gone(found)
    if found.slug != slug and not htmx.wants_fragment():
        return redirect(url_for(".article", slug=found.slug, _anchor=at or None), 301)
    as_customer = request.args.get("as") == Audience.CUSTOMER and found.public
    if request.method == "GET" and not as_customer:
        kb.readership.count_read(found.slug, where=where_here(here))
    view = found.view(str(Audience.CUSTOMER) if as_customer else audience)
    html = view.html if as_customer else html_spoken(view, here.protocol)
    return htmx.render(
        "kb/article.html",
        "kb/_article.html",
        article=found,
        view=view,
        page_html=html,
        beside_html=html_beside(html),
        trust=trust_of(found),
        begin=begin_of(found, kb.live.current()),
        related=related_to(found, articles, audience),
        as_customer=as_customer,
        here=here,
        at=PANEL + at if at else "",
    )


def readable(slug: str, audience: str) -> Article:
    """An article by this or an older address, for who may read it. Raises `NotFound`."""
    found = _found(slug, audience)
    if found.retired:
        raise NotFound("Este artigo foi retirado, e nada o substitui. Procure pelo assunto.")
    return found


def _found(slug: str, audience: str) -> Article:
    """The same, one that was retired too."""
    found = found_at(kb_parts().live.library(), slug, audience)
    if found is None:
        raise NotFound("Este artigo não existe, ou mudou de endereço. Procure pelo assunto.")
    return found


def _gone(article: Article) -> Response:
    """What stands at the address of an article that nothing replaces."""
    version = None if htmx.wants_fragment() else kb_parts().editing.retired_in(article.slug)
    return htmx.render("kb/retired.html", "kb/_retired.html", 410, article=article, version=version)
