"""The walks of the API: each request does one thing and answers where the walk stands then.

A walk's address holds its own secret, and is of no use without a token: a bot may lose one of the
two in a log without opening anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request, url_for

from kbwizard.accounts.tokens import Scope
from kbwizard.cases.words import one_line
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.selfservice.service import SelfService
from kbwizard.selfservice.values import News, PublicOutage, Visit
from kbwizard.walks.service import Said, Standing
from kbwizard.web.api.access import client_key, needs
from kbwizard.web.api.document import body, document
from kbwizard.web.api.steps import moment, step_of
from kbwizard.web.help.parts import parts
from kbwizard.web.help.words import CustomerWords
from kbwizard.web.security import public
from kbwizard.wizard.facts import FactSpec, FactType, Reason, Scalar, Unavailable

CHANNEL = "api"
LONGEST_DISTRICT = 80

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    """The document that describes all this."""
    return jsonify(document())


@blueprint.get("/districts")
@needs(Scope.WALK)
def districts() -> Response:
    return jsonify({"districts": list(_service().districts())})


@blueprint.get("/outages")
@needs(Scope.WALK)
def outage() -> Response:
    """The outage of one district, in the words for customers."""
    district = request.args.get("district", "").strip()
    if not 1 <= len(district) <= LONGEST_DISTRICT:
        raise InvalidInput("Diga o bairro.", {"district": f"De 1 a {LONGEST_DISTRICT} letras."})
    return jsonify({"outage": _outage(_service().outages_by_district(district))})


@blueprint.post("/walks")
@needs(Scope.WALK)
def begin() -> Response:
    """Begin a walk, of a district if it is known already."""
    given = body("Begin", optional=True)
    begun = _service().begin(channel=CHANNEL, district=given.get("district", ""))
    return _created(begun.visit, begun.token)


@blueprint.post("/resumptions")
@needs(Scope.WALK)
def resume() -> Response:
    """Go on here with a walk that began elsewhere; its code is used up."""
    code = body("Resume")["code"]
    begun = _service().resume_by_code(code, origin=client_key(), channel=CHANNEL)
    return _created(begun.visit, begun.token)


@blueprint.get("/walks/<walk>")
@needs(Scope.WALK)
def show(walk: str) -> Response:
    return _walked(walk, _find(walk))


@blueprint.post("/walks/<walk>/answers")
@needs(Scope.WALK)
def answer(walk: str) -> Response:
    """What the customer said; null is "não sei"."""
    visit, given = _find(walk), body("Answer")
    specs = _service().standing(visit).bundle.registry.facts
    said = _said(given["answers"], specs)
    return _do(walk, visit, lambda s, v: s.answer(v, visit_number=given["visit"], said=said))


@blueprint.post("/walks/<walk>/confirmations")
@needs(Scope.WALK)
def confirm(walk: str) -> Response:
    visit, given = _find(walk), body("Confirm")
    already = bool(given.get("already", False))
    return _do(walk, visit, lambda s, v: s.confirm(v, visit_number=given["visit"], already=already))


@blueprint.post("/walks/<walk>/give-ups")
@needs(Scope.WALK)
def give_up(walk: str) -> Response:
    visit, given = _find(walk), body("AtVisit")
    return _do(walk, visit, lambda s, v: s.give_up(v, visit_number=given["visit"]))


@blueprint.post("/walks/<walk>/back")
@needs(Scope.WALK)
def back(walk: str) -> Response:
    """With the visit that was shown, asked twice it goes back once."""
    visit, given = _find(walk), body("Back", optional=True)
    return _do(walk, visit, lambda s, v: s.back(v, visit_number=given.get("visit")))


@blueprint.post("/walks/<walk>/conclusions")
@needs(Scope.WALK)
def conclude(walk: str) -> Response:
    visit, given = _find(walk), body("AtVisit")
    return _do(walk, visit, lambda s, v: s.conclude(v, visit_number=given["visit"]))


@blueprint.post("/walks/<walk>/person")
@needs(Scope.WALK)
def person(walk: str) -> Response:
    """A person, at any moment: the protocol, and the code to say to them."""
    visit, given = _find(walk), body("Person", optional=True)
    handle = _service().ask_person(visit, **given)
    return jsonify({"protocol": handle.protocol, "code": handle.code})


@blueprint.post("/walks/<walk>/feedback")
@needs(Scope.WALK)
def feedback(walk: str) -> Response:
    visit, given = _find(walk), body("Feedback")
    _service().feedback(
        visit,
        helped=given["helped"],
        score=given.get("score"),
        comment=given.get("comment", ""),
    )
    return _walked(walk, _find(walk))


# -------------------------------------------------------------------------------------------


def _service() -> SelfService:
    return parts().selfservice


def _find(walk: str) -> Visit:
    visit = _service().resume(walk)
    if visit is None or visit.channel != CHANNEL:
        raise NotFound("Este percurso não existe, ou passou das 24 horas. Comece outro.")
    return visit


def _do(walk: str, visit: Visit, deed: Callable[[SelfService, Visit], object]) -> Response:
    deed(_service(), visit)
    return _walked(walk, _find(walk))


def _created(visit: Visit, token: str) -> Response:
    response = _walked(token, visit)
    response.status_code = 201
    response.headers["Location"] = url_for("api.show", walk=token)
    return response


def _walked(walk: str, visit: Visit) -> Response:
    standing = _service().advance(visit)
    found = _service().outage_of(visit)
    words = CustomerWords(standing, visit, found)
    return jsonify(
        {
            "walk": walk,
            "state": _state(visit, standing),
            "expires_at": moment(visit.expires_at),
            "can_go_back": bool(standing.position.undoable) and not visit.taken_over,
            "step": None if visit.taken_over else step_of(standing, words),
            "outage": _outage(found),
            "news": _news(_service().news(visit)),
        }
    )


def _state(visit: Visit, standing: Standing) -> str:
    if visit.taken_over:
        return "with_person"
    return "ended" if standing.position.ended or visit.finished_at else "walking"


def _outage(found: PublicOutage | None) -> dict[str, Any] | None:
    if found is None:
        return None
    forecast = moment(found.forecast_at) if found.forecast_at is not None else None
    return {"text": found.text, "forecast_at": forecast}


def _news(found: News | None) -> dict[str, str] | None:
    return None if found is None else {"text": found.text, "protocol": found.protocol}


def _said(answers: Mapping[str, Any], specs: Mapping[str, FactSpec]) -> Said:
    wrong = {name: "Este fato não existe." for name in answers if name not in specs}
    if wrong:
        raise InvalidInput("Há uma resposta a uma pergunta que não existe.", wrong)
    return {name: _value(specs[name], value) for name, value in answers.items()}


def _value(spec: FactSpec, value: Scalar | None) -> Scalar | Unavailable:
    """A value as the engine has it: JSON has one kind of number, facts have two, and no customer
    writes a second line into a record."""
    if value is None:
        return Unavailable(Reason.PERSON_UNSURE)
    if isinstance(value, str):
        return one_line(value)
    if spec.type is FactType.FLOAT and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value
