"""The call: one page, and one small POST for each thing a person may do.

Every POST answers the whole call's fragment (or, without JavaScript, goes back to the page), so
that what is shown is always where the walk really stands.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.audit import audit
from kbwizard.accounts.roles import Permission
from kbwizard.cases.concluding import Conclusion
from kbwizard.cases.models import Case, Status
from kbwizard.cases.words import ascii_text
from kbwizard.db import writing
from kbwizard.errors import Conflict, InvalidInput, NotFound, RequestError, StaleForm
from kbwizard.web import htmx
from kbwizard.web.answers import read_answers, row_id
from kbwizard.web.desk.acting import act_on_network
from kbwizard.web.desk.calls import call_at, chosen_walk, find_call, is_with_customer, load_call
from kbwizard.web.desk.parts import in_training, parts
from kbwizard.web.desk.reading_ahead import read_ahead
from kbwizard.web.desk.screen import field_of
from kbwizard.web.security import check, require, signed_in
from kbwizard.web.services import now
from kbwizard.wizard.position import Need

blueprint = Blueprint("call", __name__, url_prefix="/desk/cases/<protocol>")

LONGEST_NOTE = 2000


@blueprint.get("")
@require(Permission.ATTEND)
def show(protocol: str) -> AnyResponse:
    """The call's screen; a case whose line is not chosen yet asks for it first."""
    case = parts().cases.get(protocol)
    if case.status == Status.CLOSED and (into := parts().cases.joined_into(case)):
        return redirect(url_for(".show", protocol=into), 303)
    if not parts().cases.walks_of(case.id or 0) and case.customer_id is not None:
        customer = parts().directory.customer(case.customer_id)
        return make_response(render_template("desk/lines.html", case=case, customer=customer))
    call = load_call(protocol, walk=request.args.get("walk", type=int))
    return htmx.render(
        "desk/call.html", "desk/_call.html", call=call, again="again" in request.args
    )


@blueprint.post("/line")
@require(Permission.ATTEND)
def choose_line(protocol: str) -> AnyResponse:
    """Begin a walk about a line of the customer: the first, or one more subject."""
    desk = parts()
    case = desk.cases.get(protocol)
    line_id = request.form.get("line_id", type=row_id)
    if case.customer_id is not None and line_id is not None:
        own = {line.line_id for line in desk.directory.customer(case.customer_id).lines}
        if line_id not in own:
            raise InvalidInput("Esta conexão não é deste cliente.")
    desk.cases.begin_walk(protocol, line_id=line_id, by=signed_in().name)
    read_ahead(case)
    return _page(protocol)


@blueprint.post("/answer")
@require(Permission.ATTEND)
def answer(protocol: str) -> AnyResponse:
    """The answer to the question shown, or to the one offered while readings are awaited."""

    def do(walk_id: int, visit: int, by: str) -> None:
        walks = parts().walks
        standing = walks.stand(walk_id)
        specs = standing.bundle.registry.facts
        position = standing.position
        pending = position.pending
        asked = pending.facts if pending.need is Need.ANSWER else pending.person
        facts = tuple(fact for fact in request.form if fact in specs) or asked
        said = read_answers(request.form, facts, specs)
        walks.answer(walk_id, visit=visit, said=said, by=by)

    return do_in_call(protocol, do)


@blueprint.post("/confirm")
@require(Permission.ATTEND)
def confirm(protocol: str) -> AnyResponse:
    """ "Feito", or "já tinha feito": believed, and checked against the device's uptime."""
    already = request.form.get("already") == "1"
    return do_in_call(
        protocol,
        lambda walk_id, visit, by: parts().walks.confirm(
            walk_id, visit=visit, by=by, already=already
        ),
    )


@blueprint.post("/give-up")
@require(Permission.ATTEND)
def give_up(protocol: str) -> AnyResponse:
    """Do not wait any longer."""
    return do_in_call(
        protocol,
        lambda walk_id, visit, by: parts().walks.give_up(walk_id, visit=visit, by=by),
    )


@blueprint.post("/back")
@require(Permission.ATTEND)
def back(protocol: str) -> AnyResponse:
    """Undo the last thing a person did."""
    return do_in_call(protocol, lambda walk_id, _visit, by: parts().walks.back(walk_id, by=by))


@blueprint.post("/act")
@require(Permission.ATTEND)
def act(protocol: str) -> AnyResponse:
    """Run the action on the network, or go on without it."""
    wanted = request.form.get("go") == "1"
    return do_in_call(
        protocol,
        lambda walk_id, visit, by: act_on_network(walk_id, visit=visit, wanted=wanted, by=by),
    )


@blueprint.post("/note")
@require(Permission.ATTEND)
def note(protocol: str) -> AnyResponse:
    """A free note, at any step."""
    text = request.form.get("text", "").strip()

    def do(walk_id: int, _visit: int, by: str) -> None:
        if not text or len(text) > LONGEST_NOTE:
            problem = f"Uma nota tem de 1 a {LONGEST_NOTE} letras."
            raise InvalidInput("A nota não foi gravada.", {"text": problem})
        parts().walks.note(walk_id, text=text, by=by)

    return do_in_call(protocol, do)


@blueprint.post("/anytime")
@require(Permission.ATTEND)
def anytime(protocol: str) -> AnyResponse:
    """An exit that stands on every step: silence, offence, wants a person."""

    def do(walk_id: int, _visit: int, by: str) -> None:
        walks = parts().walks
        standing = walks.stand(walk_id)
        root = standing.bundle.trees[standing.position.root]
        key = request.form.get("key", "")
        exits = [item for item in root.anytime if item.key == key]
        if not exits:
            raise InvalidInput("Esta saída não existe neste atendimento.")
        walks.jump(walk_id, tree=root.name, node=exits[0].goto, by=by, anytime=key)

    return do_in_call(protocol, do)


@blueprint.post("/jump")
@require(Permission.ATTEND)
def jump(protocol: str) -> AnyResponse:
    """Go to a node found by search; the gates stay to be passed."""
    tree, node = request.form.get("tree", ""), request.form.get("node", "")
    reason = request.form.get("reason", "")[:LONGEST_NOTE]
    return do_in_call(
        protocol,
        lambda walk_id, _visit, by: parts().walks.jump(
            walk_id, tree=tree, node=node, by=by, reason=reason
        ),
    )


@blueprint.get("/change/<int:target>")
@require(Permission.ATTEND)
def change(protocol: str, target: int) -> Response:
    """The form that changes one earlier answer or reading."""
    call = load_call(protocol, walk=request.args.get("walk", type=int), inline_s=0)
    given = [item for item in call.standing.position.given if item.seq == target]
    if not given:
        raise NotFound("Esta resposta não pode mais ser mudada.")
    specs = call.standing.bundle.registry.facts
    fields = [
        field_of(
            specs.get(reading.fact),
            reading.fact,
            value=str(reading.value).lower() if reading.known else "",
            unsure=True,
        )
        for reading in given[0].readings
        if reading.fact in specs
    ]
    return make_response(
        render_template("desk/_change.html", call=call, target=target, fields=fields)
    )


@blueprint.post("/revise")
@require(Permission.ATTEND)
def revise(protocol: str) -> AnyResponse:
    """Change an earlier answer; later ones that still fit stay."""
    target = request.form.get("target", type=int) or 0

    def do(walk_id: int, _visit: int, by: str) -> None:
        walks = parts().walks
        specs = walks.stand(walk_id).bundle.registry.facts
        facts = tuple(fact for fact in request.form if fact in specs)
        said = read_answers(request.form, facts, specs)
        walks.revise(walk_id, target=target, said=said, by=by)

    return do_in_call(protocol, do)


@blueprint.post("/conclude")
@require(Permission.ATTEND)
def conclude(protocol: str) -> AnyResponse:
    """Let the outcome take effect: order, queue, deadline, outage, closing."""

    def do(walk_id: int, visit: int, by: str) -> None:
        parts().concluding.conclude(
            protocol,
            walk_id,
            Conclusion(
                visit=visit,
                told_deadline=_moment(request.form.get("told", "")),
                confirmed_by=request.form.get("confirmed_by", "")[:120],
                summary=request.form.get("summary", "")[:2000],
            ),
            by=by,
        )

    return do_in_call(protocol, do, changes_case=True)


@blueprint.post("/close")
@require(Permission.ATTEND)
def close(protocol: str) -> AnyResponse:
    """Close a case that was waiting, by CD-05 and CD-15."""
    return _to_case(
        protocol,
        lambda by: parts().cases.close(
            protocol,
            closing=request.form.get("closing", ""),
            confirmed_by=request.form.get("confirmed_by", ""),
            text=request.form.get("text", ""),
            by=by,
        ),
    )


@blueprint.post("/reopen")
@require(Permission.ATTEND)
def reopen(protocol: str) -> AnyResponse:
    """Open a closed case again, with a new walk about the same line."""

    def do(by: str) -> None:
        cases = parts().cases
        case = cases.reopen(protocol, reason=request.form.get("reason", ""), by=by)
        cases.begin_walk(protocol, line_id=case.line_id, by=by)
        read_ahead(case)

    return _to_case(protocol, do, newest=True)


@blueprint.post("/erp")
@require(Permission.ATTEND)
def erp(protocol: str) -> AnyResponse:
    """The ERP's own number of this case: opaque text."""
    return _to_case(
        protocol,
        lambda _by: parts().cases.set_erp_protocol(protocol, request.form.get("erp", "")),
    )


@blueprint.post("/reveal")
@require(Permission.ATTEND)
def reveal(protocol: str) -> Response:
    """Show the phone or the address in full, once, with an audit row."""
    if not in_training():  # the exercises' customers are nobody
        check(Permission.REVEAL_PERSONAL)
    desk = parts()
    case, chosen = chosen_walk(protocol, request.form.get("walk", type=int))
    if case.customer_id is None or chosen.line_id is None:
        raise NotFound("Este atendimento não tem cliente do cadastro.")
    line = desk.directory.line(chosen.line_id)
    what = request.form.get("what", "")
    if what not in ("phone", "address"):
        raise InvalidInput("Escolha telefone ou endereço.")
    shown = (
        desk.directory.phone(case.customer_id)
        if what == "phone"
        else desk.directory.address(line.contract_id)
    )
    with writing(desk.engine) as db:
        audit(
            db,
            at=now(),
            who=signed_in().name,
            action="reveal_personal",
            record=protocol,
            details={"field": what},
        )
    return make_response(render_template("desk/_revealed.html", what=what, shown=shown))


@blueprint.get("/pulse")
@require(Permission.ATTEND)
def pulse(protocol: str) -> Response:
    """What has arrived since: evidence in its place, the step only if the walk moved."""
    seen = request.args.get("seen", 0, type=int)
    visit = request.args.get("visit", 0, type=int)
    call = load_call(protocol, walk=request.args.get("walk", type=int), inline_s=0)
    position = call.standing.position
    moved = position.visit != visit
    if position.last_seq == seen and not moved:
        return Response(status=204)
    return make_response(render_template("desk/_pulse.html", call=call, moved=moved))


@blueprint.get("/record")
@require(Permission.ATTEND)
def record(protocol: str) -> Response:
    """The record as text, to paste; `ascii=1` for ERPs that break accents."""
    text = render_template("text/record.txt", record=load_call(protocol, inline_s=0).record)
    if request.args.get("ascii"):
        text = ascii_text(text)
    return Response(text, mimetype="text/plain")


# -------------------------------------------------------------------------------------------


def do_in_call(
    protocol: str, deed: Callable[[int, int, str], object], *, changes_case: bool = False
) -> AnyResponse:
    """Do one thing to the call's walk and show where it stands; a refusal shows it too."""
    found = find_call(protocol, request.form.get("walk", type=int))
    if is_with_customer(parts().walks.stand(found.walk.walk_id)):
        raise Conflict("O cliente ainda está no autoatendimento. Assuma o atendimento antes.")
    visit = request.form.get("visit", 0, type=int)
    try:
        deed(found.walk.walk_id, visit, signed_in().name)
    except (StaleForm, InvalidInput) as refusal:
        return _refused(found.case, protocol, refusal)
    if not htmx.wants_fragment():
        return _page(protocol)
    call = load_call(protocol, walk=found.walk.ordinal) if changes_case else call_at(found)
    return make_response(render_template("desk/_call.html", call=call, again=False))


def _to_case(protocol: str, deed: Callable[[str], object], *, newest: bool = False) -> AnyResponse:
    """Do one thing to the case itself, then open its page; a refusal is shown in its place.

    `newest` opens the walk that has just begun, not the one the form was about.
    """
    try:
        deed(signed_in().name)
    except InvalidInput as refusal:
        return _refused(parts().cases.get(protocol), protocol, refusal)
    if newest:
        url = url_for(".show", protocol=protocol)
        return htmx.redirect_after_post(url, whole_page=True)
    return _page(protocol)


def _refused(case: Case, protocol: str, refusal: RequestError) -> AnyResponse:
    """Where they are, what is wrong, and what they had typed."""
    call = load_call(protocol, walk=request.form.get("walk", type=int), inline_s=0)
    typed = {
        name: text
        for name, text in request.form.items()
        if name not in ("csrf_token", "visit", "walk") and text.strip()
    }
    context = {
        "call": call,
        "refusal": refusal,
        "typed": typed,
        "problems": getattr(refusal, "fields", {}),
        "again": False,
    }
    status = 409 if isinstance(refusal, StaleForm) else 422
    return htmx.render("desk/call.html", "desk/_call.html", status, **context)


def _page(protocol: str) -> AnyResponse:
    url = url_for(".show", protocol=protocol, walk=request.form.get("walk", type=int))
    return htmx.redirect_after_post(url, whole_page=True)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
