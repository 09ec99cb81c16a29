"""The beginning: mobile data first, then the district, and its outage before anything else."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.content.articles import Article
from kbwizard.errors import InvalidInput
from kbwizard.selfservice.values import Visit
from kbwizard.web.help import visiting
from kbwizard.web.help.drawings import named
from kbwizard.web.help.parts import parts
from kbwizard.web.help.tie import ways_to_tie
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import public
from kbwizard.wizard.model import Result

blueprint = Blueprint("help", __name__, url_prefix="/help")

FEW_DISTRICTS = 10
"""More are chosen from the phone's own list instead of pressed."""


@blueprint.get("", strict_slashes=False)  # people type the slash
@public
def welcome() -> Response:
    """The first page, also for who comes from an article. Opening it begins nothing."""
    page = render_template(
        "help/welcome.html",
        visit=visiting.current(),
        drawing=named("wifi-desligado"),
        about=_article(request.args.get("sobre", "")),
    )
    return make_response(page)


@blueprint.post("/comecar")
@public
def begin() -> AnyResponse:
    """Begin, or begin anew where this browser has a visit already."""
    visit = visiting.current()
    selfservice = parts().selfservice
    begun = selfservice.restart(visit) if visit else selfservice.begin(channel="page")
    visiting.hold(begun)
    about = _article(request.form.get("about", ""))
    if about is not None:
        selfservice.say_what_about(begun.visit, about.starts.partition("#")[0])
    visiting.drop_code()
    return redirect(url_for("help.district"), 303)


@blueprint.get("/bairro")
@public
def district() -> Response:
    """Where the line is: whether there is an outage there comes before any question."""
    return _ask_district(visiting.needed())


@blueprint.post("/bairro")
@public
def name_district() -> AnyResponse:
    """Say where; "não sei" is an answer."""
    visit = visiting.needed()
    try:
        told = parts().selfservice.set_district(visit, request.form.get("district", ""))
    except InvalidInput as wrong:
        return _ask_district(visit, wrong.fields)
    visit = visiting.changed(told)
    return redirect(url_for(_after_district(visit)), 303)


@blueprint.get("/aviso")
@public
def outage() -> AnyResponse:
    """An outage that the walk itself did not come to: it only may concern them, or they go on."""
    visit = visiting.needed()
    found = parts().selfservice.outage_of(visit)
    if found is None:
        return redirect(url_for("help_walk.step"), 303)
    page = render_template("help/outage.html", outage=found, next=url_for(_next(visit)))
    return make_response(page)


def _article(slug: str) -> Article | None:
    """The public article that somebody comes from, if it leads into a tree."""
    found = kb_parts().live.articles().get(slug)
    return found if found is not None and found.public and found.starts else None


def _ask_district(visit: Visit, problems: dict[str, str] | None = None) -> Response:
    names = parts().selfservice.districts()
    page = render_template(
        "help/district.html",
        visit=visit,
        names=names,
        few=len(names) <= FEW_DISTRICTS,
        problems=problems or {},
    )
    return make_response(page, 422 if problems else 200)


def _after_district(visit: Visit) -> str:
    selfservice = parts().selfservice
    if selfservice.outage_of(visit) is not None:
        outcome = selfservice.advance(visit).position.outcome
        told_by_tree = outcome is not None and outcome.result is Result.KNOWN_OUTAGE
        return "help_walk.step" if told_by_tree else "help.outage"
    return _next(visit)


def _next(visit: Visit) -> str:
    """Whether we may look at the line is asked once, before the questions it may save."""
    return "help_tie.offer" if visit.line_id is None and ways_to_tie() else "help_walk.step"
