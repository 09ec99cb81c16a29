"""Whatever bytes arrive, a device of the lab answers, keeps silent or hangs up, and lives on."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from kbwizard.lab import ber
from kbwizard.lab.command_words import matches, parse_command
from kbwizard.lab.olt_huawei import if_index
from kbwizard.lab.plant import OLTS, read_plant
from kbwizard.lab.snmp_agent import SnmpAgent
from kbwizard.lab.snmp_message import GET_BULK, Pdu, pack_v2c, parse_pdu, version_of
from kbwizard.lab.state import LabState, utc_now
from kbwizard.lab.words import BadSentence, pack_sentence, read_sentence

SENDER = ("127.0.0.1", 9)
STATES = ber.oid(f"1.3.6.1.4.1.2011.6.128.1.1.2.46.1.15.{if_index('0/1/0')}")


def still_answers(agent: SnmpAgent) -> bool:
    before = agent.counts["getbulk"]
    good = Pdu(GET_BULK, 1, 0, 2, ((STATES, ber.NOTHING),))
    agent.datagram_received(pack_v2c(agent.olt.community.encode(), good), SENDER)
    return agent.counts["getbulk"] == before + 1


@pytest.fixture(scope="module")
def agents() -> list[SnmpAgent]:
    state = LabState(read_plant(), utc_now)
    return [SnmpAgent(olt, state) for olt in OLTS]


@given(junk=some.binary(max_size=200))
@settings(max_examples=150, deadline=None)
def test_no_datagram_breaks_an_agent(agents: list[SnmpAgent], junk: bytes) -> None:
    for agent in agents:
        agent.datagram_received(junk, SENDER)

    assert still_answers(agents[0])


@given(
    at=some.integers(0, 70),
    value=some.integers(0, 255),
    numbers=some.tuples(*[some.integers(-(2**31), 2**31 - 1)] * 3),
)
@settings(max_examples=150, deadline=None)
def test_no_damaged_request_breaks_an_agent(
    agents: list[SnmpAgent], at: int, value: int, numbers: tuple[int, int, int]
) -> None:
    message = bytearray(pack_v2c(b"lab-huawei", Pdu(GET_BULK, *numbers, ((STATES, ber.NOTHING),))))
    message[at % len(message)] = value

    agents[0].datagram_received(bytes(message), SENDER)

    assert still_answers(agents[0])


@given(
    numbers=some.tuples(
        some.integers(-(2**31), 2**31 - 1), some.integers(-5, 5), some.integers(-5, 99_999)
    )
)
@settings(max_examples=50, deadline=None)
def test_what_is_packed_is_what_is_parsed(numbers: tuple[int, int, int]) -> None:
    pdu = Pdu(GET_BULK, *numbers, ((STATES, ber.integer(numbers[0])),))

    _, parts = version_of(pack_v2c(b"x", pdu))

    assert parse_pdu(ber.wrap(*parts[2])) == pdu


@given(junk=some.binary(max_size=120))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_the_reading_of_sentences(junk: bytes) -> None:
    async def read() -> list[str]:
        reader = asyncio.StreamReader()
        reader.feed_data(junk)
        reader.feed_eof()
        return await read_sentence(reader)

    try:
        words = asyncio.run(read())
    except (BadSentence, asyncio.IncompleteReadError):
        return
    assert words


@given(words=some.lists(some.text(min_size=1, max_size=40), min_size=1, max_size=6))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sentences_survive_the_wire(words: list[str]) -> None:
    async def read() -> list[str]:
        reader = asyncio.StreamReader()
        reader.feed_data(pack_sentence(words))
        return await read_sentence(reader)

    assert asyncio.run(read()) == words


@given(queries=some.lists(some.text("?#!&|.<>=-name0129²", max_size=8), max_size=6))
@settings(max_examples=200, deadline=None)
def test_no_query_breaks_the_stack(queries: list[str]) -> None:
    command = parse_command(["/x/print", *(f"?{query}" for query in queries)])

    assert matches(command.queries, {"name": "a", "size": "10"}) in (True, False)
