"""Comparing two texts: every line is told, on its own side, words within changed lines."""

from __future__ import annotations

from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from kbwizard.editing.compare import compare

TEXTS = st.lists(
    st.text(alphabet="ab é.1", max_size=8)
    | st.sampled_from(["uma frase igual", "uma frase outra"]),
    max_size=12,
).map("\n".join)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_out_of_the_comparison(old: str, new: str) -> None:
    lines = compare(old, new)

    before = [
        "".join(part.text for part in one.parts if part.kind != "added") or one.text
        for one in lines if one.old_line is not None
    ]  # fmt: skip
    after = [one.text for one in lines if one.new_line is not None]
    assert "\n".join(before) == old
    assert "\n".join(after) == new
    assert [one.old_line for one in lines if one.old_line] == list(range(1, len(before) + 1))
    assert [one.new_line for one in lines if one.new_line] == list(range(1, len(after) + 1))


def test_a_changed_word_is_told_within_its_line() -> None:
    (line,) = compare("Espere 30 segundos.", "Espere 60 segundos.")

    assert line.kind == "changed"
    assert [(part.kind, part.text) for part in line.parts] == [
        ("same", "Espere "),
        ("removed", "30"),
        ("added", "60"),
        ("same", " segundos."),
    ]


def test_lines_without_much_in_common_are_told_apart() -> None:
    lines = compare("Desligue o aparelho.", "Zzz xyw.")

    assert [one.kind for one in lines] == ["removed", "added"]


def test_equal_texts_have_only_same_lines() -> None:
    assert {one.kind for one in compare("a\nb\n", "a\nb\n")} == {"same"}


def test_very_long_lines_are_compared_in_bounded_time() -> None:
    old = "\n".join("a b " * 4000 + str(n) for n in range(30))
    began = process_time()

    lines = compare(old, old.replace("a b a b", "a c a b"))

    assert process_time() - began < 10
    assert len([one for one in lines if one.new_line is not None]) == 30
