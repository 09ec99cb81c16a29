"""Talking to one OLT: one GET PDU for named OIDs, or the rows of one PON by bounded GETBULK.

What comes back is checked before anybody sees it: the OIDs must be the ones asked, in order. The
meaning of a value is not known here.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyasn1.type.univ import Integer, OctetString
from pysnmp.error import PySnmpError
from pysnmp.proto.rfc1905 import EndOfMibView, NoSuchInstance, NoSuchObject

from kbwizard.checks.adapters.snmp_engine import (
    V3,
    Address,
    Credentials,
    Engine,
    auth_data,
    engine_for,
    hlapi,
    renew_engine,
)
from kbwizard.checks.adapters.snmp_trouble import (
    GARBAGE,
    HALF_DEAF,
    SILENCE_V2C,
    SILENCE_V3,
    TOO_BIG,
    PduError,
    SnmpTrouble,
    indication_trouble,
    is_silence,
)
from kbwizard.checks.limits import Gate
from kbwizard.checks.profile_model import Oid
from kbwizard.checks.raw_values import Missing, Raw
from kbwizard.wizard.facts import Reason

WAIT_S = 3.5
"""Wait for one answer; then one more try (DESIGN section 7: 3.5 s, twice, within 8 s)."""
STEP_S = 0.5
"""Waits come in these steps, so that pysnmp's table of targets stays small."""
MARGIN_S = 0.25
"""Kept back from the deadline, so that we end before our caller stops waiting."""
ROWS_PER_PDU = 24
MOST_PDUS = 16
"""A PON of 128 ONUs needs 6 PDUs; more than this is not one PON."""

Binding = tuple[Oid, Raw]
Command = Callable[..., Awaitable[Any]]
"""pysnmp's `get_cmd` or `bulk_cmd`."""

_WORTH_ANOTHER_TRY = frozenset({Reason.TIMEOUT})


@dataclass(frozen=True, slots=True)
class Range:
    """The rows of one column from `first` up to, not including, `after`."""

    first: Oid
    after: Oid


class SnmpSession:
    """One OLT's address, credentials and gate. Holds no socket: engines are shared."""

    def __init__(
        self, host: str, port: int, credentials: Credentials, *, gate: Gate | None = None
    ) -> None:
        self.host = host
        self.port = port
        self.credentials = credentials
        self.gate = gate

    async def get(self, oids: Sequence[Oid], *, deadline: float) -> dict[Oid, Raw]:
        """One GET PDU. `deadline` is a moment of the running loop's clock.

        An OLT that fails on one varbind fails the whole PDU; that one is left out and the rest
        asked once more. Raises `SnmpTrouble`, `Busy` or `Paused`.
        """
        try:
            return dict(await self._get_exactly(oids, deadline))
        except PduError as error:
            if not 1 <= error.index <= len(oids) or len(oids) == 1 or error.reason == Reason.AUTH:
                raise
            bad = oids[error.index - 1]
        rest = [oid for oid in oids if oid != bad]
        return {**dict(await self._get_exactly(rest, deadline)), bad: Missing.ERROR}

    async def _get_exactly(self, oids: Sequence[Oid], deadline: float) -> list[Binding]:
        bindings = await self._ask(hlapi.get_cmd, (), oids, deadline)
        if [oid for oid, _ in bindings] != list(oids):
            raise SnmpTrouble(Reason.BAD_REPLY, "respondeu por outra linha da tabela: descartado")
        return bindings

    async def walk(self, ranges: Sequence[Range], *, deadline: float) -> list[list[Binding]]:
        """The rows of each range, by GETBULK over the columns side by side.

        Never asks for anything outside the ranges. Raises like `get`; rows read only in part are
        never given.
        """
        rows: list[list[Binding]] = [[] for _ in ranges]
        cursors = {number: wanted.first for number, wanted in enumerate(ranges)}
        repetitions = ROWS_PER_PDU
        for _ in range(MOST_PDUS):
            if not cursors:
                return rows
            try:
                bindings = await self._ask(
                    hlapi.bulk_cmd, (0, repetitions), list(cursors.values()), deadline
                )
            except PduError as error:
                if error.status != TOO_BIG or repetitions == 1:
                    raise
                repetitions //= 2
                continue
            cursors = _advance(ranges, rows, cursors, bindings)
        if cursors:
            raise SnmpTrouble(Reason.BAD_REPLY, "a PON tem mais linhas do que uma PON pode ter")
        return rows

    async def _ask(
        self,
        command: Command,
        numbers: tuple[int, ...],
        oids: Sequence[Oid],
        deadline: float,
    ) -> list[Binding]:
        if self.gate is None:
            return await self._exchange(command, numbers, oids, deadline)
        async with self.gate.place(self._left(deadline)):
            try:
                bindings = await self._exchange(command, numbers, oids, deadline)
            except PduError:
                self.gate.succeeded()
                raise
            except SnmpTrouble as trouble:
                if trouble.reason != Reason.NOT_CONFIGURED:
                    self.gate.failed()
                raise
            self.gate.succeeded()
            return bindings

    async def _exchange(
        self, command: Command, numbers: tuple[int, ...], oids: Sequence[Oid], deadline: float
    ) -> list[Binding]:
        """Ask, and once more when nothing came back in time."""
        tries = 2 if self._left(deadline) >= 2 * STEP_S else 1
        for left_tries in range(tries, 0, -1):
            try:
                return await self._try(command, numbers, oids, deadline, left_tries)
            except SnmpTrouble as trouble:
                last = left_tries == 1 or self._left(deadline) < STEP_S
                if last or trouble.reason not in _WORTH_ANOTHER_TRY:
                    raise
        raise self._silence(garbage=False)

    async def _try(
        self,
        command: Command,
        numbers: tuple[int, ...],
        oids: Sequence[Oid],
        deadline: float,
        tries: int,
    ) -> list[Binding]:
        target = await self._target(deadline, tries)
        address: Address = tuple(target.transport_address)[:2]
        engine = engine_for(self.credentials, address)
        before = engine.heard_from(address), engine.garbage_from(address)
        names = [hlapi.ObjectType(hlapi.ObjectIdentity(oid)) for oid in oids]
        context = hlapi.ContextData(contextName=self._context())
        try:
            async with asyncio.timeout(self._left(deadline)):
                indication, status, index, found = await command(
                    engine.snmp,
                    auth_data(self.credentials),
                    target,
                    context,
                    *numbers,
                    *names,
                    lookupMib=False,
                )
        except TimeoutError:
            raise self._silence(garbage=engine.garbage_from(address) > before[1]) from None
        except PySnmpError as error:
            raise SnmpTrouble(Reason.BAD_REPLY, f"falha no SNMP: {str(error)[:80]}") from error
        if indication:
            raise self._refused(indication, engine, address, before)
        if self._is_v3:
            engine.met.add(address)
        if status:
            raise PduError(int(status), int(index))
        return [(tuple(name), _raw(value)) for name, value in found]

    def _refused(
        self, indication: object, engine: Engine, address: Address, before: tuple[int, int]
    ) -> SnmpTrouble:
        """Why the exchange failed. A v3 device that talks but is not understood was replaced."""
        garbage = engine.garbage_from(address) > before[1]
        trouble = indication_trouble(indication, v3=self._is_v3, garbage=garbage)
        talks = engine.heard_from(address) > before[0] and not garbage
        if not self._is_v3 or not talks:
            return trouble
        if address in engine.met:
            renew_engine(self.credentials, address)
            return SnmpTrouble(Reason.TIMEOUT, SILENCE_V3)
        return SnmpTrouble(Reason.AUTH, HALF_DEAF) if is_silence(indication) else trouble

    @property
    def _is_v3(self) -> bool:
        return isinstance(self.credentials, V3)

    def _context(self) -> str:
        return self.credentials.context if isinstance(self.credentials, V3) else ""

    def _silence(self, *, garbage: bool) -> SnmpTrouble:
        if garbage:
            return SnmpTrouble(Reason.BAD_REPLY, GARBAGE)
        return SnmpTrouble(Reason.TIMEOUT, SILENCE_V3 if self._is_v3 else SILENCE_V2C)

    def _left(self, deadline: float) -> float:
        return max(0.0, deadline - asyncio.get_running_loop().time() - MARGIN_S)

    async def _target(self, deadline: float, tries: int) -> Any:
        """The address, with as much patience as is left for each of the tries."""
        left = self._left(deadline)
        wait = min(WAIT_S, max(STEP_S, left / tries // STEP_S * STEP_S))
        kind = hlapi.Udp6TransportTarget if _is_v6(self.host) else hlapi.UdpTransportTarget
        try:
            async with asyncio.timeout(max(left, STEP_S)):
                return await kind.create((self.host, self.port), timeout=wait, retries=0)
        except (PySnmpError, TimeoutError, UnicodeError) as error:
            # UnicodeError: a part of the name is longer than a name may have.
            raise SnmpTrouble(
                Reason.REFUSED, f"o nome {self.host!r} não foi encontrado no DNS"
            ) from error


def _advance(
    ranges: Sequence[Range],
    rows: list[list[Binding]],
    cursors: dict[int, Oid],
    bindings: Sequence[Binding],
) -> dict[int, Oid]:
    """Keep what lies in the ranges, and say where each unfinished column goes on."""
    if not bindings:
        raise SnmpTrouble(Reason.BAD_REPLY, "respondeu sem nenhuma linha")
    order = list(cursors)
    unfinished = dict(cursors)
    for place, (oid, raw) in enumerate(bindings):
        number = order[place % len(order)]
        if number not in unfinished:
            continue
        if raw is Missing.END or oid >= ranges[number].after:
            del unfinished[number]
        elif oid <= unfinished[number]:
            raise SnmpTrouble(Reason.BAD_REPLY, "respondeu linhas fora de ordem: descartado")
        else:
            rows[number].append((oid, raw))
            unfinished[number] = oid
    return unfinished


def _raw(value: object) -> Raw:
    if isinstance(value, NoSuchInstance):
        return Missing.INSTANCE
    if isinstance(value, NoSuchObject):
        return Missing.OBJECT
    if isinstance(value, EndOfMibView):
        return Missing.END
    if isinstance(value, Integer):
        return int(value)
    if isinstance(value, OctetString):
        return bytes(value)
    return str(value).encode()


def _is_v6(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).version == 6
    except ValueError:
        return False
