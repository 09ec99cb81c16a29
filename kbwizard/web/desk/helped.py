"""The agent's side of self-service: opening a customer's code, saying who they are, sending a link.

A customer's walk is taken over before anybody acts on it; from there on it is a call like others.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.cases.models import Case, Status
from kbwizard.errors import Conflict, InvalidInput, NotFound, RequestError
from kbwizard.selfservice.service import SelfService
from kbwizard.selfservice.values import LinkMade
from kbwizard.web import htmx
from kbwizard.web.answers import row_id
from kbwizard.web.desk.calls import chosen_walk
from kbwizard.web.desk.parts import parts
from kbwizard.web.desk.reading_ahead import read_ahead
from kbwizard.web.help.parts import parts as help_parts
from kbwizard.web.origin import origin
from kbwizard.web.security import require, signed_in
from kbwizard.web.services import services

blueprint = Blueprint("helped", __name__, url_prefix="/desk")

LONGEST_CODE = 40


@blueprint.post("/code")
@require(Permission.ATTEND, hold=False)
def open_code() -> AnyResponse:
    """The customer's code: the walk is this agent's from here on, at the same step."""
    typed = request.form.get("code", "")[:LONGEST_CODE]
    try:
        protocol = _selfservice().open_code(typed, by=signed_in().name, origin=origin())
    except (NotFound, Conflict) as refusal:
        status = 404 if isinstance(refusal, NotFound) else 409
        return make_response(render_template("desk/code.html", refusal=refusal), status)
    return _taken(protocol)


@blueprint.post("/cases/<protocol>/take-over")
@require(Permission.ATTEND)
def take_over(protocol: str) -> AnyResponse:
    """Take a customer's walk from the queue, to call them back."""
    _selfservice().take_over(protocol, by=signed_in().name)
    return _taken(protocol)


@blueprint.get("/cases/<protocol>/who")
@require(Permission.ATTEND)
def who(protocol: str) -> Response:
    """Look for the customer of a case that has none; the walk waits meanwhile."""
    return _who(_unidentified(protocol))


@blueprint.post("/cases/<protocol>/who")
@require(Permission.ATTEND, hold=False)
def find_who(protocol: str) -> Response:
    """Customers as typed. A POST: names and documents never stand in a URL."""
    return _who(_unidentified(protocol), typed=request.form.get("who", "")[:80])


@blueprint.post("/cases/<protocol>/identify")
@require(Permission.ATTEND)
def identify(protocol: str) -> AnyResponse:
    """Tie the case and its walk to the line that was chosen."""
    customer_id = request.form.get("customer_id", type=row_id)
    line_id = request.form.get("line_id", type=row_id)
    try:
        if customer_id is None or line_id is None:
            raise InvalidInput("Escolha a conexão do cliente.")
        protocol = _selfservice().identify(
            protocol, customer_id=customer_id, line_id=line_id, by=signed_in().name
        )
    except (Conflict, InvalidInput) as refusal:
        case = parts().cases.get(protocol)
        return _who(case, refusal=refusal)
    read_ahead(parts().cases.get(protocol))
    return _to_call(protocol)


@blueprint.get("/cases/<protocol>/links")
@require(Permission.ATTEND)
def links(protocol: str) -> Response:
    """The links sent in this case, and the button for another."""
    return _links(protocol)


@blueprint.post("/cases/<protocol>/links")
@require(Permission.ATTEND)
def make_link(protocol: str) -> Response:
    """A link for the customer of this line. It is shown now and never again."""
    _case, walk = chosen_walk(protocol, request.form.get("walk", type=int))
    if walk.line_id is None:
        raise InvalidInput("Escolha a conexão antes de enviar um link.")
    made = _selfservice().link_for(walk.line_id, case_protocol=protocol, by=signed_in().name)
    return _links(protocol, made)


@blueprint.post("/cases/<protocol>/links/<int:link_id>/revoke")
@require(Permission.ATTEND)
def revoke_link(protocol: str, link_id: int) -> AnyResponse:
    """The link stops working, also where it was used."""
    if link_id not in {link.id for link in _selfservice().links_of(protocol)}:
        raise NotFound("Este link não é deste atendimento.")
    _selfservice().revoke_link(link_id, by=signed_in().name)
    return htmx.redirect_after_post(url_for("helped.links", protocol=protocol), whole_page=True)


# -------------------------------------------------------------------------------------------


def _selfservice() -> SelfService:
    return help_parts().selfservice


def _taken(protocol: str) -> AnyResponse:
    """To the call; a case without a customer is identified first, so that the gates read a line."""
    case = parts().cases.get(protocol)
    if case.customer_id is None:
        url = url_for("helped.who", protocol=protocol)
        return htmx.redirect_after_post(url, whole_page=True)
    read_ahead(case)
    return _to_call(protocol)


def _to_call(protocol: str) -> AnyResponse:
    return htmx.redirect_after_post(url_for("call.show", protocol=protocol), whole_page=True)


def _unidentified(protocol: str) -> Case:
    case = parts().cases.get(protocol)
    if case.customer_id is not None or case.status == Status.CLOSED:
        raise Conflict("Este atendimento já tem cliente identificado, ou está encerrado.")
    return case


def _who(case: Case, *, typed: str = "", refusal: RequestError | None = None) -> Response:
    hits = parts().directory.search(typed) if typed.strip() else None
    page = render_template("desk/who.html", case=case, typed=typed, hits=hits, refusal=refusal)
    return make_response(page, 409 if refusal else 200)


def _links(protocol: str, made: LinkMade | None = None) -> Response:
    case, walk = chosen_walk(protocol)
    line = parts().directory.line(walk.line_id) if walk.line_id is not None else None
    page = render_template(
        "desk/links.html",
        case=case,
        line=line,
        walk=walk,
        links=_selfservice().links_of(protocol),
        made=made,
        address=_address(made.token) if made else "",
    )
    return make_response(page)


def _address(token: str) -> str:
    """Where the customer opens it: the installation's public address, else as we were asked."""
    site = services().settings.public_url or request.host_url.rstrip("/")
    return site + url_for("help_tie.link", token=token)
