"""`Readership`: what the screens say and ask of reads, feedback, acknowledgements and searches.

Counting must never cost anybody the page: a database that refuses a count is logged, not raised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from kbwizard.content.articles import Article
from kbwizard.db import core_reading, core_writing
from kbwizard.db_trouble import trouble
from kbwizard.readership import acknowledgements, feedback, reads, searches
from kbwizard.readership.values import (
    OPEN,
    Feedback,
    FeedbackFigures,
    Reads,
    SearchFigures,
    Where,
)

MOST_SHOWN = 200
"""Entries of the inbox on one page."""

log = logging.getLogger(__name__)


class Readership:
    """Reads and writes what readers do. Safe to share between threads and processes."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], datetime],
        *,
        zone: tzinfo = UTC,
        is_name: Callable[[str], bool] | None = None,
    ) -> None:
        """`zone`: whose days reads are counted by. `is_name`: whether a search is a customer's
        name, which is then not kept."""
        self._engine = engine
        self._clock = clock
        self._zone = zone
        self._is_name = is_name

    def today(self) -> date:
        """The installation's date."""
        return self._clock().astimezone(self._zone).date()

    # Reads

    def count_read(self, slug: str, *, where: Where) -> None:
        """One more read today. The slug must be one of an article."""
        try:
            with core_writing(self._engine) as connection:
                reads.count_read(connection, slug, self.today(), where)
        except DBAPIError as error:
            log.warning("leitura de %s não contada: %s", slug, trouble(error))

    def reads(self, since: date) -> dict[str, Reads]:
        """By article, from that day on."""
        with core_reading(self._engine) as connection:
            return reads.reads_since(connection, since)

    def last_reads(self) -> dict[str, date]:
        """The last day on which each article was opened."""
        with core_reading(self._engine) as connection:
            return reads.last_reads(connection)

    def counting_since(self) -> date | None:
        """The day of the first read ever counted here."""
        with core_reading(self._engine) as connection:
            return reads.counting_since(connection)

    # Feedback

    def rate(
        self,
        slug: str,
        *,
        fingerprint: str,
        where: Where,
        helpful: bool,
        reason: str = "",
        text: str = "",
        by: str = "",
        giver: str = "",
    ) -> int:
        """Keep an answer to "isto ajudou?"; one per person and version, a later one replaces it.

        `by` is a user's name; `giver` tells one customer's browser from another (kept hashed).
        With neither, every answer is a new one. Raises `InvalidInput` for a "no" without reason.
        """
        given = feedback.Given(slug, fingerprint, where, helpful, reason, text, by, giver)
        with core_writing(self._engine) as connection:
            return feedback.rate(connection, given, self._clock())

    def inbox(
        self, *, slugs: Collection[str] | None = None, state: str = OPEN, limit: int = MOST_SHOWN
    ) -> list[Feedback]:
        """What was said of these articles (None: of all) and is in that state (empty: in any)."""
        with core_reading(self._engine) as connection:
            return feedback.inbox(connection, slugs=slugs, state=state, limit=limit)

    def waiting(self, *, slugs: Collection[str] | None = None) -> int:
        """How much of it is open."""
        with core_reading(self._engine) as connection:
            return feedback.count(connection, slugs=slugs, state=OPEN)

    def feedback(self, feedback_id: int) -> Feedback:
        """Raises `NotFound`."""
        with core_reading(self._engine) as connection:
            return feedback.find(connection, feedback_id)

    def said_by(self, who: str, slug: str) -> Feedback | None:
        """The last thing that a user said of an article, with its answer."""
        with core_reading(self._engine) as connection:
            return feedback.newest_of(connection, slug, who)

    def answered_to(self, who: str, since: datetime) -> list[Feedback]:
        """What a user said that was answered since, with words or by a draft; newest first."""
        with core_reading(self._engine) as connection:
            return feedback.answered_to(connection, who, since)

    def answer(
        self, feedback_id: int, *, by: str, text: str, state: str, revision: int | None = None
    ) -> Feedback:
        """Answer, and mark as `done` or `draft` (it became one). `revision`: the one that was read.

        Raises `NotFound`, `InvalidInput`, `Conflict`.
        """
        with core_writing(self._engine) as connection:
            return feedback.answer(
                connection, feedback_id, by=by, text=text, state=state, revision=revision,
                now=self._clock(),
            )  # fmt: skip

    def opinions(self, since: datetime) -> dict[str, FeedbackFigures]:
        """By article, since a moment."""
        with core_reading(self._engine) as connection:
            return feedback.figures(connection, since)

    # "Li e entendi"

    def acknowledge(self, slug: str, *, edition: int, by: str) -> None:
        """This person has read and understood that edition. Twice is once."""
        with core_writing(self._engine) as connection:
            acknowledgements.acknowledge(connection, slug, edition, by, self._clock())

    def acknowledged(self, by: str) -> dict[str, int]:
        """The newest edition of each article that this person acknowledged."""
        with core_reading(self._engine) as connection:
            return acknowledgements.acknowledged(connection, by)

    def missing(
        self, articles: Iterable[Article], people: Iterable[str]
    ) -> dict[str, tuple[str, ...]]:
        """By slug, who of these people has not acknowledged the article's present edition.

        What was said of it at an address it had before counts too.
        """
        every, asked = list(articles), list(people)
        editions = {slug: one.edition for one in every for slug in one.own_addresses}
        with core_reading(self._engine) as connection:
            found = acknowledgements.missing(connection, editions, asked)
        late = {one.slug: [set(found[slug]) for slug in one.own_addresses] for one in every}
        return {
            slug: tuple(who for who in asked if all(who in names for names in parts))
            for slug, parts in late.items()
        }

    # Searches

    def note_search(self, query: str, *, where: Where, results: int, by: str = "") -> int | None:
        """Keep a search for the reports; its number, for `note_click`.

        None when it looks personal, or the database refused: nothing was kept. `by` joins what one
        person types letter by letter into one search, and is forgotten with the next.
        """
        said = searches.loggable(query)
        personal = not said or (self._is_name is not None and self._is_name(said))
        if personal and not by:
            return None
        try:
            with core_writing(self._engine) as connection:
                if personal:
                    searches.take_back(connection, query, place=where, who=by, now=self._clock())
                    return None
                return searches.note_search(
                    connection, said, place=where, results=results, who=by, now=self._clock()
                )
        except DBAPIError as error:
            log.warning("busca não anotada: %s", trouble(error))
            return None

    def note_click(self, search_id: int, *, slug: str, where: Where | None = None) -> None:
        """This was opened from the results of that search (the first counts).

        `where`: only of a search made there. A customer's address cannot speak for the desk.
        """
        try:
            with core_writing(self._engine) as connection:
                searches.note_click(connection, search_id, slug, self._clock(), where)
        except DBAPIError as error:
            log.warning("clique não anotado: %s", trouble(error))

    def searched(self, since: datetime) -> list[SearchFigures]:
        """Every search since a moment, the most frequent first."""
        with core_reading(self._engine) as connection:
            return searches.figures(connection, since)
