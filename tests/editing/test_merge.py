"""Joining two changes: nothing is lost, marks only where both changed the same."""

from __future__ import annotations

from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from kbwizard.editing.merge import MIDDLE, MINE, THEIRS, has_marks, merge

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "1. passo", "> fala"]), max_size=12)
TEXTS = LINES.map("\n".join)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_where_one_side_changed_nothing_the_other_side_wins(base: str, changed: str) -> None:
    assert merge(base, changed, base).text == changed
    assert merge(base, base, changed).text == changed


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_the_same_change_on_both_sides_is_one_change(base: str, changed: str) -> None:
    merged = merge(base, changed, changed)

    assert (merged.text, merged.open_marks) == (changed, 0)


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_anybody_added_is_lost(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs).text.split("\n")

    for text in (mine, theirs):
        new = [line for line in text.split("\n") if line not in base.split("\n")]
        assert all(line in merged for line in new)


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_both_sides_can_be_read_out_of_the_marks(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)

    assert len(has_marks(merged.text)) == 2 * merged.open_marks
    chosen_mine, chosen_theirs = (
        _choose(merged.text, mine=True),
        _choose(merged.text, mine=False),
    )
    if merged.open_marks == 0:
        assert chosen_mine == chosen_theirs == merged.text


def test_changes_far_apart_are_joined_without_a_mark() -> None:
    base = "título\n\num\ndois\ntrês\n\nfim\n"

    merged = merge(base, base.replace("um", "UM"), base.replace("fim", "FIM"))

    assert (merged.text, merged.open_marks) == ("título\n\nUM\ndois\ntrês\n\nFIM\n", 0)


def test_only_the_line_that_both_changed_stands_between_marks() -> None:
    merged = merge("a\nb\nc\n", "a\nmeu\nc\n", "a\ndeles\nc\n")

    assert merged.text == f"a\n{MINE}\nmeu\n{MIDDLE}\ndeles\n{THEIRS}\nc\n"
    assert has_marks(merged.text) == [2, 6]


def test_a_text_of_a_hundred_thousand_alike_lines_takes_no_time() -> None:
    base = "a\nb\n" * 50_000
    began = process_time()

    merge(base, "x\n" + base + "y\n", "z\n" + base + "w\n")

    assert process_time() - began < 5


def _choose(text: str, *, mine: bool) -> str:
    kept: list[str] = []
    side = None
    for line in text.split("\n"):
        if line == MINE:
            side = True
        elif line == MIDDLE and side is True:
            side = False
        elif line == THEIRS and side is False:
            side = None
        elif side is None or side is mine:
            kept.append(line)
    return "\n".join(kept)
