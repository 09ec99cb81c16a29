"""The end: did it help, 1 to 5, one comment. Leaving without an answer is never a success."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.errors import InvalidInput
from kbwizard.selfservice.values import Visit
from kbwizard.web.help import visiting
from kbwizard.web.help.parts import parts
from kbwizard.web.security import public

blueprint = Blueprint("help_end", __name__, url_prefix="/help")

HELPED = (("yes", "Sim, ajudou"), ("partly", "Ajudou em parte"), ("no", "Não ajudou"))
SCORES = ((1, "Ruim"), (2, ""), (3, ""), (4, ""), (5, "Ótimo"))


@blueprint.get("/fim")
@public
def end() -> AnyResponse:
    """Asked once; afterwards thanks, the protocol to keep, and a way on."""
    visit = visiting.needed()
    if visit.helped or "depois" in request.args:
        return make_response(render_template("help/thanks.html", visit=visit))
    return make_response(_ask(visit))


@blueprint.post("/fim")
@public
def say() -> AnyResponse:
    """Their opinion. Who was not helped is offered a person next."""
    visit = visiting.needed()
    score = request.form.get("score", type=int)
    try:
        parts().selfservice.feedback(
            visit,
            helped=request.form.get("helped", ""),
            score=score,
            comment=request.form.get("comment", ""),
        )
    except InvalidInput as wrong:
        return make_response(_ask(visit, wrong.fields), 422)
    return redirect(url_for("help_end.end"), 303)


def _ask(visit: Visit, problems: dict[str, str] | None = None) -> Response | str:
    return render_template(
        "help/feedback.html",
        visit=visit,
        helped=HELPED,
        scores=SCORES,
        problems=problems or {},
        said={name: request.form.get(name, "") for name in ("helped", "score", "comment")},
    )
