"""Every error as a page in Portuguese, or as a fragment when a fragment was asked for.

A fragment goes to the live region of the layout, so that what the person typed stays where it is.
The page repeats what they typed, to be copied. Nobody ever sees a traceback.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from kbwizard.db_trouble import storage_trouble, unfit_value
from kbwizard.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    KbwizardError,
    NotFound,
    RequestError,
    StaleForm,
)
from kbwizard.web import htmx, problems
from kbwizard.web.format import clock, duration
from kbwizard.web.protection import limit_ends_at
from kbwizard.web.services import services

log = logging.getLogger("kbwizard.web")

_DRESSED = "kbwizard-dressed-errors"
_NEVER_REPEATED = ("csrf_token", "_held")


@dataclass(frozen=True, slots=True)
class Shown:
    """What an error says: what happened, and what to do next."""

    status: int
    title: str
    message: str


_PLAIN = {
    400: (
        "Pedido incompleto",
        "O navegador enviou algo que não entendemos. Volte e tente de novo.",
    ),
    403: ("Sem permissão", "Seu papel não permite isto. Peça a quem lidera o suporte."),
    404: ("Página não encontrada", "Este endereço não existe ou não é seu para ver."),
    405: ("Assim não dá", "Este endereço não se abre deste jeito. Volte e use o botão da tela."),
    413: ("Grande demais", "O envio passa de {most}. Reduza-o e envie de novo."),
    429: ("Muitas tentativas", "Espere um pouco e tente de novo."),
}
SIGN_IN_AGAIN = Shown(
    401,
    "Entre de novo",
    "Sua entrada não vale mais e nada foi gravado. Copie o que digitou, entre e envie outra vez.",
)
_OWN: tuple[tuple[type[RequestError], int, str], ...] = (
    (NotFound, 404, "Não encontrado"),
    (Forbidden, 403, "Sem permissão"),
    (StaleForm, 409, "O percurso já andou"),
    (Conflict, 409, "Outra pessoa mudou isto antes"),
    (InvalidInput, 422, "Confira o que foi preenchido"),
    (RequestError, 400, "Não foi possível"),
)
_OUR_FAULT = (
    "A falha é nossa, não sua. Tente de novo; se repetir, avise o suporte técnico com o código"
)


def install(app: Flask) -> None:
    """Answer every error of this app."""
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RequestError, _refused)
    app.register_error_handler(SQLAlchemyError, _no_database)
    app.register_error_handler(KbwizardError, _broken)
    app.register_error_handler(Exception, _broken)


def dress(app: Flask, belongs: Callable[[str], bool], page: Callable[[Shown], Response]) -> None:
    """Tell errors under some addresses on pages of their own: customers are no agents."""
    app.extensions.setdefault(_DRESSED, []).append((belongs, page))


def show(shown: Shown, *, repeat: bool = True) -> Response:
    """The page, or the fragment, of one error. `repeat` gives back on the page what was typed."""
    if problems.wanted():
        return problems.problem(shown.status, shown.title, shown.message)
    for belongs, page in current_app.extensions.get(_DRESSED, ()):
        if belongs(request.path):
            answer: Response = page(shown)
            return answer
    typed = _typed() if repeat else ()
    if htmx.wants_fragment():
        fragment = render_template("errors/_error.html", shown=shown, typed=())
        return htmx.to_messages(make_response(fragment, shown.status))
    return make_response(
        render_template("errors/error.html", shown=shown, typed=typed), shown.status
    )


def _refused(error: RequestError) -> Response:
    status, title = next((s, t) for kind, s, t in _OWN if isinstance(error, kind))
    message = str(error) or _PLAIN.get(status, ("", ""))[1]
    if problems.wanted():
        return problems.problem(status, title, message, getattr(error, "fields", None))
    return show(Shown(status, title, message))


def _http(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:  # a redirect of the router itself
        return make_response(error.get_response())
    if status >= 500:
        return _broken(error)
    title, message = _PLAIN.get(status, _PLAIN[400])
    message = message.replace("{most}", _size(request.max_content_length or 0))
    response = show(Shown(status, title, message))
    if status == 405 and error.get_response().headers.get("Allow"):
        response.headers["Allow"] = error.get_response().headers["Allow"]
    return response


def _size(of_bytes: int) -> str:
    kb = of_bytes // 1024
    return f"{kb} KB" if kb < 1024 else f"{kb // 1024} MB"


def _forged(error: CSRFError) -> Response:
    return show(
        Shown(
            400,
            "Este formulário perdeu a validade",
            "Nada foi gravado. Abra a tela de novo e envie outra vez; "
            "o que você digitou está abaixo para copiar.",
        )
    )


def _too_many(error: RateLimitExceeded) -> Response:
    ends_at = limit_ends_at(current_app)
    present = datetime.now(UTC)  # the limiter counts by the machine's clock, not by ours
    wait = max(1, ends_at - int(present.timestamp())) if ends_at else 60
    end = datetime.fromtimestamp(ends_at, UTC) if ends_at else present
    at = clock(end, services().settings.timezone, present)
    what = "muitos pedidos em pouco tempo" if problems.wanted() else "muitas tentativas erradas"
    message = f"Foram {what}. Tente de novo às {at}, daqui a {duration(wait)}."
    response = show(Shown(429, "Muitas tentativas", message))
    response.headers["Retry-After"] = str(wait)
    return response


def _no_database(error: SQLAlchemyError) -> Response:
    """A full disk, a server that is away: no bug, and somebody can mend them."""
    if unfit := unfit_value(error):
        return show(
            Shown(
                422,
                "Confira o que foi preenchido",
                f"Nada foi gravado: {unfit}. Copie o que digitou, corrija e envie de novo.",
            )
        )
    why = storage_trouble(error)
    if not why:
        return _broken(error)
    return _failed(
        error,
        503,
        "O banco de dados não atendeu",
        f"O pedido não foi gravado: {why}. Copie o que digitou, avise o "
        "suporte técnico e tente de novo. O código é",
    )


def _broken(error: Exception) -> Response:
    return _failed(error, 500, "Algo falhou aqui", _OUR_FAULT)


def _failed(error: Exception, status: int, title: str, message: str) -> Response:
    code = token_hex(3)
    log.error("request failed", exc_info=error, extra={"incident": code})
    shown = Shown(status, title, f"{message} {code}.")
    try:
        return show(shown)
    except Exception as second:  # the last resort is a plain line, never a traceback
        log.error("error page failed", exc_info=second, extra={"incident": code})
        return Response(f"{shown.title}. {shown.message}", status, mimetype="text/plain")


def _typed() -> tuple[tuple[str, str], ...]:
    """What was posted, to be copied back; never a password."""
    if request.method != "POST":
        return ()
    try:
        pairs = tuple(request.form.items(multi=True))
    except HTTPException:  # the body itself was the problem: too large, or not a form
        return ()
    return tuple(
        (name, value.replace("\0", "\N{REPLACEMENT CHARACTER}"))
        for name, value in pairs
        if value.strip() and name not in _NEVER_REPEATED and "password" not in name
    )
