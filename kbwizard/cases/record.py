"""The record that writes itself: labels and values from the walks, ready to paste into an ERP.

Section 17 of the call-desk rules: fixed labels, one line a block, everything with its hour. The
template `text/record.txt` decides the order; the ASCII form is for ERPs that break accents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from kbwizard.cases.models import Case, CaseStep, Closing, WorkOrder
from kbwizard.cases.orders import FIBRE_WORDS
from kbwizard.cases.words import (
    LONGEST_ENTRY,
    PERIODS,
    SKILLS,
    local_time,
    one_line,
    show_value,
)
from kbwizard.walks.service import Standing
from kbwizard.wizard.events import Acted, Confirmed
from kbwizard.wizard.facts import FactSpec, Source
from kbwizard.wizard.model import Instruction, Question
from kbwizard.wizard.position import Known

GATES = (
    ("contract.state", "contrato"),
    ("session.blocked_list", "lista de bloqueio"),
    ("outage.active", "parada"),
    ("order.open", "OS agendada"),
    ("customer.on_site", "no local"),
)
READ_ORDER = (
    "onu.state",
    "onu.rx_dbm",
    "onu.olt_rx_dbm",
    "onu.last_down_cause",
    "onu.last_down_at",
    "pon.pattern",
    "session.state",
    "session.attempts",
    "session.auth_failure",
    "session.ends_count",
    "session.last_disconnect",
    "session.profile_down_mbps",
    "traffic.down_mbps",
    "traffic.up_mbps",
    "ping.loss_pct",
    "ping.rtt_ms",
)
LONGEST = {"notes": 2000, "answers": 1500, "order_lines": 2100, "history": 2300, "summary": 1000}
"""Characters of one entry, where a person may write more than `LONGEST_ENTRY`."""
ACTED = {"done": "feito", "refused": "não executado", "error": "não funcionou"}
ALWAYS_TOLD = frozenset({"onu.state", "onu.rx_dbm", "session.state"})
"""Told even when they could not be read: "sem leitura" is evidence too."""
FORMALITIES = frozenset(
    {"caller.name", "caller.is_holder", "protocol.told", "symptom", "contact.phone"}
)
"""Asked in every call and told elsewhere in the record."""
ALONE = "customer"
"""Who did it, where a customer walked by themselves."""
BY_THEMSELVES = " (o cliente, sozinho)"


HISTORY = {
    "asked_person": "O cliente pediu uma pessoa",
    "taken_over": "O atendimento foi assumido",
    "identified": "O cliente foi identificado",
    "joined_by": "Juntou-se a este um atendimento da mesma conexão",
}
"""Steps of a case that began by itself, as its history tells them."""


@dataclass(frozen=True, slots=True)
class WalkRecord:
    """What one walk contributes to the record, as text."""

    subject: str
    gates: tuple[str, ...]
    readings: tuple[str, ...]
    answers: tuple[str, ...]
    done: tuple[str, ...]
    notes: tuple[str, ...]
    conflicts: tuple[str, ...]
    trail: str
    """Tree and where it ended."""


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record of a case."""

    protocol: str
    erp_protocol: str
    channel: str
    opened_at: str
    caller: str
    relation: str
    phone: str
    walks: tuple[WalkRecord, ...]
    agreed: tuple[str, ...]
    order_lines: tuple[str, ...]
    history: tuple[str, ...]
    """Closings and reopenings, each with its hour (CD-15, CD-42)."""
    summary: str
    """Problem and what was tried, in one line: the order's statement before it is edited."""
    closing: str
    agent: str


T = TypeVar("T", WalkRecord, Record)


def make_record(
    case: Case,
    standings: Sequence[Standing],
    orders: Sequence[WorkOrder],
    *,
    steps: Sequence[CaseStep] = (),
    agent: str,
    zone: ZoneInfo,
) -> Record:
    """Build the record from the case and its walks, in order.

    Whatever devices and people said, each entry is one line of bounded length.
    """
    first = standings[0] if standings else None
    walks = tuple(_lines(_walk_record(standing, zone)) for standing in standings)
    record = Record(
        protocol=case.protocol,
        erp_protocol=case.erp_protocol,
        channel=case.channel,
        opened_at=local_time(case.opened_at, zone),
        caller=_value_text(first, "caller.name", zone) or "não informado",
        relation=_relation(first),
        phone=case.contact_phone or _value_text(first, "contact.phone", zone),
        walks=walks,
        agreed=_agreed(case, orders, zone),
        order_lines=tuple(line for order in orders for line in _order_lines(order)),
        history=tuple(line for one in steps for line in _history_lines(one, zone)),
        summary=_summary(walks[-1]) if walks else "",
        closing=case.closing,
        agent=agent,
    )
    return _lines(record)


def evidence_of(standing: Standing, zone: ZoneInfo) -> tuple[str, ...]:
    """What was read and seen on a walk, each with its label: what the field has to know."""
    walk = _lines(_walk_record(standing, zone))
    return (*walk.readings, *walk.answers)


def _walk_record(standing: Standing, zone: ZoneInfo) -> WalkRecord:
    position = standing.position
    last = position.path[-1] if position.path else None
    disposition = position.outcome.disposition if position.outcome else ""
    specs = standing.bundle.registry.facts
    conflicts = {item.id: item.say for item in standing.bundle.registry.conflicts}
    return WalkRecord(
        subject=_value_text(standing, "symptom", zone),
        gates=tuple(
            f"{label}={_value_text(standing, fact, zone)}"
            for fact, label in GATES
            if fact in position.facts
        ),
        readings=tuple(_reading_text(specs, known, zone) for known in _network(position.facts)),
        answers=tuple(_answers(standing, zone)),
        done=tuple(_done(standing, zone)),
        notes=tuple(text for _at, _by, text in position.notes),
        conflicts=tuple(conflicts[item] for item in position.conflicts if item in conflicts),
        trail=f"{last.tree} > {disposition or last.node}" if last else "",
    )


def _summary(walk: WalkRecord) -> str:
    found = "; ".join((*walk.readings[:4], *walk.answers[:4]))
    tried = "; ".join(walk.done) or "nada a fazer com o cliente"
    return f"{walk.subject or 'Sem queixa registrada'}. {found}. Tentado: {tried}."


def _network(facts: Mapping[str, Known]) -> list[Known]:
    found = [facts[name] for name in READ_ORDER if name in facts]
    return [
        item
        for item in found
        if item.reading.source is Source.NETWORK
        and (item.reading.known or item.reading.fact in ALWAYS_TOLD)
    ]


def _reading_text(specs: Mapping[str, FactSpec], known: Known, zone: ZoneInfo) -> str:
    spec = specs.get(known.reading.fact)
    label = spec.label if spec else known.reading.fact
    hour = known.reading.measured_at.astimezone(zone).strftime("%H:%M")
    return f"{label}={show_value(spec, known.reading, zone)} ({hour})"


def _answers(standing: Standing, zone: ZoneInfo) -> Iterable[str]:
    """What people said on the way that counts, in order, without the call's own formalities."""
    specs = standing.bundle.registry.facts
    given = (one for one in standing.position.given if one.by == ALONE)
    alone = {(one.visit, said.fact) for one in given for said in one.readings}
    told = {*(fact for fact, _label in GATES), *FORMALITIES}
    for visit in standing.position.path:
        node = standing.bundle.node(visit.tree, visit.node)
        if not isinstance(node, Question) or not visit.asked:
            continue
        for fact in node.facts:
            known = standing.position.facts.get(fact)
            spec = specs.get(fact)
            if known is None or fact in told or fact.startswith(("order.", "fibre.")):
                continue
            told.add(fact)
            if spec is not None and not spec.personal:
                who = BY_THEMSELVES if (visit.number, fact) in alone else ""
                yield f"{spec.label}={show_value(spec, known.reading, zone)}{who}"


def _done(standing: Standing, zone: ZoneInfo) -> Iterable[str]:
    """What was done on the way and still counts: what Back has undone does not."""
    position = standing.position
    visits = {visit.number: visit for visit in position.path}
    for event in standing.events:
        if not isinstance(event, Confirmed | Acted) or event.visit not in visits:
            continue
        if event.seq in position.set_aside:
            continue
        visit = visits[event.visit]
        node = standing.bundle.node(visit.tree, visit.node)
        said = _first_sentence(node.texts.agent)
        hour = event.at.astimezone(zone).strftime("%H:%M")
        if isinstance(event, Acted):
            detail = f", {event.detail}" if event.detail else ""
            yield f"{said} {ACTED.get(event.result, event.result)}{detail} ({hour})"
        elif isinstance(node, Instruction) and event.seq in position.undoable:
            before = ", já feito antes" if event.already else ""
            who = BY_THEMSELVES if event.by == ALONE else ""
            yield f"{said}{before} ({hour}){who}"


def _first_sentence(text: str) -> str:
    plain = re.sub(r"[*_`>#]|,?\s*\{[a-z][a-z0-9_.]*\}", "", " ".join(text.split())).strip(" ,:")
    sentence = re.split(r"(?<=[.!?])\s", plain, maxsplit=1)[0]
    return sentence if len(sentence) <= 110 else sentence[:107].rstrip() + "…"


def _agreed(case: Case, orders: Sequence[WorkOrder], zone: ZoneInfo) -> tuple[str, ...]:
    agreed = [
        f"{order.number} para {order.visit_date[8:10]}/{order.visit_date[5:7]} "
        f"({PERIODS.get(order.visit_period, order.visit_period)}), ciente de taxas e ausência"
        for order in orders
    ]
    if case.deadline_at is not None:
        agreed.append(f"contato até {local_time(case.deadline_at, zone)}")
    return tuple(agreed)


def _order_lines(order: WorkOrder) -> Iterable[str]:
    fibre = order.details.get("fibre", {})
    words = " ".join(
        f"{label}={FIBRE_WORDS.get(fibre.get(place, ''), '?')}"
        for place, label in (
            ("fibre.house", "casa"),
            ("fibre.block", "bloco"),
            ("fibre.pole", "poste"),
        )
    )
    reason = order.details.get("fibre_reason", "")
    cto = str(order.details.get("cto", ""))
    if cto and not cto.upper().startswith("CTO"):
        cto = f"CTO {cto}"
    yield (
        f"[OS] {order.number} Fibra: {words}{f' ({reason})' if reason else ''}"
        f" | Habilidade={SKILLS.get(order.skill, order.skill)}{f' | {cto}' if cto else ''}"
    )
    yield f"Resumo: {order.summary}"
    told = order.details.get("told", {})
    yield f"Ausência: {told.get('absence_rule', '')} | Taxas: {told.get('fees', '')}"


def _history_lines(one: CaseStep, zone: ZoneInfo) -> Iterable[str]:
    hour = local_time(one.at, zone)
    if one.kind == "closed":
        kind = "[RETORNO]" if one.details.get("after") == Closing.RETORNO else "[ENCERRAMENTO]"
        words = f" | {one.text}" if one.text else ""
        yield f"{kind} {hour} | {one.details.get('closing', '')}{words}"
    elif one.kind == "reopened":
        yield f"[REABERTURA] {hour} | {one.text}"
    elif one.kind in HISTORY:
        yield f"[AUTOATENDIMENTO] {hour} | {HISTORY[one.kind]}"


def _lines(entry: T) -> T:
    """The same entry with every text in it made one line."""
    changed: dict[str, Any] = {}
    for item in fields(entry):
        value, longest = getattr(entry, item.name), LONGEST.get(item.name, LONGEST_ENTRY)
        if isinstance(value, str):
            changed[item.name] = one_line(value, longest)
        elif item.name != "walks":
            changed[item.name] = tuple(one_line(text, longest) for text in value)
    return replace(entry, **changed)


def _relation(standing: Standing | None) -> str:
    known = standing.position.facts.get("caller.is_holder") if standing else None
    if known is None or not known.reading.known:
        return "vínculo não informado"
    return "titular" if known.reading.value is True else "não é o titular"


def _value_text(standing: Standing | None, fact: str, zone: ZoneInfo) -> str:
    if standing is None:
        return ""
    known = standing.position.facts.get(fact)
    if known is None:
        return ""
    return show_value(standing.bundle.registry.facts.get(fact), known.reading, zone)
