"""An ONU check by our SNMP source, against bare pysnmp asking the same agent for the same.

The agent is net-snmp's snmpd with a Huawei ONU behind `pass_persist`: code that is not ours.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from benchmarks.figures import Effort, Figure, Result, Skipped
from kbwizard.checks.adapters.snmp_engine import V2c, close, hlapi
from kbwizard.checks.adapters.snmp_olt import ONU_FACTS, Olt, OnuSource
from kbwizard.checks.adapters.snmp_session import SnmpSession
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.profiles import find_profile
from kbwizard.config import Secret

NAME = "consulta SNMP de uma ONU (snmpd)"
COMMUNITY = "leitura-bench"
PON, ONU = "0/1/0", 1
SNMPD = "/usr/sbin/snmpd"
STARTS_WITHIN_S = 5.0
Oid = tuple[int, ...]


def run(effort: Effort) -> list[Result]:
    if not Path(SNMPD).exists():
        return [Skipped(NAME, "falta o pacote snmpd (requirements-system.txt)")]
    with snmpd() as port:
        return [asyncio.run(_measured(port, effort))]


async def _measured(port: int, effort: Effort) -> Figure:
    olt = Olt("olt", "127.0.0.1", find_profile("huawei-ma5600"), V2c(Secret(COMMUNITY)), port)
    source = OnuSource(olt)
    subject = Subject(line=LineRef(id="1", technology="fibre", olt="olt", pon=PON, onu=ONU))
    facts = sorted(ONU_FACTS)
    oids = await _asked(source, subject, facts)
    bare = await _bare(port, oids)

    async def ours() -> None:
        readings = await source.read(subject, facts, deadline_s=8.0)
        assert readings["onu.state"].known, readings["onu.state"]

    times = effort.of(60, 2)
    await _ms(ours, times)
    await _ms(bare, times)
    pairs = [(await _ms(ours, times), await _ms(bare, times)) for _ in range(effort.runs)]
    await close()
    return Figure(
        name=NAME,
        unit="ms",
        ours=tuple(pair[0] for pair in pairs),
        floor=tuple(pair[1] for pair in pairs),
        floor_is=f"pysnmp puro, os mesmos {len(oids)} OIDs",
    )


async def _ms(ask: Callable[[], Awaitable[None]], times: int) -> float:
    began = perf_counter()
    for _ in range(times):
        await ask()
    return (perf_counter() - began) * 1000 / times


async def _asked(source: OnuSource, subject: Subject, facts: list[str]) -> list[Oid]:
    """The very OIDs that our source puts into its one PDU."""
    seen: list[Oid] = []
    session: SnmpSession = source._session
    get = session.get

    async def noting(oids: list[Oid], *, deadline: float) -> object:
        seen.extend(oids)
        return await get(oids, deadline=deadline)

    session.get = noting  # type: ignore[method-assign, assignment]
    await source.read(subject, facts, deadline_s=8.0)
    session.get = get  # type: ignore[method-assign]
    return seen


async def _bare(port: int, oids: list[Oid]) -> Callable[[], Awaitable[None]]:
    engine = hlapi.SnmpEngine()
    target = await hlapi.UdpTransportTarget.create(("127.0.0.1", port), timeout=3.5, retries=1)
    auth, context = hlapi.CommunityData(COMMUNITY, mpModel=1), hlapi.ContextData()

    async def ask() -> None:
        names = [hlapi.ObjectType(hlapi.ObjectIdentity(oid)) for oid in oids]
        trouble, status, _at, found = await hlapi.get_cmd(
            engine, auth, target, context, *names, lookupMib=False
        )
        assert not trouble, trouble
        assert not status, status
        assert len(found) == len(oids)

    return ask


@contextmanager
def snmpd() -> Iterator[int]:
    """snmpd on a free port of loopback, ended by its pid."""
    with tempfile.TemporaryDirectory(prefix="kbwizard-snmpd-") as scratch:
        folder, port = Path(scratch), _free_port()
        agent = Path(__file__).with_name("snmp_agent.py")
        conf = folder / "snmpd.conf"
        conf.write_text(
            f"agentaddress udp:127.0.0.1:{port}\nrocommunity {COMMUNITY} 127.0.0.1\n"
            f"pass_persist .1.3.6.1.4.1.2011 {shutil.which(sys.executable)} -u {agent}\n",
            encoding="ascii",
        )
        process = subprocess.Popen(
            [SNMPD, "-f", "-C", "-c", str(conf), "-Lf", str(folder / "log"), "-r"],
            env={"SNMP_PERSISTENT_DIR": scratch, "PATH": "/usr/bin:/bin"},
            stdin=subprocess.DEVNULL,
        )
        try:
            sleep(min(STARTS_WITHIN_S, 0.5))
            assert process.poll() is None, (folder / "log").read_text()
            yield port
        finally:
            process.terminate()
            process.wait(5)


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
