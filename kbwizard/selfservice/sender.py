"""Sending a short text to a customer's phone: a port, and what stands behind it.

`log` writes to the terminal and only exists in the demonstration; `webhook` posts to the
operator's own gateway (SMS, WhatsApp).
"""

from __future__ import annotations

import json
import logging
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from kbwizard.config import Settings

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0


class CouldNotSend(Exception):
    """The gateway did not take the message. The message says why, without phone, text or token."""


class Sender(Protocol):
    """Brings a text to a phone (E.164 digits without the plus sign)."""

    def send(self, phone: str, text: str) -> None:
        """Raises `CouldNotSend`."""
        ...


class LogSender:
    """The demonstration's: nothing leaves the machine, the text is read in the terminal."""

    def send(self, phone: str, text: str) -> None:
        log.warning(
            "SIMULADO, nada foi enviado. Mensagem ao telefone final %s: %s", phone[-4:], text
        )


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


class WebhookSender:
    """POSTs `{"phone": "+5511900000042", "text": "…"}` as JSON, with a bearer token if it has one.

    Any 2xx answer means that it was taken. Redirects are not followed: they would carry the
    phone and the token to another place.
    """

    def __init__(self, url: str, token: str = "", *, timeout_s: float = TIMEOUT_S) -> None:
        self._url = url
        self._token = token
        self._timeout_s = timeout_s
        self._opener = build_opener(_NoRedirect, ProxyHandler({}))

    def send(self, phone: str, text: str) -> None:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = json.dumps({"phone": f"+{phone}", "text": text}, ensure_ascii=False).encode()
        request = Request(self._url, data=body, headers=headers, method="POST")
        try:
            with self._opener.open(request, timeout=self._timeout_s):
                return
        except URLError as error:
            code = getattr(error, "code", None)
            why = f"respondeu {code}" if code else "não respondeu"
        except (OSError, HTTPException, ValueError):
            why = "não respondeu direito"
        raise CouldNotSend(f"o serviço de mensagens {why}")


def make_sender(settings: Settings) -> Sender | None:
    """As the settings say; None when codes are not sent in this installation."""
    if settings.sender == "log":
        return LogSender()
    if settings.sender == "webhook":
        return WebhookSender(settings.sender_url.reveal(), settings.sender_token.reveal())
    return None
