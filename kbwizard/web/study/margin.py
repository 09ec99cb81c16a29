"""The coach's margin in a call: choose, ask the customer, take a hint, write, finish.

Its routes stand under the exercises' registration of the call's screens and answer the whole
call, as the call's own do; so they work without scripts too.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.errors import InvalidInput
from kbwizard.training.coach import Coach
from kbwizard.training.service import Attempt
from kbwizard.web import htmx
from kbwizard.web.desk.call import do_in_call
from kbwizard.web.desk.calls import Call
from kbwizard.web.desk.parts import TRAINING_CALL
from kbwizard.web.desk.screen import SPARE_KEYS
from kbwizard.web.security import require
from kbwizard.web.study.parts import attempt_here, read_only, training
from kbwizard.web.study.wording import MOODS
from kbwizard.web.study.writing import keep_written, writing_of

ADDRESS = "/study/desk/cases/<protocol>"


@dataclass(frozen=True, slots=True)
class Margin:
    """What the margin shows beside one call."""

    attempt: Attempt
    coach: Coach
    mood: str
    read_only: bool

    keys: tuple[str, ...] = tuple("123456789" + SPARE_KEYS)

    @property
    def holds_back(self) -> bool:
        """The step takes no answer: the coach's question stands first, or a tutor is looking."""
        return self.coach.question is not None or self.read_only


def install(app: Flask) -> None:
    """Add the margin's routes, and `margin_of(call)` for the call's templates."""
    app.jinja_env.globals.update(margin_of=margin_of, writing_of=writing_of)
    for name, view in (("choose", choose), ("ask", ask), ("hint", hint), ("write", write)):
        app.add_url_rule(f"{ADDRESS}/{name}", f"{TRAINING_CALL}.{name}", view, methods=["POST"])


def margin_of(call: Call) -> Margin:
    """The margin beside a call; computed once however many fragments show it."""
    standing = call.standing
    key = (standing.id, standing.position.last_seq)
    kept: tuple[object, Margin] | None = g.get("margin")
    if kept is None or kept[0] != key:
        attempt = attempt_here()
        mood = MOODS.get(attempt.exercise.persona.mood, "")
        kept = (key, Margin(attempt, training().coach(attempt, standing), mood, read_only()))
        g.margin = kept
    return kept[1]


@require(Permission.STUDY)
def choose(protocol: str) -> AnyResponse:
    """What they would do: kept once for each visit, right or wrong."""
    option = request.form.get("option", "")

    def do(_walk_id: int, visit: int, _by: str) -> None:
        if not option:
            raise InvalidInput("Escolha uma das opções.")
        training().choose(_id(), visit=visit, option=option)

    return do_in_call(protocol, do)


@require(Permission.STUDY)
def ask(protocol: str) -> AnyResponse:
    """Ask the customer what the step asks, and hear the answer."""
    return do_in_call(protocol, lambda _walk_id, visit, _by: training().ask(_id(), visit=visit))


@require(Permission.STUDY)
def hint(protocol: str) -> AnyResponse:
    """A hint, which costs points."""
    return do_in_call(protocol, lambda _walk_id, visit, _by: training().hint(_id(), visit=visit))


@require(Permission.STUDY)
def write(protocol: str) -> AnyResponse:
    """Keep what was written; with `then=finish` end the exercise and go to its review."""
    finishes = request.form.get("then") == "finish"

    def do(_walk_id: int, _visit: int, _by: str) -> None:
        keep_written(_id(), request.form)
        if finishes:
            training().finish(_id())

    answer = do_in_call(protocol, do)
    if finishes and answer.status_code < 400:
        url = url_for("study.result", attempt_id=_id())
        return htmx.redirect_after_post(url, whole_page=True)
    return answer


def _id() -> int:
    return attempt_here().id
