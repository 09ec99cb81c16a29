"""The reports of the knowledge base: what people look for, read, say, and have not read.

Nothing here names a customer. Readers are named in one place only: who has not acknowledged what
they were asked to read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Protocol

from kbwizard.accounts.models import User
from kbwizard.content.articles import Article
from kbwizard.readership.service import Readership
from kbwizard.readership.values import FeedbackFigures, SearchFigures
from kbwizard.reports import acknowledging, due, quoting, read_tables, search_tables, trust_tables
from kbwizard.reports.tables import Table
from kbwizard.wizard.model import Bundle

PERIODS = (7, 30, 90)
"""Days that a report may look back. Searches are kept longer than the longest."""


class Content(Protocol):
    """What is read of the content: the articles as they are, and the trees in force."""

    def articles(self) -> Mapping[str, Article]: ...

    def current(self) -> Bundle: ...


@dataclass(frozen=True, slots=True)
class Summary:
    """A period in a few numbers."""

    searches: int
    without_result: int
    """Of the searches, how many found nothing when the same was last searched for."""
    opened: int
    """Of the searches, how many ended in a click."""
    reads: int
    helped: int
    not_helped: int


class ArticleReports:
    """The reports of an installation, by how many days they look back. Reads only."""

    def __init__(
        self,
        readership: Readership,
        content: Content,
        people: Callable[[], Iterable[User]],
        clock: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        self._sources = _Sources(readership, content, people, clock, zone)

    def period(self, days: int) -> Period:
        """The tables of the last `days`, today among them."""
        return Period(self._sources, days)


@dataclass(frozen=True, slots=True)
class _Sources:
    readership: Readership
    content: Content
    people: Callable[[], Iterable[User]]
    clock: Callable[[], datetime]
    zone: tzinfo


class Period:
    """Every report of one period. What several tables need is read once."""

    def __init__(self, sources: _Sources, days: int) -> None:
        self._sources = sources
        self._days = days
        self._tables: Mapping[str, Callable[[], Table]] = {
            "sem-resultado": lambda: search_tables.without_result(self._searched, self._day),
            "sem-clique": lambda: search_tables.without_click(self._searched, self._day),
            "mais-lidos": lambda: read_tables.most_read(self._articles, self._reads),
            "nao-lidos": self._never_read,
            "em-atendimentos": self._quoted,
            "a-verificar": self._due,
            "opinioes": lambda: trust_tables.opinions_table(self._articles, self._said),
            "leituras": lambda: trust_tables.readers_table(acknowledging.by_article(*self._asked)),
            "leituras-por-pessoa": lambda: trust_tables.readings_table(
                acknowledging.by_person(*self._asked)
            ),
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The tables there are, in the order of the page."""
        return tuple(self._tables)

    def table(self, name: str) -> Table:
        """One table with all of its rows. Raises `KeyError` for a name that is none."""
        return self._tables[name]()

    def summary(self) -> Summary:
        return Summary(
            searches=sum(one.count for one in self._searched),
            without_result=sum(one.count for one in self._searched if not one.results),
            opened=sum(one.opened for one in self._searched),
            reads=sum(sum(places.values()) for places in self._reads.values()),
            helped=sum(one.yes for one in self._said.values()),
            not_helped=sum(one.no for one in self._said.values()),
        )

    def _never_read(self) -> Table:
        since = self._sources.readership.counting_since()
        return read_tables.never_read(
            self._articles, self._reads, self._last_reads(), since, self._called
        )

    def _quoted(self) -> Table:
        quotes = quoting.quotes(self._sources.content.current())
        return read_tables.quoted(self._articles, self._reads, quotes)

    def _due(self) -> Table:
        queue = due.queue_of(self._articles.values(), self._sources.readership.today())
        return trust_tables.due_table(queue, self._called)

    @cached_property
    def _articles(self) -> Mapping[str, Article]:
        return self._sources.content.articles()

    @cached_property
    def _people(self) -> list[User]:
        return list(self._sources.people())

    @cached_property
    def _called(self) -> dict[str, str]:
        """How people are called, those who left too: their names stand in the articles."""
        return {one.name: one.full_name for one in self._people}

    @cached_property
    def _asked(self) -> tuple[list[Article], list[User], Mapping[str, tuple[str, ...]]]:
        """What must be read, by whom, and who has not."""
        articles = [one for one in self._articles.values() if one.must_read]
        names = [one.name for one in self._people]
        return articles, self._people, self._sources.readership.missing(articles, names)

    @cached_property
    def _searched(self) -> list[SearchFigures]:
        return self._sources.readership.searched(self._since())

    @cached_property
    def _reads(self) -> dict[str, dict[str, int]]:
        """By present slug and place."""
        readership = self._sources.readership
        first = readership.today() - timedelta(days=self._days - 1)
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for slug, reads in readership.reads(first).items():
            for place, count in reads.places.items():
                if slug in self._addresses:
                    sums[self._addresses[slug]][place] += count
        return {slug: dict(places) for slug, places in sums.items()}

    def _last_reads(self) -> dict[str, date]:
        """By present slug."""
        last: dict[str, date] = {}
        for slug, day in self._sources.readership.last_reads().items():
            if slug in self._addresses:
                present = self._addresses[slug]
                last[present] = max(day, last.get(present, date.min))
        return last

    @cached_property
    def _said(self) -> dict[str, FeedbackFigures]:
        """By present slug."""
        found: dict[str, FeedbackFigures] = {}
        for slug, one in self._sources.readership.opinions(self._since()).items():
            if slug in self._addresses:
                present = self._addresses[slug]
                found[present] = found[present] + one if present in found else one
        return found

    @cached_property
    def _addresses(self) -> dict[str, str]:
        """Every slug that an article has or had, to the one it has; those gone are left out."""
        before = {old: one.slug for one in self._articles.values() for old in one.own_addresses}
        return before | {slug: slug for slug in self._articles}

    def _since(self) -> datetime:
        return self._sources.clock() - timedelta(days=self._days)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._sources.zone).date()
