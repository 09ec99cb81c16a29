"""Logs as one JSON object a line, without personal data.

An error is logged by its type and the lines of code it passed, never by its message: messages
quote values. A request is logged by its route, never by its address or fields.
"""

from __future__ import annotations

import json
import logging
import traceback
from datetime import UTC, datetime
from time import perf_counter

from flask import Flask, Response, g, request

from kbwizard.config import ROOT

log = logging.getLogger("kbwizard.access")
_FIELDS = ("method", "route", "status", "ms", "user", "incident")


class JsonLines(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Only the fields we chose; `message` is always our own constant text."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({name: getattr(record, name) for name in _FIELDS if hasattr(record, name)})
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
            line["where"] = _where(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def start_logging(level: int = logging.INFO) -> None:
    """Send `kbwizard.*` to standard error as JSON lines. Called once, by the command line."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    root = logging.getLogger("kbwizard")
    root.handlers[:] = [handler]
    root.setLevel(level)
    root.propagate = False


def install(app: Flask) -> None:
    """Log each request when it is answered."""
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = perf_counter()


def _finish(response: Response) -> Response:
    if request.endpoint not in ("assets.send", "account.health"):
        person = g.get("person")
        log.info(
            "request",
            extra={
                "method": request.method,
                "route": request.endpoint or "-",
                "status": response.status_code,
                "ms": round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
                "user": person.id if person else None,
            },
        )
    return response


def _where(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{f.filename.removeprefix(str(ROOT) + '/')}:{f.lineno} {f.name}" for f in frames[-12:]]
