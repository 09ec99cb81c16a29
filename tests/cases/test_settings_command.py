from __future__ import annotations

from pathlib import Path

import pytest

from kbwizard.cases.settings import CaseSettings
from kbwizard.cli import main
from kbwizard.db import make_engine
from kbwizard.migrations import migrate


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("KBWIZARD_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("KBWIZARD_DEMO", "1")
    url = f"sqlite:///{tmp_path / 'kbwizard.db'}"
    migrate(make_engine(url))
    return url


def test_a_value_is_changed_and_shown(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setting", "support_phone", "(11) 90000-0000"]) == 0
    assert main(["setting", "keep_help_days", "60"]) == 0

    assert 'support_phone = "(11) 90000-0000"' in capsys.readouterr().out
    settings = CaseSettings(make_engine(address))
    assert (settings.get("support_phone"), settings.get("keep_help_days")) == (
        "(11) 90000-0000",
        60,
    )


def test_without_a_name_all_are_shown(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["setting"]) == 0

    assert "keep_cases_days = 730" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nada"], "Não existe"),
        (["keep_help_days", "muitos"], "pede um número"),
        (["keep_help_days", '"60"'], "forma esperada"),
        (["support_phone", "ligue já"], "Escreva como"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    address: str, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["setting", *words]) != 0

    told = capsys.readouterr().err
    assert said in told
    assert len(told.strip().splitlines()) == 1
