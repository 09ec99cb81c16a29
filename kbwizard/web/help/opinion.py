"""What readers of the public pages say: a form of its own, so that a page needs no cookie."""

from __future__ import annotations

from collections.abc import Mapping

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.errors import InvalidInput
from kbwizard.readership.feedback import masked_kinds
from kbwizard.readership.values import LONGEST_TEXT, REASONS
from kbwizard.web.help.articles import find_public
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import public

blueprint = Blueprint("help_opinion", __name__, url_prefix="/help/articles")


@blueprint.get("/<slug>/opiniao")
@public
def ask(slug: str) -> Response:
    """Yes or no was pressed on the page: what else they would say. Opening it counts nothing."""
    return _form(slug, {"helped": request.args.get("ajudou", "")[:3]})


@blueprint.post("/<slug>/opiniao")
@public
def give(slug: str) -> AnyResponse:
    """Keep it, and say what was taken out of it."""
    article = find_public(slug)
    given = {name: request.form.get(name, "").strip() for name in ("helped", "reason", "text")}
    try:
        if given["helped"] not in ("sim", "nao"):
            raise InvalidInput("Diga se ajudou.", {"helped": "Escolha sim ou não."})
        text = given["text"][:LONGEST_TEXT]
        kb_parts().readership.rate(
            slug,
            fingerprint=article.fingerprint,
            where="help",
            helpful=given["helped"] == "sim",
            reason="" if given["helped"] == "sim" else given["reason"],
            text=text,
            giver=str(session.get("csrf_token", "")),  # the browser's: a second opinion replaces
        )
    except InvalidInput as wrong:
        return _form(slug, given, wrong.fields or {"helped": str(wrong)})
    masked = "sim" if masked_kinds(text) else None
    return redirect(url_for("help_opinion.thanks", slug=slug, retirado=masked), 303)


@blueprint.get("/<slug>/obrigado")
@public
def thanks(slug: str) -> Response:
    masked = request.args.get("retirado") == "sim"
    return make_response(
        render_template("help/articles/thanks.html", article=find_public(slug), masked=masked)
    )


def _form(
    slug: str, given: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    page = render_template(
        "help/articles/opinion.html",
        article=find_public(slug),
        given={"helped": "", "reason": "", "text": "", **given},
        reasons=REASONS,
        problems=problems or {},
        longest=LONGEST_TEXT,
    )
    return make_response(page, 422 if problems else 200)
