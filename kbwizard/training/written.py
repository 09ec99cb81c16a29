"""The record and the order as the trainee wrote them, checked field by field (CD-13 to CD-18)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from kbwizard.cases.models import Case, WorkOrder
from kbwizard.cases.orders import FIBRE_PLACES, FIBRE_WORDS, parse_visit_date
from kbwizard.cases.record import WalkRecord, make_record
from kbwizard.cases.words import PERIODS, SKILLS, show_value
from kbwizard.content.forbidden import find_forbidden
from kbwizard.directory.folding import fold
from kbwizard.training.compare import (
    any_of,
    digits,
    has_day,
    has_hour,
    has_number,
    same_name,
    same_phone,
    shares_words,
)
from kbwizard.training.customer import VirtualCustomer
from kbwizard.training.review import FieldCheck, WordFound
from kbwizard.walks.service import Standing
from kbwizard.wizard.facts import Unavailable
from kbwizard.wizard.position import Known

RECORD_FIELDS: Mapping[str, str] = {
    "protocol": "Protocolo",
    "caller": "Na linha",
    "relation": "Titular ou vínculo",
    "complaint": "Queixa",
    "readings": "Leituras",
    "done": "Executado",
    "asked": "Pedido do cliente e ao cliente",
    "agreed": "Combinado",
    "explanation": "O que foi dito ao cliente",
}
"""The fields of the written record, with what each is called (call-desk, section 17)."""
ORDER_FIELDS: Mapping[str, str] = {
    "summary": "Resumo e ações já feitas",
    "fibre.house": "Fibra na casa",
    "fibre.block": "Fibra no bloco",
    "fibre.pole": "Fibra no poste",
    "fibre.reason": "Por que indeterminado",
    "skill": "Habilidade",
    "contact_name": "Quem recebe",
    "contact_phone": "Telefone no local",
    "date": "Data",
    "period": "Período",
    "fees": "Taxas informadas",
    "absence": "Regra de ausência",
}
KEY_READINGS = ("onu.state", "onu.rx_dbm", "session.state", "session.auth_failure", "pon.extent",
                "onu.lan_speed_mbps", "contract.state", "outage.active")  # fmt: skip
"""What has to be in the record when it was read; the first three always say something."""
LEAST_SAID = 25
OTHERS = re.compile(
    r"\b(nao|outr[ao]|filh[ao]|espos[ao]|marido|mulher|vizinh[ao]|mae|pai|irma|irmao|tio|tia"
    r"|sobrinh[ao]|prim[ao]|avo|net[ao]|cunhad[ao]|sogr[ao]|genro|nora|namorad[ao]|companheir[ao]"
    r"|parente|familiar|morador|moradora|dependente|amig[ao]|colega|funcionari[ao]|empregad[ao]"
    r"|inquilin[ao]|terceir[ao])\b"
)
"""How a record says that somebody else than the holder called."""
YES = ("sim", "ciente", "on", "true", "informad")


@dataclass(frozen=True, slots=True)
class Happened:
    """What the try was: the walk, its case and orders, and the customer's truth."""

    standing: Standing
    case: Case
    orders: Sequence[WorkOrder]
    customer: VirtualCustomer
    zone: ZoneInfo
    today: date

    @property
    def record(self) -> WalkRecord:
        made = make_record(self.case, [self.standing], self.orders, agent="", zone=self.zone)
        return made.walks[0]

    def known(self, fact: str) -> Known | None:
        found = self.standing.position.facts.get(fact)
        return found if found is not None and found.reading.known else None

    def shown(self, fact: str) -> str:
        known = self.known(fact)
        spec = self.standing.bundle.registry.facts.get(fact)
        return show_value(spec, known.reading, self.zone) if known is not None else ""


def check_record(written: Mapping[str, str], happened: Happened) -> tuple[FieldCheck, ...]:
    """Every field of the record, in order."""
    return tuple(
        _field(name, RECORD_FIELDS[name], written.get(name, ""), *check(written, happened))
        for name, check in _RECORD.items()
    )


def check_order(
    written: Mapping[str, str], happened: Happened, skill: str
) -> tuple[FieldCheck, ...]:
    """Every field of the order. `skill`: what the outcome asks of the field."""
    customer = happened.customer
    expected = customer.exercise.expected.order
    states = {place: expected.get(place) or str(_value(happened, place)) for place in FIBRE_PLACES}
    checks = [_order_summary(written, happened)]
    for place, state in states.items():
        told = FIBRE_WORDS.get(state, "")
        text = written.get(place, "").strip()
        ok = text.lower() == state or text.upper() == told
        shown = FIBRE_WORDS.get(text, text)
        checks.append(_order(place, shown, told, ok, "Obrigatório na OS (CD-17)."))
    if "undetermined" in states.values():
        reason = written.get("fibre.reason", "")
        checks.append(_order("fibre.reason", reason, "o motivo, em poucas palavras",
                             len(reason.strip()) >= 5, "Indeterminado pede motivo."))  # fmt: skip
    wanted = expected.get("skill") or skill
    text = written.get("skill", "").strip()
    right = text in (wanted, SKILLS.get(wanted, ""))
    checks.append(_order("skill", SKILLS.get(text, text), SKILLS.get(wanted, wanted), right,
                         "Quem vai precisa saber fazer."))  # fmt: skip
    return (*checks, *_meeting(written, happened))


def forbidden_in(written: Mapping[str, str]) -> tuple[WordFound, ...]:
    """Words the customer should not hear, in what is meant for them."""
    text = written.get("explanation", "")
    return tuple(
        WordFound(found.word, found.instead, "O que foi dito ao cliente")
        for found in find_forbidden(text)
    )


def _meeting(written: Mapping[str, str], happened: Happened) -> Iterable[FieldCheck]:
    customer = happened.customer
    name, phone = customer.truth("order.contact_name"), customer.truth("order.contact_phone")
    day, period = customer.truth("order.date"), customer.truth("order.period")
    text = written.get("contact_name", "")
    yield _order(
        "contact_name", text, str(name), same_name(text, str(name)), "Nome de quem recebe."
    )
    text = written.get("contact_phone", "")
    yield _order("contact_phone", text, str(phone), same_phone(text, str(phone)),
                 "Telefone de quem está no local.")  # fmt: skip
    text = written.get("date", "")
    found = parse_visit_date(text, happened.today)
    agreed = parse_visit_date(str(day), happened.today)
    yield _order("date", text, str(day), found is not None and found == agreed, "A data combinada.")
    text = written.get("period", "").strip()
    yield _order("period", PERIODS.get(text, text), PERIODS.get(str(period), str(period)),
                 text in (period, PERIODS.get(str(period))), "O período combinado.")  # fmt: skip
    for field in ("fees", "absence"):
        text = written.get(field, "")
        yield _order(field, text, "cliente ciente", any_of(text, YES), "Diga e marque (CD-18).")


def _order_summary(written: Mapping[str, str], happened: Happened) -> FieldCheck:
    text, record = written.get("summary", ""), happened.record
    ok = len(text.strip()) >= 15 and (
        not record.done or any(shares_words(text, one) for one in record.done)
    )
    expected = "o problema e o que já foi tentado"
    return _order("summary", text, expected, ok, "Problema e o que o suporte já fez (CD-16).")


def _order(name: str, text: str, expected: str, ok: bool, note: str) -> FieldCheck:
    return _field(name, ORDER_FIELDS[name], text, expected, ok, note)


def _field(name: str, label: str, written: str, expected: str, ok: bool, note: str) -> FieldCheck:
    return FieldCheck(name, label, written, expected, ok, "" if ok else note)


Told = tuple[str, bool, str]
"""What was expected, whether it is there, and what to do otherwise."""


def _protocol(written: Mapping[str, str], happened: Happened) -> Told:
    right = digits(happened.case.protocol)
    told = happened.known("protocol.told")
    ok = digits(written.get("protocol", "")) == right and bool(told and told.reading.value)
    return happened.case.protocol, ok, "O protocolo é dito no começo e vai no registro (CD-04)."


def _caller(written: Mapping[str, str], happened: Happened) -> Told:
    name = happened.customer.cast.caller
    return name, same_name(written.get("caller", ""), name), "Registre quem falou (CD-08)."


def _relation(written: Mapping[str, str], happened: Happened) -> Told:
    text, holder = written.get("relation", ""), happened.customer.exercise.persona.holder
    denies = OTHERS.search(fold(text)) is not None
    ok = bool(text.strip()) and (
        any_of(text, ("titular", "sim", "propri", "mesm")) and not denies if holder else denies
    )
    return ("titular" if holder else "não é o titular"), ok, "Diga se é o titular (CD-14)."


def _complaint(written: Mapping[str, str], happened: Happened) -> Told:
    text = written.get("complaint", "")
    label = happened.shown("symptom")
    if not label:
        return "sem queixa dita", len(text.strip()) >= 5, "Diga que não houve queixa (CD-14)."
    words = (label, *_SYMPTOM_WORDS.get(str(_value(happened, "symptom")), ()))
    ok = len(text.strip()) >= 5 and (
        any(shares_words(text, one) for one in words) or any_of(text, ("net ", "wi fi"))
    )
    return label, ok, "A queixa, nas palavras do cliente (CD-14)."


def _readings(written: Mapping[str, str], happened: Happened) -> Told:
    text = written.get("readings", "")
    wanted = [fact for fact in KEY_READINGS if happened.known(fact) is not None][:3]
    missing = [fact for fact in wanted if not _told_reading(text, happened, fact)]
    expected = "; ".join(f"{_label(happened, fact)}: {happened.shown(fact)}" for fact in wanted)
    return expected or "sem leituras", not missing, "O que a rede mostrou, com o valor."


def _told_reading(text: str, happened: Happened, fact: str) -> bool:
    known = happened.known(fact)
    assert known is not None
    value = known.reading.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return has_number(text, float(value))
    if isinstance(value, bool):
        return shares_words(text, _label(happened, fact))
    ways = (str(value).replace("_", " "), *_DESK_WORDS.get((fact, str(value)), ()))
    return any_of(text, ways) or shares_words(text, happened.shown(fact))


def _done(written: Mapping[str, str], happened: Happened) -> Told:
    text, done = written.get("done", ""), happened.record.done
    if not done:
        return "nada a fazer com o cliente", True, ""
    found = sum(shares_words(text, one) for one in done)
    ok = found * 2 >= len(done)
    return " · ".join(done), ok, "O que foi feito com o cliente, passo a passo (CD-14)."


def _asked(written: Mapping[str, str], happened: Happened) -> Told:
    text, answers = written.get("asked", ""), happened.record.answers
    ok = len(text.strip()) >= 10 and (
        not answers or any(shares_words(text, one) for one in answers)
    )
    return " · ".join(answers) or "o que o cliente pediu", ok, "O que se pediu e o que ele pediu."


def _agreed(written: Mapping[str, str], happened: Happened) -> Told:
    text, case = written.get("agreed", ""), happened.case
    days = [date.fromisoformat(order.visit_date) for order in happened.orders if order.visit_date]
    wanted = [f"{day:%d/%m}" for day in days]
    expected = " · ".join(f"visita em {day}" for day in wanted)
    if case.deadline_at is not None and not wanted:
        local = case.deadline_at.astimezone(happened.zone)
        expected = f"contato até {local:%d/%m %H:%M}"
        ok = has_hour(text, local.hour, local.minute)
    elif days:
        ok = any(has_day(text, day, happened.today) for day in days)
    else:
        ok = len(text.strip()) >= 10
    return expected or "o que ficou combinado", ok, "O prazo ou a data que o cliente ouviu (CD-66)."


def _explanation(written: Mapping[str, str], happened: Happened) -> Told:
    text = written.get("explanation", "")
    words = find_forbidden(text)
    note = "Explique o que houve e o próximo passo, em palavras simples (CD-46)."
    if words:
        note = "Troque: " + "; ".join(f"{found.word} por {found.instead}" for found in words)
    ok = len(text.strip()) >= LEAST_SAID and not words
    return "palavras que o cliente entende", ok, note


_RECORD = {
    "protocol": _protocol,
    "caller": _caller,
    "relation": _relation,
    "complaint": _complaint,
    "readings": _readings,
    "done": _done,
    "asked": _asked,
    "agreed": _agreed,
    "explanation": _explanation,
}
_DESK_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("contract.state", "active"): ("sem bloqueio", "sem redução", "em dia"),
    ("contract.state", "blocked"): ("com bloqueio", "bloquead"),
    ("onu.state", "los"): ("sem luz", "sem sinal"),
    ("onu.state", "dying_gasp"): ("sem energia", "faltou energia", "desligad"),
    ("session.state", "offline"): ("pppoe caíd", "sem sessão", "sem autenticar", "não autentica"),
    ("session.state", "online"): ("autenticad", "conectad"),
}
"""How a desk writes what was read (call-desk, section 17)."""
_SYMPTOM_WORDS: Mapping[str, tuple[str, ...]] = {
    "no_internet": (
        "parou a internet",
        "não conecta",
        "não navega",
        "caiu",
        "sem sinal",
        "sem acesso",
    ),
    "slow": ("lenta", "devagar", "demora"),
    "drops": ("caindo", "oscila", "volta sozinha", "intermitente"),
    "wifi": ("wifi", "sinal fraco", "não alcança"),
    "gaming": ("jogo", "ping alto", "atraso", "latência"),
    "billing": ("boleto", "fatura", "pagamento", "conta"),
    "other": ("dúvida", "assunto"),
}


def _value(happened: Happened, fact: str) -> object:
    known = happened.known(fact)
    value = known.reading.value if known is not None else ""
    return "" if isinstance(value, Unavailable) else value


def _label(happened: Happened, fact: str) -> str:
    spec = happened.standing.bundle.registry.facts.get(fact)
    return spec.label if spec is not None else fact
