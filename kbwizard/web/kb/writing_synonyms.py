"""How people talk, as a list that is edited on the web: a pair at a time, or the whole text."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.editing.compare import compare
from kbwizard.editing.merge import merge
from kbwizard.errors import (
    Conflict,
    ContentError,
    InvalidInput,
    KbwizardError,
    NotFound,
    Problem,
)
from kbwizard.search.results import Hit
from kbwizard.search.synonyms import EDITED, read_synonyms
from kbwizard.web import htmx
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.writing import LONGEST_TEXT, TEXT_BYTES, blueprint, editing
from kbwizard.web.kb.writing_diff import Row, folded
from kbwizard.web.room import room
from kbwizard.web.security import require, signed_in
from kbwizard.wizard.model import Audience

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of the list: what is typed, what it means, and the line as it is written."""

    typed: str
    meant: str
    line: str


@dataclass(frozen=True, slots=True)
class Refused:
    """What stands in the way of the list that was sent, and what was sent."""

    error: KbwizardError
    text: str
    base: str
    problems: tuple[Problem, ...] = ()
    changed: tuple[Row, ...] = ()
    """What somebody else changed meanwhile."""


@blueprint.get("/synonyms")
@require(Permission.EDIT_CONTENT)
def synonyms() -> Response:
    """The list, a quick way to add a pair, the whole text, and what a query finds now."""
    if htmx.wants_fragment():
        query = _asked("q")
        return make_response(
            render_template(
                "writing/_tried.html",
                query=query,
                hits=_find(query),
                alias=_asked("typed") or query,
            )
        )
    return _page(None)


@blueprint.post("/synonyms")
@room(whole=TEXT_BYTES, field=LONGEST_TEXT)
@require(Permission.EDIT_CONTENT)
def save_synonyms() -> AnyResponse:
    """Put the whole text in place of the list, if nobody changed it meanwhile."""
    text, base = _plain(request.form.get("source", "")), _plain(request.form.get("base", ""))
    problems = _wrong(text)
    if problems:
        error = InvalidInput("Nada foi salvo: há linhas que não são sinônimos.")
        return _page(Refused(error, text, base, problems))
    try:
        editing().save_synonyms(text, by=signed_in().name, base=base)
    except Conflict as refusal:
        theirs = editing().synonyms()
        joined = merge(base, text, theirs).text
        seen = tuple(folded(compare(base, theirs)))
        return _page(Refused(refusal, joined, theirs, changed=seen))
    except (InvalidInput, ContentError) as refusal:
        return _page(Refused(refusal, text, base, getattr(refusal, "problems", ())))
    return _back(saved=1)


@blueprint.post("/synonyms/add")
@require(Permission.EDIT_CONTENT)
def add_synonym() -> AnyResponse:
    """One more pair, live at once."""
    typed, meant = request.form.get("typed", ""), request.form.get("meant", "")
    problems = _wrong(f"{typed} = {meant}")
    try:
        if problems or not typed.strip() or not meant.strip():
            message = "Escreva o que se digita (até quatro palavras) e o que isso quer dizer."
            raise InvalidInput(message, {"typed": message})
        editing().add_synonym(typed[:200], meant[:400], by=signed_in().name)
    except (InvalidInput, ContentError) as refusal:
        text = editing().synonyms()
        return _page(Refused(refusal, text, text))
    return _back(q=" ".join(typed.split()))


@blueprint.post("/synonyms/alias")
@require(Permission.EDIT_CONTENT)
def add_alias() -> AnyResponse:
    """The words that were typed, as one more name of the article that answers them."""
    alias, slug = " ".join(request.form.get("alias", "").split()), request.form.get("slug", "")
    try:
        editing().add_alias(slug, alias, by=signed_in().name)
    except (InvalidInput, NotFound, ContentError) as refusal:
        text = editing().synonyms()
        return _page(Refused(refusal, text, text, getattr(refusal, "problems", ())))
    return htmx.redirect_after_post(url_for("writing.synonyms", q=alias, named=slug))


@blueprint.post("/synonyms/remove")
@require(Permission.EDIT_CONTENT)
def remove_synonym() -> AnyResponse:
    """Take one line away; when it is gone already, that is as good."""
    line, now = request.form.get("line", ""), editing().synonyms()
    kept = [one for one in now.split("\n") if one.strip() != line.strip() or not one.strip()]
    if "\n".join(kept) != now:
        editing().save_synonyms("\n".join(kept), by=signed_in().name, base=now)
    return _back()


def _back(q: str | None = None, saved: int | None = None) -> AnyResponse:
    return htmx.redirect_after_post(url_for("writing.synonyms", q=q, saved=saved))


def _page(refused: Refused | None) -> Response:
    now, typed = editing().synonyms(), _asked("typed")
    query = _asked("q") or typed
    status = 200 if refused is None else 409 if isinstance(refused.error, Conflict) else 422
    page = render_template(
        "writing/synonyms.html",
        pairs=_pairs(now),
        text=refused.text if refused else now,
        base=refused.base if refused else now,
        refused=refused,
        wrong=_wrong(now),
        typed=request.form if refused else {},
        problems=getattr(refused.error, "fields", {}) if refused else {},
        query=query,
        hits=_find(query),
        alias=typed or query,
        named=kb_parts().live.articles().get(_asked("named")),
    )
    return make_response(page, status)


def _asked(name: str) -> str:
    return request.args.get(name, "").strip()[:200]


def _pairs(text: str) -> list[Pair]:
    found = []
    for line in text.split("\n"):
        typed, sign, meant = line.partition("#")[0].partition("=")
        if sign and typed.strip() and meant.strip():
            found.append(Pair(typed.strip(), meant.strip(), line.strip()))
    return sorted(found, key=lambda pair: pair.typed.casefold())


def _wrong(text: str) -> tuple[Problem, ...]:
    """Every line that is no synonym."""
    try:
        read_synonyms(text, EDITED)
    except ContentError as error:
        return error.problems
    return ()


def _find(query: str) -> list[Hit]:
    if not query:
        return []
    found = kb_parts().find(query, audience=str(Audience.AGENT), limit=SHOWN, kinds=["article"])
    return list(found.hits)


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
