"""The only module that knows HTMX: which requests want a fragment, and how to answer them."""

from __future__ import annotations

import json
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request
from htmx_flask import Htmx
from htmx_flask.requests import HtmxAwareRequest, HtmxHeaders

MESSAGES = "#messages"
"""The live region of every layout: where an error goes, so that nothing typed is swapped away."""

_CONFIG = {
    "allowEval": False,
    "includeIndicatorStyles": False,
    "selfRequestsOnly": True,
    "defaultSwapStyle": "outerHTML",
    # At once: a key pressed before its form is htmx's own would leave the page.
    "defaultSettleDelay": 0,
    # Pages hold customers' data: no copy of them goes to the browser's storage.
    "historyCacheSize": 0,
    "refreshOnHistoryMiss": True,
    "disableInheritance": False,
    "scrollIntoViewOnBoost": False,
    "timeout": 20000,
    # A refusal carries a fragment too: it must be shown, not dropped.
    "responseHandling": [
        {"code": "204", "swap": False},
        {"code": "[23]..", "swap": True},
        {"code": "[45]..", "swap": True, "error": True},
    ],
}


def install(app: Flask) -> None:
    """Make requests aware of HTMX and vary every page by it."""
    Htmx(app)
    app.jinja_env.globals["htmx_config"] = json.dumps(_CONFIG)
    app.after_request(_vary)


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("HX-Request")
    return response


def _headers() -> HtmxHeaders:
    return cast(HtmxAwareRequest, request).htmx


def by_htmx() -> bool:
    """Whether htmx sent this request, for a fragment or for a whole page."""
    return bool(_headers())


def wants_fragment() -> bool:
    """Whether a fragment is wanted: boosted and history requests get the whole page."""
    headers = _headers()
    return bool(headers) and not headers.boosted and not headers.history_restore_request


def shown_page() -> str:
    """Path and query of the page that the person is looking at; empty when not known."""
    url = (_headers().current_url if by_htmx() else request.referrer) or ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.netloc != request.host:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def render(page: str, fragment: str, /, status: int = 200, **context: Any) -> Response:
    """Render the fragment's template when a fragment is wanted, else the page's.

    The page includes the same fragment, so both show the same from the same context.
    """
    template = fragment if wants_fragment() else page
    return make_response(render_template(template, **context), status)


def redirect_after_post(url: str, *, whole_page: bool = False) -> Response:
    """Send the person on after a POST that succeeded: 303, in htmx's words when htmx asked.

    htmx follows a 303 by itself and swaps what it finds into the target: right when `url`
    answers the same fragment. With `whole_page` the browser goes to `url` itself.
    """
    if whole_page and wants_fragment():
        return go_to(url)
    return cast(Response, redirect(url, 303))


def go_to(url: str) -> Response:
    """Make htmx leave the page for `url` (a new page load)."""
    response = make_response("", 200)
    response.headers["HX-Redirect"] = url
    return response


def go_within(url: str, *, target: str) -> Response:
    """Make htmx fetch `url` into `target` (a selector) and put `url` in the address bar."""
    response = make_response("", 200)
    response.headers["HX-Location"] = json.dumps({"path": url, "target": target})
    return response


def reswap(response: Response, how: str, *, target: str = "") -> Response:
    """Change how (`outerHTML`, `none`, `beforeend scroll:bottom`, …) and where htmx swaps."""
    response.headers["HX-Reswap"] = how
    if target:
        response.headers["HX-Retarget"] = target
    return response


def to_messages(response: Response) -> Response:
    """Show the answer in the page's live region and leave everything else as it is."""
    return reswap(response, "innerHTML", target=MESSAGES)


def trigger(response: Response, event: str, detail: object = None) -> Response:
    """Raise a DOM event on the asking element once the answer has arrived.

    A detail must not be personal: headers are logged more readily than bodies.
    """
    response.headers["HX-Trigger"] = json.dumps({event: detail}) if detail is not None else event
    return response
