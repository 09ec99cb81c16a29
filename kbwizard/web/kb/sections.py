"""Which section of an article speaks most of a step, where nobody named one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import log, sqrt

from kbwizard.content.articles import Section
from kbwizard.search.words import terms

_IN_TITLE = 2.0
_LEAST_COMMON = 2
"""Words in common; one alone says little."""
_CLEAR = 1.25
"""How much more than the next best one a section must say: else the article opens at its top."""


@lru_cache(maxsize=1024)
def best_section(sections: Sequence[Section], said: str) -> str:
    """The anchor of the section closest to what is said; empty when none stands out.

    A word counts the more, the fewer sections have it.
    """
    wanted = frozenset(terms(said))
    bodies = [(frozenset(terms(one.title)), frozenset(terms(one.text))) for one in sections]
    spread = Counter(term for title, text in bodies for term in title | text)
    scores = sorted(
        (
            (_score(title, text, wanted, spread, len(sections)), -place)
            for place, (title, text) in enumerate(bodies)
        ),
        reverse=True,
    )
    if not scores or not scores[0][0]:
        return ""
    if len(scores) > 1 and scores[0][0] < _CLEAR * scores[1][0]:
        return ""
    return sections[-scores[0][1]].id


def _score(
    title: frozenset[str],
    text: frozenset[str],
    wanted: frozenset[str],
    spread: Counter[str],
    many: int,
) -> float:
    common = wanted & (title | text)
    if len(common) < _LEAST_COMMON:
        return 0.0
    worth = sum(
        log(1 + many / spread[term]) * (_IN_TITLE if term in title else 1.0) for term in common
    )
    return worth / sqrt(4 + len(title | text))
