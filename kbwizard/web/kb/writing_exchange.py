"""The whole base as a zip, out and in. What comes in is told, then confirmed, then written."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from flask import Response, make_response, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.audit import audit
from kbwizard.accounts.roles import Permission
from kbwizard.db import writing
from kbwizard.editing.archive import MAX_ARCHIVE
from kbwizard.editing.values import ImportReport
from kbwizard.errors import InvalidInput, NotFound, SetupError, reason
from kbwizard.web import htmx
from kbwizard.web.kb.writing import blueprint, editing
from kbwizard.web.protection import MOST_CHARACTERS
from kbwizard.web.room import room
from kbwizard.web.security import require, signed_in
from kbwizard.web.services import now, services

KEPT = timedelta(hours=1)
"""How long an archive waits on this machine to be confirmed."""
_FOLDER = "imports"
_MARK = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1024 * 1024


@blueprint.get("/exchange")
@require(Permission.EDIT_CONTENT)
def exchange() -> Response:
    """Take the base away; bring one in."""
    return _page(None)


@blueprint.post("/exchange/export")
@require(Permission.EDIT_CONTENT)
def export() -> Response:
    """All articles, images and synonyms in one zip."""
    data = editing().export_zip()
    with writing(services().engine) as db:
        audit(db, at=now(), who=signed_in().name, action="article.export", record="all")
    response = Response(data, mimetype="application/zip")
    name = f"artigos-{now().astimezone(services().settings.timezone):%Y-%m-%d}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.post("/exchange/imports")
@room(whole=MAX_ARCHIVE + 64 * 1024, field=MOST_CHARACTERS)
@require(Permission.MANAGE_CONTENT, hold=False)
def send_archive() -> AnyResponse:
    """Keep an archive for an hour and show what it would do. Nothing is written yet."""
    sent = request.files.get("archive")
    if sent is None or not sent.filename:
        message = "Escolha o arquivo zip."
        return _page(InvalidInput(message, {"archive": message}), 422)
    return htmx.redirect_after_post(url_for("writing.archive", mark=_keep(sent)))


@blueprint.get("/exchange/imports/<mark>")
@require(Permission.MANAGE_CONTENT)
def archive(mark: str) -> Response:
    """What an archive would change, and everything wrong with it."""
    with _kept(mark).open("rb") as stream:
        report = editing().check_import(stream)
    return _report(mark, report)


@blueprint.post("/exchange/imports/<mark>")
@require(Permission.MANAGE_CONTENT)
def take_in(mark: str) -> AnyResponse:
    """Write it all, or nothing."""
    kept = _kept(mark)
    with kept.open("rb") as stream:
        report = editing().import_zip(stream, by=signed_in().name)
    if not report.done:
        return _report(mark, report)
    kept.unlink(missing_ok=True)
    return _report("", report)


def _page(refusal: InvalidInput | None, status: int = 200) -> Response:
    page = render_template(
        "writing/exchange.html",
        refusal=refusal,
        problems=refusal.fields if refusal else {},
        most=MAX_ARCHIVE // (1024 * 1024),
    )
    return make_response(page, status)


def _report(mark: str, report: ImportReport) -> Response:
    return make_response(render_template("writing/import.html", mark=mark, report=report))


def _keep(sent: FileStorage) -> str:
    """Put the archive where only its sender's confirmation looks; its mark. Old ones go."""
    folder = services().settings.data_dir / _FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.zip"):
            if now().timestamp() - old.stat().st_mtime > KEPT.total_seconds():
                old.unlink(missing_ok=True)
        digest = sha256()
        while chunk := sent.stream.read(_CHUNK):
            digest.update(chunk)
        mark = digest.hexdigest()
        sent.stream.seek(0)
        sent.save(_path(mark))
    except OSError as error:
        raise SetupError(f"O arquivo não pôde ser guardado ({reason(error)}).") from error
    return mark


def _kept(mark: str) -> Path:
    path = _path(mark)
    if not _MARK.fullmatch(mark) or not path.is_file():
        raise NotFound("Este arquivo não está mais aqui. Escolha-o de novo.")
    return path


def _path(mark: str) -> Path:
    return services().settings.data_dir / _FOLDER / f"{signed_in().id}-{mark}.zip"
