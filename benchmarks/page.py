"""A plain page's p99, idle and while 100 checks of 3 s are in flight over 50 OLTs and 25 routers.

The server is the real one (gunicorn, threads); devices and browser are processes of their own.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, perf_counter, sleep

from sqlalchemy import Engine, func, select

from benchmarks.figures import Effort, Figure, percentile
from benchmarks.installation import fill, token_of
from benchmarks.web import Browser, first_page, free_port, running
from kbwizard.checks.credentials import Vault
from kbwizard.checks.devices import save_device
from kbwizard.checks.new_device import NewDevice
from kbwizard.config import ROOT, Secret, Settings, read_settings
from kbwizard.db import core_reading, make_engine
from kbwizard.demo import CUSTOMERS
from kbwizard.directory.importer import import_file
from kbwizard.directory.queries import CUSTOMER
from kbwizard.walks.runs import CHECK

PAGE = "/desk/cases"
OLTS, ROUTERS, CALLS = 50, 25, 100
"""A call reads its OLT and its router at once; the first have ended when the last is opened, so
it takes 100 calls for 100 checks to be in flight when the window begins."""
LATE_S = 3.0
WINDOW_S = 2.0
SETTLES_WITHIN_S = 20.0
MOST_TIMES = 2.0
FIRST_CODE = 5000
DEVICE_FACTS = ("onu.", "pon.", "session.", "ping.", "traffic.")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of it: the whole promise, or a tiny one to try."""

    olts: int
    routers: int
    calls: int
    window_s: float


def run(effort: Effort) -> list[Figure]:
    size = Size(2, 1, 2, 0.2) if effort.quick else Size(OLTS, ROUTERS, CALLS, WINDOW_S)
    with tempfile.TemporaryDirectory(prefix="kbwizard-page-") as scratch, _devices(size) as ports:
        settings = read_settings({"KBWIZARD_DATA_DIR": scratch}, demo=True)
        engine = make_engine(settings.database_url)
        fill(engine, settings)
        customers = _fill_network(engine, settings, ports, size, effort.runs)
        port = free_port()
        with running(["-m", "benchmarks.server"], Path(scratch), port) as process:
            first_page(process, port)
            figure = _measured(engine, port, customers, size, effort)
        engine.dispose()
    return [figure]


def _measured(
    engine: Engine, port: int, customers: list[int], size: Size, effort: Effort
) -> Figure:
    browser = Browser(port, token_of(engine))
    csrf = browser.csrf()
    _page_ms(browser, size.window_s)
    idle, loaded, in_flight = [], [], []
    for number in range(effort.runs):
        idle.append(percentile(_page_ms(browser, size.window_s), 0.99))
        for customer in customers[number * size.calls : (number + 1) * size.calls]:
            status, where = browser.post(
                "/desk/cases", {"csrf_token": csrf, "customer_id": str(customer)}
            )
            assert status == 303, (status, where[:200])
        before = _device_checks(engine)
        loaded.append(percentile(_page_ms(browser, size.window_s), 0.99))
        in_flight.append((before, _device_checks(engine)))
        _settle(engine)
    browser.close()
    begun, left = (min(counts) for counts in zip(*in_flight, strict=True))
    return Figure(
        name="página simples, p99 com 100 consultas de 3 s",
        unit="ms",
        ours=tuple(loaded),
        floor=tuple(idle),
        floor_is="a mesma página, sem consultas",
        most_times=MOST_TIMES,
        note=f"consultas em voo: {begun} ao começar, {left} ao terminar",
    )


def _page_ms(browser: Browser, window_s: float) -> list[float]:
    """One agent opening the page again and again; how long each took."""
    took = []
    ends = monotonic() + window_s
    while monotonic() < ends:
        began = perf_counter()
        status, _ = browser.get(PAGE)
        took.append((perf_counter() - began) * 1000)
        assert status == 200, status
    return took


def _device_checks(engine: Engine) -> int:
    """Readings of devices under way: rows begun and not finished, whose facts a device tells."""
    with core_reading(engine) as connection:
        rows = connection.execute(select(CHECK.c.facts).where(CHECK.c.finished_at.is_(None)))
        return sum(row.facts[0].startswith(DEVICE_FACTS) for row in rows)


def _settle(engine: Engine) -> None:
    """Wait until nothing is in flight."""
    ends = monotonic() + SETTLES_WITHIN_S
    unfinished = select(func.count()).where(CHECK.c.finished_at.is_(None))
    while monotonic() < ends:
        with core_reading(engine) as connection:
            if connection.execute(unfinished).scalar_one() == 0:
                return
        sleep(0.1)
    raise AssertionError("checks did not end")


def _fill_network(
    engine: Engine, settings: Settings, ports: dict[str, list[int]], size: Size, runs: int
) -> list[int]:
    """Devices, and for each run its own customers, one line each; their ids."""
    vault = Vault(settings.credentials_key)
    now = datetime.now(UTC)
    for number, port in enumerate(ports["olts"]):
        olt = NewDevice(
            kind="olt",
            name=f"olt-{number}",
            host="127.0.0.1",
            port=port,
            profile="huawei-ma5600",
            snmp_version="2c",
            community=Secret("bench"),
        )
        save_device(engine, vault, olt, now=now)
    for number, port in enumerate(ports["routers"]):
        router = NewDevice(
            kind="router",
            name=f"bng-{number}",
            host="127.0.0.1",
            port=port,
            tls=False,
            user="leitura",
            password=Secret("bench"),
        )
        save_device(engine, vault, router, now=now)
    file = settings.data_dir / "bench.csv"
    _write_customers(file, size, runs)
    report = import_file(engine, settings, file, now=now)
    assert not report.problems, report.problems[0]
    return _ids(engine, size.calls * runs)


def _write_customers(file: Path, size: Size, runs: int) -> None:
    with CUSTOMERS.open(encoding="utf-8", newline="") as stream:
        like = next(csv.DictReader(stream))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(like))
        writer.writeheader()
        for number in range(size.calls * runs):
            own = {
                "customer_code": f"B{FIRST_CODE + number}",
                "contract_code": f"BK{FIRST_CODE + number}",
                "name": f"Cliente Bench {number}",
                "document": "",
                "login": f"bench.{number}",
                "olt": f"olt-{number % size.olts}",
                "concentrator": f"bng-{number % size.routers}",
                "onu": str(number // size.olts + 1),
                "serial": "",
                "ip": "",
            }
            writer.writerow({**like, **own})


def _ids(engine: Engine, many: int) -> list[int]:
    query = select(CUSTOMER.c.id).where(CUSTOMER.c.code.startswith("B")).order_by(CUSTOMER.c.id)
    with core_reading(engine) as connection:
        found = [int(row.id) for row in connection.execute(query)]
    assert len(found) == many, len(found)
    return found


@contextmanager
def _devices(size: Size) -> Iterator[dict[str, list[int]]]:
    command = [sys.executable, "-m", "benchmarks.slow_devices", "--late", str(LATE_S)]
    command += ["--olts", str(size.olts), "--routers", str(size.routers)]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()
