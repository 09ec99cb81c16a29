"""From PON and ONU to the numbers in an OLT's OIDs, by documented examples."""

from __future__ import annotations

import pytest

from kbwizard.checks.onu_index import ENCODERS, BadPlace, Place, checked_onu, split_pon


@pytest.mark.parametrize(
    ("encoder", "pon", "onu", "index"),
    [
        ("huawei_ifindex", "0/0/0", 0, (4194304000, 0)),
        ("huawei_ifindex", "0/0/1", 3, (4194304256, 3)),
        ("huawei_ifindex", "0/1/0", 127, (4194312192, 127)),
        ("huawei_ifindex", "0/1/15", 1, (4194316032, 1)),
        ("huawei_ifindex", "0/5/1", 14, (4194345216, 14)),
        ("zte_t1", "1/1/1", 1, (268501248, 1)),
        ("zte_t1", "1/3/1", 2, (268632320, 2)),
        ("zte_t2", "1/1/1", 1, (285278465, 1)),
        ("zte_t2", "1/3/1", 2, (285278977, 2)),
        ("zte_t2", "1/4/1", 3, (285279233, 3)),
        ("fiberhome_onu", "18/4", 50, (606089733 - 5,)),
        ("fiberhome_pon_onu", "18/4", 50, (606076928, 50)),
        ("direct", "1", 16, (1, 16)),
    ],
)
def test_an_onu_has_the_documented_index(
    encoder: str, pon: str, onu: int, index: tuple[int, ...]
) -> None:
    rule = ENCODERS[encoder]

    assert rule.onu(Place(split_pon(pon, rule), onu)) == index


def test_a_fiberhome_lan_port_is_the_onu_with_the_port_in_its_last_bits() -> None:
    rule = ENCODERS["fiberhome_lan"]

    assert rule.onu(Place((18, 4), 50)) == (606089733 - 4,)


def test_a_serial_becomes_length_and_codes_in_the_case_of_the_olt() -> None:
    rule = ENCODERS["serial_ascii"]
    index = (12, *b"UBNT201d6370")

    assert rule.onu(Place(serial="ubnt201D6370")) == index


@pytest.mark.parametrize("name", [name for name, rule in ENCODERS.items() if rule.number])
def test_the_onu_number_comes_back_out_of_every_index(name: str) -> None:
    rule = ENCODERS[name]
    pon = tuple(max(least, 1) for _, least, _ in rule.parts)

    for onu in range(rule.onus[0], rule.onus[1] + 1):
        index = rule.onu(Place(pon, onu))
        assert rule.number is not None
        assert rule.number(index) == onu


@pytest.mark.parametrize("name", [name for name, rule in ENCODERS.items() if rule.pon])
def test_every_onu_of_a_pon_and_no_other_lies_in_its_range(name: str) -> None:
    rule = ENCODERS[name]
    assert rule.pon is not None
    pon = tuple(max(least, 1) for _, least, _ in rule.parts)
    beside = (*pon[:-1], pon[-1] + 1)
    first, after = rule.pon(pon)

    for onu in range(rule.onus[0], rule.onus[1] + 1):
        assert first < rule.onu(Place(pon, onu)) < after
        assert not first <= rule.onu(Place(beside, onu)) < after


@pytest.mark.parametrize(
    "text", ["", "0/1", "0/1/2/3", "a/b/c", "0/-1/3", "0/1/99", "1/1/1", "0/1/³"]
)
def test_a_pon_in_another_form_is_refused_with_the_form_wanted(text: str) -> None:
    with pytest.raises(BadPlace):
        split_pon(text, ENCODERS["huawei_ifindex"])


@pytest.mark.parametrize("number", [0, 129, -1])
def test_an_onu_number_out_of_range_is_refused(number: int) -> None:
    with pytest.raises(BadPlace):
        checked_onu(number, ENCODERS["zte_t1"])


@pytest.mark.parametrize("serial", ["", "abc", "UBNT 201d", "x" * 40, "1.3.6.1"])
def test_a_serial_that_cannot_be_one_is_refused(serial: str) -> None:
    with pytest.raises(BadPlace):
        ENCODERS["serial_ascii"].onu(Place(serial=serial))
