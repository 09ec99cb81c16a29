"""Bands and the named functions."""

from __future__ import annotations

import pytest

from kbwizard.errors import EngineError
from kbwizard.wizard.derive import (
    FUNCTIONS,
    INPUTS,
    address_class,
    difference,
    ping_class,
    pon_extent,
    pon_pattern,
    rx_change,
    share_pct,
    value_of,
)
from kbwizard.wizard.facts import Band, Derived, FactType
from tests.helpers.flows import (
    Walk,
    ask,
    bundle,
    check,
    derived,
    ends,
    enum,
    number,
    registry,
    to,
    tree,
)

GPON_B = (
    Band("saturated", ">", low=-8),
    Band("good", ">=", low=-24),
    Band("attention", "..", low=-26, high=-24),
    Band("critical", "else"),
)
GPON_C = (Band("good", ">=", low=-27), Band("critical", "else"))
RX = Derived(("rx",), by="optic", bands={"": GPON_B, "gpon_c": GPON_C})


@pytest.mark.parametrize(
    ("rx", "value"),
    [
        (-7.9, "saturated"),
        (-8, "good"),
        (-24, "good"),
        (-24.1, "attention"),
        (-26, "attention"),
        (-26.1, "critical"),
    ],
)
def test_the_first_band_that_fits_gives_the_value(rx, value):
    assert value_of(RX, {"rx": rx}) == value


def test_bands_are_chosen_by_another_fact():
    assert value_of(RX, {"rx": -26.5, "optic": "gpon_c"}) == "good"


@pytest.mark.parametrize("optic", ["xgs", None])
def test_the_default_bands_serve_where_the_other_fact_is_unlisted_or_unknown(optic):
    known = {"rx": -26.5} if optic is None else {"rx": -26.5, "optic": optic}

    assert value_of(RX, known) == "critical"


def test_without_its_number_nothing_follows():
    assert value_of(RX, {"optic": "gpon_c"}) is None


def test_a_truth_value_is_no_number():
    assert value_of(RX, {"rx": True}) is None


@pytest.mark.parametrize(
    ("loss", "rtt", "jitter", "value"),
    [
        (0, 10.0, 1.0, "good"),
        (1, 80.0, 20.0, "good"),
        (1.1, 80.0, 20.0, "attention"),
        (0, 80.1, 1.0, "attention"),
        (0, 10.0, 20.1, "attention"),
        (5.1, 10.0, 1.0, "bad"),
        (0, 150.1, 1.0, "bad"),
        (0, 10.0, 50.1, "bad"),
        (100, None, None, "no_answer"),
        (0, None, None, "good"),
        (None, 10.0, 1.0, None),
    ],
)
def test_ping_class(loss, rtt, jitter, value):
    assert ping_class((loss, rtt, jitter)) == value


@pytest.mark.parametrize(
    ("total", "cut", "power", "pattern", "extent"),
    [
        (32, 0, 0, "none", "none"),
        (10, 2, 0, "none", "none"),
        (10, 3, 0, "cut", "suspected"),
        (16, 3, 0, "none", "none"),
        (15, 3, 0, "cut", "suspected"),
        (32, 16, 0, "cut", "mass"),
        (32, 0, 8, "power", "suspected"),
        (20, 6, 5, "mixed", "suspected"),
        (None, 6, 5, None, None),
        (20, None, 5, None, None),
    ],
)
def test_pattern_and_extent_of_a_pon(total, cut, power, pattern, extent):
    assert pon_pattern((total, cut, power)) == pattern
    assert pon_extent((total, cut, power)) == extent


def test_a_function_that_is_not_in_the_table_is_named():
    with pytest.raises(EngineError, match="magia"):
        value_of(Derived(("a",), function="magia"), {})


def test_every_function_answers_unknown_for_unknowns():
    assert set(INPUTS) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        assert function((None,) * INPUTS[name]) is None


@pytest.mark.parametrize(
    ("now", "before", "value"),
    [
        (-24.0, -21.0, "worse"),
        (-23.9, -21.0, "stable"),
        (-20.0, -21.0, "stable"),
        (-24.0, None, None),
    ],
)
def test_the_level_is_compared_with_the_day_of_installation(now, before, value):
    assert rx_change((now, before)) == value


@pytest.mark.parametrize(
    ("part", "whole", "value"),
    [(300, 600, 50.0), (94.0, 300.0, 31.3), (0.0, 300.0, 0.0), (10.0, 0.0, None), (10, None, None)],
)
def test_a_share_is_a_percentage_of_something(part, whole, value):
    assert share_pct((part, whole)) == value


@pytest.mark.parametrize(
    ("loaded", "idle", "value"),
    [(180.0, 22.5, 157.5), (20.0, 22.0, -2.0), (None, 22.0, None), (180.0, None, None)],
)
def test_a_difference_needs_both_numbers(loaded, idle, value):
    assert difference((loaded, idle)) == value


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("100.64.0.0", "shared"),
        ("100.127.255.255", "shared"),
        ("100.63.255.255", "public"),
        ("203.0.113.18", "public"),
        ("192.168.1.1", "private"),
        ("10.0.0.9", "private"),
        ("172.32.0.1", "public"),
        ("sem endereço", None),
        (None, None),
    ],
)
def test_an_address_is_shared_private_or_public(address, value):
    assert address_class((address,)) == value


def test_bands_may_rest_on_a_number_that_is_itself_derived():
    share = Derived(("down", "plan"), function="share_pct")
    facts = registry(
        number("down", FactType.FLOAT),
        number("plan", FactType.FLOAT),
        derived("share", share),
        derived("class", Derived(("share",), bands={"": (Band("low", "<", low=80), REST)})),
    )
    flow = bundle(
        facts,
        tree(
            "t",
            check("c", "class", branches=(to("bad", **{"class": "low"}),), otherwise="good",
                  unknown="lost"),
            *ends("good", "bad", "lost"),
        ),
    )  # fmt: skip
    walk = Walk(flow)
    assert walk.now.pending.facts == ("down", "plan")

    walk.read(down=94.0, plan=300.0)

    assert walk.node == "bad"


REST = Band("good", "else")

FACTS = registry(
    number("rx"),
    enum("optic", "gpon_b", "gpon_c", read_by="directory"),
    derived("class", RX),
    number("loss", FactType.FLOAT),
    number("rtt", FactType.FLOAT),
    number("jitter", FactType.FLOAT),
    derived("ping", Derived(("loss", "rtt", "jitter"), function="ping_class")),
)


def test_a_check_of_a_derived_fact_reads_what_it_rests_on():
    flow = bundle(
        FACTS,
        tree(
            "t",
            check(
                "c",
                "class",
                branches=(to("good", **{"class": "good"}),),
                otherwise="bad",
                unknown="lost",
            ),
            *ends("good", "bad", "lost"),
        ),
    )
    walk = Walk(flow)
    assert walk.now.pending.facts == ("rx", "optic")

    walk.read(rx=-26.5, optic="gpon_c")

    assert walk.node == "good"
    assert walk.now.facts["class"].reading.value == "good"


def test_a_recorded_result_stands_until_an_input_is_newer():
    flow = bundle(FACTS, tree("t", ask("q", "optic", goto="end"), *ends("end")))
    walk = Walk(flow).read(measured=1, loss=0.0, rtt=10.0, jitter=1.0).read(measured=1, ping="bad")
    assert walk.now.facts["ping"].reading.value == "bad"

    walk.read(loss=0.0)

    assert walk.now.facts["ping"].reading.value == "good"
