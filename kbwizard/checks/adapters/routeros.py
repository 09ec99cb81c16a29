"""PPPoE sessions read from RouterOS concentrators: the `session` source of facts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from kbwizard.checks.adapters.routeros_log import LogPatterns, read_patterns
from kbwizard.checks.adapters.routeros_pool import RouterPool
from kbwizard.checks.adapters.routeros_reads import (
    Question,
    read_blocked,
    read_history,
    read_ping,
    read_profile,
    read_traffic,
)
from kbwizard.checks.adapters.routeros_search import Sighting, find_session, match_router
from kbwizard.checks.adapters.routeros_shared_log import SharedLog
from kbwizard.checks.adapters.routeros_trouble import RouterTrouble
from kbwizard.checks.limits import Clock, utc_now
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.session_readings import (
    ATTEMPT_FACTS,
    PING_FACTS,
    SESSION_FACTS,
    TRAFFIC_FACTS,
    Value,
    newest,
    session_values,
)
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable

HISTORY_FACTS = (*ATTEMPT_FACTS, "session.last_disconnect", "session.ends_count")
PROFILE_FACTS = ("session.profile_down_mbps",)
BLOCKED = "session.blocked_list"
ATTEMPTS_WINDOW_S = 900.0
TRAFFIC_SAMPLE_S = 1.0
MARGIN_S = 0.15
"""Our own end, this much before the caller's, so that a slow router is told from a late reader."""
LONGEST_LOGIN = 200


class SessionSource:
    """Reads sessions, attempts, enforced profile, traffic and ping, over one or more routers."""

    name = "session"
    provides = SESSION_FACTS

    def __init__(
        self,
        pools: Sequence[RouterPool],
        *,
        zone: ZoneInfo,
        clock: Clock = utc_now,
        broken: Mapping[str, str] | None = None,
        patterns: LogPatterns | None = None,
        attempts_window_s: float = ATTEMPTS_WINDOW_S,
        traffic_sample_s: float = TRAFFIC_SAMPLE_S,
    ) -> None:
        """`broken`: registered routers that cannot be asked at all, and why."""
        self._pools = tuple(pools)
        self._broken = dict(broken or {})
        self._clock = clock
        self._patterns = patterns or read_patterns()
        self._logs = {
            pool: SharedLog(
                pool, self._patterns, window_s=attempts_window_s, zone=zone, clock=clock
            )
            for pool in self._pools
        }
        self._window_s = attempts_window_s
        self._sample_s = traffic_sample_s

    async def read(
        self, subject: Subject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        """As `FactSource.read`. "offline" is said only when every router said "not here"."""
        check = _Check(self._clock, subject.line, frozenset(facts))
        refusal = _refusal(subject.line, has_routers=bool(self._pools or self._broken))
        if refusal is not None:
            check.fill(refusal)
            return check.readings
        line = subject.line
        assert line is not None
        loop = asyncio.get_running_loop()
        question = Question(
            login=line.login,
            facts=check.facts,
            deadline=loop.time() + max(0.0, deadline_s - MARGIN_S),
            window_s=self._window_s,
            sample_s=self._sample_s,
            patterns=self._patterns,
        )
        if line.auth == "pppoe":
            await self._read_session(check, line, question)
        else:
            await self._read_address(check, line, question)
        check.fill(Unavailable(Reason.TIMEOUT, "a leitura não terminou no prazo"))
        return check.readings

    async def _read_session(self, check: _Check, line: LineRef, question: Question) -> None:
        sighting = await find_session(
            self._pools,
            line.login,
            line.concentrator,
            deadline=question.deadline,
            broken=self._broken,
        )
        if sighting.found:
            await self._read_online(check, sighting, question)
        elif sighting.is_offline:
            await self._read_offline(check, sighting, question)
        else:
            await self._read_unknown(check, sighting, question)

    async def _read_online(self, check: _Check, sighting: Sighting, question: Question) -> None:
        row = newest([row for _, rows in sighting.found for row in rows])
        pool = next(pool for pool, rows in sighting.found if row in rows)
        values = session_values(row, count=sum(len(rows) for _, rows in sighting.found))
        check.take(values | {"session.concentrator": pool.access.name}, pool.access.name)
        origin = pool.access.name
        address = row.get("address", "")
        await asyncio.gather(
            self._read_history(check, sighting.answered, question, all_read=not sighting.failed),
            check.run(PROFILE_FACTS, lambda: read_profile(pool, row, question), origin),
            self._read_blocked(check, pool, address, question),
            check.run(TRAFFIC_FACTS, lambda: read_traffic(pool, row, question), origin),
            check.run(PING_FACTS, lambda: _ping(pool, address, question), origin),
        )

    async def _read_blocked(
        self, check: _Check, pool: RouterPool, address: str, question: Question
    ) -> None:
        """The list that blocks is named in the reading's origin; its value is only yes or no."""
        if not question.wants(BLOCKED):
            return
        name = pool.access.name
        try:
            value, found_in = await read_blocked(pool, address, question.deadline)
        except RouterTrouble as trouble:
            value, found_in = trouble.as_unavailable(name), ""
        check.take({BLOCKED: value}, f"{name}, lista {found_in}" if found_in else name)

    async def _read_offline(self, check: _Check, sighting: Sighting, question: Question) -> None:
        """Every log counts: a line that dials in vain may do so at its backup concentrator."""
        origin = ", ".join(pool.access.name for pool in sighting.absent)
        nowhere = Unavailable(Reason.NOT_FOUND, f"sem sessão em {origin}")
        rest = {fact: nowhere for fact in SESSION_FACTS if fact not in HISTORY_FACTS}
        check.take(rest | {"session.state": "offline", "session.count": 0}, origin)
        await self._read_history(check, sighting.absent, question, all_read=True)

    async def _read_unknown(self, check: _Check, sighting: Sighting, question: Question) -> None:
        """Neither on nor off can be said; a refused attempt seen elsewhere is still evidence."""
        origin = ", ".join(pool.access.name for pool, _ in sighting.failed)
        why = sighting.why_unknown()
        check.take({fact: why for fact in SESSION_FACTS if fact not in HISTORY_FACTS}, origin)
        if not sighting.absent:
            check.take(dict.fromkeys(HISTORY_FACTS, why), origin)
            return
        await self._read_history(check, sighting.absent, question, all_read=False)

    async def _read_history(
        self, check: _Check, pools: Sequence[RouterPool], question: Question, *, all_read: bool
    ) -> None:
        if not question.wants(*HISTORY_FACTS):
            return
        origin = ", ".join(pool.access.name for pool in pools)
        places = [(pool, self._logs[pool]) for pool in pools]
        try:
            values, asked_at = await read_history(places, question, all_read=all_read)
            check.take(values, origin, asked_at=asked_at)
        except RouterTrouble as trouble:
            check.take(dict.fromkeys(HISTORY_FACTS, trouble.as_unavailable(origin)), origin)

    async def _read_address(self, check: _Check, line: LineRef, question: Question) -> None:
        """A line without PPPoE has no session; its fixed address can still be pinged."""
        no_session = Unavailable(Reason.NOT_CONFIGURED, "a conexão não usa PPPoE")
        check.take({fact: no_session for fact in SESSION_FACTS if fact not in PING_FACTS}, "")
        pool = match_router(self._pools, line.concentrator)
        if not line.ip or pool is None:
            why = Unavailable(Reason.NOT_CONFIGURED, "conexão sem IP fixo ou concentrador")
            check.take(dict.fromkeys(PING_FACTS, why), "")
            return
        await check.run(PING_FACTS, lambda: _ping(pool, line.ip, question), pool.access.name)


async def _ping(pool: RouterPool, address: str, question: Question) -> dict[str, Value]:
    if not address:
        return dict.fromkeys(PING_FACTS, Unavailable(Reason.NO_VALUE, "sessão sem endereço IP"))
    return await read_ping(pool, address, question)


def _refusal(line: LineRef | None, *, has_routers: bool) -> Unavailable | None:
    """Why nothing can be asked at all."""
    if line is None:
        return Unavailable(Reason.NOT_CONFIGURED, "nenhuma conexão escolhida")
    if not has_routers:
        return Unavailable(Reason.NOT_CONFIGURED, "nenhum concentrador cadastrado")
    if line.auth == "pppoe" and not line.login:
        return Unavailable(Reason.NOT_CONFIGURED, "conexão sem login PPPoE")
    if not is_askable(line.login):
        return Unavailable(Reason.NOT_CONFIGURED, "o login tem caracteres que a API não aceita")
    return None


def is_askable(login: str) -> bool:
    """Whether a login can be put into a query as it is: printable, latin-1, not absurdly long."""
    try:
        login.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return len(login) <= LONGEST_LOGIN and login.isprintable()


class _Check:
    """The readings of one check as they arrive; only facts that were asked for are kept."""

    def __init__(self, clock: Clock, line: LineRef | None, facts: frozenset[str]) -> None:
        self.facts = facts
        self.readings: dict[str, Reading] = {}
        self._clock = clock
        self._line = line.id if line is not None else None
        self._began_at = clock()
        self._started = asyncio.get_running_loop().time()

    def take(
        self, values: Mapping[str, Value], origin: str, *, asked_at: datetime | None = None
    ) -> None:
        """Keep what was asked for. It counts as measured when it was asked for: an answer that
        crosses a change on its way may still describe what was before it.
        """
        now = asked_at or self._began_at
        took_ms = round((asyncio.get_running_loop().time() - self._started) * 1000)
        for fact, value in values.items():
            if fact in self.facts and fact not in self.readings:
                self.readings[fact] = Reading(
                    fact=fact,
                    value=value,
                    source=Source.NETWORK,
                    measured_at=now,
                    origin=origin,
                    took_ms=took_ms,
                    line=self._line,
                )

    async def run(
        self,
        facts: Collection[str],
        read: Callable[[], Awaitable[dict[str, Value]]],
        origin: str,
    ) -> None:
        """Read a group if it was asked for; its trouble becomes the reading of its facts."""
        if self.facts.isdisjoint(facts):
            return
        asked_at = self._clock()
        try:
            self.take(await read(), origin, asked_at=asked_at)
        except RouterTrouble as trouble:
            self.take(dict.fromkeys(facts, trouble.as_unavailable(origin)), origin)

    def fill(self, why: Unavailable) -> None:
        """Answer what is still open."""
        self.take(dict.fromkeys(self.facts, why), "")
