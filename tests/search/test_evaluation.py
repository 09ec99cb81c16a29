"""`search-eval`: the measures by hand, files as people write them, wrong lines by their number."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kbwizard.search.evaluation import Answer, Question, misses, read_questions, score
from tests.search.test_commands import run as run

Run = Callable[..., tuple[int, str, str]]


def answer(place: int) -> Answer:
    return Answer(Question("x", ("dns",), "agent"), place, ())


def test_the_measures_are_those_of_the_books() -> None:
    found = score([answer(1), answer(2), answer(4), answer(0)])

    assert (found.questions, found.hit_1, found.hit_3) == (4, 0.25, 0.5)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 4) / 4)
    assert [one.place for one in misses([answer(1), answer(3), answer(4), answer(0)])] == [4, 0]


@pytest.mark.parametrize(
    "text",
    [
        "query\ttopic\talternates\ninternet lenta\tlentidao\tdns, wifi-fraco\n",
        "internet lenta\tlentidao\tdns,wifi-fraco\n",
        "topic\talternates\tquery\nlentidao\tdns,wifi-fraco\tinternet lenta\n",
        "# de março\n\ninternet lenta\tlentidao\tdns,wifi-fraco\tagent\n",
    ],
)
def test_a_header_may_be_missing_or_in_any_order(tmp_path: Path, text: str) -> None:
    file = tmp_path / "q.tsv"
    file.write_text(text, encoding="utf-8")

    wanted = Question("internet lenta", ("lentidao", "dns", "wifi-fraco"), "agent")
    assert read_questions(file) == ([wanted], [])


def test_a_quote_in_a_question_is_only_a_quote(tmp_path: Path) -> None:
    file = tmp_path / "q.tsv"
    file.write_text('diz "sem sinal\tfibra-los\noutra\tdns\n', encoding="utf-8")

    questions, problems = read_questions(file)

    assert [question.text for question in questions] == ['diz "sem sinal', "outra"]
    assert problems == []


def test_wrong_lines_are_named_and_the_others_measured(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.tsv"
    file.write_text(
        "conexão lenta\tlentidao\nsem assunto\n\tdns\nx\tnada\nx\tdns\t\tninguem\n",
        encoding="utf-8",
    )

    code, out, err = run("search-eval", str(file))

    assert code == 1
    assert [line.split(":")[1] for line in err.splitlines()] == ["2", "3", "4", "5"]
    assert "total" in out
    assert "hit@1 100.0 %" in out


def test_it_scores_by_audience_and_topic_and_shows_every_miss(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.tsv"
    file.write_text("conexão lenta\tlentidao\nboleto\tsegunda-via\t\tcustomer\n", encoding="utf-8")

    code, out, _ = run("search-eval", str(file), "--json")

    found = json.loads(out)
    assert code == 0
    assert (found["questions"], found["hit@1"], found["mrr"]) == (2, 0.5, 0.5)
    assert found["by_audience"]["customer"]["hit@3"] == 0
    assert found["by_topic"]["lentidao"]["hit@1"] == 1
    assert [miss["query"] for miss in found["misses"]] == ["boleto"]


def test_one_audience_may_ask_everything(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "q.tsv"
    file.write_text("conexão lenta\tlentidao\n", encoding="utf-8")

    _, out, _ = run("search-eval", str(file), "--audience", "customer")

    assert "audiência customer" in out
    assert "conexão lenta  (queria lentidao; veio" in out


def test_a_file_that_is_not_there_is_one_readable_line(run: Run, tmp_path: Path) -> None:
    code, _, err = run("search-eval", str(tmp_path / "nada.tsv"))

    assert code == 1
    assert len(err.splitlines()) == 1
