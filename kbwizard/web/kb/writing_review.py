"""The second pair of eyes: what a draft changes, how each reader gets it, what becomes of it."""

from __future__ import annotations

from datetime import datetime

from flask import Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.audit import audit
from kbwizard.accounts.roles import Permission
from kbwizard.content.articles import View
from kbwizard.db import writing
from kbwizard.editing.compare import compare
from kbwizard.editing.merge import has_marks
from kbwizard.editing.values import Clash, Clashes, Draft, DraftMoved
from kbwizard.errors import Conflict, ContentError, InvalidInput, KbwizardError, RequestError
from kbwizard.web import htmx
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.writing import LONGEST_TEXT, TEXT_BYTES, blueprint, editing
from kbwizard.web.kb.writing_diff import folded
from kbwizard.web.kb.writing_editor import READERS, at_the_desk, readers_of, wrong_in
from kbwizard.web.room import room
from kbwizard.web.security import require, signed_in
from kbwizard.web.services import now, services


@blueprint.get("/review")
@require(Permission.EDIT_CONTENT)
def waiting() -> AnyResponse:
    """What waits for a second person is part of the list of drafts."""
    return htmx.redirect_after_post(url_for("writing.drafts", _anchor="waiting"))


@blueprint.get("/review/<int:draft_id>")
@require(Permission.EDIT_CONTENT)
def review(draft_id: int) -> Response:
    """A draft as its reviewer sees it; its writers see where it stands, and why they may not."""
    return _page(editing().draft(draft_id), None)


@blueprint.post("/review/<int:draft_id>/approve")
@require(Permission.EDIT_CONTENT)
def approve(draft_id: int) -> AnyResponse:
    """Publish it now, or at the local date and time that was typed."""
    me = signed_in().name
    try:
        later = request.form.get("when") == "later"
        at = local_moment(request.form.get("publish_at", "")) if later else None
        done = editing().approve(
            draft_id, by=me, publish_at=at, revision=request.form.get("revision", 0, type=int)
        )
    except Clashes:
        return htmx.redirect_after_post(url_for("writing.conflict", draft_id=draft_id))
    except (RequestError, ContentError) as refusal:
        return _page(editing().draft(draft_id), refusal)
    if done.scheduled:  # what is published is audited where it is written
        _note("article.schedule", done.slug)
        return htmx.redirect_after_post(url_for("writing.review", draft_id=draft_id))
    return htmx.redirect_after_post(
        url_for("writing.review", draft_id=draft_id, unkept=1 if done.notice else None)
    )


@blueprint.post("/review/<int:draft_id>/give-back")
@require(Permission.EDIT_CONTENT)
def give_back(draft_id: int) -> AnyResponse:
    """Back to its writer, with what has to change."""
    note = request.form.get("note", "")
    try:
        editing().give_back(draft_id, by=signed_in().name, note=note)
    except (Conflict, InvalidInput) as refusal:
        return _page(editing().draft(draft_id), refusal)
    return htmx.redirect_after_post(url_for("writing.review", draft_id=draft_id))


# -- the file moved meanwhile


@blueprint.get("/drafts/<int:draft_id>/conflict")
@require(Permission.EDIT_CONTENT)
def conflict(draft_id: int) -> AnyResponse:
    """The draft and the published article both changed: three texts, and one to go on with."""
    found, clash = editing().draft(draft_id), editing().conflict(draft_id)
    if clash is None:
        return htmx.redirect_after_post(url_for("writing.draft", draft_id=draft_id))
    return _clash_page(found, clash, clash.merged, None)


@blueprint.post("/drafts/<int:draft_id>/conflict")
@room(whole=TEXT_BYTES, field=LONGEST_TEXT)
@require(Permission.EDIT_CONTENT)
def settle(draft_id: int) -> AnyResponse:
    """Go on with the text that joins both."""
    typed = request.form.get("source", "")
    try:
        editing().settle(
            draft_id,
            by=signed_in().name,
            revision=request.form.get("revision", default=-1, type=int),
            source=typed,
            theirs=request.form.get("theirs", ""),
        )
    except DraftMoved:
        return htmx.redirect_after_post(url_for("writing.copies", draft_id=draft_id))
    except Clashes as again:
        return _clash_page(editing().draft(draft_id), again.clash, typed, again)
    return htmx.redirect_after_post(url_for("writing.draft", draft_id=draft_id))


def _clash_page(draft: Draft, clash: Clash, text: str, refusal: Clashes | None) -> Response:
    page = render_template(
        "writing/conflict.html",
        draft=draft,
        clash=clash,
        text=text,
        places=[line for line in has_marks(text) if text.split("\n")[line - 1].startswith("<")],
        theirs=folded(compare(clash.base, clash.theirs)),
        mine=folded(compare(clash.base, clash.mine)),
        refusal=refusal,
    )
    return make_response(page, 200 if refusal is None else 409)


def local_moment(text: str) -> datetime:
    """A moment to come, typed in the installation's own time. Raises `InvalidInput`."""
    message = "Escolha o dia e a hora da publicação."
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidInput(message, {"publish_at": message}) from error
    at = local.replace(tzinfo=services().settings.timezone)
    if at <= now():
        message = "Esta hora já passou: escolha uma que ainda vem, ou publique agora."
        raise InvalidInput(message, {"publish_at": message})
    return at


def _note(action: str, record: str) -> None:
    with writing(services().engine) as db:
        audit(db, at=now(), who=signed_in().name, action=action, record=record[:80])


def _page(draft: Draft, refusal: KbwizardError | None) -> Response:
    published = kb_parts().live.library().article_sources.get(draft.article, "")
    status = 200 if refusal is None else 409 if isinstance(refusal, Conflict) else 422
    page = render_template(
        "writing/review.html",
        draft=draft,
        wrong=wrong_in(draft, "source") if draft.state in ("review", "scheduled") else [],
        diff=folded(compare(published, draft.source)),
        published=published,
        views=_views(draft),
        readers=readers_of(draft.source),
        own=signed_in().name in draft.writers,
        may_handle=editing().may_handle(draft, signed_in().name),
        retirement=editing().retirement(draft),
        refusal=refusal,
        problems=getattr(refusal, "fields", {}),
        typed=request.form,
    )
    return make_response(page, status)


def _views(draft: Draft) -> list[tuple[str, str]]:
    """(for whom, page) of every audience that reads it; who reads the same is named together."""
    pages: dict[str, list[str]] = {}
    for audience in readers_of(draft.source):
        view = editing().preview(draft.source, audience)
        html = at_the_desk(view) if isinstance(view, View) else ""
        pages.setdefault(html, []).append(READERS[audience].lower())
    return [(" e ".join(who), html) for html, who in pages.items()]
