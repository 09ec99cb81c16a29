"""A running lab's devices, as somebody would register them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kbwizard.checks.new_device import NewDevice
from kbwizard.config import Secret
from kbwizard.lab.endpoints import DeviceEndpoint, Endpoints


def new_devices(endpoints: Endpoints) -> list[NewDevice]:
    return [new_device(one) for one in endpoints.devices]


def new_device(one: DeviceEndpoint) -> NewDevice:
    if one.kind != "router":
        return NewDevice(
            kind="olt", name=one.name, host=one.host, port=one.port, profile=one.profile,
            snmp_version=one.snmp_version, community=Secret(one.community), v3_user=one.v3_user,
            v3_auth_key=Secret(one.v3_auth_key), v3_priv_key=Secret(one.v3_priv_key),
        )  # fmt: skip
    way: dict[str, Any] = {"tls": False, "port": one.port}
    if one.tls_port:
        ca_pem = Path(one.tls_ca_file).read_text(encoding="ascii")
        way = {"port": one.tls_port, "ca_pem": ca_pem, "server_name": one.tls_name}
    return NewDevice(
        kind="router", name=one.name, host=one.host, login_method=one.login, user=one.user,
        password=Secret(one.password), action_user=one.write_user,
        action_password=Secret(one.write_password), block_lists=("bloqueados",), **way,
    )  # fmt: skip
