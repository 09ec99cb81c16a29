"""Builds the knowledge base that the screens of articles and search work with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from kbwizard.accounts.people import list_users
from kbwizard.assembly import SharedContent
from kbwizard.cases.models import Case
from kbwizard.cases.numbers import cases_by_number
from kbwizard.config import Settings
from kbwizard.directory.folding import name_words
from kbwizard.directory.service import Directory
from kbwizard.editing.service import Editing
from kbwizard.readership.service import Readership
from kbwizard.reports.articles import ArticleReports
from kbwizard.search.documents import Kind
from kbwizard.search.results import SearchResult
from kbwizard.web.kb.parts import KbParts


def build_kb(
    settings: Settings, engine: Engine, clock: Callable[[], datetime], shared: SharedContent
) -> KbParts:
    """The base over the installation's database and content. Opens nothing and starts no thread."""
    is_customer = _IsCustomer(Directory(engine, settings))
    readership = Readership(engine, clock, zone=settings.timezone, is_name=is_customer)
    return KbParts(
        live=shared.live,
        find=_Find(shared),
        case_search=_CaseSearch(engine),
        is_customer=is_customer,
        readership=readership,
        reports=ArticleReports(
            readership, shared.live, lambda: list_users(engine), clock, settings.timezone
        ),
        editing=Editing(engine, shared.live, settings.articles_dir, clock, zone=settings.timezone),
    )


@dataclass(frozen=True, slots=True)
class _Find:
    shared: SharedContent

    def __call__(
        self,
        query: str,
        *,
        audience: str,
        limit: int = 10,
        kinds: Collection[Kind] | None = None,
        topics: Collection[str] | None = None,
        as_you_type: bool = False,
    ) -> SearchResult:
        self.shared.live.articles()  # an edited file is noticed here, and indexed
        return self.shared.index.search(
            query,
            audience=audience,
            limit=limit,
            kinds=kinds,
            topics=topics,
            as_you_type=as_you_type,
        )


@dataclass(frozen=True, slots=True)
class _CaseSearch:
    engine: Engine

    def __call__(self, typed: str) -> Sequence[Case]:
        return cases_by_number(self.engine, typed)


@dataclass(frozen=True, slots=True)
class _IsCustomer:
    """Whether what was typed into the search is a customer: words of a name, or a login."""

    directory: Directory

    def __call__(self, typed: str) -> bool:
        said = set(name_words(typed))
        found = self.directory.search(typed).customers if said else ()
        return any(
            (len(said) > 1 and said <= set(name_words(hit.name)))
            or any(line.login.casefold() == typed.casefold() for line in hit.lines)
            for hit in found
        )
