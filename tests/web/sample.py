"""Screens that exist in these tests only, to try the frame without any of the product's own."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.errors import Conflict, InvalidInput, NotFound, StaleForm
from kbwizard.web import htmx
from kbwizard.web.security import public, require

NOTES: list[str] = []


def sample_blueprint() -> Blueprint:
    """A page with a note form, a poll, a screen for leads, and one route for each error."""
    blueprint = Blueprint("sample", __name__, url_prefix="/sample")
    blueprint.get("/note")(note_page)
    blueprint.post("/note")(add_note)
    blueprint.post("/secret")(secret)
    blueprint.get("/poll")(poll)
    blueprint.get("/lead")(lead_only)
    blueprint.get("/fails/<kind>")(fails)
    return blueprint


@require(Permission.ATTEND)
def note_page() -> Response:
    return Response(
        render_template_string(
            '{% extends "layouts/plain.html" %}{% from "components/button.html" import csrf %}'
            '{% block content %}<form id="note" method="post" action="/sample/note">{{ csrf() }}'
            '<textarea name="note"></textarea></form>{% endblock %}'
        )
    )


@require(Permission.ATTEND)
def add_note() -> AnyResponse:
    if request.form["note"] == "refuse":
        raise StaleForm("O percurso já saiu deste passo.")
    NOTES.append(request.form["note"])
    return redirect("/sample/note", 303)


@require(Permission.ATTEND, hold=False)
def secret() -> AnyResponse:
    return redirect("/sample/note", 303)


@require(Permission.ATTEND)
def poll() -> Response:
    return Response('<p id="poll">lendo</p>')


@require(Permission.DECLARE_OUTAGE)
def lead_only() -> Response:
    return Response("só líderes")


@public
def fails(kind: str) -> Response:
    errors: dict[str, Exception] = {
        "missing": NotFound("Não há atendimento com este protocolo."),
        "stale": StaleForm("O percurso já saiu deste passo."),
        "conflict": Conflict("Outra pessoa encerrou este atendimento."),
        "invalid": InvalidInput("O telefone está incompleto.", {"phone": "incompleto"}),
        "bug": RuntimeError("CPF 000.000.000-00 no meio da mensagem"),
    }
    if kind == "fragment":
        return htmx.render("errors/error.html", "errors/_error.html", shown=None, typed=())
    raise errors[kind]
