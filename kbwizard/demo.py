"""The demo: data loaded through the same doors as a real installation, on a simulated network.

Devices come in as `device add` would bring them, customers as `directory import` would, both
from what the lab says of itself. Nothing here writes a table of another part by hand.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from select import select

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from kbwizard.accounts.demo import DEMO_PASSWORD, DEMO_USERS, make_demo_users
from kbwizard.assembly_training import prepare_training, training_url
from kbwizard.cases.outages import OutageForm, Outages
from kbwizard.cases.settings import CaseSettings
from kbwizard.checks.credentials import Vault
from kbwizard.checks.devices import save_device
from kbwizard.checks.new_device import NewDevice
from kbwizard.config import Secret, Settings
from kbwizard.db import make_engine
from kbwizard.db_trouble import trouble
from kbwizard.directory.importer import import_file
from kbwizard.errors import KbwizardError, SetupError, reason
from kbwizard.lab.client import LabClient
from kbwizard.lab.endpoints import DeviceEndpoint, read_endpoints
from kbwizard.lab.running import LabProcess, run_lab_process
from kbwizard.migrations import migrate

log = logging.getLogger(__name__)

CUSTOMERS = Path(__file__).parent / "lab" / "demo_customers.csv"
BLOCK_LISTS = ("bloqueados",)
WATCH_S = 1.0
ORPHAN_S = 3.0
UP = "no ar"
"""What the keeper of the lab tells once it listens; anything else is why it does not."""
DEMO_OUTAGE_TARGET = "olt-huawei 0/1/3"
"""The PON whose trunk is cut in the lab."""
DEMO_PHONE = "(11) 90000-0000"
DEMO_OUTAGE_LASTS = timedelta(hours=3)


def on_its_own_lab(settings: Settings) -> Settings:
    """The same settings with exercises on the demo's own network."""
    return replace(settings, training_lab_file=settings.data_dir / "lab" / "lab.json")


@contextmanager
def prepare_demo(settings: Settings, *, speed: float | None) -> Iterator[None]:
    """Prepare everything but the web server, and end the lab afterwards.

    Raises `SetupError`, also when another demo uses this data folder.
    """
    folder = settings.data_dir / "lab"
    with _alone(folder):
        engine = make_engine(settings.database_url)
        migrate(engine)
        now = datetime.now(UTC)
        make_demo_users(engine, now=now)
        load_customers(engine, settings, now)
        declare_outage(engine, now)
        give_a_phone(engine, now)
        engine.dispose()  # no connection is carried through a fork
        prepare_training(settings, now)
        end_orphan(folder / "lab.json")
        with _kept_lab(settings, speed):
            yield


@contextmanager
def _kept_lab(settings: Settings, speed: float | None) -> Iterator[None]:
    """A process that keeps the lab running, and ends it when the block ends.

    Not a thread: the server forks, and a child forked while a thread was at the database may find
    its locks held for ever.
    """
    owner = os.getpid()
    told, tell = os.pipe()
    hear, stop = os.pipe()
    if os.fork() == 0:
        os.close(told)
        os.close(stop)
        try:
            _keep(settings, speed, owner, hear, tell)
        finally:
            os._exit(0)  # nothing of the parent's is wound up here
    os.close(tell)
    os.close(hear)
    with open(told, encoding="utf-8") as keeper, open(stop, "wb", buffering=0) as stopping:
        first = keeper.readline().strip()
        if first != UP:
            raise SetupError(first or "O laboratório não abriu.")
        try:
            yield
        finally:
            if os.getpid() == owner:  # a worker that ends unwinds through here as well
                with suppress(OSError):  # the keeper is gone already
                    stopping.write(b".")
                keeper.read()  # to the end: the keeper ended, and its lab before it


def _keep(settings: Settings, speed: float | None, parent: int, hear: int, tell: int) -> None:
    """Start the lab and start it again when it dies, until told to stop or left alone."""
    for number in (signal.SIGINT, signal.SIGTERM):  # Ctrl-C reaches us too; the parent decides
        signal.signal(number, lambda _number, _frame: None)
    lab = _start_lab(settings, speed)
    os.write(tell, (lab if isinstance(lab, str) else UP).encode() + b"\n")
    if isinstance(lab, str):
        return
    while os.getppid() == parent and not select([hear], [], [], WATCH_S)[0]:
        if lab.process.poll() is not None:
            again = _start_lab(settings, speed)
            if isinstance(again, str):
                log.warning("o laboratório caiu e não voltou: %s", again)
            else:
                lab = again
    lab.stop()


def _start_lab(settings: Settings, speed: float | None) -> LabProcess | str:
    """A lab with its devices registered; or why there is none."""
    folder = settings.data_dir / "lab"
    lab: LabProcess | None = None
    engines = [make_engine(url) for url in (settings.database_url, training_url(settings))]
    try:
        lab = run_lab_process(
            ready_file=folder / "lab.json", state_file=folder / "state.json", speed=speed
        )
        for engine in engines:
            add_devices(engine, settings, lab.endpoints.devices)
        return lab
    except (KbwizardError, OSError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
    except DBAPIError as error:
        why = f"os equipamentos não foram registrados: {trouble(error)}"
    finally:
        for engine in engines:
            engine.dispose()
    if lab is not None:
        lab.stop()
    return " ".join(why.split())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; a process that is killed lets go of it.

    A record lock, because workers must not inherit it: they outlive a killed server for a moment.
    """
    folder.mkdir(exist_ok=True)
    with open(folder / "demo.lock", "w", encoding="ascii") as held:
        try:
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SetupError(
                f"Outra demonstração já usa a pasta de dados {folder.parent}. "
                "Encerre-a, ou aponte KBWIZARD_DATA_DIR para outra pasta."
            ) from error
        yield


def end_orphan(ready_file: Path) -> None:
    """End the lab of a demo that was killed, if it is still there and says that it is that lab.

    It would end by itself within a second; until then it writes the same state file.
    """
    try:
        kept = read_endpoints(ready_file)
        client = LabClient(kept.control, timeout_s=1)
        if client.status()["endpoints"]["pid"] != kept.pid:
            return
        client.stop()
        ends = time.monotonic() + ORPHAN_S
        while time.monotonic() < ends:
            client.status()
            time.sleep(0.05)
    except (KbwizardError, KeyError):
        return  # nobody there, or not ours: the new lab finds free ports


def load_customers(engine: Engine, settings: Settings, now: datetime) -> None:
    """Import the lab's customers; raises `SetupError` if a row of our own file is wrong."""
    report = import_file(engine, settings, CUSTOMERS, now=now)
    if report.problems:
        first = report.problems[0]
        raise SetupError(f"Os clientes da demonstração não entraram: {first}")


def add_devices(engine: Engine, settings: Settings, devices: tuple[DeviceEndpoint, ...]) -> None:
    """Register the lab's devices where they listen now."""
    vault = Vault(settings.credentials_key)
    for device in devices:
        made = _router(device) if device.kind == "router" else _olt(device)
        save_device(engine, vault, made, now=datetime.now(UTC), replace=True)


def _router(device: DeviceEndpoint) -> NewDevice:
    secure = bool(device.tls_port)
    return NewDevice(
        kind="router",
        name=device.name,
        host=device.host,
        port=device.tls_port if secure else device.port,
        tls=secure,
        ca_pem=Path(device.tls_ca_file).read_text(encoding="ascii") if secure else "",
        server_name=device.tls_name,
        login_method=device.login or "plain",
        user=device.user,
        password=Secret(device.password),
        action_user=device.write_user,
        action_password=Secret(device.write_password),
        block_lists=BLOCK_LISTS,
    )


def _olt(device: DeviceEndpoint) -> NewDevice:
    return NewDevice(
        kind="olt",
        name=device.name,
        host=device.host,
        port=device.port,
        profile=device.profile,
        snmp_version=device.snmp_version,
        community=Secret(device.community),
        v3_user=device.v3_user,
        v3_auth_key=Secret(device.v3_auth_key),
        v3_priv_key=Secret(device.v3_priv_key),
    )


def give_a_phone(engine: Engine, now: datetime) -> None:
    """A number for customers to call, unless a lead wrote one. It rings nowhere."""
    settings = CaseSettings(engine)
    if not settings.get("support_phone"):
        settings.change("support_phone", DEMO_PHONE, by="demonstração", now=now)


def declare_outage(engine: Engine, now: datetime) -> None:
    """One declared outage with a forecast, so that ending A can be seen.

    Declared once: one that a lead closed stays closed, one left open gets a forecast ahead of us.
    """
    outages = Outages(engine)
    known = [one for one in outages.recent(1000) if one.target == DEMO_OUTAGE_TARGET]
    for outage in known:
        overdue = outage.forecast_at is not None and outage.forecast_at <= now
        if outage.ended_at is None and overdue:
            outages.extend(
                outage.id or 0,
                forecast_at=now + DEMO_OUTAGE_LASTS,
                version=outage.version,
                now=now,
            )
    if not known:
        form = OutageForm(
            scope="pon",
            target=DEMO_OUTAGE_TARGET,
            forecast_at=now + DEMO_OUTAGE_LASTS,
            internal_text="Demonstração: rompimento no tronco da PON.",
        )
        outages.open(form, by="lia.lider", now=now)


def welcome(settings: Settings) -> list[str]:
    """What the terminal shows: where to go, and as whom."""
    address = f"http://{settings.address}"
    people = [f"  {name:14} {role.label}" for name, _full, role in DEMO_USERS]
    return [
        "",
        f"kbwizard, demonstração em {address}",
        f"  atender        {address}/desk/",
        f"  paradas        {address}/desk/outages",
        f"  artigos        {address}/desk/articles",
        f"  treinar        {address}/study",
        "",
        f"Pessoas (senha de todas: {DEMO_PASSWORD})",
        *people,
        "",
        "Rede simulada: python -m kbwizard lab ctl --file "
        f"{settings.data_dir / 'lab' / 'lab.json'} subscribers",
        "Ctrl+C encerra tudo.",
        "",
    ]
