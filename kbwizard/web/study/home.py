"""The trainee's first page, the beginning of an exercise, and its review."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.errors import InvalidInput
from kbwizard.web.desk.parts import training_parts
from kbwizard.web.desk.reading_ahead import read_ahead
from kbwizard.web.security import require, signed_in
from kbwizard.web.study.parts import call_url, own_attempt, training

blueprint = Blueprint("study", __name__, url_prefix="/study")

LARGEST_SEED = 2**31
PRAISE = {
    "outcome": "chegou aonde devia",
    "way": "perguntou o que faltava e nada a mais",
    "choices": "sabia o passo seguinte antes de vê-lo",
    "listening": "anotou o que o cliente disse",
    "record": "quem ler entende sem ligar de novo",
    "order": "o técnico sai com tudo na mão",
    "wording": "falou como o cliente fala",
}
"""What a good colleague says of each part of the points."""


def disposition(codes: str) -> str:
    """Codes of outcomes as words.

    >>> disposition("OS_FIBRA ou N2_REGISTRO")
    'OS fibra ou N2 registro'
    """
    words = []
    for code in codes.split(" ou "):
        first, *rest = code.split("_")
        words.append(" ".join([first, *(word.lower() for word in rest)]))
    return " ou ".join(words)


@blueprint.get("")
@require(Permission.STUDY)
def home() -> str:
    """Tracks with their exercises, what was begun, quizzes, what the tutor wrote."""
    me = signed_in().name
    return render_template("study/home.html", progress=training().progress(me))


@blueprint.post("/exercises/<exercise_id>/begin")
@require(Permission.STUDY)
def begin(exercise_id: str) -> AnyResponse:
    """Begin a try, on a line of its own; with another seed each time unless one is given."""
    attempt = training().begin(exercise_id, who=signed_in().name, seed=_seed())
    desk = training_parts()
    if desk is not None:
        read_ahead(desk.cases.get(attempt.protocol), desk)
    return redirect(call_url(attempt), 303)


@blueprint.get("/attempts/<int:attempt_id>")
@require(Permission.STUDY)
def result(attempt_id: int) -> AnyResponse:
    """The review of a try; one that goes on leads to its call."""
    attempt = own_attempt(attempt_id)
    if not attempt.finished:
        return redirect(call_url(attempt), 303)
    review = training().review(attempt_id)
    return make_response(
        render_template(
            "study/result.html",
            attempt=attempt,
            review=review,
            article=training().floor.articles().get(review.article),
            praise=PRAISE,
        )
    )


def _seed() -> int | None:
    text = request.form.get("seed", "").strip()
    if not text:
        return None
    if not text.isdecimal() or int(text) >= LARGEST_SEED:
        raise InvalidInput("O número do exercício vai de 0 a 2147483647.")
    return int(text)
