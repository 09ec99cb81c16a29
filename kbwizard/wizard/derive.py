"""Facts that follow from others: ordered bands, or a named pure function from the table below.

A derived fact is never asked nor read. Numbers belong here and in the registry's bands, so that
trees branch on classes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from kbwizard.errors import EngineError
from kbwizard.wizard.facts import Band, Derived, Scalar
from kbwizard.wizard.judge import Values, within

Function = Callable[[Sequence[Scalar | None]], Scalar | None]
"""Takes the values of `of` in order (None: unknown); None as an answer is unknown too."""

PING_GOOD = (1.0, 80.0, 20.0)
PING_ATTENTION = (5.0, 150.0, 50.0)
"""Loss in percent, round trip and jitter in ms: within all of them is good, or attention."""

SUSPECT_COUNT = 3
SUSPECT_SHARE = 0.20
MASS_SHARE = 0.50
"""Neighbours recently down by one cause (DESIGN section 7): a suspicion, a mass failure."""

WORSE_BY_DB = 3.0
"""Loss since the installation that asks for a preventive visit (technical notes, T1)."""

SHARED_SPACE = IPv4Network("100.64.0.0/10")
"""Addresses that a provider shares among customers (RFC 6598): nobody reaches in from outside."""
HOME_SPACES = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918."""


def ping_class(values: Sequence[Scalar | None]) -> Scalar | None:
    """`good`, `attention`, `bad` or `no_answer` from loss (%), round trip (ms), jitter (ms).

    Without loss nothing can be said; a missing time is not held against the line.

    >>> ping_class((0, 12.0, 2.0)), ping_class((100, None, None)), ping_class((0, 200.0, None))
    ('good', 'no_answer', 'bad')
    """
    loss, *times = (_number(value) for value in values)
    if loss is None:
        return None
    if loss >= 100:
        return "no_answer"
    measured = (loss, *times)
    for name, limits in (("good", PING_GOOD), ("attention", PING_ATTENTION)):
        pairs = zip(measured, limits, strict=False)
        if all(value is None or value <= limit for value, limit in pairs):
            return name
    return "bad"


def pon_pattern(values: Sequence[Scalar | None]) -> Scalar | None:
    """`none`, `cut`, `power` or `mixed` from (ONUs on the PON, recent LOS, recent dying gasp).

    A cause counts from 3 ONUs and 20 % of the PON on; both causes at once are mixed.

    >>> pon_pattern((32, 9, 0)), pon_pattern((32, 2, 0)), pon_pattern((20, 6, 5))
    ('cut', 'none', 'mixed')
    """
    total, cut, power = (_number(value) for value in values)
    if total is None or cut is None or power is None:
        return None
    by_cut, by_power = _many(cut, total), _many(power, total)
    if by_cut and by_power:
        return "mixed"
    if by_cut:
        return "cut"
    return "power" if by_power else "none"


def pon_extent(values: Sequence[Scalar | None]) -> Scalar | None:
    """`none`, `suspected` or `mass` from the same counts as `pon_pattern`.

    >>> pon_extent((32, 9, 0)), pon_extent((32, 16, 0)), pon_extent((32, 1, 1))
    ('suspected', 'mass', 'none')
    """
    total, cut, power = (_number(value) for value in values)
    if total is None or cut is None or power is None:
        return None
    worst = max(cut, power)
    if not _many(worst, total):
        return "none"
    return "mass" if worst >= MASS_SHARE * total else "suspected"


def rx_change(values: Sequence[Scalar | None]) -> Scalar | None:
    """`worse` or `stable` from the level at the ONU now and on the day of installation (dBm).

    A change says more than the absolute value: 3 dB is half the light.

    >>> rx_change((-25.0, -21.0)), rx_change((-25.0, -23.5)), rx_change((-25.0, None))
    ('worse', 'stable', None)
    """
    now, at_installation = (_number(value) for value in values)
    if now is None or at_installation is None:
        return None
    return "worse" if at_installation - now >= WORSE_BY_DB else "stable"


def share_pct(values: Sequence[Scalar | None]) -> Scalar | None:
    """How much of the second number the first one is, in percent: a measured speed of a plan.

    >>> share_pct((94.0, 300.0)), share_pct((94.0, 0.0)), share_pct((None, 300.0))
    (31.3, None, None)
    """
    part, whole = (_number(value) for value in values)
    return None if part is None or not whole else round(100 * part / whole, 1)


def difference(values: Sequence[Scalar | None]) -> Scalar | None:
    """The first number less the second: a delay under load less the one at rest.

    >>> difference((180.0, 22.0)), difference((180.0, None))
    (158.0, None)
    """
    one, other = (_number(value) for value in values)
    return None if one is None or other is None else round(one - other, 2)


def address_class(values: Sequence[Scalar | None]) -> Scalar | None:
    """`shared`, `private` or `public` from an IPv4 address; other text says nothing.

    >>> address_class(("100.64.0.11",)), address_class(("203.0.113.18",)), address_class(("x",))
    ('shared', 'public', None)
    """
    try:
        address = IPv4Address(str(values[0]))
    except AddressValueError:
        return None
    if address in SHARED_SPACE:
        return "shared"
    return "private" if any(address in space for space in HOME_SPACES) else "public"


FUNCTIONS: Mapping[str, Function] = {
    "ping_class": ping_class,
    "pon_pattern": pon_pattern,
    "pon_extent": pon_extent,
    "rx_change": rx_change,
    "share_pct": share_pct,
    "difference": difference,
    "address_class": address_class,
}
"""What `derived: {function: NAME}` may name; each is tested in `tests/wizard/test_derive.py`."""

INPUTS: Mapping[str, int] = {
    "ping_class": 3,
    "pon_pattern": 3,
    "pon_extent": 3,
    "rx_change": 2,
    "share_pct": 2,
    "difference": 2,
    "address_class": 1,
}
"""How many facts each function takes in `of`."""


def value_of(derived: Derived, facts: Values) -> Scalar | None:
    """The value that follows from `facts`, None while it does not follow.

    Raises `EngineError` for a function that is not in the table.
    """
    if derived.function:
        function = FUNCTIONS.get(derived.function)
        if function is None:
            raise EngineError(f"função derivada desconhecida: {derived.function}")
        return function([facts.get(name) for name in derived.of])
    return first_fit(_bands_for(derived, facts), _number(facts.get(derived.of[0])))


def first_fit(bands: Sequence[Band], number: float | None) -> Scalar | None:
    """The value of the first band that holds the number; None for an unknown number."""
    if number is None:
        return None
    for band in bands:
        if band.op == "else" or within(band.op, number, band.low, band.high):
            return band.value
    return None


def _bands_for(derived: Derived, facts: Values) -> tuple[Band, ...]:
    chosen = facts.get(derived.by) if derived.by else None
    if chosen is not None and str(chosen) in derived.bands:
        return derived.bands[str(chosen)]
    return derived.bands.get("", ())


def _many(down: float, total: float) -> bool:
    return down >= SUSPECT_COUNT and down >= SUSPECT_SHARE * total


def _number(value: Scalar | None) -> float | None:
    return None if value is None or isinstance(value, str | bool) else value
