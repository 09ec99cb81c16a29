"""Real OLTs, recorded: every row of the expected tables is read exactly, over snmpsim.

The recordings are not part of the repository; KBWIZARD_RECORDINGS names their folder.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from kbwizard.checks.adapters.snmp_engine import V3, Credentials, V2c, close
from kbwizard.checks.adapters.snmp_olt import Olt, OnuSource, PonSource
from kbwizard.checks.loop import LoopThread
from kbwizard.checks.onu_index import ENCODERS, Place, split_pon
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.profiles import find_profile
from kbwizard.config import Secret
from kbwizard.wizard.facts import Unavailable
from tests.helpers.snmpsim_agent import snmpsim

FOLDER = os.environ.get("KBWIZARD_RECORDINGS", "")
V3_KEYS = ("chave-de-acesso", "chave-de-sigilo")

pytestmark = [
    pytest.mark.recordings,
    pytest.mark.skipif(
        not FOLDER, reason="AS GRAVAÇÕES DE OLT NÃO FORAM LIDAS: defina KBWIZARD_RECORDINGS"
    ),
]


class Recorded:
    """Reads lines of a recorded OLT; its file's name is the community."""

    def __init__(self, port: int, thread: LoopThread) -> None:
        self.port = port
        self.thread = thread

    def read(
        self,
        profile: str,
        recording: str,
        facts: Collection[str] | None = None,
        *,
        kind: type[OnuSource] | type[PonSource] = OnuSource,
        keys: Credentials | None = None,
        **line: Any,
    ) -> dict[str, Any]:
        credentials = keys or V2c(Secret(recording))
        source = kind(Olt("OLT", "127.0.0.1", find_profile(profile), credentials, self.port))
        subject = Subject(line=LineRef(id="l", **line))
        coro = source.read(subject, facts or sorted(source.provides), deadline_s=8)
        readings = self.thread.run(coro, 10)
        return {
            fact: f"<{one.value.reason}>" if isinstance(one.value, Unavailable) else one.value
            for fact, one in readings.items()
        }


@pytest.fixture(scope="module")
def recorded() -> Iterator[Recorded]:
    thread = LoopThread("test-recordings")
    thread.on_close(close)
    extra = (
        "--v3-user=leitor",
        f"--v3-auth-key={V3_KEYS[0]}",
        "--v3-auth-proto=SHA",
        f"--v3-priv-key={V3_KEYS[1]}",
        "--v3-priv-proto=AES",
    )
    with snmpsim(Path(FOLDER), *extra) as port:
        yield Recorded(port, thread)
    thread.close()


def table(name: str) -> list[dict[str, str]]:
    with (Path(FOLDER) / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def number_or_none(text: str) -> object:
    return float(text) if text else "<no_value>"


def test_every_ufiber_onu_is_read_exactly(recorded: Recorded) -> None:
    rows = table("edgeosolt.expected.csv")

    for row in rows:
        said = recorded.read("ubiquiti-ufiber", "edgeosolt", serial=row["serial"])

        wanted = {
            "onu.state": "online" if row["online"] == "True" else "offline",
            "onu.serial": row["serial"],
            "onu.serial_matches": True,
            "onu.rx_dbm": number_or_none(row["rx_dbm"]),
            "onu.tx_dbm": number_or_none(row["tx_dbm"]),
            "onu.uptime_s": number_or_none(row["uptime_s"]),
        }
        assert {fact: said[fact] for fact in wanted} == wanted
    assert len(rows) == 29


def test_every_vsol_onu_is_read_exactly_and_its_state_is_unknown(recorded: Recorded) -> None:
    rows = table("vsolution_v1600d.expected.csv")

    for row in rows:
        pon, onu = row["index(pon.onu)"].split(".")
        said = recorded.read("vsol-v1600d", "vsolution_v1600d", pon=pon, onu=int(onu))

        wanted = {
            "onu.rx_dbm": float(row["rx_dbm"]),
            "onu.tx_dbm": float(row["tx_dbm"]),
            "onu.temperature_c": float(row["temp_c"]),
            "onu.state": "<no_such_object>",
            "onu.distance_m": "<no_such_object>",
        }
        assert {fact: said[fact] for fact in wanted} == wanted
    assert len(rows) == 16


def test_a_vsol_onu_with_nothing_but_a_name_is_not_called_absent(recorded: Recorded) -> None:
    said = recorded.read("vsol-v1600d", "vsolution_v1600d", ["onu.state"], pon="1", onu=3)

    assert said == {"onu.state": "<no_such_object>"}


def test_every_zte_distance_is_read_exactly(recorded: Recorded) -> None:
    rows = table("zxa10_c320.expected_distance.csv")

    for row in rows:
        pon = row["pon"].removeprefix("gpon-olt_")
        said = recorded.read(
            "zte-c320", "zxa10_c320", ["onu.distance_m"], pon=pon, onu=int(row["onu_id"])
        )

        assert said == {"onu.distance_m": int(row["distance_m"])}
    assert len(rows) == 125


def test_a_zte_without_status_rows_has_no_state_and_no_pattern(recorded: Recorded) -> None:
    one = recorded.read("zte-c320", "zxa10_c320", pon="1/1/1", onu=2)
    pon = recorded.read("zte-c320", "zxa10_c320", kind=PonSource, pon="1/1/1", onu=2)

    assert one["onu.state"] == one["onu.rx_dbm"] == "<no_such_object>"
    assert set(pon.values()) == {"<not_found>"}


@pytest.mark.parametrize(
    ("profile", "recording", "line"),
    [
        ("huawei-ma5600", "smartax", {"pon": "0/0/15", "onu": 3}),
        ("huawei-ma5600", "smartax", {"pon": "0/1/0", "onu": 0}),
        ("ubiquiti-ufiber", "edgeosolt", {"serial": "UBNT00000000"}),
        ("vsol-v1600d", "vsolution_v1600d", {"pon": "1", "onu": 17}),
        ("vsol-v1600d", "vsolution_v1600d", {"pon": "2", "onu": 1}),
        ("zte-c320", "zxa10_c320", {"pon": "1/1/2", "onu": 1}),
    ],
)
def test_an_onu_that_a_recording_knows_nothing_of_is_not_found(
    recorded: Recorded, profile: str, recording: str, line: dict[str, Any]
) -> None:
    assert set(recorded.read(profile, recording, **line).values()) == {"<not_found>"}


@pytest.mark.parametrize(
    ("pon", "onu", "value"),
    [
        ("0/5/0", 0, "<no_value>"),
        ("0/5/1", 0, -12.25),
        ("0/5/1", 1, -15.87),
        ("0/5/1", 14, -14.35),
        ("0/5/1", 18, -13.70),
        ("0/5/2", 1, "<no_value>"),
        ("0/5/2", 3, "<no_value>"),
        ("0/5/2", 4, "<no_value>"),
    ],
)
def test_the_olt_side_level_of_a_huawei_ma5800(
    recorded: Recorded, pon: str, onu: int, value: object
) -> None:
    said = recorded.read("huawei-ma5600", "huawei_ma5800_hertzbeat4358_excerpt", pon=pon, onu=onu)

    assert said["onu.olt_rx_dbm"] == value
    assert said["onu.state"] == "<no_such_object>"


def test_all_32_port_names_of_a_huawei_agree_with_the_index_rule() -> None:
    rule = ENCODERS["huawei_ifindex"]
    names = {}
    for row in (Path(FOLDER) / "smartax.snmprec").read_text(encoding="latin-1").splitlines():
        oid, _, value = row.split("|", 2)
        if oid.startswith("1.3.6.1.2.1.31.1.1.1.1.") and value.startswith("GPON "):
            names[int(oid.rsplit(".", 1)[1])] = value.removeprefix("GPON ")

    assert len(names) == 32
    for index, pon in names.items():
        assert rule.onu(Place(split_pon(pon, rule), 0)) == (index, 0)


def test_version_3_reads_a_recording_by_its_context(recorded: Recorded) -> None:
    keys = V3("leitor", Secret(V3_KEYS[0]), Secret(V3_KEYS[1]), context="edgeosolt")

    said = recorded.read(
        "ubiquiti-ufiber",
        "edgeosolt",
        ["onu.state", "onu.rx_dbm"],
        keys=keys,
        serial="UBNT201d6370",
    )

    assert said == {"onu.state": "online", "onu.rx_dbm": -26.98}


@pytest.mark.parametrize(
    "keys",
    [
        V3("leitor", Secret("chave-trocada"), Secret(V3_KEYS[1]), context="edgeosolt"),
        V3("ninguem", Secret(V3_KEYS[0]), Secret(V3_KEYS[1]), context="edgeosolt"),
    ],
)
def test_a_wrong_v3_user_or_key_is_told_as_such(recorded: Recorded, keys: V3) -> None:
    said = recorded.read(
        "ubiquiti-ufiber", "edgeosolt", ["onu.state"], keys=keys, serial="UBNT201d6370"
    )

    assert said == {"onu.state": "<auth>"}
