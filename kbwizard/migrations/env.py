"""Run by alembic, with the connection that `migrate` (or `make revision`) holds."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from kbwizard.migrations.tables import import_tables

import_tables()
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
