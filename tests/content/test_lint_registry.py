"""What reading the registry cannot see: labels unfit for customers, functions that do not exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbwizard.content.closings import ALLOWED, BY_LEVEL, BY_RESULT, closing_of
from kbwizard.content.lint import lint_library
from kbwizard.wizard.model import ONLY_WITH_PARENT, Outcome, Result
from tests.helpers.content import TREES, library_of

GOOD = (TREES / "_facts.yaml").read_text(encoding="utf-8")


def test_the_tiny_registry_is_good(tmp_path: Path) -> None:
    assert lint_library(library_of(tmp_path, {})) == []


@pytest.mark.parametrize(
    ("find", "put", "rule"),
    [
        ('red: "Vermelha"', 'red: {agent: "Vermelha", customer: "A OLT caiu"}', "forbidden-word"),
        ('label: "Luz de energia"', 'label: "Energia da ONU"', "forbidden-word"),
        ('bands: {default: [{">= -27": good}, {else: bad}]}', "function: nada", "unknown-function"),
        (
            'bands: {default: [{">= -27": good}, {else: bad}]}',
            "function: rx_change",
            "function-inputs",
        ),
        ("o cliente diz LOS vermelha", "o cliente diz {led.cor}", "unknown-place"),
    ],
)
def test_each_mistake_is_found_on_its_line(find: str, put: str, rule: str, tmp_path: Path) -> None:
    assert find in GOOD
    text = GOOD.replace(find, put, 1)

    problems = lint_library(library_of(tmp_path, {}, registry=text))

    assert [problem.rule for problem in problems] == [rule]
    near = text.splitlines()[problems[0].line - 1 : problems[0].line + 6]
    assert any(put.split("\n")[0] in line for line in near)


def test_every_closing_is_one_that_cd_05_allows() -> None:
    assert {*BY_RESULT.values(), *BY_LEVEL.values()} <= ALLOWED


def test_every_result_that_ends_a_call_has_a_closing() -> None:
    for result in Result:
        outcome = Outcome(name="fim", result=result, level="n2")

        assert result in ONLY_WITH_PARENT or closing_of(outcome) in ALLOWED
