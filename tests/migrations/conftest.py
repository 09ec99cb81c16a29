"""A history of revisions with two more than ours, so that going on and back is tried on data."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from kbwizard import migrations
from kbwizard.db import make_engine
from tests.conftest import FreshDatabase
from tests.helpers.postgres import Cluster

CHANGES = {
    "9001": (
        "with op.batch_alter_table('case') as batch: batch.add_column(sa.Column('mood', sa.String(), nullable=True))",
        "with op.batch_alter_table('case') as batch: batch.drop_column('mood')",
    ),
    "9002": (
        "op.create_table('gift', sa.Column('id', sa.Integer(), primary_key=True), "
        "sa.Column('case_id', sa.Integer(), sa.ForeignKey('case.id'), nullable=False))",
        "op.drop_table('gift')",
    ),
}
"""Revision: what it does, what undoes it. The first changes a table that others belong to."""
REVISION = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = {revision!r}, {before!r}, None, None
def upgrade():
    {upgrade}
def downgrade():
    {downgrade}
"""


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Our own revisions and the two made up here, as `migrate` sees them in this test."""
    before = migrations.revisions()[-1]
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for revision, (upgrade, downgrade) in CHANGES.items():
        source = REVISION.format(
            revision=revision, before=before, upgrade=upgrade, downgrade=downgrade
        )
        (folder / "versions" / f"{revision}_made_up.py").write_text(source, encoding="utf-8")
        before = revision
    monkeypatch.setattr(migrations, "FOLDER", folder)
    return migrations.revisions()


@pytest.fixture
def empty(tmp_path: Path, fresh_database: FreshDatabase) -> Iterator[Engine]:
    """A database without tables."""
    engine = make_engine(fresh_database(nothing, tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def postgres_latin(postgres: Cluster) -> Iterator[Engine]:
    """A database as some old servers make them."""
    options = "TEMPLATE template0 ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C'"
    postgres.run(f"CREATE DATABASE latin {options}")
    engine = make_engine(postgres.url("latin"), pooled=False)
    yield engine
    postgres.run("DROP DATABASE latin WITH (FORCE)")


def nothing(engine: Engine) -> None:
    """Leaves the database as it is made."""
    engine.connect().close()
