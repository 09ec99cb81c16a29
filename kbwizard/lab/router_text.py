"""How each RouterOS generation writes durations, moments and rates."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

ROUTER_ZONE = ZoneInfo("America/Sao_Paulo")
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def duration(seconds: float, *, modern: bool) -> str:
    """An uptime. Old routers write less than a day as a clock.

    >>> duration(788645, modern=True), duration(4973, modern=False)
    ('1w2d3h4m5s', '01:22:53')
    """
    left = max(0, int(seconds))
    if not modern and left < 86_400:
        return f"{left // 3600:02d}:{left // 60 % 60:02d}:{left % 60:02d}"
    text = ""
    for unit, size in (("w", 604_800), ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            text += f"{count}{unit}"
    return text or "0s"


def rtt(microseconds: int, *, modern: bool) -> str:
    """A ping's time.

    >>> rtt(1287, modern=True), rtt(107, modern=True), rtt(1287, modern=False)
    ('1ms287us', '107us', '1ms')
    """
    whole, rest = divmod(microseconds, 1000)
    if not modern:
        return f"{whole}ms"
    return (f"{whole}ms" if whole else "") + (f"{rest}us" if rest or not whole else "")


def moment(value: datetime, *, modern: bool) -> str:
    """A date and time in the router's own zone.

    >>> from datetime import UTC
    >>> moment(datetime(2024, 2, 5, 16, 47, 44, tzinfo=UTC), modern=False)
    'feb/05/2024 13:47:44'
    """
    local = value.astimezone(ROUTER_ZONE)
    clock = local.strftime("%H:%M:%S")
    if modern:
        return local.strftime("%Y-%m-%d ") + clock
    return f"{MONTHS[local.month - 1]}/{local.day:02d}/{local.year} {clock}"


def log_moment(value: datetime, now: datetime, *, modern: bool) -> str:
    """As in `/log`: on an old router a line of today has no date."""
    local, today = value.astimezone(ROUTER_ZONE), now.astimezone(ROUTER_ZONE).date()
    if not modern and local.date() == today:
        return local.strftime("%H:%M:%S")
    return moment(value, modern=modern)
