"""The queue of articles to verify again, one click or several at a time."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.errors import ContentError, InvalidInput, RequestError
from kbwizard.reports.due import queue_of
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.trust import blueprint, my_slugs
from kbwizard.web.security import require, safe_next, signed_in

MOST_AT_ONCE = 200
LONGEST_NOTE = 300


@blueprint.get("/due")
@require(Permission.EDIT_CONTENT)
def due() -> AnyResponse:
    """What is overdue, what nobody ever verified, what is due soon; mine, or everybody's."""
    return _queue_page(done=request.args.get("done", 0, type=int))


@blueprint.post("/due")
@require(Permission.EDIT_CONTENT)
def verify_many() -> AnyResponse:
    """Verify those that were ticked, with a note on how. Each is verified by itself."""
    slugs = list(dict.fromkeys(request.form.getlist("slug")))[:MOST_AT_ONCE]
    note = " ".join(request.form.get("note", "").split())[:LONGEST_NOTE]
    if not slugs:
        return _queue_page(status=422, refused={"": "Marque ao menos um artigo."}, note=note)
    refused: dict[str, str] = {}
    for slug in slugs:
        try:
            kb_parts().editing.verify(slug, by=signed_in().name, note=note)
        except (RequestError, ContentError) as refusal:
            refused[slug] = str(refusal)
    if refused:
        done = len(slugs) - len(refused)
        return _queue_page(status=422, refused=refused, note=note, done=done)
    mine = request.form.get("mine") or None
    return redirect(url_for("trust.due", mine=mine, done=len(slugs)), 303)


@blueprint.post("/articles/<slug>/verify")
@require(Permission.EDIT_CONTENT)
def verify(slug: str) -> AnyResponse:
    """One article, from its own page or from the queue: what it says is right today."""
    try:
        kb_parts().editing.verify(slug, by=signed_in().name)
    except ContentError as refusal:
        raise InvalidInput(f"O arquivo do artigo tem um erro: {refusal}") from refusal
    back = safe_next(request.form.get("next"))
    return redirect(back or url_for("knowledge.article", slug=slug), 303)


def _queue_page(
    *, status: int = 200, refused: dict[str, str] | None = None, note: str = "", done: int = 0
) -> AnyResponse:
    kb, slugs = kb_parts(), my_slugs()
    articles = kb.live.articles()
    only_mine = bool(request.values.get("mine"))
    shown = [one for one in articles.values() if not only_mine or one.slug in slugs]
    page = render_template(
        "trust/due.html",
        queue=queue_of(shown, kb.readership.today()),
        mine=only_mine,
        refused={
            articles[slug].title if slug in articles else slug: why
            for slug, why in (refused or {}).items()
        },
        note=note,
        done=done,
        of=len(shown),
    )
    return make_response(page, status)
