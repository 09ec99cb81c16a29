"""Quizzes: one question a screen, the why after each answer."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.errors import NotFound
from kbwizard.training.quizzes import Quiz
from kbwizard.web.security import may, require, signed_in
from kbwizard.web.study.parts import training
from kbwizard.web.study.wording import topic_label

blueprint = Blueprint("quizzes", __name__, url_prefix="/study/quizzes")


@blueprint.post("")
@require(Permission.STUDY)
def begin() -> AnyResponse:
    """Draw the questions of a topic."""
    quiz = training().quiz(who=signed_in().name, topic=request.form.get("topic", "")[:80])
    return redirect(url_for(".show", quiz_id=quiz.id), 303)


@blueprint.get("/<int:quiz_id>")
@require(Permission.STUDY)
def show(quiz_id: int) -> str:
    """The next question, under what the last answer was worth; the result after the last."""
    quiz = training().find_quiz(quiz_id)
    if quiz.who != signed_in().name and not may(Permission.TUTOR):
        raise _not_theirs()
    return render_template(
        "study/quiz.html",
        quiz=quiz,
        title=topic_label(quiz.topic),
        answered=_last(quiz, request.args.get("answered", "")),
        articles=training().floor.articles(),
        result=training().quiz_result(quiz_id) if quiz.finished_at else None,
    )


@blueprint.post("/<int:quiz_id>/answers")
@require(Permission.STUDY)
def answer(quiz_id: int) -> AnyResponse:
    """Keep the first answer to a question, then say what it was worth."""
    if training().find_quiz(quiz_id).who != signed_in().name:
        raise _not_theirs()
    question, option = request.form.get("question", ""), request.form.get("option", "")
    training().answer_question(quiz_id, question, option)
    return redirect(url_for(".show", quiz_id=quiz_id, answered=question), 303)


def _last(quiz: Quiz, question: str) -> dict[str, object] | None:
    """The question just answered, with what was said; None when there is none."""
    for one in quiz.questions:
        if one.id == question and one.id in quiz.so_far:
            given = quiz.so_far[one.id]
            return {"question": one, "given": given, "right": given == one.right}
    return None


def _not_theirs() -> NotFound:
    return NotFound("Este teste não existe, ou não é seu.")
