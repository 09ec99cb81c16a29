"""Knowing whose line it is: by the agent's link, by a code to the phone on file, by the address.

Until then nothing about anybody is read or shown, and everything works without it.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.selfservice.values import Visit
from kbwizard.web.answers import row_id
from kbwizard.web.help import visiting
from kbwizard.web.help.parts import parts
from kbwizard.web.origin import origin
from kbwizard.web.security import public
from kbwizard.web.services import services

blueprint = Blueprint("help_tie", __name__, url_prefix="/help")

NOT_HERE = "Não reconhecemos a sua conexão por aqui. Use o código por mensagem, ou siga sem isso."


def ways_to_tie() -> tuple[str, ...]:
    """How a customer may show whose line it is in this installation: phone, address."""
    phone = ("phone",) if parts().selfservice.sends_codes() else ()
    address = ("address",) if services().settings.bind_by_address else ()
    return phone + address


# The agent's link ------------------------------------------------------------------------------


@blueprint.get("/c/<token>")
@public
def link(token: str) -> Response:
    """A button, and nothing else: previews of messages fetch links, and must not use them."""
    usable = parts().selfservice.look_at_link(token, visiting.current())
    page = render_template("help/link.html", token=token, usable=usable)
    return make_response(page, 200 if usable else 410)


@blueprint.post("/c/<token>")
@public
def open_link(token: str) -> AnyResponse:
    """Bind the link to this browser, the first that pressed the button."""
    selfservice = parts().selfservice
    if not selfservice.look_at_link(token, visiting.current()):
        return make_response(render_template("help/link.html", token=token, usable=False), 410)
    try:
        visiting.changed(selfservice.tie_by_link(_visit_for_link(), token))
    except (NotFound, Conflict):
        return make_response(render_template("help/link.html", token=token, usable=False), 410)
    return redirect(url_for("help_walk.step"), 303)


def _visit_for_link() -> Visit:
    """The visit of this browser if the link may join it, else a new one."""
    visit = visiting.current()
    fits = visit is not None and visit.line_id is None and not visit.taken_over
    if visit is not None and (fits or visit.tied_by == "link") and visit.finished_at is None:
        return visit
    return visiting.hold(parts().selfservice.begin(channel="page"))


# The phone on file -----------------------------------------------------------------------------


@blueprint.get("/conexao")
@public
def offer() -> AnyResponse:
    """Whether we may look at their line from here."""
    visit = visiting.needed()
    if visit.line_id is not None or visit.taken_over or not ways_to_tie():
        return redirect(url_for("help_walk.step"), 303)
    return make_response(_offer(visit))


@blueprint.post("/conexao/celular")
@public
def send_code() -> AnyResponse:
    """Send six digits. The answer is the same whether the phone is on file or not."""
    visit = visiting.needed()
    typed = request.form.get("phone", "")[:40]
    try:
        parts().selfservice.send_phone_code(visit, phone=typed, origin=origin())
    except InvalidInput as wrong:
        return make_response(_offer(visit, wrong.fields.get("phone", str(wrong)), typed), 422)
    except Conflict as refusal:
        return make_response(_offer(visit, str(refusal), typed), 429)
    return redirect(url_for("help_tie.enter_code"), 303)


@blueprint.get("/conexao/codigo")
@public
def enter_code() -> AnyResponse:
    """Where the six digits are typed."""
    visit = visiting.needed()
    if visit.line_id is not None:
        return redirect(url_for("help_walk.step"), 303)
    return make_response(render_template("help/phone_code.html", visit=visit, problem=""))


@blueprint.post("/conexao/codigo")
@public
def use_code() -> AnyResponse:
    """The six digits; a phone with several lines asks which."""
    visit = visiting.needed()
    typed = request.form.get("code", "")[:40]
    try:
        visit = visiting.changed(parts().selfservice.tie_by_phone_code(visit, typed))
    except (InvalidInput, Conflict) as refusal:
        page = render_template("help/phone_code.html", visit=visit, problem=str(refusal))
        return make_response(page, 422)
    after = "help_walk.step" if visit.line_id is not None else "help_tie.lines"
    return redirect(url_for(after), 303)


@blueprint.get("/conexao/qual")
@public
def lines() -> AnyResponse:
    """The lines of a phone that was proved, by plan and district."""
    visit = visiting.needed()
    choices = parts().selfservice.choices(visit)
    if not choices:
        return redirect(url_for("help_walk.step"), 303)
    return make_response(render_template("help/lines.html", visit=visit, choices=choices))


@blueprint.post("/conexao/qual")
@public
def choose() -> AnyResponse:
    """One of them."""
    visit = visiting.needed()
    line_id = request.form.get("line", type=row_id)
    try:
        visiting.changed(parts().selfservice.choose_line(visit, line_id or 0))
    except (InvalidInput, Conflict):
        return redirect(url_for("help_tie.lines"), 303)
    return redirect(url_for("help_walk.step"), 303)


# The line's own address ------------------------------------------------------------------------


@blueprint.post("/conexao/aqui")
@public
def here() -> AnyResponse:
    """They are on the line itself, and pressed the button that says so."""
    visit = visiting.needed()
    if not services().settings.bind_by_address:
        raise NotFound("Esta página não existe.")
    tied = parts().selfservice.tie_by_address(visit, request.remote_addr or "")
    if visiting.changed(tied).line_id is None:
        return make_response(_offer(visit, NOT_HERE), 422)
    return redirect(url_for("help_walk.step"), 303)


def _offer(visit: Visit, problem: str = "", typed: str = "") -> str:
    return render_template(
        "help/tie.html", visit=visit, ways=ways_to_tie(), problem=problem, typed=typed
    )
