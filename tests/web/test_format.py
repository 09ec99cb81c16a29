"""Numbers, times and masks as they read on screen."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbwizard.web import format as formats

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 21, 17, 2, 30, tzinfo=UTC)


def test_the_examples_of_the_docstrings_hold() -> None:
    assert doctest.testmod(formats).failed == 0


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=0), "agora"),
        (timedelta(seconds=12), "há 12\xa0s"),
        (timedelta(minutes=5), "há 5\xa0min"),
        (timedelta(minutes=59, seconds=59), "há 59\xa0min"),
        (timedelta(hours=1), "13:02"),
        (timedelta(days=1), "20/11 14:02"),
        (timedelta(days=400), "17/10/2025 14:02"),
        (timedelta(minutes=-10), "14:12"),
    ],
)
def test_times_are_relative_until_an_hour_then_the_clock(ago: timedelta, text: str) -> None:
    assert formats.moment(NOW - ago, ZONE, NOW) == text


def test_the_day_is_the_installations_and_not_utcs() -> None:
    midnight = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)

    assert formats.clock(midnight - timedelta(hours=4), ZONE, midnight) == "18:00"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "text"),
    [
        (-28.4, "dBm", None, "−28,4\xa0dBm"),
        (0, "ms", None, "0\xa0ms"),
        (99.5, "%", 1, "99,5%"),
        (1500000, "", None, "1.500.000"),
        (7.0, "dB", 0, "7\xa0dB"),
    ],
)
def test_numbers(value: float, unit: str, decimals: int | None, text: str) -> None:
    assert formats.number(value, unit, decimals) == text


@pytest.mark.parametrize(
    "mask",
    [
        formats.mask_document,
        formats.mask_phone,
        formats.mask_email,
        formats.mask_mac,
        formats.mask_address,
    ],
)
def test_what_is_empty_stays_empty_and_what_is_strange_is_hidden(mask: object) -> None:
    assert callable(mask)
    assert mask("") == ""
    assert mask("maria") == "***" or "maria" not in mask("maria")


@given(st.text(alphabet="0123456789", min_size=11, max_size=11))
def test_a_masked_cpf_never_shows_more_than_six_digits(digits: str) -> None:
    assert sum(character.isdigit() for character in formats.mask_document(digits)) == 6


@given(st.text(max_size=40))
def test_every_mask_answers_whatever_it_is_given(text: str) -> None:
    for mask in (
        formats.mask_document,
        formats.mask_phone,
        formats.mask_email,
        formats.mask_address,
    ):
        assert isinstance(mask(text), str)
