"""How values read on screen: Portuguese numbers, times of the installation's zone, masks.

The functions are pure; `install` makes them Jinja filters that know zone and clock.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.numbers import format_decimal
from flask import Flask

from kbwizard.accounts.roles import Role
from kbwizard.web.services import now, services

LOCALE = "pt_BR"
MINUS = "\N{MINUS SIGN}"
GAP = "\N{NO-BREAK SPACE}"
_HIDDEN = "***"


def number(value: float, unit: str = "", decimals: int | None = None) -> str:
    """A number with comma, a real minus and its unit.

    >>> number(-28.4, "dBm")
    '−28,4\\xa0dBm'
    >>> number(1234)
    '1.234'
    >>> number(-21, "dBm", 1)
    '−21,0\\xa0dBm'
    """
    pattern = "#,##0.###" if decimals is None else "#,##0" + "." * bool(decimals) + "0" * decimals
    text = format_decimal(value, format=pattern, locale=LOCALE).replace("-", MINUS)
    if unit == "%":
        return text + unit
    return f"{text}{GAP}{unit}" if unit else text


def duration(seconds: float) -> str:
    """A length of time in its two largest units.

    >>> duration(45), duration(125), duration(7260), duration(277200)
    ('45\\xa0s', '2\\xa0min 5\\xa0s', '2\\xa0h 1\\xa0min', '3\\xa0d 5\\xa0h')
    """
    left = max(0, int(seconds))
    parts = []
    for name, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        parts.append((count, name))
    first = next((i for i, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown = [f"{count}{GAP}{name}" for count, name in parts[first : first + 2] if count]
    return " ".join(shown) or f"0{GAP}s"


def stopwatch(seconds: float) -> str:
    """A running time as on a call's clock.

    >>> stopwatch(252), stopwatch(3723)
    ('04:12', '1:02:03')
    """
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def clock(at: datetime, zone: ZoneInfo, today: datetime) -> str:
    """The hour; with the date when it is not today's, with the year when not this year's."""
    local, present = at.astimezone(zone), today.astimezone(zone)
    if local.date() == present.date():
        return format_datetime(local, "HH:mm", locale=LOCALE)
    pattern = "dd/MM HH:mm" if local.year == present.year else "dd/MM/yyyy HH:mm"
    return format_datetime(local, pattern, locale=LOCALE)


def moment(at: datetime, zone: ZoneInfo, present: datetime) -> str:
    """How long ago until an hour, then the hour; what is to come is always the hour."""
    age = present - at
    if not timedelta(0) <= age < timedelta(hours=1):
        return clock(at, zone, present)
    if age < timedelta(seconds=2):
        return "agora"
    seconds = int(age.total_seconds())
    return f"há {seconds}{GAP}s" if seconds < 60 else f"há {seconds // 60}{GAP}min"


def mask_document(text: str) -> str:
    """A CPF or CNPJ (also with letters) of which some digits stay, to recognise it by.

    >>> mask_document("000.123.456-00"), mask_document("12.ABC.345/01DE-35")
    ('***.123.456-**', '**.***.345/01DE-**')
    """
    plain = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    if len(plain) == 11:
        return f"***.{plain[3:6]}.{plain[6:9]}-**"
    if len(plain) == 14:
        return f"**.***.{plain[5:8]}/{plain[8:12]}-**"
    return _HIDDEN if plain else ""


def day(when: date) -> str:
    """A day as people write it.

    >>> day(date(2026, 11, 22))
    '22/11/2026'
    """
    return when.strftime("%d/%m/%Y")


def mask_phone(text: str) -> str:
    """The area code and the last four digits.

    >>> mask_phone("+55 11 90000-0021"), mask_phone("90000-0021")
    ('(11) *****-0021', '*****-0021')
    """
    digits = re.sub(r"\D", "", text)
    if len(digits) > 11 and digits.startswith("55"):
        digits = digits[2:]
    if len(digits) in (10, 11):
        return f"({digits[:2]}) *****-{digits[-4:]}"
    return f"*****-{digits[-4:]}" if len(digits) >= 8 else _HIDDEN * bool(text.strip())


def mask_email(text: str) -> str:
    """The first letter of the name and of the domain.

    >>> mask_email("maria@exemplo.net")
    'm***@e…'
    """
    name, at_sign, domain = text.strip().partition("@")
    if not (name and at_sign and domain):
        return _HIDDEN * bool(text.strip())
    return f"{name[0]}***@{domain[0]}…"


def mask_mac(text: str) -> str:
    """The last two octets.

    >>> mask_mac("02:00:5E:10:AB:CD")
    '**:**:**:**:AB:CD'
    """
    octets = re.findall(r"[0-9A-Fa-f]{2}", text)
    if len(octets) != 6:
        return _HIDDEN * bool(text.strip())
    return ":".join(["**"] * 4 + [octet.upper() for octet in octets[4:]])


def mask_address(text: str) -> str:
    """The first part of an IPv4 or IPv6 address.

    >>> mask_address("100.64.3.7"), mask_address("2001:db8::1")
    ('100.*.*.*', '2001:…')
    """
    if ":" in text:
        return text.split(":")[0] + ":…"
    parts = text.split(".")
    return f"{parts[0]}.*.*.*" if len(parts) == 4 else _HIDDEN * bool(text.strip())


def install(app: Flask) -> None:
    """Make the functions filters of the same names; times know zone and clock."""
    app.jinja_env.globals["server_time"] = lambda: now().isoformat()
    app.jinja_env.filters.update(
        number=number,
        duration=duration,
        stopwatch=stopwatch,
        moment=lambda at: moment(at, services().settings.timezone, now()),
        clock=lambda at: clock(at, services().settings.timezone, now()),
        day=day,
        mask_document=mask_document,
        mask_phone=mask_phone,
        mask_email=mask_email,
        mask_mac=mask_mac,
        mask_address=mask_address,
        role_label=lambda role: Role(role).label if role in set(Role) else role,
    )
