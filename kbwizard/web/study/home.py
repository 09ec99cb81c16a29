"""The trainee's first page, the beginning of an exercise, and its review."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.training.service import Attempt
from kbwizard.web import htmx
from kbwizard.web.desk.parts import training_parts
from kbwizard.web.desk.reading_ahead import read_ahead
from kbwizard.web.security import require, safe_next, signed_in
from kbwizard.web.study.notes import keep_note, notes_shown
from kbwizard.web.study.overview import overview_of
from kbwizard.web.study.parts import call_url, own_attempt, training
from kbwizard.web.study.wording import PRAISE

blueprint = Blueprint("study", __name__, url_prefix="/study")

LARGEST_SEED = 2**31


@blueprint.get("")
@require(Permission.STUDY)
def home() -> str:
    """Tracks with their exercises, what was begun, quizzes, what the tutor wrote."""
    me = signed_in().name
    return render_template(
        "study/home.html", overview=overview_of(training().progress(me)), **notes_shown(me)
    )


@blueprint.post("/exercises/<exercise_id>/begin")
@require(Permission.STUDY)
def begin(exercise_id: str) -> AnyResponse:
    """Begin a try on a line of its own, with another seed each time unless one is given.

    One that is under way is gone on with: lines are few.
    """
    me, seed = signed_in().name, _seed()
    for under_way in training().attempts_of(me):
        if not under_way.finished and under_way.exercise.id == exercise_id:
            return redirect(call_url(under_way), 303)
    attempt = training().begin(exercise_id, who=me, seed=seed)
    desk = training_parts()
    if desk is not None:
        read_ahead(desk.cases.get(attempt.protocol), desk)
    return redirect(call_url(attempt), 303)


@blueprint.post("/attempts/<int:attempt_id>/stop")
@require(Permission.STUDY)
def give_up(attempt_id: int) -> AnyResponse:
    """End a try as it stands: its line is free for others, and there is a review to read."""
    attempt = own_attempt(attempt_id)
    if attempt.who != signed_in().name:
        raise NotFound("Este exercício não existe, ou não é seu.")
    if not attempt.finished:
        training().finish(attempt_id)
    return redirect(url_for(".result", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<int:attempt_id>")
@require(Permission.STUDY)
def result(attempt_id: int) -> AnyResponse:
    """The review of a try; one that goes on leads to its call."""
    attempt = own_attempt(attempt_id)
    if not attempt.finished:
        return redirect(call_url(attempt), 303)
    return _result_page(attempt)


@blueprint.post("/articles/<slug>/read")
@require(Permission.STUDY)
def acknowledge(slug: str) -> AnyResponse:
    """ "Li e estou ciente" of an article as it stands now."""
    training().acknowledge(signed_in().name, slug)
    return redirect(url_for(".home"), 303)


@blueprint.post("/notes/<who>")
@require(Permission.STUDY)
def note(who: str) -> AnyResponse:
    """Write to a trainee, or as a trainee to the tutors; back to where it was written."""
    try:
        keep_note(who, request.form)
    except InvalidInput as refusal:
        return _refused_note(who, refusal)
    return redirect(safe_next(htmx.shown_page()) or url_for(".home"), 303)


def _refused_note(who: str, refusal: InvalidInput) -> AnyResponse:
    """The page on which it was written, with what was typed."""
    shown: dict[str, Any] = {"typed": request.form.to_dict(), "problems": refusal.fields}
    number = request.form.get("attempt_id", type=int)
    if number is not None and training().attempt(number).finished:
        return _result_page(own_attempt(number), 422, **shown)
    me = signed_in().name
    page = "study/home.html" if who == me else "study/person.html"
    return make_response(
        render_template(
            page,
            who=who,
            overview=overview_of(training().progress(who)),
            **notes_shown(who, **shown),
        ),
        422,
    )


def _result_page(attempt: Attempt, status: int = 200, **shown: Any) -> AnyResponse:
    review = training().review(attempt.id)
    page = render_template(
        "study/result.html",
        review=review,
        article=training().floor.articles().get(review.article),
        praise=PRAISE,
        **notes_shown(attempt.who, attempt, **shown),
    )
    return make_response(page, status)


def _seed() -> int | None:
    text = request.form.get("seed", "").strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) >= LARGEST_SEED:
        raise InvalidInput("O número do exercício vai de 0 a 2147483647.")
    return int(text)
