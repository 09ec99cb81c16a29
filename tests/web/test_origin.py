"""Limits count houses: with IPv6 a single one has more addresses than anybody can count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kbwizard.app import create_app
from kbwizard.config import Settings
from kbwizard.db import make_engine
from kbwizard.web.origin import house_of
from kbwizard.web.services import Services
from tests.helpers.clock import FrozenClock
from tests.helpers.databases import SqliteFiles, every_table


@pytest.mark.parametrize(
    ("address", "house"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_counts_with_its_house(address: str, house: str) -> None:
    assert house_of(address) == house


def test_changing_the_address_within_a_house_gives_no_new_tries(
    settings: Settings, sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    engine = make_engine(sqlite_files.fresh(every_table, tmp_path))
    real = replace(settings, demo=False)
    app = create_app(services=Services(real, engine, FrozenClock()))
    app.config["WTF_CSRF_ENABLED"] = False

    answers = [
        app.test_client().post(
            "/help/retomar",
            data={"code": "CDFH-JKMN"},
            environ_base={"REMOTE_ADDR": f"2001:db8::{number:x}"},
        )
        for number in range(1, 22)
    ]

    assert answers[0].status_code == 422
    assert answers[-1].status_code == 429
    engine.dispose()
