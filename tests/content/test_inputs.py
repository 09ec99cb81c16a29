"""Classes given to a walk: readings are found from which they follow."""

from __future__ import annotations

import pytest

from kbwizard.config import ROOT
from kbwizard.content.inputs import with_inputs
from kbwizard.content.library import load_library
from kbwizard.wizard.derive import value_of
from kbwizard.wizard.facts import Reason, Registry, Unavailable


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_library(ROOT / "decision_trees", ROOT / "articles").bundle.registry


def test_every_class_of_the_registry_has_readings_that_give_it(registry: Registry) -> None:
    classes = [(spec, spec.derived) for spec in registry.facts.values() if spec.derived]

    for spec, rule in classes:
        for label in spec.values:
            told = with_inputs(registry, {spec.name: (label.value,)})
            facts = {name: said[0] for name, said in told.items()}
            assert value_of(rule, facts) == label.value, spec.name
    assert len(classes) > 10


def test_classes_of_the_same_readings_are_found_together(registry: Registry) -> None:
    told = with_inputs(registry, {"pon.pattern": ("cut",), "pon.extent": ("suspected",)})

    assert sorted(told) == ["pon.onus_total", "pon.recent_dying_gasp", "pon.recent_los"]


def test_the_bands_are_those_of_the_optics_that_are_given(registry: Registry) -> None:
    told = with_inputs(registry, {"line.optic_class": ("epon",), "onu.rx_class": ("critical",)})

    assert isinstance(told["onu.rx_dbm"][0], float)
    assert -27 < told["onu.rx_dbm"][0] < -24


def test_a_class_against_what_is_read_is_left_for_the_walk_to_refuse(registry: Registry) -> None:
    given = {"onu.rx_dbm": (-19.0,), "onu.rx_class": ("critical",)}
    apart = {"pon.pattern": ("none",), "pon.extent": ("mass",)}

    assert with_inputs(registry, given) == given
    assert with_inputs(registry, apart) == apart


def test_a_class_that_could_not_be_read_is_a_reading_that_could_not(registry: Registry) -> None:
    silent = Unavailable(Reason.NO_VALUE)

    assert with_inputs(registry, {"onu.rx_class": (silent,)}) == {"onu.rx_dbm": (silent,)}
