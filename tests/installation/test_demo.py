"""The demo as processes: what it says, what it keeps, and what it survives."""

from __future__ import annotations

import json
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbwizard.accounts.demo import DEMO_USERS
from kbwizard.cases.outages import Outages
from kbwizard.db import make_engine
from kbwizard.demo import DEMO_OUTAGE_TARGET, end_orphan
from kbwizard.lab.endpoints import read_endpoints
from kbwizard.lab.running import run_lab_process
from kbwizard.web.services import system_clock
from tests.helpers.installation import Served, run, wait_for

OF_EVERY_START = {"device", "published_version"}
"""Tables that a start may write: devices where the lab listens now, and what is served."""

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One demo for the whole file; tests that end it start it again."""
    with Served(tmp_path_factory.mktemp("demo") / "data") as started:
        yield started


def rows(data: Path) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database, but for what every start writes."""
    with sqlite3.connect(data / "kbwizard.db") as db:
        found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = {str(name) for (name,) in found} - OF_EVERY_START
        kept = {name: sorted(db.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}
    db.close()
    return kept


def ports(data: Path) -> dict[str, int]:
    """Where the installation believes each device to be."""
    with sqlite3.connect(data / "kbwizard.db") as db:
        found = dict(db.execute("SELECT name, port FROM device").fetchall())
    db.close()
    return found


def lab_ports(data: Path) -> dict[str, int]:
    """Where each device of the lab listens."""
    devices = read_endpoints(data / "lab" / "lab.json").devices
    return {one.name: one.tls_port or one.port for one in devices}


def test_the_first_start_tells_addresses_and_users(demo: Served) -> None:
    wait_for(lambda: "Ctrl+C" in demo.said(), 5, demo.said())

    assert f"http://127.0.0.1:{demo.port}/desk/" in demo.said()
    assert all(name in demo.said() for name, _full, _role in DEMO_USERS)
    assert demo.status("/account/sign-in") == 200
    assert ports(demo.data) == lab_ports(demo.data)


def test_a_second_demo_on_the_same_folder_is_refused(demo: Served) -> None:
    answer = run("demo", "--port", str(demo.port + 1), data=demo.data, variables={})

    assert answer.returncode == 1
    assert "Outra demonstração já usa a pasta de dados" in answer.stderr
    assert demo.status() == 200


def test_a_killed_lab_comes_back_with_its_devices_registered(demo: Served) -> None:
    killed = demo.lab()
    assert killed is not None

    killed.kill()

    wait_for(lambda: demo.lab() not in (None, killed), 20, "no lab")
    file = demo.data / "lab" / "lab.json"
    wait_for(file.exists, 20, "no endpoints")
    wait_for(lambda: ports(demo.data) == lab_ports(demo.data), 10, "devices elsewhere")
    assert json.loads(file.read_text())["pid"] != killed.pid
    assert demo.status() == 200


def test_a_killed_worker_is_replaced(demo: Served) -> None:
    killed = demo.workers()
    for worker in killed:
        worker.kill()

    wait_for(lambda: demo.status() == 200 and demo.workers() != killed, 20, "nobody answers")
    assert demo.lab() is not None


def test_a_killed_demo_leaves_nothing_behind_and_starts_again_on_its_folder(demo: Served) -> None:
    demo.kill()
    demo.start()

    wait_for(lambda: demo.lab() is not None, 5, "no lab")
    alive = {one.pid for one in demo.family()}
    wait_for(lambda: {one.pid for one in demo.left()} <= alive, 10, f"{demo.left()}")
    assert demo.status() == 200
    assert ports(demo.data) == lab_ports(demo.data)


def test_a_second_start_changes_nothing_that_people_did(demo: Served) -> None:
    engine = make_engine(f"sqlite:///{demo.data / 'kbwizard.db'}")
    outages = Outages(engine)
    (outage,) = (one for one in outages.active() if one.target == DEMO_OUTAGE_TARGET)
    outages.close(outage.id or 0, version=outage.version, by="lia.lider", now=system_clock())
    engine.dispose()
    before = rows(demo.data)

    assert demo.end(signal.SIGINT) == 0
    demo.start()

    assert rows(demo.data) == before
    assert len(before["customer"]) >= 40


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_server_and_lab(demo: Served, number: signal.Signals) -> None:
    if demo.ended():
        demo.start()
    assert demo.lab() is not None
    assert demo.workers()

    code = demo.end(number)

    assert code == 0
    assert demo.left() == []
    assert demo.status() == 0
    assert "Traceback" not in demo.said()


def test_two_demos_run_side_by_side(tmp_path: Path) -> None:
    with Served(tmp_path / "one") as one, Served(tmp_path / "two") as two:
        assert (one.status(), two.status()) == (200, 200)
        assert set(lab_ports(one.data).values()).isdisjoint(lab_ports(two.data).values())
        two.end()
        assert one.status() == 200


def test_an_orphaned_lab_is_ended_by_the_next_demo(tmp_path: Path) -> None:
    lab = run_lab_process(ready_file=tmp_path / "lab.json", state_file=tmp_path / "state.json")
    try:
        end_orphan(tmp_path / "lab.json")

        assert lab.process.wait(5) == 0
    finally:
        lab.stop()


def test_a_lab_that_is_not_the_one_written_down_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "lab.json"
    lab = run_lab_process(ready_file=file)
    try:
        written = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**written, "pid": 1}), encoding="utf-8")

        end_orphan(file)

        assert lab.process.poll() is None
    finally:
        lab.stop()
