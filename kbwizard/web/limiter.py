"""Who counts tries: Redis for all processes and nodes where there is one, else each for itself.

While Redis does not answer, each process counts for itself: a limit is then as many times as wide
as there are processes, which is better than no sign-in at all.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.errors import ConfigurationError
from redis.backoff import NoBackoff
from redis.retry import Retry

from kbwizard.config import Settings
from kbwizard.errors import SetupError

PATIENCE_S = 0.5
"""A request waits this long for Redis, once; then it is left alone for a growing while."""

_LOST = "limites: o Redis não responde; cada processo conta por si"
_BACK = "limites: o Redis voltou a responder"
_UNCOUNTED = "limites: uma tentativa não foi contada"


def make_limiter(app: Flask, settings: Settings) -> Limiter:
    """The limiter of an app. Raises `SetupError` for an address that cannot be used."""
    address = settings.redis_url.reveal()
    try:
        limiter = Limiter(
            get_remote_address,
            app=app,
            storage_uri=address or "memory://",
            storage_options=_redis_options() if address else {},
            key_prefix="kbwizard",
            in_memory_fallback_enabled=bool(address),
            swallow_errors=bool(address),  # between a try and its count Redis may go away
        )
    except (ConfigurationError, ValueError) as error:
        raise SetupError("KBWIZARD_REDIS_URL não pode ser usada: confira o endereço.") from error
    limiter.logger = _our_log()
    return limiter


def _redis_options() -> dict[str, Any]:
    return {
        "socket_connect_timeout": PATIENCE_S,
        "socket_timeout": PATIENCE_S,
        "retry": Retry(NoBackoff(), 0),
    }


def _our_log() -> logging.Logger:
    log = logging.getLogger("kbwizard.limits")
    if not log.filters:
        log.addFilter(_in_our_words)
    return log


def _in_our_words(record: logging.LogRecord) -> bool:
    """Only what becomes of Redis: the limiter would also log whose limit was met."""
    said = str(record.msg)
    if "unreachable" in said:
        record.msg = _LOST
    elif "recovered" in said:
        record.msg = _BACK
    elif record.levelno >= logging.ERROR:
        record.msg = _UNCOUNTED
    else:
        return False
    record.args = ()
    return True
