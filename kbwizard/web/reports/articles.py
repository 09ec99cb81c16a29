"""The reports of the knowledge base: one page for a period, and each table as a spreadsheet."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request

from kbwizard.accounts.audit import audit
from kbwizard.accounts.roles import Permission
from kbwizard.db import writing
from kbwizard.errors import NotFound
from kbwizard.reports.articles import PERIODS
from kbwizard.reports.tables import Cell, csv_lines
from kbwizard.web.format import day, number
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import require, signed_in
from kbwizard.web.services import now, services

blueprint = Blueprint("reports", __name__, url_prefix="/desk/reports")

DEFAULT_DAYS = 30
MOST_SHOWN = 15
"""Rows of a table on the page; the file has them all."""


@blueprint.get("/articles")
@require(Permission.EDIT_CONTENT)
def articles() -> str:
    """Every table of the period, each with its first rows. `table`: one of them, whole."""
    days, only = _days(), request.args.get("table", "")
    period = kb_parts().reports.period(days)
    if only and only not in period.names:
        raise NotFound("Este relatório não existe.")
    return render_template(
        "reports/articles.html",
        tables=[period.table(name) for name in period.names if only in ("", name)],
        summary=period.summary(),
        days=days,
        periods=PERIODS,
        only=only,
        most=None if only else MOST_SHOWN,
        shown=shown,
    )


@blueprint.get("/articles/<name>.csv")
@require(Permission.EDIT_CONTENT)
def spreadsheet(name: str) -> Response:
    """One table with all of its rows. Who took it is audited: it leaves the installation."""
    days = _days()
    period = kb_parts().reports.period(days)
    if name not in period.names:
        raise NotFound("Este relatório não existe.")
    table = period.table(name)
    with writing(services().engine) as db:
        audit(
            db,
            at=now(),
            who=signed_in().name,
            action="report.export",
            record=f"report:articles/{name}",
            details={"days": days, "rows": len(table.rows)},
        )
    response = Response(csv_lines(table), mimetype="text/csv")
    today = now().astimezone(services().settings.timezone).date()
    response.headers["Content-Disposition"] = (
        f'attachment; filename="artigos-{name}-{days}d-{today}.csv"'
    )
    return response


def shown(cell: Cell, kind: str) -> str:
    """A cell as the page writes it."""
    if cell is None:
        return "nunca" if kind == "day" else "—"
    if isinstance(cell, date):
        return day(cell)
    if isinstance(cell, int):
        return number(cell, "%" if kind == "percent" else "")
    return cell


def _days() -> int:
    asked = request.args.get("days", DEFAULT_DAYS, type=int)
    return asked if asked in PERIODS else DEFAULT_DAYS
