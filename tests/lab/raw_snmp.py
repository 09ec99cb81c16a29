"""One SNMP v2c question in one datagram, and the raw answer."""

from __future__ import annotations

import socket

from kbwizard.lab import ber
from kbwizard.lab.ber import Oid, Value
from kbwizard.lab.endpoints import DeviceEndpoint
from kbwizard.lab.snmp_message import GET, NOT_WRITABLE, Pdu, pack_v2c, parse_pdu, version_of

__all__ = ["NOT_WRITABLE", "ask", "ask_pdu", "number"]


def ask_raw(
    device: DeviceEndpoint, pdu: Pdu, *, community: str = "", timeout_s: float = 1.0
) -> bytes:
    """The datagram that came back; raises `TimeoutError` for silence."""
    message = pack_v2c((community or device.community).encode(), pdu)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(timeout_s)
        client.connect((device.host, device.port))
        client.send(message)
        return client.recv(65_535)


def ask_pdu(device: DeviceEndpoint, kind: int, *oids: str, first: int = 0, second: int = 0) -> Pdu:
    bindings = tuple((ber.oid(oid), ber.NOTHING) for oid in oids)
    raw = ask_raw(device, Pdu(kind, 77, first, second, bindings))
    _, parts = version_of(raw)
    return parse_pdu(ber.wrap(*parts[2]))


def ask(device: DeviceEndpoint, *oids: str) -> list[tuple[Oid, Value]]:
    """GET."""
    return list(ask_pdu(device, GET, *oids).bindings)


def number(value: Value) -> int:
    assert value[0] == ber.INTEGER, value
    return ber.parse_integer(value[1])
