"""A customer's answer from its form: the place of what was pressed, or what was typed."""

from __future__ import annotations

from collections.abc import Mapping

from kbwizard.errors import InvalidInput
from kbwizard.walks.service import Standing
from kbwizard.web.answers import NOT_SURE, parse_answer
from kbwizard.web.answers import UNSURE as UNSURE_VALUE
from kbwizard.wizard.choices import choice_of
from kbwizard.wizard.facts import FactSpec, Scalar, Unavailable
from kbwizard.wizard.position import Need

FIELD = "resposta"
UNSURE = "nao-sei"


def read_answer(standing: Standing, text: str) -> Mapping[str, Scalar | Unavailable]:
    """The fact that is asked, with what was said of it.

    Raises `InvalidInput` for what was not offered; `StaleForm` is for who knows the form's visit.
    """
    pending = standing.position.pending
    if pending.need is not Need.ANSWER:
        raise InvalidInput("Este passo não espera uma resposta.")
    fact = pending.facts[0]
    spec = standing.bundle.registry.facts[fact]
    return {fact: _value(spec, " ".join(text.split()))}


def _value(spec: FactSpec, text: str) -> Scalar | Unavailable:
    if text == UNSURE:
        return NOT_SURE
    options = choice_of(spec, "customer", unsure=True).options
    if options:
        if text.isascii() and text.isdigit() and len(text) < 4 and int(text) < len(options):
            return options[int(text)].value
        raise InvalidInput("Escolha uma das respostas.")
    if text == UNSURE_VALUE:
        raise InvalidInput("Escreva a resposta.")
    try:
        return parse_answer(spec, text)
    except ValueError as error:
        raise InvalidInput(str(error)) from None
