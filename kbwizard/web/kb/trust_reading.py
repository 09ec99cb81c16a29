""" "Li e entendi": saying so, and what is still to be read."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.errors import Conflict, InvalidInput
from kbwizard.reports.acknowledging import to_read
from kbwizard.web import htmx
from kbwizard.web.kb.knowledge import audience_here, call_here
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.reading import readable
from kbwizard.web.kb.trust import blueprint, edition_read_of, reads_pending
from kbwizard.web.security import require, signed_in


@blueprint.post("/articles/<slug>/acknowledge")
@require(Permission.READ_ARTICLES)
def acknowledge(slug: str) -> AnyResponse:
    """Keep that this person read this edition. Raises `Conflict` when it is not the present one."""
    article = readable(slug, audience_here(call_here()))
    if not article.must_read:
        raise InvalidInput("Este artigo não pede confirmação de leitura.")
    if request.form.get("edition", type=int) != article.edition:
        raise Conflict(
            "O artigo ganhou outra edição enquanto você lia. Abra-o de novo: o que mudou importa."
        )
    kb_parts().readership.acknowledge(slug, edition=article.edition, by=signed_in().name)
    g.pop("kb_acknowledged", None)
    if htmx.wants_fragment():
        return htmx.render("", "trust/_acknowledge.html", article=article, just=True)
    return redirect(url_for("knowledge.article", slug=slug, _anchor="acknowledge"), 303)


@blueprint.get("/to-read")
@require(Permission.READ_ARTICLES)
def to_read_list() -> str:
    """What who is signed in still has to read, and what they have read of it."""
    every = to_read(kb_parts().live.articles().values(), signed_in().role)
    waiting = reads_pending()
    return render_template(
        "trust/to_read.html",
        waiting=waiting,
        before={one.slug: edition_read_of(one) for one in waiting},
        done=[one for one in every if one not in waiting],
    )
