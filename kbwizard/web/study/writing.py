"""What the trainee writes after the call: record, order, the explanation to the customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kbwizard.cases.orders import FIBRE_WORDS
from kbwizard.cases.words import PERIODS, SKILLS
from kbwizard.training.written import ORDER_FIELDS, RECORD_FIELDS
from kbwizard.web.desk.calls import Call
from kbwizard.web.desk.parts import parts
from kbwizard.web.study.parts import attempt_here, training
from kbwizard.wizard.model import Result

RECORD, ORDER = "record__", "order__"
"""How the two forms' fields begin, so that one POST carries both."""
EXPLANATION = "explanation"

Options = tuple[tuple[str, str], ...]
_FIBRE: Options = tuple(FIBRE_WORDS.items())
_TOLD: Options = (("sim", "Cliente ciente"), ("não", "Não foi dito"))
CHOICES: Mapping[str, Options] = {
    "fibre.house": _FIBRE,
    "fibre.block": _FIBRE,
    "fibre.pole": _FIBRE,
    "skill": tuple(SKILLS.items()),
    "period": tuple((key, PERIODS[key]) for key in ("morning", "afternoon")),
    "fees": _TOLD,
    "absence": _TOLD,
}
LONG = {"readings": 2, "done": 2, "asked": 2, EXPLANATION: 3, "summary": 2}
"""Fields of several lines, and how many."""
HINTS = {
    "readings": "O que a rede mostrou, com o valor.",
    "done": "O que foi feito com o cliente, em ordem.",
    "asked": "O que você pediu a ele, e ele a você.",
    EXPLANATION: "Como você falou: o que houve e o que vem agora, sem palavras de técnico.",
    "fibre.reason": "Só se algum trecho ficou indeterminado.",
    "summary": "O problema, e o que o suporte já tentou.",
}


@dataclass(frozen=True, slots=True)
class WriteField:
    """One field to write. With `options` one is chosen; `rows` above 1: several lines."""

    name: str
    label: str
    value: str
    hint: str
    rows: int
    options: Options


@dataclass(frozen=True, slots=True)
class Writing:
    """The forms after the call, with what was written so far."""

    record: tuple[WriteField, ...]
    explanation: tuple[WriteField, ...]
    order: tuple[WriteField, ...]
    visit: bool
    """The walk ended with a visit: the order is due. The form is there without it too."""


def writing_of(call: Call) -> Writing:
    """What there is to write about this call. The order's problem begins with their own words."""
    record, order = training().written(attempt_here().id)
    outcome = call.standing.position.outcome
    told = parts().cases.orders(call.case.id or 0)
    if told:
        order.setdefault("summary", told[-1].summary)
    fields = tuple(_fields(RECORD, RECORD_FIELDS, record))
    return Writing(
        record=tuple(one for one in fields if one.name != RECORD + EXPLANATION),
        explanation=tuple(one for one in fields if one.name == RECORD + EXPLANATION),
        order=tuple(_fields(ORDER, ORDER_FIELDS, order)),
        visit=bool(order) or (outcome is not None and outcome.result is Result.DISPATCH),
    )


def keep_written(attempt_id: int, form: Mapping[str, str]) -> None:
    """Keep both forms as they stand. Raises `InvalidInput` for what is too long."""
    service = training()
    record, order = _sent(RECORD, RECORD_FIELDS, form), _sent(ORDER, ORDER_FIELDS, form)
    service.write_record(attempt_id, record)
    if any(order.values()):
        service.write_order(attempt_id, order)


def _fields(
    prefix: str, labels: Mapping[str, str], written: Mapping[str, str]
) -> Iterable[WriteField]:
    for name, label in labels.items():
        yield WriteField(
            name=prefix + name,
            label=label,
            value=written.get(name, ""),
            hint=HINTS.get(name, ""),
            rows=LONG.get(name, 1),
            options=CHOICES.get(name, ()),
        )


def _sent(prefix: str, labels: Mapping[str, str], form: Mapping[str, str]) -> dict[str, str]:
    return {name: form[prefix + name].strip() for name in labels if prefix + name in form}
