"""The session source against concentrators on loopback: what is said, and what is never said."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import AsyncExitStack
from typing import Any

import pytest

from kbwizard.checks.adapters.routeros import SessionSource
from kbwizard.checks.limits import Gate
from kbwizard.checks.ports import LineRef, Subject
from kbwizard.checks.session_readings import PING_FACTS, SESSION_FACTS, TRAFFIC_FACTS
from kbwizard.wizard.facts import Reading, Reason, Scalar, Unavailable
from tests.helpers.router_double import (
    Caller,
    RouterDouble,
    drips,
    late,
    says,
    sentence,
    silence,
)
from tests.helpers.routers import NOW, ZONE, active, concentrator, log_line, pings, pool_for

ANA = LineRef(id="7", login="ana")
QUICK = SESSION_FACTS - frozenset(PING_FACTS) - frozenset(TRAFFIC_FACTS)


def read(
    *doubles: RouterDouble,
    line: LineRef = ANA,
    facts: Collection[str] = QUICK,
    deadline_s: float = 2.0,
    stopped: Collection[int] = (),
    **access: Any,
) -> Mapping[str, Reading]:
    """One check over these routers, named bng-1, bng-2…; those in `stopped` do not listen."""

    async def scenario() -> Mapping[str, Reading]:
        async with AsyncExitStack() as stack:
            pools = []
            for number, double in enumerate(doubles, 1):
                await stack.enter_async_context(double)
                if number in stopped:
                    double._server.close()
                pools.append(
                    await stack.enter_async_context(
                        pool_for(double, f"bng-{number}", block_lists=("pgcorte",), **access)
                    )
                )
            source = SessionSource(pools, zone=ZONE, clock=lambda: NOW, traffic_sample_s=0.2)
            return await source.read(Subject(line=line), facts, deadline_s=deadline_s)

    return asyncio.run(scenario())


def value(readings: Mapping[str, Reading], fact: str) -> Scalar | Reason:
    said = readings[fact].value
    return said.reason if isinstance(said, Unavailable) else said


def test_an_online_session_is_told_with_its_router_line_and_time() -> None:
    readings = read(concentrator(active("ana"), active("bia", address="100.64.0.9")))

    assert {
        fact: value(readings, fact)
        for fact in (
            "session.state",
            "session.count",
            "session.uptime_s",
            "session.address",
            "session.caller_id",
            "session.concentrator",
        )
    } == {
        "session.state": "online",
        "session.count": 1,
        "session.uptime_s": 183845,
        "session.address": "100.64.0.7",
        "session.caller_id": "00:00:5E:00:53:01",
        "session.concentrator": "bng-1",
    }
    state = readings["session.state"]
    assert (state.line, state.origin, state.measured_at) == ("7", "bng-1", NOW)
    assert state.took_ms is not None


def test_every_fact_asked_for_is_answered_and_no_other() -> None:
    readings = read(concentrator(), facts=SESSION_FACTS)

    assert set(readings) == SESSION_FACTS


def test_the_lines_own_concentrator_is_asked_first_and_alone() -> None:
    first, second = concentrator(), concentrator(active("ana"))
    line = LineRef(id="7", login="ana", concentrator="BNG-2")

    readings = read(first, second, line=line, facts=["session.state"])

    assert value(readings, "session.state") == "online"
    assert first.commands == []


def test_a_session_that_moved_is_found_at_another_router() -> None:
    line = LineRef(id="7", login="ana", concentrator="bng-1")

    readings = read(concentrator(), concentrator(active("ana")), line=line)

    assert value(readings, "session.concentrator") == "bng-2"


def test_offline_is_said_when_every_router_answered_no() -> None:
    readings = read(concentrator(), concentrator())

    assert value(readings, "session.state") == "offline"
    assert value(readings, "session.count") == 0
    assert value(readings, "session.uptime_s") is Reason.NOT_FOUND
    assert readings["session.state"].origin == "bng-1, bng-2"


@pytest.mark.parametrize("concentrator_name", ["", "bng-1", "bng-2"])
def test_offline_is_not_said_when_a_router_could_not_be_asked(concentrator_name: str) -> None:
    line = LineRef(id="7", login="ana", concentrator=concentrator_name)

    readings = read(concentrator(), concentrator(), line=line, stopped=[2])

    said = readings["session.state"].value
    assert isinstance(said, Unavailable)
    assert said.reason is Reason.REFUSED
    assert "bng-2" in said.detail
    assert isinstance(readings["session.count"].value, Unavailable)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (silence, Reason.TIMEOUT),
        (drips(0.02), Reason.TIMEOUT),
        (says(sentence("!fatal", "too many sessions")), Reason.REFUSED),
        (
            says(sentence("!trap", "=message=not enough permissions (9)") + sentence("!done")),
            Reason.AUTH,
        ),
        (
            says(sentence("!re", "=name=bia", "=address=100.64.0.9") + sentence("!done")),
            Reason.BAD_REPLY,
        ),
        (says(b"garbage"), Reason.TIMEOUT),
    ],
)
def test_trouble_of_every_kind_is_never_offline(reply: Any, reason: Reason) -> None:
    double = concentrator()
    double.manners["/ppp/active/print"] = reply

    readings = read(double, deadline_s=0.6)

    assert {
        value(readings, fact) for fact in ("session.state", "session.count", "session.address")
    } == {reason}


def test_another_customers_row_is_never_shown() -> None:
    double = concentrator()
    double.manners["/ppp/active/print"] = says(
        sentence("!re", "=name=bia", "=address=100.64.0.9") + sentence("!done")
    )

    readings = read(double, facts=SESSION_FACTS)

    assert "100.64.0.9" not in str(readings)


def test_a_late_answer_is_never_given_to_the_next_customer() -> None:
    async def scenario() -> list[Mapping[str, Reading]]:
        double = concentrator(active("ana"), active("bia", address="100.64.0.9"))
        async with double, pool_for(double, "bng-1", places=1) as pool:
            source = SessionSource([pool], zone=ZONE, clock=lambda: NOW)
            double.manners["/ppp/active/print"] = late(0.6, double.tables["/ppp/active"])
            first = await source.read(Subject(line=ANA), ["session.address"], deadline_s=0.4)
            del double.manners["/ppp/active/print"]
            bia = Subject(line=LineRef(id="8", login="bia"))
            second = await source.read(bia, ["session.address"], deadline_s=2)
            return [first, second]

    first, second = asyncio.run(scenario())

    assert value(first, "session.address") is Reason.TIMEOUT
    assert value(second, "session.address") == "100.64.0.9"


def test_a_concentrator_nobody_registered_could_hold_the_session() -> None:
    line = LineRef(id="7", login="ana", concentrator="bng-antigo")

    said = read(concentrator(), line=line)["session.state"].value

    assert isinstance(said, Unavailable)
    assert said.reason is Reason.NOT_CONFIGURED
    assert "bng-antigo" in said.detail


def test_a_double_session_is_counted_and_the_newest_is_told() -> None:
    readings = read(
        concentrator(
            active("ana", **{"uptime": "5w", "address": "100.64.0.1", "session-id": "0x1"}),
            active("ana", **{"uptime": "00:01:10", "address": "100.64.0.2", "session-id": "0x2"}),
        )
    )

    assert value(readings, "session.count") == 2
    assert value(readings, "session.address") == "100.64.0.2"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (LineRef(id="7"), Reason.NOT_CONFIGURED),
        (LineRef(id="7", login="ana\nbia"), Reason.NOT_CONFIGURED),
        (LineRef(id="7", login="\u4e2d"), Reason.NOT_CONFIGURED),
        (LineRef(id="7", login="a" * 5000), Reason.NOT_CONFIGURED),
        (LineRef(id="7", login="ana", auth="ipoe"), Reason.NOT_CONFIGURED),
    ],
)
def test_what_cannot_be_asked_is_told_and_not_asked(line: LineRef, reason: Reason) -> None:
    double = concentrator(active("ana"))

    readings = read(double, line=line, facts=SESSION_FACTS)

    assert {value(readings, fact) for fact in SESSION_FACTS} == {reason}
    assert double.commands == []


def test_without_a_router_nothing_is_offline() -> None:
    assert value(read(), "session.state") is Reason.NOT_CONFIGURED


def test_a_static_line_is_pinged_from_its_concentrator() -> None:
    double = concentrator()
    double.manners["/ping"] = pings("2ms")
    line = LineRef(id="7", auth="static", ip="198.51.100.9", concentrator="bng-1")

    readings = read(double, line=line, facts=["ping.loss_pct", "session.state"])

    assert value(readings, "ping.loss_pct") == 0.0
    assert value(readings, "session.state") is Reason.NOT_CONFIGURED
    assert "=address=198.51.100.9" in double.asked("/ping")[0]


@pytest.mark.parametrize(
    ("messages", "attempts", "failure"),
    [
        (["<0010>: user ana authentication failed"], "rejected", "rejected"),
        (["<0010>: user ana authentication failed - wrong password"], "rejected", "wrong_password"),
        (["<0010>: user ana authentication failed - radius timeout"], "rejected", "other"),
        (["<pppoe-ana>: authenticated", "<pppoe-ana>: connected"], "accepted", Reason.NO_VALUE),
        (["<pppoe-ana>: connected", "<1>: user ana authentication failed"], "rejected", "rejected"),
        (
            ["<pppoe-ana-lima>: connected", "<1>: user ana2 authentication failed"],
            "none_seen",
            Reason.NO_VALUE,
        ),
    ],
)
def test_the_last_attempt_is_read_from_the_log(
    messages: list[str], attempts: str, failure: Any
) -> None:
    double = concentrator()
    double.tables["/log"] += [log_line("10:59:00", message) for message in messages]

    readings = read(double)

    assert value(readings, "session.attempts") == attempts
    assert value(readings, "session.auth_failure") == failure


def test_a_log_that_does_not_reach_back_says_so_instead_of_nothing_seen() -> None:
    double = concentrator(
        log=[log_line("10:58:00", "user x logged in from 192.0.2.7 via api", "system,info,account")]
    )

    assert value(read(double), "session.attempts") == "log_too_short"


def test_few_pppoe_lines_in_a_long_log_are_enough() -> None:
    double = concentrator(log=[log_line("01:00:00", "system started", "system,info")])

    assert value(read(double), "session.attempts") == "none_seen"


def test_a_reject_at_one_router_counts_though_another_is_away() -> None:
    double = concentrator()
    double.tables["/log"] += [log_line("10:59:00", "<1>: user ana authentication failed")]

    readings = read(double, concentrator(), stopped=[2])

    assert value(readings, "session.attempts") == "rejected"
    assert isinstance(readings["session.state"].value, Unavailable)


def test_attempts_at_a_backup_concentrator_are_seen() -> None:
    backup = concentrator()
    backup.tables["/log"] += [log_line("10:59:00", "<1>: user ana authentication failed")]
    line = LineRef(id="7", login="ana", concentrator="bng-1")

    assert value(read(concentrator(), backup, line=line), "session.attempts") == "rejected"


def test_no_attempt_is_not_said_when_a_log_could_not_be_read() -> None:
    readings = read(concentrator(), concentrator(), stopped=[2])

    assert value(readings, "session.attempts") is Reason.NO_VALUE


@pytest.mark.parametrize(
    ("reason", "kind"),
    [("peer is not responding", "no_answer"), ("hungup", "hung_up"), ("dançou", "other")],
)
def test_the_end_of_the_last_session_comes_from_the_log(reason: str, kind: str) -> None:
    double = concentrator()
    double.tables["/log"] += [log_line("10:59:00", f"<pppoe-ana>: terminating... - {reason}")]

    assert value(read(double), "session.last_disconnect") == kind


def test_the_local_credential_tells_the_end_when_the_log_does_not() -> None:
    double = concentrator(ppp__secret=[{"name": "ana", "last-disconnect-reason": "nas-request"}])

    readings = read(double)

    assert value(readings, "session.last_disconnect") == "by_admin"
    assert all(
        "password" not in word for words in double.asked("/ppp/secret/print") for word in words
    )


def test_blocked_means_in_one_of_the_providers_own_lists() -> None:
    double = concentrator(
        active("ana"),
        ip__firewall__address_list=[
            {"list": "clientes", "address": "100.64.0.7"},
            {"list": "pgcorte", "address": "100.64.0.7"},
            {"list": "pgcorte", "address": "100.64.0.70"},
        ],
    )

    reading = read(double)["session.blocked_list"]

    assert reading.value is True
    assert reading.origin == "bng-1, lista pgcorte"


@pytest.mark.parametrize(
    "row",
    [
        {"list": "clientes", "address": "100.64.0.7"},
        {"list": "pgcorte", "address": "100.64.0.70"},
        {"list": "pgcorte", "address": "100.64.0.7", "disabled": "true"},
    ],
)
def test_other_lists_other_addresses_and_disabled_rows_do_not_block(row: dict[str, str]) -> None:
    double = concentrator(active("ana"), ip__firewall__address_list=[row])

    assert value(read(double), "session.blocked_list") is False


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("25000000/300000000", 300.0),
        ("25M/300M", 300.0),
        ("0/0", Reason.NO_VALUE),
        ("cheio", Reason.BAD_REPLY),
    ],
)
def test_the_enforced_speed_is_the_download_half_of_the_queue(limit: str, said: Any) -> None:
    double = concentrator(
        active("ana"),
        queue__simple=[
            {"name": "<pppoe-ana>", "target": "<pppoe-ana>", "max-limit": limit},
            {"name": "<pppoe-bia>", "target": "<pppoe-bia>", "max-limit": "1M/1M"},
        ],
    )

    assert value(read(double), "session.profile_down_mbps") == said


def growing(rx_step: int, tx_step: int) -> Any:
    count = {"samples": 0}

    async def manner(caller: Caller, words: list[str]) -> None:
        count["samples"] += 1
        n = count["samples"]
        await caller.rows(
            [{"name": "<pppoe-ana>", "rx-byte": str(n * rx_step), "tx-byte": str(n * tx_step)}]
        )

    return manner


def test_what_the_router_receives_is_the_customers_upload() -> None:
    double = concentrator(active("ana"))
    double.manners["/interface/print"] = growing(rx_step=25_000, tx_step=2_500_000)

    readings = read(double, facts=TRAFFIC_FACTS)

    down, up = value(readings, "traffic.down_mbps"), value(readings, "traffic.up_mbps")
    assert isinstance(down, float)
    assert isinstance(up, float)
    assert 60 < down <= 101
    assert down / up == pytest.approx(100, rel=0.02)


def test_counters_that_went_back_are_no_rate() -> None:
    double = concentrator(active("ana"))
    double.manners["/interface/print"] = growing(rx_step=-5, tx_step=-5)

    assert value(read(double, facts=TRAFFIC_FACTS), "traffic.down_mbps") is Reason.BAD_REPLY


def test_a_ping_is_loss_time_and_jitter() -> None:
    double = concentrator(active("ana"))
    double.manners["/ping"] = pings("10ms", "12ms", "10ms", "12ms", "")

    readings = read(double, facts=PING_FACTS)

    assert value(readings, "ping.loss_pct") == 20.0
    assert value(readings, "ping.rtt_ms") == 11.0
    assert value(readings, "ping.jitter_ms") == 2.0


def test_a_customer_who_drops_pings_is_still_online() -> None:
    double = concentrator(active("ana"))
    double.manners["/ping"] = pings("")

    readings = read(double, facts=[*PING_FACTS, "session.state"])

    assert value(readings, "session.state") == "online"
    assert value(readings, "ping.loss_pct") == 100.0
    assert value(readings, "ping.rtt_ms") is Reason.NO_VALUE


def test_a_group_that_hangs_does_not_hold_the_others() -> None:
    double = concentrator(active("ana"))
    double.manners["/ping"] = silence
    double.manners["/queue/simple/print"] = drips(0.02)

    readings = read(double, facts=SESSION_FACTS, deadline_s=0.9)

    assert value(readings, "ping.loss_pct") is Reason.TIMEOUT
    assert value(readings, "session.profile_down_mbps") is Reason.TIMEOUT
    assert value(readings, "session.state") == "online"
    assert value(readings, "session.attempts") == "none_seen"


def test_the_second_round_of_pings_may_be_cut_off() -> None:
    double = concentrator(active("ana"))
    rounds = {"n": 0}

    async def manner(caller: Caller, words: list[str]) -> None:
        rounds["n"] += 1
        await (pings("5ms") if rounds["n"] == 1 else silence)(caller, words)

    double.manners["/ping"] = manner

    assert value(read(double, facts=PING_FACTS, deadline_s=0.8), "ping.loss_pct") == 0.0


def test_a_router_without_a_right_to_some_menu_still_tells_the_rest() -> None:
    double = concentrator(active("ana"))
    denied = says(sentence("!trap", "=message=not enough permissions (9)") + sentence("!done"))
    for menu in (
        "/log",
        "/ppp/secret",
        "/queue/simple",
        "/ip/firewall/address-list",
        "/system/clock",
    ):
        double.manners[f"{menu}/print"] = denied

    readings = read(double)

    assert value(readings, "session.state") == "online"
    assert value(readings, "session.attempts") is Reason.AUTH
    assert value(readings, "session.profile_down_mbps") is Reason.AUTH


def test_a_router_that_does_not_tell_its_clock_is_read_by_ours() -> None:
    double = concentrator()
    del double.tables["/system/clock"]
    double.tables["/log"] += [log_line("10:59:00", "<1>: user ana authentication failed")]

    assert value(read(double), "session.attempts") == "rejected"


def test_a_paused_router_is_named_with_the_time_of_the_next_try() -> None:
    async def scenario() -> Mapping[str, Reading]:
        gate = Gate(places=1, clock=lambda: NOW)
        for _ in range(3):
            gate.failed()
        double = concentrator(active("ana"))
        async with double, pool_for(double, "bng-1", gate=gate) as pool:
            source = SessionSource([pool], zone=ZONE, clock=lambda: NOW)
            readings = await source.read(Subject(line=ANA), ["session.state"], deadline_s=1)
            assert double.commands == []
            return readings

    said = asyncio.run(scenario())["session.state"].value

    assert isinstance(said, Unavailable)
    assert said.reason is Reason.PAUSED
    assert "11:00:15" in said.detail
