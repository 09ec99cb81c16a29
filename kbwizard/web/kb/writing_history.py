"""What an article has been: its versions, what changed between any two, and going back to one."""

from __future__ import annotations

from flask import Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.editing.values import SYNONYMS, Version
from kbwizard.errors import NotFound
from kbwizard.web import htmx
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.writing import blueprint, editing
from kbwizard.web.kb.writing_diff import folded
from kbwizard.web.security import require, signed_in


@blueprint.get("/articles/<slug>/history")
@require(Permission.EDIT_CONTENT)
def history(slug: str) -> Response:
    """Every version, newest first, and the comparison of two of them."""
    versions = sorted(editing().history(slug), key=lambda one: one.number, reverse=True)
    if not versions:
        raise NotFound("Este artigo não existe, ou ainda não tem história.")
    library = kb_parts().live.library()
    old, new = _chosen(versions)
    diff = editing().compare(slug, old.number, new.number) if old is not new else []
    return make_response(
        render_template(
            "writing/history.html",
            slug=slug,
            article=library.articles.get(slug) or library.retired.get(slug),
            versions=versions,
            old=old,
            new=new,
            diff=folded(diff),
            restorable=slug != SYNONYMS,
        )
    )


@blueprint.post("/articles/<slug>/history/<int:number>/restore")
@require(Permission.EDIT_CONTENT)
def restore(slug: str, number: int) -> AnyResponse:
    """A draft with an old version's text, to be reviewed like any other."""
    draft = editing().restore(slug, number, by=signed_in().name)
    return htmx.redirect_after_post(url_for("writing.draft", draft_id=draft.id))


def _chosen(versions: list[Version]) -> tuple[Version, Version]:
    """The two that the address names, older first; else the newest and the one before it."""
    by_number = {one.number: one for one in versions}
    newest, before = versions[0], versions[1] if len(versions) > 1 else versions[0]
    asked = [
        by_number.get(request.args.get(name, 0, type=int), usual)
        for name, usual in (("a", before), ("b", newest))
    ]
    old, new = sorted(asked, key=lambda one: one.number)
    return old, new
