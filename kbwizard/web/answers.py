"""What a person typed, as values of facts. Wrong input names its field and loses nothing."""

from __future__ import annotations

from collections.abc import Mapping

from kbwizard.cases.orders import parse_visit_date
from kbwizard.errors import InvalidInput
from kbwizard.web.services import now, services
from kbwizard.wizard.facts import FactSpec, FactType, Reason, Scalar, Unavailable

LONGEST_ANSWER = 300
NOT_SURE = Unavailable(Reason.PERSON_UNSURE)
UNSURE = "__unsure__"
"""The form value of "não sei"."""


LAST_ROW = 2**31 - 1
"""PostgreSQL's INTEGER goes no further."""


def form_value(value: object) -> str:
    """A value as it stands in a form.

    >>> form_value(True), form_value("red"), form_value(3)
    ('true', 'red', '3')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)


def row_id(text: str) -> int:
    """A row's number as forms carry it. Raises `ValueError` for what no row can have."""
    number = int(text)
    if not 0 <= number <= LAST_ROW:
        raise ValueError("no row has this number")
    return number


def read_answers(
    form: Mapping[str, str], facts: tuple[str, ...], specs: Mapping[str, FactSpec]
) -> dict[str, Scalar | Unavailable]:
    """The facts asked for, from form fields of the same names.

    Raises `InvalidInput` naming every field that is missing or cannot be read.
    """
    said: dict[str, Scalar | Unavailable] = {}
    wrong: dict[str, str] = {}
    for fact in facts:
        spec = specs.get(fact)
        text = " ".join(form.get(fact, "").split())
        if spec is None:
            wrong[fact] = "Este dado não existe nesta versão da árvore."
            continue
        try:
            said[fact] = parse_answer(spec, text)
        except ValueError as error:
            wrong[fact] = f"{spec.label}: {error}"
    if wrong:
        raise InvalidInput("Confira a resposta.", wrong)
    return said


def parse_answer(spec: FactSpec, text: str) -> Scalar | Unavailable:
    """One fact from its text. Raises `ValueError` that says what to write."""
    if text == UNSURE:
        return NOT_SURE
    if not text:
        raise ValueError("preencha, ou diga que não sabe.")
    if len(text) > LONGEST_ANSWER or not text.isprintable():
        raise ValueError(f"use até {LONGEST_ANSWER} caracteres, sem símbolos de controle.")
    if spec.type is FactType.BOOL:
        if text not in ("true", "false"):
            raise ValueError("responda sim ou não.")
        return text == "true"
    if spec.values:
        return _choice(spec, text)
    if spec.type in (FactType.INT, FactType.FLOAT):
        return _number(spec, text)
    if spec.name == "order.date":
        today = now().astimezone(services().settings.timezone).date()
        visit = parse_visit_date(text, today)
        if visit is None:
            raise ValueError("escreva a data como 25/11/2026.")
        return visit.strftime("%d/%m/%Y")
    return text


def _choice(spec: FactSpec, text: str) -> Scalar:
    for choice in spec.values:
        if form_value(choice.value) == text:
            return choice.value
    raise ValueError("escolha uma das respostas da lista.")


def _number(spec: FactSpec, text: str) -> Scalar:
    cleaned = text.replace("−", "-").replace(",", ".").removesuffix(spec.unit).strip()
    try:
        value = float(cleaned)
    except ValueError:
        raise ValueError(f"escreva um número{f' em {spec.unit}' if spec.unit else ''}.") from None
    low, high = spec.low, spec.high
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"o valor vai de {low:g} a {high:g} {spec.unit}".strip() + ".")
    return int(value) if spec.type is FactType.INT else value
