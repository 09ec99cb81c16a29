"""Blocks for some readers: nothing of theirs is in anybody else's view, in any form."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbwizard.content.articles import Article, read_article
from kbwizard.content.blocks import READERS, text_for
from kbwizard.errors import Problem
from kbwizard.wizard.model import Audience
from tests.helpers.content import PUBLIC

SECRET = "zebra"


def read(body: str) -> Article | list[Problem]:
    return read_article(PUBLIC + "\n" + body, "articles/luzes.md")


def views_with(body: str) -> set[str]:
    """Audiences whose view holds the secret word anywhere."""
    article = read(body)
    assert isinstance(article, Article), article
    return {audience for audience, view in article.views.items() if SECRET in repr(view)}


@pytest.mark.parametrize(("name", "readers"), READERS.items())
def test_a_block_is_in_the_views_of_its_readers_only(name: str, readers: frozenset[str]) -> None:
    assert views_with(f"::: {name}\n{SECRET}\n:::\n") == readers
    assert views_with(f"{SECRET}\n") == set(Audience)


@pytest.mark.parametrize(
    "inside",
    [
        f"## {SECRET}\n\ntexto",
        f"[{SECRET}](outro)",
        f"![{SECRET}](images/x.svg)",
        f"| a |\n|---|\n| {SECRET} |",
        f"```\n{SECRET}\n```",
        f"[ref]: https://example.net/{SECRET}",
        f"*[LOS]: {SECRET}",
        f"[^1]: {SECRET}",
        f'!!! note "{SECRET}"\n    texto',
        f"<b>{SECRET}</b>",
        f"<!-- {SECRET} -->",
    ],
)
def test_whatever_stands_in_an_internal_block_is_not_in_the_customers_view(inside: str) -> None:
    body = f"Veja [ref] e LOS[^1].\n\n::: interno\n{inside}\n:::\n\nFim.\n"

    assert "customer" not in views_with(body)


@pytest.mark.parametrize(
    "body",
    [
        f"::: interno\n{SECRET}\n",
        f"{SECRET}\n:::\n",
        f"::: interno\n::: cliente\n{SECRET}\n:::\n:::\n",
        f"::: internos\n{SECRET}\n:::\n",
        f"::: Interno\n{SECRET}\n:::\n",
        f"  ::: interno\n{SECRET}\n  :::\n",
        f"> ::: interno\n> {SECRET}\n> :::\n",
        f"- ::: interno\n  {SECRET}\n  :::\n",
        f":::: interno\n{SECRET}\n::::\n",
        f"::: interno {SECRET}\n:::\n",
        f"::: interno\x0b\n{SECRET}\n:::\n",
        f"texto\u2028::: interno\u2028{SECRET}\u2028:::\n",
    ],
)
def test_a_block_that_is_not_right_keeps_the_whole_article_back(body: str) -> None:
    found = read(body)

    assert isinstance(found, list)
    assert {problem.rule for problem in found} == {"block"}
    assert all(problem.remedy for problem in found)


LINES = st.sampled_from(
    [
        "::: interno",
        "::: cliente",
        "::: treinamento",
        ":::",
        SECRET,
        "",
        "- a",
        "```",
        "> b",
        "## c",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=12))
def test_no_arrangement_of_lines_shows_a_block_to_others(lines: list[str]) -> None:
    found = read("\n".join(lines) + "\n")
    if isinstance(found, list):
        return
    for audience in Audience:
        block, shown = "", 0
        for line in lines:
            if line == ":::":
                block = ""
            elif line.startswith(":::"):
                block = line[4:]
            elif line == SECRET and (not block or audience in READERS[block]):
                shown += 1
        assert found.views[audience].html.count(SECRET) == shown


def test_lines_keep_their_numbers() -> None:
    source = "a\n::: interno\nb\n:::\nc"

    assert text_for(source, "customer").split("\n") == ["a", "", "", "", "c"]


def test_an_article_that_is_not_for_customers_has_no_view_for_them() -> None:
    article = read_article(PUBLIC.replace(", customer", ""), "articles/luzes.md")

    assert isinstance(article, Article)
    assert article.view("customer").html == ""
