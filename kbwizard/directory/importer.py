"""`directory import`: a CSV of the ERP becomes customers, contracts and lines.

Importing again updates. What a file does not mention is left alone: nothing is ever removed.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from kbwizard.config import Settings
from kbwizard.db import writing
from kbwizard.directory.csvfile import FileRefused, read_header, read_rows, read_source
from kbwizard.directory.identity import Hasher
from kbwizard.directory.loading import load
from kbwizard.directory.records import read_records
from kbwizard.directory.report import Finding, ImportReport


def import_file(
    engine: Engine, settings: Settings, file: Path, *, now: datetime, dry_run: bool = False
) -> ImportReport:
    """Load the good rows of a file in one transaction and report every bad one.

    With `dry_run` the transaction is rolled back, so that the report is true and nothing is
    written. A file that cannot be read at all is a report with no rows and its problems.
    """
    try:
        source = read_source(file)
        names = read_header(source)
    except FileRefused as refused:
        return ImportReport(dry_run=dry_run, problems=refused.findings)
    records = read_records(read_rows(source, names), Hasher(settings.secret_key))
    if not records.rows:
        records.problems.append(
            Finding(0, "", "o arquivo só tem o cabeçalho", "confira a exportação do ERP")
        )
    with writing(engine) as db:
        customers, contracts, lines = load(db, records.good, now)
        if dry_run:
            db.rollback()
    return ImportReport(
        rows=records.rows,
        loaded=len(records.good),
        encoding=source.encoding,
        delimiter=source.delimiter,
        dry_run=dry_run,
        problems=tuple(records.problems),
        warnings=tuple(records.warnings),
        customers=customers,
        contracts=contracts,
        lines=lines,
    )
