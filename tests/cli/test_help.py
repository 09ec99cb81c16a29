"""Every command explains itself, in Portuguese, with exit code 0."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from kbwizard import cli


def commands_of(
    parser: argparse.ArgumentParser, words: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    yield words
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                yield from commands_of(child, (*words, name))


def every_command() -> list[tuple[str, ...]]:
    found: set[tuple[str, ...]] = {()}
    for part in cli.PARTS:
        for name, _about in part.commands:
            whole = cli.build_parser(name)
            found.update(words for words in commands_of(whole, ()) if words[:1] == (name,))
    return sorted(found)


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([*words, "--help"])

    told = capsys.readouterr()
    assert stopped.value.code == 0
    assert told.out.startswith("uso: python -m kbwizard" + "".join(f" {word}" for word in words))
    assert "mostra esta ajuda" in told.out
    assert told.err == ""


def test_every_command_that_the_parts_announce_is_there() -> None:
    announced = {name for part in cli.PARTS for name, _about in part.commands}

    assert announced == {words[0] for words in every_command() if words}
    assert {"demo", "serve", "migrate", "lab", "check-content", "scenarios", "walk", "search",
            "reindex", "read-onu", "read-session", "device", "directory", "user"} <= announced  # fmt: skip
