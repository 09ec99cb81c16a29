"""Who is calling the API: a bearer token, and what it opens. Cookies mean nothing here."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar

from flask import Response, g, request

from kbwizard.accounts.tokens import Client, Scope, find_client
from kbwizard.web.origin import origin
from kbwizard.web.problems import problem
from kbwizard.web.security import public
from kbwizard.web.services import now, services

View = TypeVar("View", bound=Callable[..., Any])
_SCHEME = "bearer "


def needs(scope: Scope) -> Callable[[View], View]:
    """Let a view answer only programs whose token has this scope.

    The view is public to the guard of sign-ins: its door is this one.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            client = find_client(services().engine, bearer(), now=now())
            if client is None:
                return _unknown()
            if not client.may(scope):
                return problem(403, "Sem permissão", f"Este token não tem o escopo {scope}.")
            g.api_client = client
            return view(*args, **values)

        return public(guarded)  # type: ignore[return-value]

    return mark


def caller() -> Client:
    """The program behind this request, for views that `needs` a scope."""
    client: Client = g.api_client
    return client


def bearer() -> str:
    """The token of the `Authorization` header; empty when there is none."""
    header = request.headers.get("Authorization", "")
    return header[len(_SCHEME) :].strip() if header.lower().startswith(_SCHEME) else ""


def client_key() -> str:
    """Whose tries are counted: a token's, by its hash, or an address's where there is none."""
    token = bearer()
    return "token:" + sha256(token.encode()).hexdigest() if token else origin()


def _unknown() -> Response:
    response = problem(
        401, "Token necessário", "Mande Authorization: Bearer com um token válido da instalação."
    )
    response.headers["WWW-Authenticate"] = 'Bearer realm="kbwizard"'
    return response
