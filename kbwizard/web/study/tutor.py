"""The tutor's view: everybody's progress, one person's attempts and notes, the pass marks."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.people import find_user
from kbwizard.accounts.roles import Permission
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.web.security import require, signed_in
from kbwizard.web.services import services
from kbwizard.web.study.notes import notes_shown
from kbwizard.web.study.overview import overview_of
from kbwizard.web.study.parts import training

blueprint = Blueprint("tutor", __name__, url_prefix="/study/tutor")


@blueprint.get("")
@require(Permission.TUTOR)
def everybody() -> str:
    """Everybody who ever tried something, and how they do."""
    return render_template(
        "study/tutor.html", people=[overview_of(one) for one in training().everybody()]
    )


@blueprint.get("/people/<who>")
@require(Permission.TUTOR)
def person(who: str) -> str:
    """One person: progress, every try with its review, notes to and from them."""
    if find_user(services().engine, who) is None:
        raise NotFound("Esta pessoa não existe.")
    return render_template(
        "study/person.html",
        who=who,
        overview=overview_of(training().progress(who)),
        **notes_shown(who),
    )


@blueprint.get("/marks")
@require(Permission.TUTOR)
def marks() -> AnyResponse:
    """What it takes to pass, and what things cost."""
    return _marks_page()


@blueprint.post("/marks")
@require(Permission.TUTOR)
def set_mark() -> AnyResponse:
    """Change one of them; what stood before stays in its history."""
    key, text = request.form.get("key", ""), request.form.get("value", "").strip()
    try:
        if not text.isdecimal() or len(text) > 6:
            raise InvalidInput("A configuração não foi mudada.", {key: "Escreva um número."})
        training().set_pass_mark(key, int(text), by=signed_in().name)
    except InvalidInput as refusal:
        return _marks_page(422, typed={key: text}, problems=refusal.fields, refusal=refusal)
    return redirect(url_for(".marks"), 303)


def _marks_page(
    status: int = 200,
    *,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
    refusal: InvalidInput | None = None,
) -> AnyResponse:
    shown = training().pass_marks()
    page = render_template(
        "study/marks.html",
        marks=shown,
        history={mark.key: training().marks.history(mark.key) for mark in shown},
        typed=typed or {},
        problems=problems or {},
        refusal=refusal,
    )
    return make_response(page, status)
