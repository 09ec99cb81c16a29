"""Pages for weak 4G: compressed, small, out of search engines.

Compression and a secret in one page are only dangerous where somebody else chooses what the page
repeats: our cookies are SameSite=Lax, and the one GET that repeats its input, the search over
public articles, is a page without a token (docs/decisions/0117).
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

LEAST = 400
"""Shorter answers do not get shorter."""


def install(app: Flask) -> None:
    """Compress and hide from search engines every answer under /help."""
    app.after_request(_make_thin)


def is_help(path: str) -> bool:
    """Whether an address is one of the customer's pages."""
    return path == "/help" or path.startswith("/help/")


def _make_thin(response: Response) -> Response:
    if not is_help(request.path):
        return response
    if request.path != "/help":
        # The public articles say for themselves what they are.
        response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
    response.vary.add("Accept-Encoding")
    wanted = request.accept_encodings["gzip"] > 0
    if not wanted or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) >= LEAST:
        response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
