"""The demo: data loaded through the same doors as a real installation, on a simulated network.

Devices come in as `device add` would bring them, customers as `directory import` would, both
from what the lab says of itself. Nothing here writes a table of another part by hand.
"""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from kbwizard.accounts.demo import DEMO_PASSWORD, DEMO_USERS, make_demo_users
from kbwizard.cases.outages import OutageForm, Outages
from kbwizard.checks.credentials import Vault
from kbwizard.checks.devices import save_device
from kbwizard.checks.new_device import NewDevice
from kbwizard.config import Secret, Settings
from kbwizard.db import make_engine, trouble
from kbwizard.directory.importer import import_file
from kbwizard.errors import KbwizardError, SetupError
from kbwizard.lab.client import LabClient
from kbwizard.lab.endpoints import DeviceEndpoint, read_endpoints
from kbwizard.lab.running import LabProcess, run_lab_process
from kbwizard.migrations import migrate

log = logging.getLogger(__name__)

CUSTOMERS = Path(__file__).parent / "lab" / "demo_customers.csv"
BLOCK_LISTS = ("bloqueados",)
WATCH_S = 1.0
ORPHAN_S = 3.0
DEMO_OUTAGE_TARGET = "olt-huawei 0/1/3"
"""The PON whose trunk is cut in the lab."""


@dataclass(slots=True)
class KeptLab:
    """The lab's process, started again when it dies."""

    settings: Settings
    engine: Engine
    speed: float | None
    process: LabProcess | None = None
    stopping: threading.Event = field(default_factory=threading.Event)
    changing: threading.Lock = field(default_factory=threading.Lock)
    """Held while the process is started or stopped: none is started after the last stop."""

    @property
    def folder(self) -> Path:
        return self.settings.data_dir / "lab"

    def start(self) -> None:
        """Start the process, unless the demo is ending, and register its devices."""
        with self.changing:
            if self.stopping.is_set():
                return
            self.process = run_lab_process(
                ready_file=self.folder / "lab.json",
                state_file=self.folder / "state.json",
                speed=self.speed,
            )
            add_devices(self.engine, self.settings, self.process.endpoints.devices)
        self.engine.dispose()  # no connection is carried through the server's forks

    def watch(self) -> None:
        """Runs on a thread of its own until the demo ends."""
        while not self.stopping.wait(WATCH_S):
            if self.process is not None and self.process.process.poll() is not None:
                try:
                    self.start()
                except SetupError as error:
                    log.warning("o laboratório caiu e não voltou: %s", error)
                except DBAPIError as error:
                    log.warning("o laboratório voltou sem registro: %s", trouble(error))

    def stop(self) -> None:
        self.stopping.set()
        with self.changing:
            if self.process is not None:
                self.process.stop()


@contextmanager
def prepare_demo(settings: Settings, *, speed: float | None) -> Iterator[None]:
    """Prepare everything but the web server, and end the lab afterwards.

    Raises `SetupError`, also when another demo uses this data folder.
    """
    engine = make_engine(settings.database_url)
    lab = KeptLab(settings, engine, speed)
    with _alone(lab.folder):
        migrate(engine)
        now = datetime.now(UTC)
        make_demo_users(engine, now=now)
        load_customers(engine, settings, now)
        end_orphan(lab.folder / "lab.json")
        try:
            lab.start()
            declare_outage(engine, now)
            engine.dispose()
            watcher = threading.Thread(target=lab.watch, name="lab-watch", daemon=True)
            watcher.start()
            yield
        finally:
            lab.stop()
            engine.dispose()


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


def declare_outage(engine: Engine, now: datetime) -> None:
    """One declared outage with a forecast, so that ending A can be seen."""
    outages = Outages(engine)
    for outage in outages.active():
        if outage.target == DEMO_OUTAGE_TARGET and outage.forecast_at:
            if outage.forecast_at <= now:
                outages.extend(
                    outage.id or 0,
                    forecast_at=now + timedelta(hours=3),
                    version=outage.version,
                    now=now,
                )
            return
    form = OutageForm(
        scope="pon",
        target=DEMO_OUTAGE_TARGET,
        forecast_at=now + timedelta(hours=3),
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
        "",
        f"Pessoas (senha de todas: {DEMO_PASSWORD})",
        *people,
        "",
        "Rede simulada: python -m kbwizard lab ctl --file "
        f"{settings.data_dir / 'lab' / 'lab.json'} subscribers",
        "Ctrl+C encerra tudo.",
        "",
    ]
