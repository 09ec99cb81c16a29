"""Every module that defines tables: what a new revision is compared against."""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "kbwizard.accounts.models",
    "kbwizard.cases.models",
    "kbwizard.checks.devices",
    "kbwizard.content.published",
    "kbwizard.directory.models",
    "kbwizard.editing.models",
    "kbwizard.readership.models",
    "kbwizard.selfservice.models",
    "kbwizard.training.models",
    "kbwizard.walks.models",
)


def import_tables() -> None:
    """Fill `SQLModel.metadata` with every table of the product."""
    for module in MODULES:
        import_module(module)
