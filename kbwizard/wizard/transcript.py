"""A walk as plain text: the way taken, what was said by whom and when, where it stands.

For reviewing, golden tests and the command line. The record that goes into a case is another
text, written elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from kbwizard.wizard.facts import FactSpec, Reading, Source, Unavailable
from kbwizard.wizard.model import Bundle
from kbwizard.wizard.position import Known, Need, Position, Visit

SOURCES = {
    Source.NETWORK: "rede",
    Source.CONTRACT: "contrato",
    Source.CASE: "atendimento",
    Source.AGENT: "atendente",
    Source.CUSTOMER: "cliente",
}

REASONS = {
    "timeout": "não respondeu a tempo",
    "refused": "recusou a conexão",
    "auth": "recusou a senha de acesso",
    "bad_reply": "respondeu algo que não se entende",
    "no_value": "respondeu que não tem valor",
    "no_such_object": "não tem essa informação",
    "not_found": "não conhece este cliente",
    "not_configured": "não está cadastrado",
    "busy": "ocupado",
    "paused": "em pausa depois de falhas seguidas",
    "interrupted": "leitura interrompida",
    "person_unsure": "não soube dizer",
}

NEEDS = {
    Need.ANSWER: "aguarda resposta",
    Need.READINGS: "aguarda leitura",
    Need.CONFIRMATION: "aguarda confirmação",
    Need.WAIT: "aguarda o tempo passar",
    Need.ACTION: "aguarda ação",
    Need.NOTHING: "desfecho",
}


def transcript(bundle: Bundle, position: Position, zone: tzinfo) -> str:
    """The walk as lines of text, times in `zone`. Ends with a line break."""
    writer = _Writer(bundle, position, zone)
    return "\n".join(writer.lines()) + "\n"


class _Writer:
    def __init__(self, bundle: Bundle, position: Position, zone: tzinfo) -> None:
        self.specs = bundle.registry.facts
        self.conflicts = {spec.id: spec.say for spec in bundle.registry.conflicts}
        self.position = position
        self.zone = zone

    def lines(self) -> Iterator[str]:
        yield f"Percurso {self.position.root} ({self.position.audience})"
        if self.position.line:
            yield f"Conexão: {self.position.line}"
        yield from self._section("Caminho", (self._visit(one) for one in self.position.path))
        yield from self._section("Fatos", self._facts())
        yield from self._section("Conflitos", (self._conflict(c) for c in self.position.conflicts))
        yield from self._section("Notas", self._notes())
        yield ""
        yield self._standing()

    def _section(self, title: str, lines: Iterator[str]) -> Iterator[str]:
        found = list(lines)
        if found:
            yield ""
            yield title
            yield from (f"  {line}" for line in found)

    def _visit(self, visit: Visit) -> str:
        marks = " (já sabido)" if visit.skipped else ""
        way = f" → {visit.exit}" if visit.exit else ""
        why = f": {visit.why}" if visit.why else ""
        return f"{self._time(visit.at)} {visit.tree}.{visit.node}{marks}{way}{why}"

    def _facts(self) -> Iterator[str]:
        for name, known in sorted(self.position.facts.items()):
            yield self._fact(name, known)
            for other in known.others:
                yield f"  também: {self._said(other)}"

    def _fact(self, name: str, known: Known) -> str:
        spec = self.specs.get(name)
        label = spec.label if spec else name
        old = "" if known.usable else " [não vale mais]"
        return f"{label}: {self._said(known.reading)}{old}"

    def _said(self, reading: Reading) -> str:
        origin = reading.origin or SOURCES[reading.source]
        value = _value(self.specs.get(reading.fact), reading)
        return f"{value} ({origin}, {self._time(reading.measured_at)})"

    def _conflict(self, name: str) -> str:
        kind, _, fact = name.partition(":")
        spec = self.specs.get(fact)
        label = spec.label if spec else fact
        if kind == "fact":
            return f"{label}: a pessoa e o sistema dizem coisas diferentes"
        if kind == "restart":
            return f"{label}: o tempo ligado não confirma o reinício"
        return self.conflicts.get(name) or name

    def _notes(self) -> Iterator[str]:
        for at, by, text in self.position.notes:
            yield f"{self._time(at)} {by or 'sistema'}: {text}"

    def _standing(self) -> str:
        position = self.position
        where = f"{position.tree}.{position.node.name}"
        if position.outcome is None:
            return f"Agora: {where}, {NEEDS[position.pending.need]}"
        code = f" {position.outcome.disposition}" if position.outcome.disposition else ""
        state = "encerrado" if position.ended else NEEDS[position.pending.need]
        return f"Desfecho: {where} [{position.outcome.result}{code}], {state}"

    def _time(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%H:%M:%S")


def _value(spec: FactSpec | None, reading: Reading) -> str:
    value = reading.value
    if isinstance(value, Unavailable):
        return f"sem leitura, {REASONS[value.reason]}"
    if isinstance(value, bool) and (spec is None or not spec.values):
        return "sim" if value else "não"
    text = spec.label_of(value) if spec else str(value)
    if isinstance(value, float):
        text = text.replace(".", ",")
    unit = f" {spec.unit}" if spec is not None and spec.unit else ""
    return f"{text}{unit}"
