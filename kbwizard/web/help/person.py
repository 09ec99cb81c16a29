"""A person, everywhere: protocol and code at once, then what became of the request."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.selfservice.values import News, Visit
from kbwizard.web.help import visiting
from kbwizard.web.help.drawings import named
from kbwizard.web.help.parts import parts
from kbwizard.web.help.summary import summary_of
from kbwizard.web.help.words import hours_in_words
from kbwizard.web.origin import origin
from kbwizard.web.security import public

blueprint = Blueprint("help_person", __name__, url_prefix="/help")

FIELDS = ("name", "phone", "best_time")
LOOK_AGAIN_S = 60
OVER = frozenset({"closed", "restored"})
HEADINGS = {
    "waiting": "Pedido feito",
    "with_person": "Uma pessoa está com o seu caso",
    "passed_on": "Seu pedido está com a equipe",
    "scheduled": "A visita do técnico está marcada",
    "callback": "Vamos ligar para você",
    "outage": "Houve uma falha na sua região",
    "restored": "A falha foi resolvida",
    "closed": "Atendimento encerrado",
}


@blueprint.get("/pessoa")
@public
def ask() -> AnyResponse:
    """What helps the person who will answer; nothing of it is required."""
    visit = visiting.current()
    if visit is not None and visit.asked_person and not _over(visit):
        return redirect(url_for("help_person.request_page"), 303)
    return make_response(_form(visit))


@blueprint.post("/pessoa")
@public
def asked() -> AnyResponse:
    """Ask for a person. Somebody who has not begun yet begins by asking."""
    visit = visiting.current()
    if visit is None:
        visit = visiting.hold(parts().selfservice.begin(channel="page"))
    elif visit.taken_over and _over(visit):  # that walk was an agent's, and is done
        visit = visiting.hold(parts().selfservice.restart(visit))
    said = {name: " ".join(request.form.get(name, "").split()) for name in FIELDS}
    try:
        handle = parts().selfservice.ask_person(visit, **said)
    except InvalidInput as wrong:
        return make_response(_form(visit, wrong.fields, said), 422)
    visiting.keep_code(visit, handle.code)
    return redirect(url_for("help_person.request_page"), 303)


@blueprint.get("/pedido")
@public
def request_page() -> AnyResponse:
    """Protocol and code, large; what happens next, and what came of it."""
    visit = visiting.needed()
    news = parts().selfservice.news(visit)
    if news is None:
        return redirect(url_for("help_walk.step"), 303)
    if visit.taken_over:
        visiting.drop_code()
    return make_response(_request(visit, news))


@blueprint.post("/codigo")
@public
def code() -> AnyResponse:
    """A fresh code, where the one that was shown is gone."""
    visit = visiting.needed()
    try:
        visiting.keep_code(visit, parts().selfservice.code_of(visit))
    except Conflict:
        visiting.drop_code()  # somebody has the walk already: no code is needed
    after = "help_person.request_page" if visit.case_protocol else "help_person.other_phone"
    return redirect(url_for(after), 303)


@blueprint.get("/outro-celular")
@public
def other_phone() -> AnyResponse:
    """The code that opens this walk on another phone."""
    visit = visiting.needed()
    page = render_template("help/other_phone.html", visit=visit, code=visiting.kept_code(visit))
    return make_response(page)


@blueprint.get("/retomar")
@public
def resume() -> Response:
    """Where a code is typed on another phone."""
    return make_response(render_template("help/resume.html", problem="", typed=""))


@blueprint.post("/retomar")
@public
def resumed() -> AnyResponse:
    """Go on here; the other phone is out."""
    typed = request.form.get("code", "")[:40]
    try:
        begun = parts().selfservice.resume_by_code(typed, origin=origin())
    except Conflict as refusal:
        return _not_resumed(str(refusal), typed, 429)
    except NotFound as refusal:
        return _not_resumed(str(refusal), typed, 422)
    visiting.hold(begun)
    return redirect(url_for("help_walk.step"), 303)


@blueprint.get("/resumo")
@public
def summary() -> AnyResponse:
    """What was answered and done so far, to be copied or read out."""
    visit = visiting.needed()
    lines = summary_of(visit, parts().selfservice.standing(visit), visiting.kept_code(visit))
    return make_response(render_template("help/summary.html", visit=visit, lines=lines))


def _over(visit: Visit) -> bool:
    """Whether nobody works on what they asked for any more: they may ask again."""
    news = parts().selfservice.news(visit)
    return news is None or news.state in OVER


def _form(
    visit: Visit | None,
    problems: dict[str, str] | None = None,
    said: dict[str, str] | None = None,
) -> str:
    return render_template(
        "help/person.html",
        visit=visit,
        problems=problems or {},
        said=said or dict.fromkeys(FIELDS, ""),
        hours=hours_in_words(parts().setting("business_hours")),
        phone=parts().setting("support_phone"),
        drawing=named("pessoa"),
    )


def _request(visit: Visit, news: News) -> str:
    standing = parts().selfservice.standing(visit)
    code = visiting.kept_code(visit)
    return render_template(
        "help/request.html",
        visit=visit,
        news=news,
        heading_of=HEADINGS[news.state],
        code=code,
        lines=summary_of(visit, standing, code),
        look_again_s=0 if news.state in OVER else LOOK_AGAIN_S,
        hours=hours_in_words(parts().setting("business_hours")),
        phone=parts().setting("support_phone"),
    )


def _not_resumed(problem: str, typed: str, status: int) -> Response:
    return make_response(render_template("help/resume.html", problem=problem, typed=typed), status)
