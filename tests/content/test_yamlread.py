"""YAML by our own rules: few types, line numbers, and refusals that say what to write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbwizard.content.yamlread import (
    MAX_BYTES,
    Block,
    Items,
    Piece,
    Value,
    parse_yaml,
    read_scalar,
    read_source,
)
from kbwizard.errors import Problem


def value_of(text: str) -> object:
    root = parse_yaml(f"chave: {text}\n", "f.yaml")
    assert isinstance(root, Block)
    piece = root.pairs[0][1]
    assert isinstance(piece, Value)
    return piece.value


def refusal(text: str) -> Problem:
    found = parse_yaml(text, "f.yaml")
    assert isinstance(found, list)
    return found[0]


@pytest.mark.parametrize("word", ["off", "on", "no", "yes", "y", "n", "True", "FALSE", "sim"])
def test_only_true_and_false_are_booleans(word: str) -> None:
    assert value_of(word) == word
    assert value_of("true") is True
    assert value_of("false") is False


@pytest.mark.parametrize(
    "word", ["2026-11-21", "1:30", "010", "0x1F", "1_000", "1e3", ".5", ".inf"]
)
def test_dates_sexagesimals_and_odd_numbers_stay_words(word: str) -> None:
    assert value_of(word) == word


def test_plain_numbers_are_numbers_and_quoted_ones_are_words() -> None:
    assert value_of("-27.5") == -27.5
    assert value_of("12") == 12
    assert value_of('"12"') == "12"


def test_every_piece_knows_its_line() -> None:
    root = parse_yaml("a: 1\nb:\n  - x\n  - c: 2\n", "f.yaml")

    assert isinstance(root, Block)
    items = root.pairs[1][1]
    assert isinstance(items, Items)
    assert [piece.line for piece in items.items] == [3, 4]
    assert root.pairs[1][0].line == 2


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\n\tb: 2\n", 2, "TAB"),
        ("a: 1\nb: c: d\n", 2, "aspas"),
        ("a: > 3\n", 1, "aspas"),
        ("a: [1, 2\n", 2, "]"),
        ("a: {greeting}! Oi\n", 1, ""),
        ("a: &x 1\nb: *x\n", 1, "apelidos"),
        ("a: !!python/object:os.system x\n", 1, "marca"),
        ("a: 1\n---\nb: 2\n", 2, "segundo documento"),
        ("- a\n- b\n", 1, "chave: valor"),
        ("", 1, "chave: valor"),
        ("a: 1\n\nb: \x07\n", 3, "controle"),
    ],
)
def test_what_is_not_ours_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    problem = refusal(text)

    assert problem.line == line
    assert word in f"{problem.message} {problem.remedy}"


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 200_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        "&a [*a]",
        "? " * 50_000,
    ],
    ids=["lists", "mappings", "dashes", "laughs", "ring", "keys"],
)
def test_bombs_are_refused_at_once(bomb: str) -> None:
    assert isinstance(parse_yaml(bomb, "f.yaml"), list)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = parse_yaml(text, "f.yaml")

    if isinstance(found, list):
        assert all(problem.message and problem.remedy and problem.line >= 1 for problem in found)
    else:
        assert depth(found) > 0


@given(st.text(alphabet="{}[]-:,'\"&*!|>%@` \n\tab1.#?", max_size=120))
def test_any_mess_of_signs_is_read_or_refused(text: str) -> None:
    assert isinstance(parse_yaml(text, "f.yaml"), (list, Block))


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_integers_read_as_written(number: int) -> None:
    assert read_scalar(str(number)) == number


def depth(piece: Piece) -> int:
    if isinstance(piece, Block):
        return 1 + max((depth(inner) for _, inner in piece.pairs), default=0)
    if isinstance(piece, Items):
        return 1 + max((depth(inner) for inner in piece.items), default=0)
    return 0


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"title: caf\xe9\n", "UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "UTF-8"),
        (b"a: " + b"x" * MAX_BYTES, "KB"),
    ],
    ids=["latin-1", "binary", "huge"],
)
def test_files_that_are_no_text_are_refused(raw: bytes, word: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(raw)

    found = read_source(file, "a.yaml")

    assert isinstance(found, Problem)
    assert word in f"{found.message} {found.remedy}"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")

    assert read_source(file, "a.yaml") == "a: 1\nb: 2\n"


def test_a_file_that_is_gone_is_a_problem(tmp_path: Path) -> None:
    found = read_source(tmp_path / "nada.yaml", "nada.yaml")

    assert isinstance(found, Problem)
    assert "não existe" in found.message
