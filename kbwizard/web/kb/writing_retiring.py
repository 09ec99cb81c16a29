"""Taking an article out of the base, and bringing it back: each begins a draft, to be reviewed."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.content.addresses import referrers
from kbwizard.content.articles import Article
from kbwizard.content.retiring import heir_of
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.web import htmx
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.writing import blueprint, editing
from kbwizard.web.security import require, signed_in


@blueprint.get("/articles/<slug>/retire")
@require(Permission.EDIT_CONTENT)
def ask_to_retire(slug: str) -> Response:
    """What leads to an article and what could replace it; of a retired one, how it stands."""
    return _page(slug, None)


@blueprint.post("/articles/<slug>/retire")
@require(Permission.EDIT_CONTENT)
def retire(slug: str) -> AnyResponse:
    """A draft that takes it out, with what replaces it; or the same choice made anew in one's own
    draft."""
    chosen = request.form.get("replaced_by", "").strip()
    try:
        draft = editing().retire(slug, by=signed_in().name, replaced_by=chosen)
    except InvalidInput as refusal:
        return _page(slug, refusal)
    return htmx.redirect_after_post(url_for("writing.draft", draft_id=draft.id))


@blueprint.post("/articles/<slug>/bring-back")
@require(Permission.EDIT_CONTENT)
def bring_back(slug: str) -> AnyResponse:
    """A draft with the article as it was, in the base again."""
    draft = editing().bring_back(slug, by=signed_in().name)
    return htmx.redirect_after_post(url_for("writing.draft", draft_id=draft.id))


def _page(slug: str, refusal: InvalidInput | None) -> Response:
    library = kb_parts().live.library()
    article = library.articles.get(slug) or library.retired.get(slug)
    if article is None:
        raise NotFound("Este artigo não existe, ou o arquivo dele está com erro.")
    page = render_template(
        "writing/retire.html",
        article=article,
        heir=heir_of(article, library.articles, library.retired),
        version=editing().retired_in(slug) if article.retired else None,
        referrers=referrers(library, {slug, *article.formerly}),
        choices=_choices(article),
        chosen=request.values.get("replaced_by", ""),
        refusal=refusal,
        problem=refusal.fields.get("replaced_by", "") if refusal else "",
    )
    return make_response(page, 422 if refusal else 200)


def _choices(article: Article) -> list[tuple[str, str]]:
    """(slug, title) of what could replace it: those of its own topics first."""
    others = [one for one in kb_parts().live.articles().values() if one.slug != article.slug]
    near = set(article.topics)
    others.sort(key=lambda one: (near.isdisjoint(one.topics), one.title.casefold()))
    return [
        (one.slug, f"{one.title} (interno)" if article.public and not one.public else one.title)
        for one in others
    ]
