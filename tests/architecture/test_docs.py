"""Documentation keeps up: every command and every setting of the environment is written about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kbwizard.cli import build_parser
from kbwizard.config import ROOT

PAGES = [ROOT / "README.md", ROOT / "LEIAME.md", *sorted((ROOT / "docs").rglob("*.md"))]


def written() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in PAGES if path.is_file())


def commands() -> list[str]:
    actions = build_parser()._subparsers._group_actions  # type: ignore[union-attr]
    return sorted(name for action in actions for name in action.choices or ())


def variables() -> list[str]:
    sources = (file.read_text(encoding="utf-8") for file in (ROOT / "kbwizard").rglob("*.py"))
    return sorted(
        {name for source in sources for name in re.findall(r"KBWIZARD_[A-Z][A-Z_]*[A-Z]", source)}
    )


@pytest.mark.parametrize("command", commands())
def test_every_command_is_written_about(command: str) -> None:
    assert re.search(rf"kbwizard {re.escape(command)}\b|`{re.escape(command)}\b", written())


@pytest.mark.parametrize("variable", variables())
def test_every_setting_of_the_environment_is_written_about(variable: str) -> None:
    assert variable in written()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: Path(path).name)
def test_links_between_pages_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    written = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)  # examples lead nowhere
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", written)

    assert [target for target in targets if not (path.parent / target).exists()] == []
