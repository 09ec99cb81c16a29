"""`articles …` on the command line, over a real installation's folders."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kbwizard.cli import main
from tests.editing.conftest import ARTICLES, Office
from tests.helpers.clock import FrozenClock
from tests.helpers.content import write_content

pytestmark = pytest.mark.sqlite_only  # the command line adds nothing to the database


@pytest.fixture
def installation(
    engine_with_people: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Office:
    """An installation named by the environment."""
    root = tmp_path / "installation"
    root.mkdir()
    write_content(root, {}, articles=ARTICLES)
    url = engine_with_people.url.render_as_string(hide_password=False)
    for name, value in {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": url,
        "ARTICLES_DIR": str(root / "articles"),
        "TREES_DIR": str(root / "decision_trees"),
        "DEMO": "1",
    }.items():
        monkeypatch.setenv(f"KBWIZARD_{name}", value)
    return Office(engine_with_people, root, FrozenClock(datetime.now(UTC)))


def test_export_and_import_are_a_round_trip(
    installation: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "base.zip"
    assert main(["articles", "export", str(file)]) == 0
    installation.edit_by_hand("luzes", "A luz LOS", "Mudada. A luz LOS")
    capsys.readouterr()

    assert main(["articles", "import", "--check", str(file)]) == 0
    assert "mudou: luzes" in capsys.readouterr().out
    assert "Mudada." in installation.text("luzes")

    assert main(["articles", "import", str(file)]) == 0
    assert installation.text("luzes") == ARTICLES["luzes"]
    assert "approved_by: lia.lider" in installation.text("publico")


def test_a_bad_archive_is_told_line_by_line(
    installation: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ruim.zip"
    file.write_bytes(b"nada")

    assert main(["articles", "import", str(file)]) == 1
    assert "erro: arquivo zip: não é um zip inteiro" in capsys.readouterr().out

    assert main(["articles", "import", str(tmp_path / "falta.zip")]) == 1
    assert "não existe" in capsys.readouterr().err


def test_somebody_verifies_and_a_second_person_approves(
    installation: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["articles", "verify", "luzes", "--by", "ada.admin"]) == 0
    assert "verified_by: ada.admin" in installation.text("luzes")

    installation.edit_by_hand("publico", "approved_by: lia.lider\napproved_at: 2026-11-20\n", "")
    assert main(["articles", "approve", "publico", "--by", "aldo.autor"]) == 1
    assert main(["articles", "approve", "publico", "--by", "ada.admin"]) == 0
    assert "approved_by: ada.admin" in installation.text("publico")


@pytest.mark.parametrize("name", ["ana.agente", "ninguem"])
def test_who_may_not_edit_verifies_nothing(
    installation: Office, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["articles", "verify", "luzes", "--by", name]) == 1

    assert "não é um usuário" in capsys.readouterr().err
    assert installation.text("luzes") == ARTICLES["luzes"]


def test_what_is_due_is_published(installation: Office, capsys: pytest.CaptureFixture[str]) -> None:
    draft = installation.in_review()
    now = installation.clock()
    installation.clock.pass_time(hours=-1)
    installation.editing.approve(draft.id, by="lia.lider", publish_at=now)

    assert main(["articles", "publish-due"]) == 0

    assert capsys.readouterr().out == "luzes: publicado.\n"
    assert "Olhe bem." in installation.text("luzes")


def test_the_history_is_one_line_a_version(
    installation: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    installation.publish(note="Mais claro")

    assert main(["articles", "history", "luzes"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("   2  ")
    assert lines[0].endswith("aldo.autor, aprovado por lia.lider: Mais claro")
    assert "arquivo" in lines[1]
    assert main(["articles", "history", "nada"]) == 1
