"""Writes values as YAML that our reader takes back as the same values. Every text is quoted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from kbwizard.wizard.facts import Reason, Scalar, Unavailable


def scalar(value: Scalar | Unavailable) -> str:
    """One value.

    >>> scalar(True), scalar("on"), scalar(-26.5)
    ('true', '"on"', '-26.5')
    """
    if isinstance(value, Unavailable):
        return "unsure" if value.reason is Reason.PERSON_UNSURE else _unavailable(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(round(value, 4))
    return json.dumps(value, ensure_ascii=False)


def flow(values: Mapping[str, Sequence[Scalar | Unavailable]]) -> str:
    """Facts and their series in one line.

    >>> flow({"led.los": ("red",), "onu.rx_dbm": (-26.5, -20.0)})
    '{led.los: "red", onu.rx_dbm: [-26.5, -20.0]}'
    """
    parts = [f"{fact}: {series(told)}" for fact, told in values.items()]
    return "{" + ", ".join(parts) + "}"


def series(told: Sequence[Scalar | Unavailable]) -> str:
    if len(told) == 1:
        return scalar(told[0])
    return "[" + ", ".join(scalar(one) for one in told) + "]"


def _unavailable(value: Unavailable) -> str:
    return "{unavailable: " + str(value.reason) + "}"
