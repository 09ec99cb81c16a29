"""The head as a form and back: what is not touched keeps every letter."""

from __future__ import annotations

import pytest

from kbwizard.config import ROOT
from kbwizard.web.kb.writing_head import LISTS, TEXTS, compose, divided, joined, read_head, split

SHIPPED = sorted((ROOT / "articles").glob("*.md"))


def _as_typed(source: str) -> dict[str, str | list[str] | bool]:
    head = read_head(split(source)[0])
    assert head is not None
    fields: dict[str, str | list[str] | bool] = {key: head.text(key) for key in TEXTS}
    fields |= {key: divided(key, joined(key, head.items(key))) for key in LISTS}
    return {**fields, "must_read": head.must_read}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_article_comes_back_as_it_was(path: object) -> None:
    source = path.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    head, body = split(source)

    assert head + body == source
    assert compose(head, _as_typed(source), body) == source


HEAD = """---
title: "Luz: vermelha"   # o que se procura
summary: Uma frase.
topics: [fibra-los]
aliases:
  - luz vermelha
  - los aceso
---

"""


def test_one_field_changes_one_line_and_keeps_its_comment() -> None:
    typed = {**_as_typed(HEAD + "x"), "title": "Luz apagada"}

    changed = compose(HEAD, typed, "Oi\n")

    assert changed == HEAD.replace('"Luz: vermelha"', "Luz apagada") + "Oi\n"


def test_an_empty_field_takes_its_key_away_but_never_the_title() -> None:
    typed = {**_as_typed(HEAD + "x"), "title": "", "aliases": []}

    changed = compose(HEAD, typed, "Oi\n")

    assert 'title: ""' in changed
    assert "aliases" not in changed


def test_a_new_key_is_added_once() -> None:
    typed = {**_as_typed(HEAD + "x"), "review_every": "90", "must_read": True}

    changed = compose(HEAD, typed, "Oi\n")

    assert changed.count("review_every: 90\n") == 1
    assert changed.count("must_read: true\n") == 1


def test_what_is_no_number_stays_as_typed_for_the_checker_to_tell() -> None:
    changed = compose(HEAD, {**_as_typed(HEAD + "x"), "review_every": "logo"}, "Oi\n")

    assert "review_every: logo\n" in changed


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: [\n---\n",
        "---\ntitle: A\ntitle: B\n---\n",
        "---\ntitle: [A, B]\n---\n",
        "---\ntags: um\n---\n",
        '---\ntags: ["um, dois"]\n---\n',
        "---\nmust_read: talvez\n---\n",
        "",
    ],
)
def test_what_fields_could_not_show_without_a_loss_is_left_to_the_text(head: str) -> None:
    assert read_head(head) is None
    assert compose(head, {"title": "Outro"}, "Oi") == head + "Oi"


def test_the_audience_that_is_not_written_is_not_written_by_the_form() -> None:
    typed = {**_as_typed(HEAD + "x"), "summary": "Outra."}

    assert "audience" not in compose(HEAD, typed, "Oi\n")


def test_a_list_written_one_item_a_line_stays_so() -> None:
    typed = {**_as_typed(HEAD + "x"), "aliases": ["luz vermelha", "sim: agora"]}

    changed = compose(HEAD, typed, "Oi\n")

    assert 'aliases:\n  - luz vermelha\n  - "sim: agora"\n---' in changed
