"""Devices and their secrets: checked, encrypted, never shown, rotated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from kbwizard.checks.credentials import Vault
from kbwizard.checks.devices import (
    all_devices,
    find_device,
    olt_access,
    rotate_secrets,
    router_access,
    save_device,
    set_enabled,
)
from kbwizard.checks.new_device import NewDevice
from kbwizard.config import Secret, Settings
from kbwizard.errors import Conflict, InvalidInput, NotFound, SetupError
from tests.helpers.clock import START

ROUTER = NewDevice(
    kind="router", name="bng-1", host="192.0.2.1", user="leitor", password=Secret("senha-secreta-1"),
    action_user="atuador", action_password=Secret("senha-secreta-2"), block_lists=("pgcorte", "bloqueados"),
)  # fmt: skip
OLT = NewDevice(
    kind="olt", name="OLT-Centro", host="192.0.2.2", profile="huawei-ma5600",
    community=Secret("comunidade-secreta"), clock_offset_minutes=-180,
)  # fmt: skip
V3 = NewDevice(
    kind="olt", name="olt-v3", host="192.0.2.3", profile="zte-c320", v3_user="leitura",
    v3_auth_key=Secret("chave-secreta-a"), v3_priv_key=Secret("chave-secreta-b"), v3_context="vlan-10",
)  # fmt: skip
SECRETS = (
    "senha-secreta-1",
    "senha-secreta-2",
    "comunidade-secreta",
    "chave-secreta-a",
    "chave-secreta-b",
)


@pytest.fixture
def vault(settings: Settings) -> Vault:
    return Vault(settings.credentials_key)


def test_a_router_comes_back_as_it_was_added(engine: Engine, vault: Vault) -> None:
    save_device(engine, vault, ROUTER, now=START)

    access = router_access(find_device(engine, "bng-1"), vault)

    assert (access.host, access.port, access.tls, access.user) == (
        "192.0.2.1",
        8729,
        True,
        "leitor",
    )
    assert access.password.reveal() == "senha-secreta-1"
    assert access.action_password.reveal() == "senha-secreta-2"
    assert access.block_lists == ("pgcorte", "bloqueados")


def test_an_olt_comes_back_as_it_was_added(engine: Engine, vault: Vault) -> None:
    save_device(engine, vault, OLT, now=START)
    save_device(engine, vault, V3, now=START)

    plain = olt_access(find_device(engine, "OLT-Centro"), vault)
    v3 = olt_access(find_device(engine, "olt-v3"), vault)

    assert (plain.port, plain.snmp_version, plain.community.reveal()) == (
        161,
        "2c",
        "comunidade-secreta",
    )
    assert plain.clock_offset_minutes == -180
    assert (v3.snmp_version, v3.v3_user, v3.v3_context) == ("3", "leitura", "vlan-10")
    assert (v3.v3_auth_key.reveal(), v3.v3_priv_key.reveal()) == (
        "chave-secreta-a",
        "chave-secreta-b",
    )


def test_nothing_secret_is_in_the_database_nor_in_any_repr(engine: Engine, vault: Vault) -> None:
    for new in (ROUTER, OLT, V3):
        save_device(engine, vault, new, now=START)

    with engine.connect() as connection:
        stored = str(connection.execute(text("select * from device")).all())
    devices = all_devices(engine)
    accesses = [
        router_access(one, vault) if one.kind == "router" else olt_access(one, vault)
        for one in devices
    ]
    shown = stored + repr(devices) + repr(accesses) + repr((ROUTER, OLT, V3))

    assert len(devices) == 3
    assert [secret for secret in SECRETS if secret in shown] == []


def test_the_same_secret_is_never_stored_twice_alike(engine: Engine, vault: Vault) -> None:
    first = save_device(engine, vault, ROUTER, now=START)
    second = save_device(engine, vault, replace(ROUTER, name="bng-2"), now=START)

    assert first.secrets != second.secrets


def test_a_name_is_taken_once_and_can_be_replaced(engine: Engine, vault: Vault) -> None:
    save_device(engine, vault, ROUTER, now=START)

    with pytest.raises(Conflict, match="bng-1"):
        save_device(engine, vault, replace(ROUTER, host="192.0.2.9"), now=START)
    save_device(
        engine, vault, replace(ROUTER, host="192.0.2.9", port=18729), now=START, replace=True
    )

    (device,) = all_devices(engine)
    assert (device.host, device.port) == ("192.0.2.9", 18729)


def test_a_device_nobody_added_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound, match="bng-9"):
        find_device(engine, "bng-9")


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (replace(ROUTER, kind="switch"), "kind"),
        (replace(ROUTER, name=" "), "name"),
        (replace(ROUTER, name="a b"), "name"),
        (replace(ROUTER, name="x" * 61), "name"),
        (replace(ROUTER, host="http://x/"), "host"),
        (replace(ROUTER, host=""), "host"),
        (replace(ROUTER, port=70000), "port"),
        (replace(ROUTER, password=Secret("")), "user"),
        (replace(ROUTER, login_method="magia"), "login_method"),
        (replace(ROUTER, action_password=Secret("")), "action_user"),
        (replace(ROUTER, tls=False, fingerprint="ab" * 32), "tls"),
        (replace(ROUTER, fingerprint="abc"), "fingerprint"),
        (replace(ROUTER, ca_pem="não é um PEM"), "ca_pem"),
        (replace(OLT, profile="marca-x"), "profile"),
        (replace(OLT, snmp_version="1"), "snmp_version"),
        (replace(OLT, community=Secret("")), "community"),
        (replace(V3, v3_user="", snmp_version="3"), "v3_user"),
        (replace(V3, v3_auth_key=Secret("curta")), "v3_auth_key"),
        (replace(V3, v3_auth="MD5"), "v3_auth"),
        (replace(OLT, clock_offset_minutes=9999), "clock_offset_minutes"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    engine: Engine, vault: Vault, new: NewDevice, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        save_device(engine, vault, new, now=START)

    assert field in caught.value.fields
    assert all_devices(engine) == []


def test_every_wrong_field_is_told_at_once(engine: Engine, vault: Vault) -> None:
    with pytest.raises(InvalidInput) as caught:
        save_device(engine, vault, NewDevice(kind="router", name="", host="", port=-1), now=START)

    assert set(caught.value.fields) == {"name", "host", "port", "user"}


def test_plain_is_only_by_explicit_choice(engine: Engine, vault: Vault) -> None:
    tls = save_device(engine, vault, ROUTER, now=START)
    plain = save_device(engine, vault, replace(ROUTER, name="velho", tls=False), now=START)

    assert (tls.tls, tls.port) == (True, 8729)
    assert (plain.tls, plain.port) == (False, 8728)


def test_a_device_can_be_taken_out_and_put_back(engine: Engine, vault: Vault) -> None:
    save_device(engine, vault, ROUTER, now=START)

    set_enabled(engine, "bng-1", enabled=False)
    off = find_device(engine, "bng-1").enabled
    set_enabled(engine, "bng-1", enabled=True)

    assert (off, find_device(engine, "bng-1").enabled) == (False, True)


def keys(*parts: str) -> Vault:
    return Vault(Secret(",".join(parts)))


def new_key() -> str:
    return Fernet.generate_key().decode()


def test_a_key_is_rotated_without_losing_a_device(engine: Engine) -> None:
    old, new = new_key(), new_key()
    save_device(engine, keys(old), ROUTER, now=START)

    before = router_access(find_device(engine, "bng-1"), keys(new, old)).password.reveal()
    count = rotate_secrets(engine, keys(new, old))
    after = router_access(find_device(engine, "bng-1"), keys(new)).password.reveal()

    assert (before, count, after) == ("senha-secreta-1", 1, "senha-secreta-1")
    with pytest.raises(SetupError):
        router_access(find_device(engine, "bng-1"), keys(old))


def test_rotation_with_a_lost_key_changes_nothing(engine: Engine) -> None:
    old, lost, new = new_key(), new_key(), new_key()
    save_device(engine, keys(old), ROUTER, now=START)
    save_device(engine, keys(lost), replace(ROUTER, name="bng-2"), now=START)

    with pytest.raises(SetupError, match="bng-2"):
        rotate_secrets(engine, keys(new, old))

    assert router_access(find_device(engine, "bng-1"), keys(old)).user == "leitor"


def test_a_wrong_key_is_told_with_the_device_and_without_a_secret(engine: Engine) -> None:
    save_device(engine, keys(new_key()), ROUTER, now=START)

    with pytest.raises(SetupError, match="bng-1") as caught:
        router_access(find_device(engine, "bng-1"), keys(new_key()))

    assert "gAAAA" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["", "curta", "x" * 44, ",", new_key() + ",abc"])
def test_a_key_that_is_no_key_is_told(wrong: Any) -> None:
    with pytest.raises(SetupError, match="KBWIZARD_CREDENTIALS_KEY"):
        Vault(Secret(wrong))


def test_the_snmpv3_words_are_those_of_the_adapter() -> None:
    from kbwizard.checks.adapters.snmp_engine import AUTH_PROTOCOLS, PRIV_PROTOCOLS
    from kbwizard.checks.new_device import V3_AUTH, V3_PRIV

    assert (tuple(AUTH_PROTOCOLS), tuple(PRIV_PROTOCOLS)) == (V3_AUTH, V3_PRIV)
