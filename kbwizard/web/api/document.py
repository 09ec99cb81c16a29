"""The API's own description: served as it is, and what every body is held against."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from flask import request
from jsonschema import Draft202012Validator, ValidationError

from kbwizard.errors import InvalidInput

FILE = Path(__file__).with_name("openapi.yaml")

_WORDS = {
    "required": "falta um campo obrigatório",
    "additionalProperties": "há um campo que não existe",
    "type": "o tipo não é o esperado",
    "anyOf": "o tipo não é o esperado",
    "enum": "não é um dos valores aceitos",
    "minLength": "é curto demais",
    "maxLength": "é longo demais",
    "minimum": "é menor que o mínimo",
    "maximum": "é maior que o máximo",
    "minProperties": "está vazio",
    "maxProperties": "tem campos demais",
    "propertyNames": "tem um nome de campo longo demais",
}
"""What jsonschema says by its keyword, and what we say instead: never the value itself."""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document. Its `security` and schemas are what the code obeys."""
    return cast(dict[str, Any], yaml.safe_load(FILE.read_text(encoding="utf-8")))


def body(schema: str, *, optional: bool = False) -> dict[str, Any]:
    """The request's JSON, as the named schema wants it. Raises `InvalidInput` saying where.

    `optional`: no body at all is an empty object.
    """
    if optional and not request.get_data(cache=True):
        return {}
    given = _json(request.get_data(cache=True))
    wrong = {_place(error): _why(error) for error in _validator(schema).iter_errors(given)}
    if wrong:
        raise InvalidInput("O corpo do pedido não é o esperado.", wrong)
    return cast(dict[str, Any], given)


def _json(data: bytes) -> Any:
    """What can be kept as text and numbers: Python alone would also take `NaN`, half a surrogate
    pair, and nesting deeper than it can follow."""
    try:
        given = json.loads(data)
        json.dumps(given, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise InvalidInput("O corpo do pedido não é JSON em UTF-8.") from error
    return given


@cache
def _validator(schema: str) -> Draft202012Validator:
    whole = document()
    return Draft202012Validator(
        {"$ref": f"#/components/schemas/{schema}", "components": whole["components"]}
    )


def _place(error: ValidationError) -> str:
    return "/".join(str(step) for step in error.absolute_path) or "(corpo)"


def _why(error: ValidationError) -> str:
    why = _WORDS.get(str(error.validator), "não é aceito")
    if error.validator == "required":
        wanted, given = cast(list[str], error.validator_value), cast(dict[str, Any], error.instance)
        return f"{why}: {', '.join(name for name in wanted if name not in given)}"
    return why
