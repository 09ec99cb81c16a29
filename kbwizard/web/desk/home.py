"""The desk before a call: find the customer, open the case, see the lists."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.cases.models import Case, Status
from kbwizard.cases.service import Filters, NewCase
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.selfservice.values import QUEUE
from kbwizard.web import htmx
from kbwizard.web.answers import row_id
from kbwizard.web.desk.parts import parts
from kbwizard.web.desk.reading_ahead import read_ahead
from kbwizard.web.security import require, signed_in

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

CHANNELS = ("telefone", "whatsapp", "chat", "e-mail", "redes sociais", "presencial")
MOST_WAITING = 99
"""More than these are not counted."""
STATUS_WORDS = {Status.OPEN: "aberto", Status.WAITING: "aguardando", Status.CLOSED: "encerrado"}


@blueprint.get("/")
@require(Permission.ATTEND)
def home() -> Response:
    """The first screen of a shift: the search box, and what is open."""
    desk = parts()
    me = signed_in().name
    mine = [
        *desk.cases.find(Filters(opened_by=me, status=Status.OPEN), limit=12),
        *desk.cases.find(Filters(opened_by=me, status=Status.WAITING), limit=8),
    ]
    return htmx.render(
        "desk/home.html",
        "desk/_customers.html",
        mine=mine,
        waiting=len(desk.cases.find(Filters(queue=QUEUE), limit=MOST_WAITING)),
        outages=desk.outages.active(),
        status_words=STATUS_WORDS,
        channels=CHANNELS,
        hits=None,
        typed="",
    )


@blueprint.post("/customers")
@require(Permission.ATTEND, hold=False)
def find_customers() -> Response:
    """Customers as the agent types. A POST: names and documents never stand in a URL."""
    typed = request.form.get("who", "")[:80]
    channel = _channel(request.form.get("channel", ""))
    return htmx.render(
        "desk/home.html",
        "desk/_customers.html",
        mine=[],
        waiting=0,
        outages=[],
        status_words=STATUS_WORDS,
        channels=CHANNELS,
        channel=channel,
        hits=parts().directory.search(typed),
        typed=typed,
    )


@blueprint.post("/cases")
@require(Permission.ATTEND)
def open_case() -> AnyResponse:
    """Open the case: the protocol exists from here on. One line: its walk begins at once."""
    desk = parts()
    customer_id = request.form.get("customer_id", type=row_id)
    line_id = request.form.get("line_id", type=row_id)
    if customer_id is None and request.form.get("customer_id"):
        raise NotFound("Este cliente não está no cadastro.")
    name = request.form.get("customer_name", "").strip()
    if customer_id is not None:
        customer = desk.directory.customer(customer_id)
        name = customer.name
        own = {line.line_id for line in customer.lines}
        if line_id is not None and line_id not in own:
            raise InvalidInput("Esta conexão não é deste cliente.")
        if line_id is None and len(own) == 1:
            line_id = own.pop()
        twin = desk.cases.open_case_of(customer_id, line_id)
        if twin is not None:
            return _to_case(twin, again=1)
    new = NewCase(
        customer_id=customer_id,
        customer_name=name,
        line_id=line_id,
        channel=_channel(request.form.get("channel", "")),
    )
    case = desk.cases.open(new, by=signed_in().name)
    read_ahead(case)
    return _to_case(case)


@blueprint.get("/cases")
@require(Permission.ATTEND)
def list_cases() -> Response:
    """Cases by status, queue and protocol. Nothing personal stands in the address."""
    filters = Filters(
        opened_by=signed_in().name if request.args.get("mine") else "",
        status=_known(request.args.get("status", ""), [str(status) for status in Status]),
        queue=request.args.get("queue", "")[:20],
        text=request.args.get("protocol", "")[:60],
    )
    return htmx.render(
        "desk/cases.html",
        "desk/_cases.html",
        cases=parts().cases.find(filters),
        filters=filters,
        mine=bool(request.args.get("mine")),
        counts=parts().cases.counts(),
        status_words=STATUS_WORDS,
    )


@blueprint.get("/keys")
@require(Permission.ATTEND)
def keys() -> str:
    """Every key of the desk, for `?`."""
    return render_template("desk/keys.html")


def _to_case(case: Case, again: int | None = None) -> AnyResponse:
    url = url_for("call.show", protocol=case.protocol, again=again)
    return htmx.redirect_after_post(url, whole_page=True)


def _channel(text: str) -> str:
    return text if text in CHANNELS else CHANNELS[0]


def _known(text: str, allowed: list[str]) -> str:
    return text if text in allowed else ""
