"""A closed case of the real desk as an exercise or a scenario: look at it, take it, keep it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.audit import audit
from kbwizard.accounts.roles import Permission
from kbwizard.cases.models import Status
from kbwizard.db import writing
from kbwizard.errors import Forbidden, InvalidInput, NotFound
from kbwizard.training.from_case import exercise_from_case, scenario_from_case
from kbwizard.web.desk.parts import parts
from kbwizard.web.security import may, require, signed_in
from kbwizard.web.services import now, services
from kbwizard.web.study.parts import training

blueprint = Blueprint("from_case", __name__, url_prefix="/desk/cases/<protocol>/as")

MAKERS = {"exercise": exercise_from_case, "scenario": scenario_from_case}


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a case, as text; or why nothing did."""

    protocol: str
    kind: str
    text: str = ""
    problem: str = ""


def may_convert() -> bool:
    """Whether who is signed in may make exercises and scenarios of cases; templates ask it too."""
    return may(Permission.EDIT_CONTENT) or may(Permission.TUTOR)


@blueprint.get("/<kind>")
@require(Permission.ATTEND)
def show(protocol: str, kind: str) -> AnyResponse:
    """The YAML as it would be kept: nobody is in it any more."""
    made = _make(protocol, kind)
    return Response(
        render_template("study/from_case.html", made=made), 422 if made.problem else 200
    )


@blueprint.get("/<kind>.yaml")
@require(Permission.ATTEND)
def download(protocol: str, kind: str) -> AnyResponse:
    """The same as a file; taking it is audited."""
    made = _make(protocol, kind)
    if made.problem:
        raise InvalidInput(made.problem)
    _audit(f"case_as_{kind}:download", protocol)
    response = Response(made.text, mimetype="application/yaml")
    name = "exercicio" if kind == "exercise" else "cenario"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.yaml"'
    return response


@blueprint.post("/exercise")
@require(Permission.ATTEND)
def keep(protocol: str) -> AnyResponse:
    """Keep the exercise: trainees find it at once."""
    made = _make(protocol, "exercise")
    if made.problem:
        raise InvalidInput(made.problem)
    exercise = training().shelf.add(made.text, by=signed_in().name)
    _audit("case_as_exercise", protocol, kept=exercise.id)
    return redirect(url_for("study.home", _anchor=f"track-{exercise.track}"), 303)


def _make(protocol: str, kind: str) -> Made:
    if not may_convert():
        raise Forbidden("Seu papel não faz exercícios de atendimentos. Peça a quem lidera.")
    maker = MAKERS.get(kind)
    if maker is None:
        raise NotFound("Um atendimento vira exercício ou cenário.")
    desk = parts()
    case = desk.cases.get(protocol)
    if case.status != Status.CLOSED:
        return Made(
            protocol, kind, problem="Só um atendimento encerrado vira exercício ou cenário."
        )
    walks = desk.cases.walks_of(case.id or 0)
    standings = [desk.walks.stand(walk.walk_id) for walk in walks]
    try:
        return Made(protocol, kind, maker(standings, case, desk.cases.orders(case.id or 0)))
    except InvalidInput as refusal:
        return Made(protocol, kind, problem=str(refusal))


def _audit(action: str, protocol: str, **details: str) -> None:
    with writing(services().engine) as db:
        audit(db, at=now(), who=signed_in().name, action=action, record=protocol, details=details)
