"""Demo users stay in demo mode, and demo mode stays on this machine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from kbwizard.accounts.demo import check_binding, check_people, is_loopback, make_demo_users
from kbwizard.accounts.people import list_users
from kbwizard.config import Settings
from kbwizard.db import make_engine
from kbwizard.errors import SetupError
from tests.helpers.clock import START


def test_a_real_installation_refuses_demo_users(settings: Settings, engine: Engine) -> None:
    with pytest.raises(SetupError, match="demonstração"):
        check_people(replace(settings, demo=False), engine)


def test_demo_mode_accepts_them(settings: Settings, engine: Engine) -> None:
    check_people(settings, engine)

    assert len(list_users(engine)) == 7


def test_a_database_without_tables_has_no_demo_users(settings: Settings) -> None:
    empty = make_engine(f"sqlite:///{settings.data_dir / 'empty.db'}")

    check_people(replace(settings, demo=False), empty)
    empty.dispose()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "suporte.exemplo"])
def test_demo_mode_listens_on_loopback_only(settings: Settings, host: str) -> None:
    with pytest.raises(SetupError, match="127"):
        check_binding(replace(settings, host=host))


def test_a_real_installation_listens_where_it_likes(settings: Settings) -> None:
    check_binding(replace(settings, demo=False, host="0.0.0.0"))

    assert not is_loopback("0.0.0.0")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_loopback_has_several_names(host: str) -> None:
    assert is_loopback(host)


def test_making_them_twice_makes_them_once(engine: Engine) -> None:
    make_demo_users(engine, now=START)

    assert len(list_users(engine)) == 7
