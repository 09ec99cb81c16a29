"""Outage notices for the lead: open, extend, confirm, close, and whom to call back afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.audit import audit
from kbwizard.accounts.roles import Permission
from kbwizard.cases.outages import OutageForm
from kbwizard.db import writing
from kbwizard.errors import Conflict, InvalidInput
from kbwizard.web import htmx
from kbwizard.web.desk.parts import parts
from kbwizard.web.security import require, signed_in
from kbwizard.web.services import now, services

blueprint = Blueprint("outages", __name__, url_prefix="/desk/outages")

LONGEST_TARGET = 120
SCOPES = {
    "pon": "PON",
    "cto": "CTO",
    "olt": "OLT",
    "district": "Bairro",
    "pop": "POP",
    "all": "Todos os clientes",
}


@blueprint.get("")
@require(Permission.DECLARE_OUTAGE)
def board() -> Response:
    """What is down, what ended, and the form to open one."""
    return _board({}, None)


@blueprint.post("")
@require(Permission.DECLARE_OUTAGE)
def open_outage() -> AnyResponse:
    """Open a notice; from now on every call of its scope is told."""
    try:
        form = OutageForm(
            scope=request.form.get("scope", ""),
            target=request.form.get("target", ""),
            forecast_at=_local_moment(request.form.get("forecast_at", "")),
            internal_text=request.form.get("internal_text", ""),
        )
        if len(form.target) > LONGEST_TARGET:
            problem = f"Use no máximo {LONGEST_TARGET} caracteres."
            raise InvalidInput("A parada não foi aberta.", {"target": problem})
        outage = parts().outages.open(form, by=signed_in().name, now=now())
    except InvalidInput as refusal:
        return _board(request.form, refusal, 422)
    return _done("outage_open", outage.id)


@blueprint.post("/<int(max=9223372036854775807):outage_id>/extend")
@require(Permission.DECLARE_OUTAGE)
def extend(outage_id: int) -> AnyResponse:
    """Give a new forecast; empty takes the old one back."""
    return _change("outage_extend", outage_id)


@blueprint.post("/<int(max=9223372036854775807):outage_id>/confirm")
@require(Permission.DECLARE_OUTAGE)
def confirm(outage_id: int) -> AnyResponse:
    """A suspicion becomes a declared outage."""
    return _change("outage_confirm", outage_id)


@blueprint.post("/<int(max=9223372036854775807):outage_id>/close")
@require(Permission.DECLARE_OUTAGE)
def close(outage_id: int) -> AnyResponse:
    """The network is back; its cases are listed, to be read again and called."""
    return _change("outage_close", outage_id)


def _change(action: str, outage_id: int) -> AnyResponse:
    outages = parts().outages
    version = request.form.get("version", 0, type=int)
    try:
        if action == "outage_extend":
            forecast = _local_moment(request.form.get("forecast_at", ""))
            outages.extend(outage_id, forecast_at=forecast, version=version, now=now())
        elif action == "outage_confirm":
            outages.confirm(outage_id, version=version)
        else:
            outages.close(outage_id, version=version, by=signed_in().name, now=now())
    except (Conflict, InvalidInput) as refusal:
        return _board({}, refusal, 409)
    return _done(action, outage_id)


def _done(action: str, outage_id: int | None) -> AnyResponse:
    with writing(services().engine) as db:
        audit(db, at=now(), who=signed_in().name, action=action, record=f"outage {outage_id}")
    return htmx.redirect_after_post(url_for("outages.board"))


def _board(
    typed: Mapping[str, str], refusal: Conflict | InvalidInput | None, status: int = 200
) -> Response:
    recent = parts().outages.recent()
    ended = [outage for outage in recent if outage.ended_at is not None][:10]
    return make_response(
        render_template(
            "desk/outages.html",
            active=[outage for outage in recent if outage.ended_at is None],
            ended=ended,
            waiting={item.id: parts().outages.cases_of(item.id or 0) for item in ended},
            scopes=SCOPES,
            typed=typed,
            refusal=refusal,
            problems=getattr(refusal, "fields", {}),
        ),
        status,
    )


def _local_moment(text: str) -> datetime | None:
    """A moment typed in the installation's own time; None for an empty field."""
    if not text.strip():
        return None
    try:
        local = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(
            "A previsão não foi entendida.", {"forecast_at": "Escolha data e hora."}
        ) from error
    return local.replace(tzinfo=services().settings.timezone)
