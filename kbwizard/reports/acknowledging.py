""" "Li e entendi": what each person still has to read, and who has not read what.

Only a major edit (a new edition) asks again. An article keeps what was said of it when its
address changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kbwizard.accounts.models import User
from kbwizard.accounts.roles import Role
from kbwizard.content.articles import Article
from kbwizard.wizard.model import Audience

ASKED: Mapping[str, str] = {
    Role.AGENT: Audience.AGENT,
    Role.N2: Audience.AGENT,
    Role.N3: Audience.AGENT,
    Role.LEAD: Audience.AGENT,
    Role.TRAINEE: Audience.TRAINEE,
}
"""Who is asked, by role, for articles of which audience: authors and administrators are not."""


@dataclass(frozen=True, slots=True)
class ArticleReaders:
    """One article that must be read, and who of those it is for has not."""

    article: Article
    asked: int
    missing: tuple[User, ...]

    @property
    def done(self) -> int:
        return self.asked - len(self.missing)


@dataclass(frozen=True, slots=True)
class PersonReadings:
    """One person, and what they have not read of what is theirs to read."""

    person: User
    asked: int
    missing: tuple[Article, ...]

    @property
    def done(self) -> int:
        return self.asked - len(self.missing)


def edition_read(article: Article, done: Mapping[str, int]) -> int:
    """The newest edition of an article among what somebody acknowledged; 0: none."""
    return max(done.get(slug, 0) for slug in article.own_addresses)


def pending(articles: Iterable[Article], role: str, done: Mapping[str, int]) -> tuple[Article, ...]:
    """What somebody of this role still has to read, by title."""
    return tuple(one for one in to_read(articles, role) if edition_read(one, done) < one.edition)


def to_read(articles: Iterable[Article], role: str) -> tuple[Article, ...]:
    """Everything that somebody of this role is asked to read, by title."""
    audience = ASKED.get(role)
    if audience is None:
        return ()
    asked = (one for one in articles if one.must_read and one.readable_by(audience))
    return tuple(sorted(asked, key=lambda one: one.title))


def by_article(
    articles: Iterable[Article], people: Iterable[User], missing: Mapping[str, tuple[str, ...]]
) -> tuple[ArticleReaders, ...]:
    """Who has not read what must be read; those who left are not asked for."""
    here = _here(people)
    found = []
    for article in sorted((one for one in articles if one.must_read), key=lambda one: one.title):
        asked = [one for one in here if article.readable_by(ASKED[one.role])]
        late = set(missing.get(article.slug, ()))
        found.append(
            ArticleReaders(article, len(asked), tuple(one for one in asked if one.name in late))
        )
    return tuple(found)


def by_person(
    articles: Iterable[Article], people: Iterable[User], missing: Mapping[str, tuple[str, ...]]
) -> tuple[PersonReadings, ...]:
    """The same by person, those with most to read first."""
    every = tuple(articles)
    found = []
    for person in _here(people):
        own = to_read(every, person.role)
        late = tuple(one for one in own if person.name in missing.get(one.slug, ()))
        found.append(PersonReadings(person, len(own), late))
    return tuple(sorted(found, key=lambda one: (-len(one.missing), one.person.full_name)))


def _here(people: Iterable[User]) -> list[User]:
    return [one for one in people if not one.disabled and one.role in ASKED]
