"""One key of a front matter is set or taken away; every other line stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbwizard.content.yamlread import Block, Items, Value, parse_yaml
from kbwizard.editing.frontmatter import add_item, remove_key, set_key

HEADS = st.lists(
    st.sampled_from(
        [
            "title: Um título",
            'summary: "Com: dois pontos # e cerquilha" # comentário',
            "tags: [a, 'b, c', d] # fim",
            "aliases:\n  - um\n  # entre eles\n  - 'dois: sim'\n\n  - três",
            "topics:\n- dns\n- wifi-senha",
            "audience: [agent,\n  trainee,\n  customer]",
            "# só um comentário",
            "",
            "verified_by: ana.agente # quem",
            "edition: 3",
            "notes: >-\n  dobrado\n  em linhas\n\n  e mais",
            "verbatim: |\n  # não é comentário\n  chave: não é chave",
        ]
    ),
    unique_by=lambda one: one.split(":")[0],
    max_size=9,
)
KEYS = st.sampled_from(
    ["title", "summary", "tags", "aliases", "audience", "verified_by", "edition", "owner", "notes"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
VALUES = TEXTS | st.integers(0, 9999) | st.booleans() | st.lists(TEXTS.filter(bool), max_size=4)
BODY = "\n# Corpo\n\n---\ntitle: do corpo\n---\n"


def source_of(pieces: list[str]) -> str:
    return "\n".join(["---", *pieces, "---", BODY])


def read(source: str) -> dict[str, object]:
    """The front matter as our loader understands it."""
    head = source.split("\n---\n", 1)[0].removeprefix("---").strip("\n") + "\n"
    if not any(line.strip() and not line.startswith("#") for line in head.split("\n")):
        return {}
    found = parse_yaml(head, "a.md")
    assert isinstance(found, Block), (source, found)
    return {key.text: _plain(piece) for key, piece in found.pairs}


def _plain(piece: object) -> object:
    if isinstance(piece, Items):
        return [_plain(one) for one in piece.items]
    assert isinstance(piece, Value)
    return piece.value


@settings(deadline=None)
@given(HEADS, KEYS, VALUES)
def test_what_was_set_is_read_back_and_nothing_else_changed(
    pieces: list[str], key: str, value: str | int | bool | list[str]
) -> None:
    source = source_of(pieces)

    changed = set_key(source, key, value)

    after = read(changed)
    assert after.pop(key) == value
    assert after == {name: one for name, one in read(source).items() if name != key}
    assert changed.endswith(BODY)


@settings(deadline=None)
@given(HEADS, KEYS)
def test_what_was_taken_away_is_gone_and_nothing_else_changed(pieces: list[str], key: str) -> None:
    source = source_of(pieces)

    changed = remove_key(source, key)

    assert read(changed) == {name: one for name, one in read(source).items() if name != key}
    assert changed.endswith(BODY)


@settings(deadline=None)
@given(HEADS, KEYS, VALUES)
def test_lines_of_other_keys_stay_as_they_were_written(
    pieces: list[str], key: str, value: str | int | bool | list[str]
) -> None:
    changed = set_key(source_of(pieces), key, value)

    for piece in pieces:
        if piece.split(":")[0] != key:
            assert piece in changed


@settings(deadline=None)
@given(HEADS, KEYS, VALUES)
def test_setting_twice_is_setting_once(
    pieces: list[str], key: str, value: str | int | bool | list[str]
) -> None:
    once = set_key(source_of(pieces), key, value)

    assert set_key(once, key, value) == once


@settings(deadline=None)
@given(HEADS, TEXTS.filter(lambda text: bool(text.strip())))
def test_one_more_item_is_at_the_lists_end(pieces: list[str], item: str) -> None:
    source = source_of(pieces)
    had = read(source).get("aliases", [])
    assert isinstance(had, list)

    changed = add_item(source, "aliases", item, items=had)

    assert read(changed)["aliases"] == [*had, item]


def test_a_new_item_is_written_as_the_others_are() -> None:
    source = "---\naliases:\n    - um # bom\n    - dois\ntags: [a]\n---\nx"

    assert add_item(source, "aliases", "três", items=["um", "dois"]) == (
        "---\naliases:\n    - um # bom\n    - dois\n    - três\ntags: [a]\n---\nx"
    )


def test_a_comment_behind_the_value_stays() -> None:
    source = "---\nverified_by: ana # quem olhou\ntitle: 'a # b' # fim\n---\nx"

    changed = set_key(set_key(source, "verified_by", "bia"), "title", "c")

    assert changed == "---\nverified_by: bia # quem olhou\ntitle: c # fim\n---\nx"


def test_a_text_without_front_matter_gets_one() -> None:
    assert set_key("Só o corpo\n", "edition", 2) == "---\nedition: 2\n---\nSó o corpo\n"


@pytest.mark.parametrize("word", ["true", "null", "007", "1.5", "- x", "a: b", "~", "'", "# a", ""])
def test_a_word_that_yaml_would_take_for_something_else_stays_a_word(word: str) -> None:
    assert read(set_key("---\ntitle: a\n---\n", "owner", word))["owner"] == word
