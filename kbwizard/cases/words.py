"""Values and codes in words: what records, screens and reviews say alike.

Text of unknown origin becomes one line here before it lands in anything that is pasted elsewhere.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from kbwizard.walks.codec import ERASED
from kbwizard.wizard.facts import FactSpec, Reading, Unavailable

LONGEST_ENTRY = 300
HIDDEN = ("Cf", "Cs", "Co", "Cn")
"""Unicode categories that show nothing and may turn a line around."""
TO_ASCII = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "·": "-", "⁄": "/", "“": '"', "”": '"', "‘": "'", "’": "'"}
)
SKILLS = {"fibre": "fibra", "radio": "rádio", "indoor": "rede interna", "power": "elétrica/fonte"}
REASONS = {
    "timeout": "sem resposta",
    "refused": "conexão recusada",
    "auth": "acesso negado",
    "bad_reply": "resposta inválida",
    "no_value": "sem leitura",
    "no_such_object": "não informa",
    "not_found": "não encontrado",
    "not_configured": "não configurado",
    "busy": "equipamento ocupado",
    "paused": "sem resposta há pouco",
    "interrupted": "interrompida",
    "person_unsure": "não sabe",
}
"""How each reason of *unavailable* reads to an agent."""
PERIODS = {
    "morning": "manhã",
    "afternoon": "tarde",
    "business_hours": "horário comercial",
    "any": "qualquer horário",
}


def one_line(text: str, longest: int = LONGEST_ENTRY) -> str:
    """Text of unknown origin as one line: no breaks, no control or hidden signs, an end.

    >>> one_line("a\\r\\n[OS]\\u2028b")
    'a [OS] b'
    """
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    seen = "".join(
        " " if kind in ("Cc", "Zl", "Zp") else letter
        for letter, kind in kinds
        if kind not in HIDDEN
    )
    line = " ".join(seen.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def ascii_text(text: str) -> str:
    """The same text without accents or typographic signs, for ERPs that break them."""
    folded = unicodedata.normalize("NFKD", text).translate(TO_ASCII)
    return folded.encode("ascii", "ignore").decode("ascii")


def show_value(spec: FactSpec | None, reading: Reading, zone: ZoneInfo) -> str:
    """A value as a person writes it: label, or number with comma and unit, or why there is none."""
    value = reading.value
    if isinstance(value, Unavailable):
        return REASONS[str(value.reason)]
    if spec is None or value == ERASED:
        return str(value)
    if spec.values:
        return spec.label_of(value)
    if isinstance(value, bool):
        return "sim" if value else "não"
    if spec.type == "time":
        return local_time(datetime.fromisoformat(str(value)), zone)
    if isinstance(value, int | float) and spec.unit == "s":
        return duration(value)
    if isinstance(value, int | float):
        number = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        return f"{number.replace('.', ',').replace('-', '−')} {spec.unit}".strip()
    return str(value)


def duration(seconds: float) -> str:
    """A length of time in its two largest units.

    >>> duration(42), duration(3700), duration(266400)
    ('42 s', '1 h 1 min', '3 d 2 h')
    """
    left = int(seconds)
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%d/%m/%Y %H:%M")
