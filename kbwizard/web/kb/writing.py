"""Drafts on the web: the list, beginning one, the editor, keeping what is typed, sending it on."""

from __future__ import annotations

from flask import (
    Blueprint,
    Flask,
    Response,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.editing.compare import compare
from kbwizard.editing.images import MAX_BYTES
from kbwizard.editing.service import Editing
from kbwizard.editing.templates import TEMPLATES
from kbwizard.editing.values import Clashes, Draft, DraftMoved
from kbwizard.errors import (
    Conflict,
    ContentError,
    Forbidden,
    InvalidInput,
    NotFound,
    RequestError,
)
from kbwizard.web import htmx, navigation
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.writing_diff import folded
from kbwizard.web.kb.writing_editor import Editor, editor_of, shown_to, wrong_in
from kbwizard.web.kb.writing_form import Typed, typed_in
from kbwizard.web.room import room
from kbwizard.web.security import require, signed_in

blueprint = Blueprint("writing", __name__, url_prefix="/desk")

LONGEST_TEXT = 400_000
"""Characters of one article: beyond what the editing itself takes, so that it can say so."""
TEXT_BYTES = 2 * 1024 * 1024
"""A form with such a text: letters with accents take more once they are encoded."""

NOT_SENT = InvalidInput(
    "O texto foi salvo, mas não enviado: há pontos a acertar, listados ao lado."
)


def editing() -> Editing:
    """The editing of the app that is answering."""
    return kb_parts().editing


def install(app: Flask) -> None:
    """The count in the header. After the blueprint."""
    navigation.count(app, "writing.drafts", _waiting_for_me)


def _waiting_for_me() -> int:
    me = signed_in().name
    found = editing().drafts(states=("review", "returned"))
    return sum((one.state == "review") != (me in one.writers) for one in found)


# -- the list


@blueprint.get("/drafts")
@require(Permission.EDIT_CONTENT)
def drafts() -> Response:
    """What I am writing, what waits for me, what is scheduled; and the form of a new article."""
    return _list(request.args.get("title", "")[:200], None)


@blueprint.post("/drafts")
@require(Permission.EDIT_CONTENT)
def new() -> AnyResponse:
    """Begin a new article from a template."""
    title, template = request.form.get("title", "").strip(), request.form.get("template", "")
    problems = {}
    if not title:
        problems["title"] = "Diga do que trata o artigo."
    if template not in TEMPLATES:
        problems["template"] = "Escolha um modelo."
    if problems:
        return _list(title, InvalidInput("O artigo não foi começado.", problems), 422)
    draft = editing().begin(signed_in().name, template=template, title=title[:200])
    return htmx.redirect_after_post(url_for("writing.draft", draft_id=draft.id))


@blueprint.get("/articles/<slug>/edit")
@require(Permission.EDIT_CONTENT)
def ask_to_edit(slug: str) -> AnyResponse:
    """One's own open draft of an article; without one, a button: a link begins nothing."""
    me = signed_in().name
    for one in editing().drafts(author=me):
        if one.article == slug:
            return htmx.redirect_after_post(url_for("writing.draft", draft_id=one.id))
    library = kb_parts().live.library()
    article = library.articles.get(slug) or library.retired.get(slug)
    if article is None and slug not in library.article_sources:
        raise NotFound("Este artigo não existe.")
    return make_response(render_template("writing/begin.html", slug=slug, article=article))


@blueprint.post("/articles/<slug>/edit")
@require(Permission.EDIT_CONTENT)
def edit(slug: str) -> AnyResponse:
    """Begin a draft of a published article, or go on with one's own."""
    draft = editing().begin(signed_in().name, slug=slug)
    return htmx.redirect_after_post(url_for("writing.draft", draft_id=draft.id))


def _list(title: str, refusal: InvalidInput | None, status: int = 200) -> Response:
    me = signed_in().name
    everything = editing().drafts()
    open_ones = [one for one in everything if one.state in ("writing", "returned")]
    return make_response(
        render_template(
            "writing/drafts.html",
            mine=[one for one in open_ones if me in one.writers],
            others=[one for one in open_ones if me not in one.writers],
            for_me=[one for one in everything if one.state == "review" and me not in one.writers],
            sent=[one for one in everything if one.state == "review" and me in one.writers],
            scheduled=[one for one in everything if one.state == "scheduled"],
            may_cancel=lambda one: me == one.reviewer or editing().may_handle(one, me),
            retired=sorted(kb_parts().live.library().retired.values(), key=lambda one: one.title),
            templates=TEMPLATES,
            title=title,
            problems=refusal.fields if refusal else {},
            refusal=refusal,
        ),
        status,
    )


# -- the editor


@blueprint.get("/drafts/<int:draft_id>")
@require(Permission.EDIT_CONTENT)
def draft(draft_id: int) -> AnyResponse:
    """The editor; a draft that takes no text now shows where it stands instead."""
    found = editing().draft(draft_id)
    if not found.editable:
        return htmx.redirect_after_post(url_for("writing.review", draft_id=draft_id))
    saved = "saved" in request.args
    return _page(editor_of(found, mode=request.args.get("mode", ""), see=_see(), saved=saved))


@blueprint.post("/drafts/<int:draft_id>")
@room(whole=TEXT_BYTES, field=LONGEST_TEXT)
@require(Permission.EDIT_CONTENT)
def save(draft_id: int) -> AnyResponse:
    """Keep what is typed, then go where the button said: on, to the other mode, to review."""
    typed = typed_in(request.form)
    then, me = request.form.get("then", ""), signed_in().name
    try:
        kept = keep(draft_id, typed)
        if then == "send":
            editing().send(draft_id, by=me)
            return htmx.redirect_after_post(url_for("writing.review", draft_id=draft_id, sent=1))
    except DraftMoved:
        return htmx.redirect_after_post(url_for("writing.copies", draft_id=draft_id, sent=1))
    except Clashes:
        return htmx.redirect_after_post(url_for("writing.conflict", draft_id=draft_id, sent=1))
    except ContentError:
        found = editing().draft(draft_id)
        return _page(editor_of(found, mode=typed.mode, see=_see(), refusal=NOT_SENT))
    except RequestError as refusal:
        return refused(draft_id, typed, refusal)
    mode = {"source": "source", "form": "form"}.get(then, typed.mode)
    return htmx.redirect_after_post(
        url_for("writing.draft", draft_id=kept.id, mode=mode, see=_see(), saved=1)
    )


@blueprint.post("/drafts/<int:draft_id>/autosave")
@room(whole=TEXT_BYTES, field=LONGEST_TEXT)
@require(Permission.EDIT_CONTENT, hold=False)
def autosave(draft_id: int) -> AnyResponse:
    """Keep what is typed, for the script: what it needs to know to go on, and nothing else."""
    try:
        kept = keep(draft_id, typed_in(request.form))
    except DraftMoved as late:
        answer = jsonify(message=str(late), url=url_for("writing.copies", draft_id=draft_id))
        return make_response(answer, 409)
    return jsonify(revision=kept.revision, slug=kept.slug, title=kept.title)


def keep(draft_id: int, typed: Typed) -> Draft:
    """Save for who is signed in, and only what they typed themselves."""
    me = signed_in()
    if typed.person and typed.person != me.name:
        raise Conflict(
            f"Esta tela é de {typed.person}, e agora quem está neste navegador é {me.name}. Nada "
            "foi gravado: entre de novo com o outro usuário, ou copie o texto."
        )
    return editing().save(
        draft_id,
        by=me.name,
        revision=typed.revision,
        source=typed.source,
        slug=typed.slug,
        note=typed.note,
        major=typed.major,
    )


# -- moving a draft on


@blueprint.post("/drafts/<int:draft_id>/withdraw")
@require(Permission.EDIT_CONTENT)
def withdraw(draft_id: int) -> AnyResponse:
    """Take a draft out of review, or its date away, and write on."""
    editing().withdraw(draft_id, by=signed_in().name)
    return htmx.redirect_after_post(url_for("writing.draft", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/unschedule")
@require(Permission.EDIT_CONTENT)
def unschedule(draft_id: int) -> AnyResponse:
    """Take the date away: its writers write on, for anybody else it goes back to them."""
    me, found = signed_in().name, editing().draft(draft_id)
    if me in found.writers:
        return withdraw(draft_id)
    editing().give_back(draft_id, by=me, note="A publicação marcada foi cancelada.")
    return htmx.redirect_after_post(url_for("writing.review", draft_id=draft_id))


@blueprint.post("/drafts/<int:draft_id>/discard")
@require(Permission.EDIT_CONTENT)
def discard(draft_id: int) -> AnyResponse:
    """Put a draft away; the published article stays as it is."""
    editing().discard(draft_id, by=signed_in().name)
    return htmx.redirect_after_post(url_for("writing.review", draft_id=draft_id))


# -- two places at once


@blueprint.get("/drafts/<int:draft_id>/copies")
@require(Permission.EDIT_CONTENT)
def copies(draft_id: int) -> Response:
    """What was typed where the draft had moved on, beside the draft: nothing is lost."""
    found = editing().draft(draft_id)
    kept = [
        (one, folded(compare(found.source, one.source)))
        for one in editing().side_copies(draft_id)
        if one.source != found.source
    ]
    return make_response(render_template("writing/copies.html", draft=found, copies=kept))


def refused(draft_id: int, typed: Typed, refusal: RequestError) -> Response:
    """The editor again, with everything that was typed, and why nothing was kept."""
    found = editing().draft(draft_id)
    return _page(editor_of(found, mode=typed.mode, see=_see(), typed=typed, refusal=refusal))


def _beside(draft: Draft) -> list[Draft]:
    """Others' open drafts of the same article: told before there are two texts to join."""
    found = editing().drafts() if draft.article else []
    return [one for one in found if one.article == draft.article and one.id != draft.id]


def _see() -> str:
    return request.values.get("see", "")


def _page(editor: Editor) -> Response:
    status = 200 if editor.refusal is None else 422
    if isinstance(editor.refusal, Conflict):
        status = 409
    if isinstance(editor.refusal, Forbidden):
        status = 403
    page = render_template(
        "writing/editor.html",
        editor=editor,
        mode=editor.mode,
        wrong=wrong_in(editor.draft, editor.mode),
        image_most=MAX_BYTES,
        beside=_beside(editor.draft),
        retirement=editing().retirement(editor.draft),
        may_handle=editing().may_handle(editor.draft, signed_in().name),
        query="",
        hits=(),
        **shown_to(editor.source, editor.draft.id, editor.see),
    )
    return make_response(page, status)
