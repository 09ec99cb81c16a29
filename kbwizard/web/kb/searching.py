"""Search: as somebody types, and as a page with an address of its own.

What is typed goes by POST, so that names and documents stand in no address; a page's address holds
only words that look like nobody's data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import (
    Flask,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.cases.models import Case
from kbwizard.content.topics import TOPICS
from kbwizard.errors import NotFound
from kbwizard.search.documents import Kind
from kbwizard.search.results import Hit
from kbwizard.web import htmx
from kbwizard.web.desk.home import STATUS_WORDS
from kbwizard.web.kb.knowledge import (
    LONGEST_QUERY,
    CallHere,
    audience_here,
    blueprint,
    call_here,
    is_private,
    where_here,
)
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.reading import LONGEST_ANCHOR, readable
from kbwizard.web.kb.shown import Trust, trust_of
from kbwizard.web.security import may, require, signed_in
from kbwizard.web.study.wording import topic_label

AS_TYPED = 8
"""Results while typing: what fits without scrolling."""
ON_A_PAGE = 10
MOST_PAGES = 10
"""The index gives a hundred results at most."""
WORDS: dict[str, str] = {
    "": "Tudo",
    "articles": "Artigos",
    "steps": "Passos",
    "cases": "Atendimentos",
}
_KINDS: dict[str, tuple[Kind, ...] | None] = {
    "": None,
    "articles": ("article",),
    "steps": ("tree", "node"),
    "cases": (),
}


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. `kind` is one of `WORDS`."""

    q: str
    kind: str = ""
    topic: str = ""
    page: int = 1

    def but(self, **changed: Any) -> dict[str, Any]:
        """The address of another page, kind or topic of the same search."""
        fields: dict[str, Any] = {"q": self.q, "kind": self.kind, "topic": self.topic}
        return {name: value for name, value in {**fields, **changed}.items() if value}


@dataclass(frozen=True, slots=True)
class Found:
    """What a search shows. `hits` of the page asked for, `cases` before them on the first."""

    query: Query
    hits: tuple[Hit, ...] = ()
    cases: tuple[Case, ...] = ()
    corrected: str = ""
    suggestion: str = ""
    completions: tuple[str, ...] = ()
    more: bool = False
    """There are further pages."""
    as_you_type: bool = False
    private: bool = False
    """What was typed looks personal: no link may carry it."""
    noted: int | None = None
    """The search's number in the reports; None when it is not kept there."""

    @property
    def count(self) -> int:
        return len(self.hits) + len(self.cases)


@blueprint.get("/search")
@require(Permission.READ_ARTICLES)
def search() -> AnyResponse:
    """The page of results; its address can be given to a colleague."""
    query = _query()
    if is_private(query.q):  # typed or kept by hand: it goes out of the address and the history
        return redirect(url_for(".search", private=1), 303)
    return _page(query)


@blueprint.post("/search")
@require(Permission.READ_ARTICLES, hold=False)
def look() -> AnyResponse:
    """What is typed so far, as a fragment; without scripts, on to the page of results."""
    query, here = _query(), call_here()
    if htmx.wants_fragment():
        found = find(query, here, as_you_type=True, size=AS_TYPED)
        return make_response(render_template("kb/_search_results.html", found=found, here=here))
    if is_private(query.q):
        return _page(query, private=True)
    return redirect(url_for(".search", **query.but()), 303)


@blueprint.post("/search/settled")
@require(Permission.READ_ARTICLES, hold=False)
def settled() -> Response:
    """Somebody pressed Enter, opened a result, or closed the dialog: a search that counts.

    The same search twice within a minute is one, so that Enter and the click may both say so.
    """
    here = call_here()
    number = note(find(_query(), here, as_you_type=True, size=AS_TYPED), here)
    slug = request.form.get("slug", "")[:LONGEST_ANCHOR]
    if number is not None and slug:
        kb_parts().readership.note_click(number, slug=slug)
    return Response(status=204)


@blueprint.get("/search/<int:number>/open")
@require(Permission.READ_ARTICLES)
def opened(number: int) -> AnyResponse:
    """Count that a result was opened, and go there."""
    slug, at = request.args.get("slug", "")[:LONGEST_ANCHOR], request.args.get("at", "")
    tree, _, node = slug.partition("#")
    if node or tree in kb_parts().live.current().trees:
        url = url_for(".step", tree=tree, node=node or None)
    else:
        readable(slug, audience_here())
        url = url_for(".article", slug=slug, _anchor=at[:LONGEST_ANCHOR] or None)
    kb_parts().readership.note_click(number, slug=slug)
    return redirect(url, 303)


def find(query: Query, here: CallHere, *, as_you_type: bool, size: int) -> Found:
    """Look for articles, steps and, for who attends, cases by their number."""
    if not query.q:
        return Found(query)
    cases = _cases(query, here)
    kinds = _KINDS[query.kind]
    if kinds == ():
        return Found(query, cases=cases, as_you_type=as_you_type)
    before = (query.page - 1) * size
    result = kb_parts().find(
        query.q,
        audience=audience_here(here),
        limit=before + size + 1,
        kinds=kinds,
        topics=(query.topic,) if query.topic else None,
        as_you_type=as_you_type,
    )
    return Found(
        query,
        hits=result.hits[before : before + size],
        cases=cases,
        corrected=result.corrected or "",
        suggestion=result.suggestion or "",
        completions=result.completions,
        more=len(result.hits) > before + size and query.page < MOST_PAGES,
        as_you_type=as_you_type,
    )


def note(found: Found, here: CallHere) -> int | None:
    """Keep a search for the reports, unless it was a case's number."""
    if found.cases or found.query.kind == "cases":
        return None
    return kb_parts().readership.note_search(
        found.query.q, where=where_here(here), results=found.count, by=signed_in().name
    )


def install(app: Flask) -> None:
    """What the templates of search ask."""
    app.jinja_env.globals.update(
        search_kinds=kinds_here,
        search_topics=topics_here,
        place_of_hit=place_of,
        node_of_hit=node_of,
        case_status=lambda case: STATUS_WORDS.get(case.status, case.status),
    )


def kinds_here(*, training: bool = False) -> list[tuple[str, str]]:
    """What this person can look for: no case from within an exercise."""
    cases = may(Permission.ATTEND) and not training
    return [(kind, word) for kind, word in WORDS.items() if kind != "cases" or cases]


def topics_here() -> list[tuple[str, str]]:
    """Topics by the names that people give them."""
    return sorted(((topic, topic_label(topic)) for topic in TOPICS), key=lambda one: one[1])


@dataclass(frozen=True, slots=True)
class Place:
    """Where a result leads, and how far it can be trusted."""

    section: str = ""
    trust: Trust | None = None


def place_of(hit: Hit, here: CallHere) -> Place:
    """The title of the section that a result opens at, and the article's standing."""
    article = kb_parts().live.articles().get(hit.slug)
    if article is None:
        return Place()
    sections = article.view(audience_here(here)).sections
    titles = {section.id: section.title for section in sections}
    return Place(titles.get(hit.section, ""), trust_of(article))


def node_of(hit: Hit) -> str:
    """The step that a result leads to; a tree leads to its first one."""
    tree = kb_parts().live.current().trees.get(hit.tree)
    return hit.node or (tree.entry if tree is not None else "")


def _cases(query: Query, here: CallHere) -> tuple[Case, ...]:
    wanted = query.kind in ("", "cases") and query.page == 1 and not query.topic
    if not wanted or here.training or not may(Permission.ATTEND):
        return ()
    return tuple(kb_parts().case_search(query.q))


def _query() -> Query:
    given = request.values
    kind, topic = given.get("kind", ""), given.get("topic", "")
    page = given.get("page", 1, type=int)
    if not 1 <= page <= MOST_PAGES:
        raise NotFound("Esta página de resultados não existe.")
    return Query(
        q=given.get("q", "")[:LONGEST_QUERY].strip(),
        kind=kind if kind in WORDS else "",
        topic=topic if topic in TOPICS else "",
        page=page,
    )


def _page(query: Query, *, private: bool = False) -> Response:
    here = call_here()
    found = find(query, here, as_you_type=False, size=ON_A_PAGE)
    noted = note(found, here) if query.q and query.page == 1 else None
    return htmx.render(
        "kb/search.html",
        "kb/_search_results.html",
        found=replace(found, noted=noted, private=private),
        here=here,
        dropped="private" in request.args,
    )
