"""Trust on screen: the queue of what is due, verifying, opinions, "li e entendi".

This module holds the blueprint and what every screen of it asks: who is here, and whose articles.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta

from flask import Blueprint, Flask, g
from sqlalchemy.exc import DBAPIError

from kbwizard.accounts.models import User
from kbwizard.accounts.people import list_users
from kbwizard.content.articles import Article
from kbwizard.errors import SetupError
from kbwizard.readership.values import REASONS, Feedback
from kbwizard.reports.acknowledging import edition_read, pending, to_read
from kbwizard.reports.due import looked_after_by, queue_of
from kbwizard.web import navigation, protection
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import current_user, signed_in
from kbwizard.web.services import now, services

log = logging.getLogger(__name__)
blueprint = Blueprint("trust", __name__, url_prefix="/desk")

ANSWERS_SHOWN = timedelta(days=3)
"""How long an answer is told on the first page; on the article it stays."""
OPINIONS = "30 per 10 minutes"
"""Of one person: nobody reads that many articles; a script would."""
OPINIONS_ADDRESS = "300 per 10 minutes"
"""Of one address: a whole support room may share one."""


def install(app: Flask) -> None:
    """Limits, what templates may ask, and the count in the header. After the blueprint."""
    protection.limit(app, "trust.rate", OPINIONS, key=_person)
    protection.limit(app, "trust.rate", OPINIONS_ADDRESS)
    app.jinja_env.globals.update(
        said_of=said_of,
        edition_read_of=edition_read_of,
        reads_pending=reads_pending,
        answers_to_me=answers_to_me,
        opinion_reasons=REASONS,
        waiting_parts=waiting_parts,
    )
    navigation.count(app, "trust.due", waiting_for_me)


def said_of(article: Article) -> Feedback | None:
    """What who is signed in last said of an article, and what was answered."""
    return kb_parts().readership.said_by(signed_in().name, article.slug)


def edition_read_of(article: Article) -> int | None:
    """The edition that who is signed in has acknowledged, 0 for none; None: they are not asked."""
    me = signed_in()
    if article not in to_read([article], me.role):
        return None
    return edition_read(article, _acknowledged())


def reads_pending() -> tuple[Article, ...]:
    """What who is signed in still has to read."""
    articles = [one for one in kb_parts().live.articles().values() if one.must_read]
    me = current_user()
    if me is None or not to_read(articles, me.role):
        return ()
    return pending(articles, me.role, _acknowledged())


def answers_to_me() -> list[tuple[Article, Feedback]]:
    """Answers of the last days to what who is signed in said of articles that still stand."""
    me = current_user()
    if me is None:
        return []
    kb = kb_parts()
    found = kb.readership.answered_to(me.name, now() - ANSWERS_SHOWN)
    articles = kb.live.articles()
    return [(articles[one.slug], one) for one in found if one.slug in articles]


def people_here() -> Mapping[str, User]:
    """Who works here now, by name; looked up once a request."""
    if "kb_people_here" not in g:
        g.kb_people_here = {
            one.name: one for one in list_users(services().engine) if not one.disabled
        }
    found: Mapping[str, User] = g.kb_people_here
    return found


def my_slugs() -> frozenset[str]:
    """The articles that who is signed in looks after: their own, and those of nobody here."""
    articles = kb_parts().live.articles().values()
    return looked_after_by(signed_in().name, articles, people_here())


def waiting_for_me() -> int:
    """What an editor should look at today: articles to verify and opinions to answer.

    0 while it cannot be known: the header stands on every page, that of errors too.
    """
    try:
        return sum(waiting_parts().values())
    except (SetupError, OSError, DBAPIError) as error:
        log.warning("sem a conta do que espera: %s", error.__class__.__name__)
        return 0


def waiting_parts() -> Mapping[str, int]:
    """The same by the screen where it waits; counted once a request."""
    if "kb_waiting" not in g:
        kb, mine = kb_parts(), my_slugs()
        own = [one for one in kb.live.articles().values() if one.slug in mine]
        g.kb_waiting = {
            "trust.due": queue_of(own, kb.readership.today()).pressing,
            "trust.inbox": kb.readership.waiting(slugs=with_former(mine)),
        }
    found: Mapping[str, int] = g.kb_waiting
    return found


def with_former(slugs: frozenset[str]) -> frozenset[str]:
    """These articles' slugs, with those they had before: opinions stay where they were given."""
    articles = kb_parts().live.articles()
    return slugs.union(*(articles[slug].own_addresses for slug in slugs if slug in articles))


def _acknowledged() -> Mapping[str, int]:
    if "kb_acknowledged" not in g:
        g.kb_acknowledged = kb_parts().readership.acknowledged(signed_in().name)
    found: Mapping[str, int] = g.kb_acknowledged
    return found


def _person() -> str:
    me = current_user()
    return f"user:{me.name}" if me else "nobody"
