"""SNMPv3 through pysnmp, an implementation that shares no line with the lab's."""

from __future__ import annotations

import asyncio
import warnings
from typing import Any

import pytest

from kbwizard.lab import DeviceEndpoint, RunningLab

with warnings.catch_warnings():
    # pysnmp, with pysmi installed, imports names that pysmi wants to retire.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pysnmp.hlapi.v3arch.asyncio import (
        USM_AUTH_HMAC96_SHA,
        USM_PRIV_CFB128_AES,
        ContextData,
        ObjectIdentity,
        ObjectType,
        SnmpEngine,
        UdpTransportTarget,
        UsmUserData,
        get_cmd,
    )

pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated. Please use:DeprecationWarning")
SYS_DESCR = "1.3.6.1.2.1.1.1.0"


def read(
    device: DeviceEndpoint, *, user: str = "", auth: str = "", times: int = 1
) -> tuple[str, list[str]]:
    """What pysnmp says went wrong, and what it read."""

    async def ask() -> tuple[str, list[str]]:
        engine = SnmpEngine()
        target = await UdpTransportTarget.create((device.host, device.port), timeout=2, retries=0)
        person = UsmUserData(
            user or device.v3_user, auth or device.v3_auth_key, device.v3_priv_key,
            authProtocol=USM_AUTH_HMAC96_SHA, privProtocol=USM_PRIV_CFB128_AES,
        )  # fmt: skip
        trouble: Any = None
        rows: Any = ()
        for _ in range(times):
            trouble, _status, _at, rows = await get_cmd(
                engine,
                person,
                target,
                ContextData(),
                ObjectType(ObjectIdentity(SYS_DESCR)),
                lookupMib=False,
            )
        engine.close_dispatcher()
        return str(trouble or ""), [str(row[1]) for row in rows]

    return asyncio.run(ask())


def test_pysnmp_reads_by_auth_and_priv_again_and_again(lab: RunningLab) -> None:
    assert read(lab.endpoints.device("olt-fiberhome"), times=3) == ("", ["AN5516-01 RP1000"])


def test_an_unknown_user_and_a_wrong_key_are_two_different_answers(lab: RunningLab) -> None:
    device = lab.endpoints.device("olt-fiberhome")

    assert "Unknown USM user" in read(device, user="ninguem")[0]
    assert "Wrong SNMP PDU digest" in read(device, auth="uma-outra-chave")[0]


def test_the_key_can_be_changed_behind_the_clients_back(lab: RunningLab) -> None:
    lab.client.misbehave("olt-fiberhome", "wrong_v3_key")

    assert "Wrong SNMP PDU digest" in read(lab.endpoints.device("olt-fiberhome"))[0]
