"""A wrong exercise is told with file, line and what to do; shipped ones have nothing wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbwizard.cli import main
from kbwizard.errors import Problem
from kbwizard.training.commands import find_problems
from kbwizard.training.exercise_file import read_exercise
from kbwizard.training.shelf import FOLDER
from tests.training.walked_cases import library

GOOD = (FOLDER / "los-vermelha.yaml").read_text(encoding="utf-8")


def problems_of(tmp_path: Path, old: str, new: str) -> list[Problem]:
    assert old in GOOD
    (tmp_path / "los-vermelha.yaml").write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    return list(find_problems(tmp_path)[1])


def test_the_shipped_exercises_have_no_problem() -> None:
    count, problems = find_problems(FOLDER)

    assert (count >= 15, problems) == (True, [])


@pytest.mark.parametrize(
    ("old", "new", "said", "remedy"),
    [
        ("level: 1", "level: 9", "nível 9", "de 1 a 5"),
        ("mood: calm", "mood: calmo", '"calmo" não serve', '"calm"'),
        ("led.los: red,", "led.lus: red,", '"led.lus" não existe', '"led.los"'),
        ("led.los: red,", "led.los: roxa,", "roxa", ""),
        ("fault: los", "fault: loz", "loz", "docs/lab.md"),
        ("fault: los", "fault: mass_los", "apaga os vizinhos", "line: group"),
        ("track: semana-2", "track: semana-9", '"semana-9" não existe', "semana"),
        ("article: los-vermelha", "article: nada", '"nada" não existe', ""),
        ("[OS_FIBRA]", "[OS_FIBRAS]", '"OS_FIBRAS" não existe', '"OS_FIBRA"'),
        ("fibra-los.cabo,", "fibra-los.cado,", '"fibra-los.cado" não existe', "fibra-los.cabo"),
        ("é {caller}.", "é {fulano}.", "{fulano}", "{caller}"),
        ("Não abre nada", "Ligue 11 98888-7777", "dado pessoal (phone)", "{phone}"),
        ("summary:", "sumario:", '"sumario" não existe', '"summary"'),
        ("exercise: los-vermelha", "exercise: outro-nome", "outro-nome", "outro-nome.yaml"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_remedy(
    tmp_path: Path, old: str, new: str, said: str, remedy: str
) -> None:
    found = problems_of(tmp_path, old, new)

    assert any(said in one.message and remedy in one.remedy for one in found), found
    assert all(one.line >= 1 and one.file for one in found)


def test_every_problem_of_a_file_is_told_at_once() -> None:
    text = GOOD.replace("level: 1", "level: 9").replace("mood: calm", "mood: calmo")

    found = read_exercise(text, "x.yaml", library().bundle.registry)

    assert isinstance(found, list)
    assert len(found) == 2


def test_the_command_says_how_it_went(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good = main(["training", "check"])
    (tmp_path / "a.yaml").write_text("exercise: [", encoding="utf-8")
    bad = main(["training", "check", "--exercises", str(tmp_path)])

    told = capsys.readouterr().out
    assert (good, bad) == (0, 1)
    assert "nenhum problema" in told
    assert "a.yaml:2: [yaml]" in told
