"""Which articles are due to be verified again, and whose they are to look after."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from kbwizard.content.articles import Article

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class DueArticle:
    """One article of the queue. `days` until it is due, negative when overdue; None: no date."""

    article: Article
    days: int | None

    @property
    def late(self) -> int:
        """Days overdue."""
        return max(0, -(self.days or 0))


@dataclass(frozen=True, slots=True)
class Queue:
    """Each part with the most urgent first."""

    overdue: tuple[DueArticle, ...]
    never: tuple[DueArticle, ...]
    """Nobody has ever answered for what they say."""
    soon: tuple[DueArticle, ...]
    """Due within 30 days."""

    @property
    def pressing(self) -> int:
        """How many should be looked at today."""
        return len(self.overdue) + len(self.never)

    def __len__(self) -> int:
        return len(self.overdue) + len(self.never) + len(self.soon)


def queue_of(articles: Iterable[Article], today: date) -> Queue:
    """What is due among these articles."""
    parts: dict[str, list[DueArticle]] = {"due": [], "never": [], "soon": []}
    for article in articles:
        due = article.due_on
        standing = article.standing(today)
        days = (due - today).days if due is not None else None
        if standing != "verified":
            parts[standing].append(DueArticle(article, days))
        elif days is not None and days <= SOON_DAYS:
            parts["soon"].append(DueArticle(article, days))
    return Queue(*(tuple(sorted(parts[name], key=_urgency)) for name in ("due", "never", "soon")))


def looked_after_by(
    who: str, articles: Iterable[Article], people: Collection[str]
) -> frozenset[str]:
    """The slugs of the articles that this person owns, and of those whose owner is nobody here.

    The base as shipped belongs to `kbwizard`, who is no user: whoever may edit looks after it.
    """
    return frozenset(one.slug for one in articles if one.owner == who or one.owner not in people)


def _urgency(one: DueArticle) -> tuple[int, str]:
    return (one.days if one.days is not None else 0, one.article.title)
