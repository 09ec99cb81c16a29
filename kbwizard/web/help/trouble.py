"""What goes wrong, told to customers: what happened, what to do, and always a person.

Never a way to sign in, never a word of roles or of what an agent would do.
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from kbwizard.web.errors import Shown

_TOLD: dict[int, tuple[str, str]] = {
    400: (
        "Não deu para seguir",
        "A página ficou aberta por muito tempo, ou o celular não guardou o que precisava. "
        "Abra a ajuda de novo e continue.",
    ),
    404: ("Esta página não existe", "Confira o endereço, ou comece pela primeira página."),
    405: ("Esta página não se abre assim", "Volte e use o botão da tela."),
    409: ("Isto já mudou", "Veja onde o seu atendimento está agora."),
    410: ("Esta página não vale mais", "Comece pela primeira página."),
    413: ("O texto é grande demais", "Escreva menos e envie de novo."),
    422: ("Confira o que foi escrito", "Volte, confira e envie de novo."),
}
_OURS = (
    "Tivemos uma falha",
    "A falha é nossa. Espere um minuto e tente de novo. O que você já respondeu está guardado.",
)


def page(shown: Shown) -> Response:
    """An error as a customer's page. Only a wait keeps its own words: they say until when."""
    if shown.status == 404 and request.path.startswith("/help/articles/"):
        return make_response(render_template("help/articles/missing.html"), 404)
    if shown.status == 429:
        title, message = "Muitos toques em pouco tempo", _until(shown.message)
    else:
        title, message = _TOLD.get(shown.status, _OURS)
    body = render_template(
        "help/trouble.html",
        title=title,
        message=message,
        person=shown.status != 429,
    )
    return make_response(body, shown.status)


def start_again(_error: Exception) -> Response:
    """No visit, or one that has expired."""
    return make_response(render_template("help/start_again.html"), 410)


def _until(message: str) -> str:
    """The limit's own sentence says when; the one before it blames."""
    _, _, when = message.partition(". ")
    return f"Espere um pouco. {when}" if when else "Espere um pouco e tente de novo."
