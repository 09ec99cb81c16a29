"""Errors of the API as `application/problem+json` (RFC 9457), in Portuguese as everything read."""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Response, request

PREFIX = "/api/"
MIMETYPE = "application/problem+json"


def problem(
    status: int, title: str, detail: str, fields: Mapping[str, str] | None = None
) -> Response:
    """One error. `fields` says for each wrong place of the body what to do."""
    body: dict[str, object] = {"title": title, "status": status, "detail": detail}
    if fields:
        body["fields"] = dict(fields)
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype=MIMETYPE)


def wanted() -> bool:
    """Whether who asks is a program of the API, and not a browser."""
    return request.path.startswith(PREFIX)
