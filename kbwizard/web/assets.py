"""Our static files and htmx, under addresses that change with their content.

They are small and few: read once, compressed once, and served from memory.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request, url_for

from kbwizard.errors import NotFound, SetupError
from kbwizard.web.security import public

FOLDER = Path(__file__).parent / "static"
HTMX = "htmx.min.js"
_COMPRESSIBLE = {"text/css", "text/javascript", "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"
_NAME = "kbwizard-assets"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, ready to be sent. `version` is the beginning of its sha256."""

    body: bytes
    zipped: bytes
    mimetype: str
    version: str


def install(app: Flask) -> None:
    """Read every file once and give templates `asset(name)`."""
    app.extensions[_NAME] = load_assets()
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset_url


def load_assets() -> dict[str, Asset]:
    """Every file of `web/static`, and htmx from its package."""
    found = {
        path.relative_to(FOLDER).as_posix(): _asset(path.name, path.read_bytes())
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    }
    htmx = files("js_lib_htmx") / "static" / "htmx" / HTMX
    if not htmx.is_file():
        raise SetupError("O pacote django-js-lib-htmx está incompleto: instale-o de novo.")
    found[HTMX] = _asset(HTMX, htmx.read_bytes())
    return found


def asset_url(name: str) -> str:
    """The address of a file; an unknown name is an error of ours and fails at once."""
    return url_for("assets.send", version=_assets()[name].version, name=name)


@blueprint.get("/assets/<version>/<path:name>")
@public
def send(version: str, name: str) -> Response:
    """Send a file. An old version's address gets the present file, but is not kept for long."""
    asset = _assets().get(name)
    if asset is None:
        raise NotFound("Este arquivo não existe.")
    zipped = bool(asset.zipped) and request.accept_encodings["gzip"] > 0
    response = Response(asset.zipped if zipped else asset.body, mimetype=asset.mimetype)
    response.headers["Cache-Control"] = _FOR_EVER if version == asset.version else "no-cache"
    response.vary.add("Accept-Encoding")
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.set_etag(asset.version)
    response.make_conditional(request)
    return response


def _assets() -> dict[str, Asset]:
    assets: dict[str, Asset] = current_app.extensions[_NAME]
    return assets


def _asset(name: str, body: bytes) -> Asset:
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    zipped = gzip.compress(body, mtime=0) if mimetype in _COMPRESSIBLE else b""
    return Asset(body, zipped, mimetype, sha256(body).hexdigest()[:12])
