"""Beside the text while it is written: what each reader gets, what is wrong, pictures, links."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

from flask import Response, jsonify, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.editing.images import MAX_BYTES
from kbwizard.editing.values import DraftMoved, Image
from kbwizard.errors import InvalidInput
from kbwizard.web import htmx
from kbwizard.web.article_images import image_response
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.writing import LONGEST_TEXT, TEXT_BYTES, blueprint, editing, keep, refused
from kbwizard.web.kb.writing_editor import shown_to, wrong_in
from kbwizard.web.kb.writing_form import typed_in
from kbwizard.web.room import room
from kbwizard.web.security import require, signed_in
from kbwizard.wizard.model import Audience

IMAGE_BYTES = 4 * MAX_BYTES + TEXT_BYTES
"""A photograph too large still arrives, so that it can be refused with the typed text beside it."""
LONGEST_ALT = 200


@blueprint.post("/drafts/<int:draft_id>/preview")
@room(whole=TEXT_BYTES, field=LONGEST_TEXT)
@require(Permission.EDIT_CONTENT, hold=False)
def preview(draft_id: int) -> Response:
    """Exactly what one audience gets of the text as it stands in the form, saved or not."""
    editing().draft(draft_id)
    shown = shown_to(typed_in(request.form).source, draft_id, request.form.get("see", ""))
    return make_response(render_template("writing/_preview.html", **shown))


@blueprint.get("/drafts/<int:draft_id>/problems")
@require(Permission.EDIT_CONTENT, hold=False)
def problems(draft_id: int) -> Response:
    """What is wrong with what is saved."""
    draft, mode = editing().draft(draft_id), request.args.get("mode", "")
    return make_response(
        render_template(
            "writing/_problems.html", draft=draft, mode=mode, wrong=wrong_in(draft, mode)
        )
    )


@blueprint.get("/drafts/links")
@require(Permission.EDIT_CONTENT)
def links() -> Response:
    """Articles that a link may lead to, as one types."""
    query = request.args.get("q", "").strip()[:200]
    audience = str(Audience.AGENT)
    hits = []
    if query:
        found = kb_parts().find(
            query, audience=audience, limit=8, kinds=["article"], as_you_type=True
        )
        hits = list(found.hits)
    return make_response(render_template("writing/_links.html", query=query, hits=hits))


@blueprint.get("/drafts/images/<name>")
@require(Permission.EDIT_CONTENT)
def image(name: str) -> Response:
    """A picture of a draft or of an article, for the preview."""
    return image_response(*editing().image(name), cache="private, max-age=300")


@blueprint.post("/drafts/<int:draft_id>/images")
@room(whole=IMAGE_BYTES, field=LONGEST_TEXT)
@require(Permission.EDIT_CONTENT, hold=False)
def add_image(draft_id: int) -> AnyResponse:
    """Take a picture. The script gets its name; a plain form gets it at the end of its text."""
    try:
        made = _picture(draft_id)
    except InvalidInput as refusal:
        if htmx.by_htmx():
            raise
        return refused(draft_id, typed_in(request.form), refusal)
    if htmx.by_htmx():
        return jsonify(name=made.name, width=made.width, height=made.height)
    alt = " ".join(request.form.get("image_alt", "").split())[:LONGEST_ALT].replace("]", "")
    typed = typed_in(request.form)
    try:
        markdown = f"![{alt or 'descrição'}](images/{made.name})"
        keep(draft_id, replace(typed, source=f"{typed.source.rstrip()}\n\n{markdown}\n"))
    except DraftMoved:
        return htmx.redirect_after_post(url_for("writing.copies", draft_id=draft_id))
    return htmx.redirect_after_post(
        url_for("writing.draft", draft_id=draft_id, mode=typed.mode, saved=1)
    )


def _picture(draft_id: int) -> Image:
    sent = request.files.get("image")
    if sent is None or not sent.filename:
        raise InvalidInput("Escolha uma imagem.", {"image": "Escolha um arquivo de imagem."})
    with closing(sent):  # a large one lies in a file of its own
        data = sent.read(MAX_BYTES + 1)
    return editing().add_image(draft_id, by=signed_in().name, filename=sent.filename, data=data)
