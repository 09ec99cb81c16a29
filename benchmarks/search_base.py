"""A made-up base of a given size: articles of about 300 words, with aliases, some of them public.

The words are those of the shipped articles, as often as they are used there, and a tail of invented
ones, because a real base of a thousand articles has some ten thousand different words.
"""

from __future__ import annotations

import random
from pathlib import Path

from kbwizard.config import ROOT
from kbwizard.content.topics import TOPICS

WORDS = 300
ALIASES = 12
_SYLLABLES = (
    *("ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "jo", "que"),
    *("tra", "pro", "con", "des", "lha", "nho", "ção"),
)
_INVENTED = 12_000
_INVENTED_SHARE = 0.15
_PUBLIC_EVERY = 4


def write_articles(folder: Path, many: int, *, seed: int = 1) -> None:
    """Write `many` articles, the same for the same seed."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    words = _words(rng)
    for number in range(many):
        text = article_text(rng, words, number)
        (folder / f"gerado-{number}.md").write_text(text, encoding="utf-8")


def questions(many: int, *, seed: int = 2) -> list[str]:
    """What somebody might type: one to six words, every fourth with a slip of the finger."""
    rng = random.Random(seed)
    words = _words(rng)
    return [_question(rng, words, slip=number % 4 == 0) for number in range(many)]


def article_text(rng: random.Random, words: list[str], number: int) -> str:
    """One article as an author would write it."""
    public = number % _PUBLIC_EVERY == 0
    head = [
        "---",
        f"title: {_sentence(rng, words, 5)} {number}",
        f"summary: {_sentence(rng, words, 14)}.",
        f"topics: [{', '.join(rng.sample(TOPICS, 2))}]",
        f"tags: [{', '.join(rng.sample(words, 4))}]",
        "aliases:",
        *(f"  - {_sentence(rng, words, rng.randint(2, 6)).lower()}" for _ in range(ALIASES)),
        f"audience: [agent, trainee{', customer' if public else ''}]",
        "owner: suporte",
        *(["approved_by: revisao", "approved_at: 2026-11-01"] if public else []),
        "---",
    ]
    body = []
    for part in range(5):
        body += ["", f"## {_sentence(rng, words, 3)} {part}", ""]
        body += [f"{_sentence(rng, words, 12)}." for _ in range(WORDS // 60)]
    return "\n".join([*head, *body, ""])


def _words(rng: random.Random) -> list[str]:
    """Drawn from evenly, the list gives words as often as real articles do."""
    found = [
        word
        for path in sorted((ROOT / "articles").glob("*.md"))
        for word in path.read_text(encoding="utf-8").split()
        if word.isalpha()
    ]
    tail = ["".join(rng.choices(_SYLLABLES, k=rng.randint(2, 4))) for _ in range(_INVENTED)]
    return found + rng.choices(tail, k=int(len(found) * _INVENTED_SHARE))


def _sentence(rng: random.Random, words: list[str], many: int) -> str:
    return " ".join(rng.choices(words, k=many)).capitalize()


def _question(rng: random.Random, words: list[str], *, slip: bool) -> str:
    chosen = rng.choices(words, k=rng.randint(1, 6))
    longest = max(range(len(chosen)), key=lambda at: len(chosen[at]))
    if slip and len(chosen[longest]) > 4:
        word, at = chosen[longest], rng.randrange(1, len(chosen[longest]) - 1)
        chosen[longest] = word[:at] + word[at + 1 :]
    return " ".join(chosen)
