"""An article that would keep a processor busy is refused in words before anything is made of it."""

from __future__ import annotations

from time import process_time

import pytest

from kbwizard.content.articles import Article, read_article
from kbwizard.content.bounds import LONGEST_BODY
from kbwizard.content.lint.readers import check_alone
from kbwizard.content.personal import find_personal
from tests.helpers.articles import article_source

SLOW = {
    "brackets": "[" * 60_000,
    "pictures": "![" * 30_000,
    "escaped brackets": "\\[" * 30_000,
    "brackets in lines": "[\n" * 30_000,
    "tags": "<a " * 20_000,
    "tags in paragraphs": "<a <a <a\n\n" * 6_000,
    "headings": "# a\n" * 15_000,
    "headings by lines": "a\n=\n\n" * 12_000,
    "notes": "!!! note\n" * 6_000,
    "a picture as text": f"![a](data:image/png;base64,{'QUFB' * 100_000})",
    "a log": "Nov 22 10:00:00 olt: alarme <LOS> [porta 1]\n" * 4_000,
    "lists in lists": "1. " * 1_500,
    "explanations": "a\n: b\n" * 700,
    "quotes in quotes": "> " * 2_000,
}


@pytest.mark.parametrize("name", SLOW)
def test_a_text_that_would_take_long_takes_a_moment(name: str) -> None:
    source = article_source("Luzes", SLOW[name])
    began = process_time()

    found = read_article(source, "articles/luzes.md")

    assert process_time() - began < 2
    if not isinstance(found, Article):
        assert {one.rule for one in found} <= {"too-large", "too-deep", "heading"}
        assert all(one.remedy for one in found)


def test_the_longest_text_is_still_read() -> None:
    paragraph = "Olhe as luzes do aparelho e [siga](senha) para o próximo passo. " * 80
    body = "\n\n".join([paragraph.strip()] * (LONGEST_BODY // len(paragraph)))
    source = article_source("Luzes", body)

    assert isinstance(read_article(source, "articles/luzes.md"), Article)


def test_a_front_matter_without_end_is_refused_at_once() -> None:
    source = article_source("Luzes").replace("title:", f"tags: [{'a, ' * 100_000}a]\ntitle:", 1)

    found = read_article(source, "articles/luzes.md")

    assert isinstance(found, list)
    assert [one.rule for one in found] == ["too-large"]


@pytest.mark.parametrize("word", ["a", "1.", "a-", "a@", "1:"])
def test_personal_data_is_looked_for_in_a_long_word_at_once(word: str) -> None:
    began = process_time()

    find_personal(word * 100_000)

    assert process_time() - began < 2


UNSEEN = ["\x1b", "\x02", "\x7f", "\xad", "\u200b", "\u202e", "\u2028", "\u2066", "\ufeff"]


@pytest.mark.parametrize("sign", UNSEEN)
def test_a_sign_that_nobody_sees_is_told_at_its_line(sign: str) -> None:
    source = article_source("Luzes", f"Olhe as luzes.\n\nLigue pa{sign}ra nós.")

    line = next(n for n, text in enumerate(source.split("\n"), 1) if sign in text)
    assert ("unseen", line) in told_of(source)


def test_emoji_of_several_parts_are_seen() -> None:
    source = article_source("Luzes", "Olhe 👨\u200d👩\u200d👧 e 🅰\ufe0f.")

    assert "unseen" not in [rule for rule, _ in told_of(source)]


def told_of(source: str) -> list[tuple[str, int]]:
    """Rule and line of everything that is told of an article that can be read."""
    found = read_article(source, "articles/luzes.md")
    assert isinstance(found, Article)
    return [(one.rule, one.line) for one in check_alone(found)]
