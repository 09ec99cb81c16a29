"""What people search for at the desk becomes a figure, and never somebody's name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbwizard.demo import CUSTOMERS
from kbwizard.directory.importer import import_file
from tests.web.kb.trust.conftest import Base

pytestmark = pytest.mark.sqlite_only  # what is kept is tested on both, below the web


@pytest.fixture
def base(base: Base) -> Base:
    report = import_file(base.engine, base.settings, CUSTOMERS, now=base.clock())
    assert report.problems == ()
    return base


def kept(base: Base) -> list[str]:
    return [one.query for one in base.readership.searched(base.clock() - timedelta(days=1))]


@pytest.mark.parametrize(
    "typed", ["juliana costa", "Costa Juliana", "juliana.costa", "JULIANA COSTA"]
)
def test_a_customers_name_or_login_is_not_kept(base: Base, typed: str) -> None:
    assert base.readership.note_search(typed, where="desk", results=0, by="ana.agente") is None
    assert kept(base) == []


@pytest.mark.parametrize("typed", ["luz vermelha", "costa", "cabo da rua", "lentidão à noite"])
def test_words_of_the_trade_are_kept(base: Base, typed: str) -> None:
    base.readership.note_search(typed, where="desk", results=0)

    assert kept(base) == [typed]
