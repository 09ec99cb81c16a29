"""The lab's outside plant: which subscriber hangs on which OLT, PON and concentrator.

This is what the network knows, read from `demo_plant.csv`; what the provider's records say about
the same logins is `demo_customers.csv`, and the two may disagree on purpose. The lines of
exercises and their neighbours are in `training_plant.csv`: the real directory has none of them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from kbwizard.errors import NotFound

HERE = Path(__file__).resolve().parent
PLANT_FILE = HERE / "demo_plant.csv"
TRAINING_FILE = HERE / "training_plant.csv"
CUSTOMERS_FILE = HERE / "demo_customers.csv"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One access as the network has it. Levels in dBm, distance in metres, plan in Mbps."""

    login: str
    olt: str
    pon: str
    onu: int
    serial: str
    base_rx_dbm: float
    distance_m: int
    lan_mbps: int
    concentrator: str
    auth: str
    mac: str
    address: str
    down_mbps: int
    up_mbps: int
    first_fault: str
    """The fault it has when the lab starts for the first time."""

    @property
    def has_onu(self) -> bool:
        return self.olt != ""

    @property
    def pon_key(self) -> tuple[str, str]:
        """The PON among all OLTs; lines without fibre share an empty one."""
        return self.olt, self.pon


@dataclass(frozen=True, slots=True)
class Olt:
    """An OLT and how it may be asked. `v3_user` empty: v2c only."""

    name: str
    profile: str
    community: str
    v3_user: str = ""


@dataclass(frozen=True, slots=True)
class Concentrator:
    """A RouterOS concentrator and its personality."""

    name: str
    version: str
    board: str
    tls: bool
    token_login: bool
    """Login by MD5 challenge, as before 6.43, is accepted as well."""
    radius: bool
    """Customers are known to RADIUS and not to local secrets; the log then carries its reasons."""

    @property
    def is_modern(self) -> bool:
        """7.18 and later: `!empty` before `!done`, ISO dates."""
        return self.version.startswith("7.")


OLTS = (
    Olt("olt-huawei", "huawei-ma5600", "lab-huawei"),
    Olt("olt-zte", "zte-c320", "lab-zte"),
    Olt("olt-fiberhome", "fiberhome-an5516", "lab-fiberhome", v3_user="kbwizard"),
)
CONCENTRATORS = (
    Concentrator(
        "bng-1", "7.18.2 (stable)", "CCR2116-12G-4S+", tls=True, token_login=False, radius=True
    ),
    Concentrator(
        "bng-2", "6.43.16 (long-term)", "CCR1036-8G-2S+", tls=False, token_login=True, radius=False
    ),
)


@dataclass(frozen=True)
class Plant:
    """All subscribers, and the lookups that the devices need."""

    subscribers: tuple[Subscriber, ...]
    olts: tuple[Olt, ...] = OLTS
    concentrators: tuple[Concentrator, ...] = CONCENTRATORS

    @cached_property
    def by_login(self) -> dict[str, Subscriber]:
        return {subscriber.login: subscriber for subscriber in self.subscribers}

    def find(self, login: str) -> Subscriber:
        """The subscriber of a login; raises `NotFound`."""
        try:
            return self.by_login[login]
        except KeyError:
            raise NotFound(f"Não há o login {login!r} no laboratório.") from None

    @cached_property
    def pons(self) -> dict[tuple[str, str], tuple[Subscriber, ...]]:
        """Every PON's subscribers, by ONU number."""
        pons: dict[tuple[str, str], list[Subscriber]] = {}
        for subscriber in self.subscribers:
            if subscriber.has_onu:
                pons.setdefault(subscriber.pon_key, []).append(subscriber)
        return {key: tuple(sorted(ones, key=lambda one: one.onu)) for key, ones in pons.items()}

    def neighbours(self, subscriber: Subscriber) -> tuple[Subscriber, ...]:
        """Everyone on the subscriber's PON, the subscriber included."""
        return self.pons.get(subscriber.pon_key, ())

    def on_olt(self, olt: str) -> tuple[Subscriber, ...]:
        return tuple(one for one in self.subscribers if one.olt == olt)

    def on_concentrator(self, name: str) -> tuple[Subscriber, ...]:
        return tuple(one for one in self.subscribers if one.concentrator == name)


def read_plant(*files: Path) -> Plant:
    """The plant from its files; by default the demo's and the exercises' lines."""
    return Plant(tuple(one for file in files or (PLANT_FILE, TRAINING_FILE) for one in _of(file)))


def _of(file: Path) -> Iterable[Subscriber]:
    with file.open(encoding="utf-8", newline="") as stream:
        yield from _subscribers(csv.DictReader(stream))


def _subscribers(rows: Iterable[dict[str, str]]) -> Iterable[Subscriber]:
    for row in rows:
        yield Subscriber(
            login=row["login"],
            olt=row["olt"],
            pon=row["pon"],
            onu=int(row["onu"] or 0),
            serial=row["serial"],
            base_rx_dbm=float(row["rx_dbm"] or 0),
            distance_m=int(row["distance_m"] or 0),
            lan_mbps=int(row["lan_mbps"] or 0),
            concentrator=row["concentrator"],
            auth=row["auth"],
            mac=row["mac"],
            address=row["address"],
            down_mbps=int(row["down_mbps"]),
            up_mbps=int(row["up_mbps"]),
            first_fault=row["fault"],
        )
