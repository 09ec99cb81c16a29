"""`_facts.yaml` becomes the registry, or all of its problems at once."""

from __future__ import annotations

import pytest

from kbwizard.content.registry import read_registry
from kbwizard.errors import Problem
from kbwizard.wizard.facts import Ask, Band, FactType, Registry
from tests.helpers.content import TREES

GOOD = (TREES / "_facts.yaml").read_text(encoding="utf-8")


def registry() -> Registry:
    found = read_registry(GOOD)
    assert isinstance(found, Registry)
    return found


def problems_of(find: str, put: str) -> list[Problem]:
    assert find in GOOD
    found = read_registry(GOOD.replace(find, put, 1))
    assert isinstance(found, list)
    return found


def test_a_fact_carries_everything_its_entry_says() -> None:
    spec = registry().facts["onu.rx_dbm"]

    assert spec.type is FactType.FLOAT
    assert (spec.low, spec.high, spec.step, spec.unit) == (-50, 10, 0.1, "dBm")
    assert spec.read_by == "onu"
    assert spec.ask is Ask.SCREEN
    assert spec.optics


def test_values_keep_the_order_of_the_file_and_off_stays_a_word() -> None:
    assert [label.value for label in registry().facts["led.los"].values] == [
        "off",
        "red",
        "blinking",
    ]


def test_a_boolean_fact_has_two_values_without_saying_so() -> None:
    assert [label.value for label in registry().facts["caller.is_holder"].values] == [True, False]


def test_bands_are_read_in_order_and_end_in_else() -> None:
    derived = registry().facts["onu.rx_class"].derived

    assert derived is not None
    assert derived.bands[""] == (Band("good", ">=", -27.0, -27.0), Band("bad", "else"))


def test_conflicts_deadlines_and_reserved_names_are_kept() -> None:
    found = registry()

    assert [conflict.id for conflict in found.conflicts] == ["luz"]
    assert set(found.deadlines) == {"n2", "visita"}
    assert "protocol" in found.reserved


@pytest.mark.parametrize(
    ("find", "put", "rule"),
    [
        ("format: 1", "format: 2", "format"),
        ("type: text", "type: texto", "unknown-value"),
        ('    label: "Luz LOS"\n', "", "missing-key"),
        ("ttl: 600", "ttl: sempre", "wrong-type"),
        ("ask: customer", "asks: customer", "unknown-key"),
        ("min: -50, max: 10", "min: 10, max: -50", "range"),
        ("{else: bad}", '{"< -27": bad}', "band-gap"),
        ("{else: bad}", "{else: awful}", "impossible-value"),
        ('">= -27": good', '"cerca de 3": good', "condition"),
        ("of: onu.rx_dbm", "of: onu.rx_dbn", "unknown-fact"),
        ("of: onu.rx_dbm", "of: onu.rx_class", "derived-ring"),
        ("onu.state: online, led.los", "onu.state: onlin, led.los", "impossible-value"),
        ("id: luz", "id: Luz Acesa", "name"),
        ("led.power:", "led.los:", "duplicate-key"),
        ("led.power:", "LED.power:", "name"),
        ('{off: "Apagada", red:', '{1: "Apagada", red:', "wrong-type"),
        ("facts:", "fact:", "missing-key"),
    ],
)
def test_every_mistake_has_its_rule_and_line(find: str, put: str, rule: str) -> None:
    problems = problems_of(find, put)

    assert rule in [problem.rule for problem in problems]
    assert all(problem.line > 0 for problem in problems)


def test_all_problems_come_at_once() -> None:
    broken = GOOD.replace("ttl: 600", "ttl: sempre", 1).replace("type: text", "type: texto", 1)

    found = read_registry(broken)

    assert isinstance(found, list)
    assert {problem.rule for problem in found} >= {"wrong-type", "unknown-value"}
