"""`search` and `reindex` as an operator runs them, over the content that ships."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kbwizard.cli import main

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    library: object,
) -> Run:
    monkeypatch.setenv("KBWIZARD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("KBWIZARD_TREES_DIR", str(tmp_path / "trees"))
    monkeypatch.setenv("KBWIZARD_ARTICLES_DIR", str(tmp_path / "articles"))
    monkeypatch.setenv("KBWIZARD_SECRET_KEY", "s")
    monkeypatch.setenv("KBWIZARD_CREDENTIALS_KEY", "c")

    def invoke(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        told = capsys.readouterr()
        return code, told.out, told.err

    return invoke


def test_json_gives_exactly_the_agreed_keys(run: Run) -> None:
    code, out, _ = run("search", "luz vermelha", "--json", "--limit", "2")

    found = json.loads(out)
    assert code == 0
    assert list(found) == ["hits"]
    assert len(found["hits"]) == 2
    assert {tuple(hit) for hit in found["hits"]} == {("kind", "slug", "title", "topics", "score")}


def test_the_audience_is_respected(run: Run) -> None:
    _, out, _ = run("search", "boleto", "--audience", "customer", "--json")

    assert json.loads(out)["hits"] == []


def test_a_correction_is_told_in_words(run: Run) -> None:
    code, out, _ = run("search", "bolteo")

    assert code == 0
    assert "Procurando por: boleto" in out
    assert "segunda-via" in out


def test_nothing_found_is_said_and_is_no_error(run: Run) -> None:
    assert run("search", "xyzw") == (0, "Nada encontrado.\n", "")


def test_a_limit_out_of_range_is_one_readable_line(run: Run) -> None:
    code, _, err = run("search", "luz", "--limit", "0")

    assert code == 1
    assert err == "kbwizard: --limit vai de 1 a 100.\n"


def test_reindex_counts_documents(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("reindex")

    assert code == 0
    assert "11 documentos" in out
    assert (tmp_path / "data" / "index" / "current.json").is_file()
