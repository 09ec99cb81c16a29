"""One question a screen: where the walk stands, and one small form for each thing to press."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.errors import Conflict, InvalidInput, StaleForm
from kbwizard.selfservice.values import PublicOutage, Visit
from kbwizard.walks.service import Standing
from kbwizard.web.help import visiting
from kbwizard.web.help.answering import FIELD, UNSURE, read_answer
from kbwizard.web.help.parts import parts
from kbwizard.web.help.screen import HelpStep, help_step
from kbwizard.web.help.words import CustomerWords
from kbwizard.web.security import public

blueprint = Blueprint("help_walk", __name__, url_prefix="/help/passo")

PROBLEMS = {
    "answer": "Toque em uma das respostas. Se não souber, toque em “Não sei”.",
    "typed": "Escreva a resposta, ou toque em “Não sei”.",
}
MOVED_ON = "Este passo já tinha sido respondido. Veja onde estamos agora."


@blueprint.get("")
@public
def step() -> AnyResponse:
    """Where they are; who has it now, once that is not themselves."""
    visit = visiting.needed()
    if visit.taken_over:
        return redirect(url_for("help_person.request_page"), 303)
    if visit.finished_at is not None:
        return redirect(url_for("help_end.end"), 303)
    return _show(visit, parts().selfservice.advance(visit))


@blueprint.post("/responder")
@public
def answer() -> AnyResponse:
    """The answer to the question shown."""
    selfservice = parts().selfservice

    def do(visit: Visit, number: int) -> object:
        standing = selfservice.standing(visit)
        if standing.position.visit != number:
            raise StaleForm(MOVED_ON)
        said = read_answer(standing, request.form.get(FIELD, ""))
        return selfservice.answer(visit, visit_number=number, said=said)

    return _do(do)


@blueprint.post("/feito")
@public
def confirm() -> AnyResponse:
    """ "Pronto, já fiz", or it had been done before."""
    already = request.form.get("already") == "1"
    return _do(
        lambda visit, number: parts().selfservice.confirm(
            visit, visit_number=number, already=already
        )
    )


@blueprint.post("/seguir")
@public
def give_up() -> AnyResponse:
    """Do not wait any longer."""
    return _do(lambda visit, number: parts().selfservice.give_up(visit, visit_number=number))


@blueprint.post("/voltar")
@public
def back() -> AnyResponse:
    """Undo the last answer; at the first question, back to the district."""
    try:
        return _do(lambda visit, number: parts().selfservice.back(visit, visit_number=number))
    except InvalidInput:
        return redirect(url_for("help.district"), 303)


@blueprint.post("/terminar")
@public
def conclude() -> AnyResponse:
    """The outcome takes effect: it works again, they wait for an outage, or people are asked."""
    visit = visiting.needed()
    number = request.form.get("visit", 0, type=int)
    try:
        visit = visiting.changed(parts().selfservice.conclude(visit, visit_number=number))
    except StaleForm:
        return _moved_on(visit)
    except Conflict:
        return redirect(url_for("help_person.request_page"), 303)
    after = "help_end.end" if visit.ending in ("solved", "advised") else "help_person.request_page"
    return redirect(url_for(after), 303)


# -------------------------------------------------------------------------------------------


def _do(deed: Callable[[Visit, int], object]) -> AnyResponse:
    """Do one thing and show where it leads; a refusal shows where they are."""
    visit = visiting.needed()
    try:
        deed(visit, request.form.get("visit", 0, type=int))
    except StaleForm:
        return _moved_on(visit)
    except Conflict:
        return redirect(url_for("help_person.request_page"), 303)
    except InvalidInput as refusal:
        if request.endpoint == "help_walk.back":
            raise
        return _refused(visit, refusal)
    return redirect(url_for("help_walk.step"), 303)


def _moved_on(visit: Visit) -> AnyResponse:
    if visit.finished_at is not None or visit.taken_over:
        return redirect(url_for("help_walk.step"), 303)
    return _show(visit, parts().selfservice.standing(visit), notice=MOVED_ON, status=409)


def _refused(visit: Visit, refusal: InvalidInput) -> AnyResponse:
    """The same question with what to mend, in our words: the engine's name facts."""
    standing = parts().selfservice.standing(visit)
    outage = parts().selfservice.outage_of(visit)
    shown = help_step(standing, CustomerWords(standing, visit, outage))
    typed = request.form.get(FIELD, "")[:300] if shown.kind == "typed" else ""
    problem = PROBLEMS.get(shown.kind, MOVED_ON)
    return make_response(_render(visit, shown, outage, problem=problem, typed=typed), 422)


def _show(visit: Visit, standing: Standing, *, notice: str = "", status: int = 200) -> Response:
    outage = parts().selfservice.outage_of(visit)
    shown = help_step(standing, CustomerWords(standing, visit, outage))
    return make_response(_render(visit, shown, outage, notice=notice), status)


def _render(
    visit: Visit,
    shown: HelpStep,
    outage: PublicOutage | None,
    *,
    notice: str = "",
    problem: str = "",
    typed: str = "",
) -> str:
    return render_template(
        "help/step.html",
        visit=visit,
        step=shown,
        outage=outage,
        notice=notice,
        problem=problem,
        typed=typed,
        field=FIELD,
        unsure=UNSURE,
    )
