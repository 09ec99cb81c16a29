"""The routers and OLTs of the installation: their table, and how each is reached.

Credentials are encrypted in one column, opened only here, and given on as `Secret`. They are
never listed, logged or exported.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel, select

from kbwizard.checks.adapters.routeros_access import (
    LoginMethod,
    RouterAccess,
    default_port,
    parse_fingerprint,
)
from kbwizard.checks.credentials import Vault
from kbwizard.checks.new_device import NewDevice, problems_of
from kbwizard.config import Secret
from kbwizard.db import UtcDateTime, reading, writing
from kbwizard.errors import Conflict, InvalidInput, NotFound

SNMP_PORT = 161
SECRETS = ("password", "action_password", "community", "v3_auth_key", "v3_priv_key")


class Device(SQLModel, table=True):
    """A RouterOS concentrator (`router`) or an OLT. Lines name it by `name`."""

    __tablename__ = "device"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=10)
    name: str = Field(max_length=60, unique=True)
    host: str = Field(max_length=255)
    port: int
    tls: bool = True
    ca_pem: str = ""
    fingerprint: str = Field(default="", max_length=64)
    server_name: str = Field(default="", max_length=255)
    login_method: str = Field(default="plain", max_length=10)
    user: str = Field(default="", max_length=100)
    action_user: str = Field(default="", max_length=100)
    block_lists: str = ""
    """Names of address lists that mean "blocked", one a line."""
    profile: str = Field(default="", max_length=60)
    snmp_version: str = Field(default="", max_length=4)
    """2c or 3."""
    v3_user: str = Field(default="", max_length=100)
    v3_context: str = Field(default="", max_length=100)
    v3_auth: str = Field(default="SHA", max_length=10)
    v3_priv: str = Field(default="AES", max_length=10)
    clock_offset_minutes: int | None = None
    """Of an OLT's clock from UTC, for times it gives without a zone; None: as the installation."""
    secrets: str = Field(default="", repr=False)
    """Encrypted; see `credentials.Vault`."""
    enabled: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True, slots=True)
class OltAccess:
    """One OLT and how it is asked. With `snmp_version` 2c only `community` counts."""

    name: str
    host: str
    port: int
    profile: str
    snmp_version: str
    community: Secret
    v3_user: str = ""
    v3_auth_key: Secret = field(default_factory=lambda: Secret(""))
    v3_priv_key: Secret = field(default_factory=lambda: Secret(""))
    v3_auth: str = "SHA"
    v3_priv: str = "AES"
    v3_context: str = ""
    clock_offset_minutes: int | None = None


def save_device(
    engine: Engine, vault: Vault, new: NewDevice, *, now: datetime, replace: bool = False
) -> Device:
    """Add a device, or with `replace` put it in the place of one of the same name.

    Raises `InvalidInput` naming each wrong field, `Conflict` when the name is taken.
    """
    device = _checked(new, now)
    device.secrets = vault.seal({name: getattr(new, name) for name in SECRETS})
    try:
        with writing(engine) as db:
            old = db.exec(select(Device).where(Device.name == device.name)).first()
            if old is not None and not replace:
                raise Conflict(f"Já existe um equipamento chamado {device.name!r}.")
            if old is not None:
                device.id, device.created_at = old.id, old.created_at
                device = db.merge(device)
            db.add(device)
    except IntegrityError:
        raise Conflict(f"Já existe um equipamento chamado {new.name!r}.") from None
    return device


def all_devices(engine: Engine) -> list[Device]:
    """Every device by name, disabled ones too."""
    with reading(engine) as db:
        return list(db.exec(select(Device).order_by(Device.name)))


def find_device(engine: Engine, name: str) -> Device:
    """The device of a name; raises `NotFound`."""
    with reading(engine) as db:
        device = db.exec(select(Device).where(Device.name == name)).first()
    if device is None:
        raise NotFound(f"Não há equipamento chamado {name!r}. Veja: device list.")
    return device


def set_enabled(engine: Engine, name: str, *, enabled: bool) -> None:
    """Take a device out of every check, or back in."""
    with writing(engine) as db:
        device = db.exec(select(Device).where(Device.name == name)).first()
        if device is None:
            raise NotFound(f"Não há equipamento chamado {name!r}. Veja: device list.")
        device.enabled = enabled
        db.add(device)


def rotate_secrets(engine: Engine, vault: Vault) -> int:
    """Encrypt every device's secrets with the newest key; returns how many.

    All or none: one that opens with no key raises `SetupError` and nothing changes.
    """
    with writing(engine) as db:
        devices = list(db.exec(select(Device)))
        for device in devices:
            device.secrets = vault.reseal(device.secrets, owner=device.name)
            db.add(device)
    return len(devices)


def router_access(device: Device, vault: Vault) -> RouterAccess:
    """How to reach a router; raises `SetupError` when its secrets do not open."""
    secrets = _secrets(device, vault)
    return RouterAccess(
        name=device.name,
        host=device.host,
        port=device.port,
        user=device.user,
        password=secrets["password"],
        tls=device.tls,
        ca_pem=device.ca_pem,
        fingerprint=device.fingerprint,
        server_name=device.server_name,
        login_method=LoginMethod(device.login_method),
        action_user=device.action_user,
        action_password=secrets["action_password"],
        block_lists=tuple(device.block_lists.splitlines()),
    )


def olt_access(device: Device, vault: Vault) -> OltAccess:
    """How to ask an OLT; raises `SetupError` when its secrets do not open."""
    secrets = _secrets(device, vault)
    return OltAccess(
        name=device.name,
        host=device.host,
        port=device.port,
        profile=device.profile,
        snmp_version=device.snmp_version,
        community=secrets["community"],
        v3_user=device.v3_user,
        v3_auth_key=secrets["v3_auth_key"],
        v3_priv_key=secrets["v3_priv_key"],
        v3_auth=device.v3_auth,
        v3_priv=device.v3_priv,
        v3_context=device.v3_context,
        clock_offset_minutes=device.clock_offset_minutes,
    )


def _secrets(device: Device, vault: Vault) -> dict[str, Secret]:
    found = vault.unseal(device.secrets, owner=device.name)
    return {name: found.get(name, Secret("")) for name in SECRETS}


def _checked(new: NewDevice, now: datetime) -> Device:
    wrong = problems_of(new)
    if wrong:
        told = "; ".join(f"{name}: {message}" for name, message in wrong.items())
        raise InvalidInput(f"Equipamento não cadastrado. {told}", wrong)
    is_router = new.kind == "router"
    return Device(
        kind=new.kind,
        name=new.name.strip(),
        host=new.host.strip(),
        port=new.port or (default_port(tls=new.tls) if is_router else SNMP_PORT),
        tls=is_router and new.tls,
        ca_pem=new.ca_pem,
        fingerprint=parse_fingerprint(new.fingerprint) if new.fingerprint else "",
        server_name=new.server_name,
        login_method=new.login_method,
        user=new.user,
        action_user=new.action_user,
        block_lists="\n".join(name.strip() for name in new.block_lists if name.strip()),
        profile=new.profile,
        snmp_version="" if is_router else (new.snmp_version or ("3" if new.v3_user else "2c")),
        v3_user=new.v3_user,
        v3_context=new.v3_context,
        v3_auth=new.v3_auth,
        v3_priv=new.v3_priv,
        clock_offset_minutes=new.clock_offset_minutes,
        enabled=new.enabled,
        created_at=now,
    )
