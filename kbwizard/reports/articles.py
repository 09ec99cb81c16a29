"""The reports of the knowledge base: what people look for, read, say, and have not read.

Nothing here names a customer. Readers are named in one place only: who has not acknowledged what
they were asked to read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
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
    """Composes every report of the last `days`. Reads only."""

    def __init__(
        self,
        readership: Readership,
        content: Content,
        people: Callable[[], Iterable[User]],
        clock: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        self._readership = readership
        self._content = content
        self._people = people
        self._clock = clock
        self._zone = zone
        self._tables: Mapping[str, Callable[[int], Table]] = {
            "sem-resultado": self._without_result,
            "sem-clique": self._without_click,
            "mais-lidos": self._most_read,
            "nao-lidos": self._never_read,
            "em-atendimentos": self._quoted,
            "a-verificar": self._due,
            "opinioes": self._opinions,
            "leituras": self._readers,
            "leituras-por-pessoa": self._readings,
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The tables there are, in the order of the page."""
        return tuple(self._tables)

    def table(self, name: str, days: int) -> Table:
        """One table with all of its rows. Raises `KeyError` for a name that is none."""
        return self._tables[name](days)

    def summary(self, days: int) -> Summary:
        searched, opinions = self._searched(days), self._said(days).values()
        return Summary(
            searches=sum(one.count for one in searched),
            without_result=sum(one.count for one in searched if not one.results),
            opened=sum(one.opened for one in searched),
            reads=sum(sum(places.values()) for places in self._reads(days).values()),
            helped=sum(one.yes for one in opinions),
            not_helped=sum(one.no for one in opinions),
        )

    def _without_result(self, days: int) -> Table:
        return search_tables.without_result(self._searched(days), self._day)

    def _without_click(self, days: int) -> Table:
        return search_tables.without_click(self._searched(days), self._day)

    def _most_read(self, days: int) -> Table:
        return read_tables.most_read(self._content.articles(), self._reads(days))

    def _never_read(self, days: int) -> Table:
        since = self._readership.counting_since()
        articles, last = self._content.articles(), self._last_reads()
        return read_tables.never_read(articles, self._reads(days), last, since, self._names())

    def _quoted(self, days: int) -> Table:
        quotes = quoting.quotes(self._content.current())
        return read_tables.quoted(self._content.articles(), self._reads(days), quotes)

    def _due(self, _days: int) -> Table:
        articles = self._content.articles().values()
        queue = due.queue_of(articles, self._readership.today())
        return trust_tables.due_table(queue, self._names())

    def _opinions(self, days: int) -> Table:
        return trust_tables.opinions_table(self._content.articles(), self._said(days))

    def _readers(self, _days: int) -> Table:
        return trust_tables.readers_table(acknowledging.by_article(*self._asked()))

    def _readings(self, _days: int) -> Table:
        return trust_tables.readings_table(acknowledging.by_person(*self._asked()))

    def _asked(self) -> tuple[list[Article], list[User], Mapping[str, tuple[str, ...]]]:
        articles = [one for one in self._content.articles().values() if one.must_read]
        people = list(self._people())
        missing = self._readership.missing(articles, [one.name for one in people])
        return articles, people, missing

    def _names(self) -> dict[str, str]:
        """How people are called, those who left too: their names stand in the articles."""
        return {one.name: one.full_name for one in self._people()}

    def _searched(self, days: int) -> list[SearchFigures]:
        return self._readership.searched(self._since(days))

    def _reads(self, days: int) -> dict[str, dict[str, int]]:
        """By present slug and place."""
        first = self._readership.today() - timedelta(days=days - 1)
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        present = self._addresses()
        for slug, reads in self._readership.reads(first).items():
            for place, count in reads.places.items():
                if slug in present:
                    sums[present[slug]][place] += count
        return {slug: dict(places) for slug, places in sums.items()}

    def _last_reads(self) -> dict[str, date]:
        last: dict[str, date] = {}
        present = self._addresses()
        for slug, day in self._readership.last_reads().items():
            if slug in present:
                last[present[slug]] = max(day, last.get(present[slug], date.min))
        return last

    def _said(self, days: int) -> dict[str, FeedbackFigures]:
        """By present slug."""
        found: dict[str, FeedbackFigures] = {}
        present = self._addresses()
        for slug, one in self._readership.opinions(self._since(days)).items():
            if slug in present:
                before = found.get(present[slug])
                found[present[slug]] = one if before is None else before + one
        return found

    def _addresses(self) -> dict[str, str]:
        """Every slug that an article has or had, to the one it has; those gone are left out."""
        articles = self._content.articles()
        before = {old: one.slug for one in articles.values() for old in one.formerly}
        return before | {slug: slug for slug in articles}

    def _since(self, days: int) -> datetime:
        return self._clock() - timedelta(days=days)

    def _day(self, at: datetime) -> date:
        return at.astimezone(self._zone).date()
