"""Dropping a session: the right one, only with the right to, and looked up afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kbwizard.checks.adapters.routeros_drop import DropResult, drop_session
from kbwizard.config import Secret
from tests.helpers.router_double import Caller, RouterDouble, says, sentence, silence
from tests.helpers.routers import active, concentrator, pool_for

REMOVE = "/ppp/active/remove"
PRINT = "/ppp/active/print"
WRITER = {"action_user": "atuador", "action_password": Secret("outra-senha")}


def writable(*sessions: dict[str, str]) -> RouterDouble:
    double = concentrator(*sessions)
    double.users["atuador"] = "outra-senha"
    return double


def drop(
    double: RouterDouble,
    login: str = "ana",
    *,
    deadline_s: float = 5.0,
    may: bool = True,
    **wanted: Any,
) -> DropResult:
    async def scenario() -> DropResult:
        async with double, pool_for(double, "bng-1", **(WRITER if may else {})) as pool:
            return await drop_session([pool], login, deadline_s=deadline_s, **wanted)

    return asyncio.run(scenario())


def test_the_session_is_removed_and_seen_to_be_gone() -> None:
    double = writable(active("ana"), active("bia", **{".id": "*2", "session-id": "0x2"}))

    result = drop(double)

    assert result == DropResult("done", "sessão derrubada em bng-1", "bng-1")
    assert [row["name"] for row in double.tables["/ppp/active"]] == ["bia"]
    assert double.commands[-1][0] == PRINT


def test_the_id_is_read_again_just_before_it_is_used() -> None:
    double = writable(active("ana"))

    drop(double)

    order = [words[0] for words in double.commands if words[0] in (PRINT, REMOVE)]
    assert order == [PRINT, PRINT, REMOVE, PRINT]


def test_without_a_user_that_may_write_nothing_is_tried() -> None:
    double = concentrator(active("ana"))

    result = drop(double, may=False)

    assert result.result == "refused"
    assert double.asked(REMOVE) == []


def test_no_session_is_refused_not_done() -> None:
    assert drop(writable()).result == "refused"


def test_a_router_that_cannot_be_asked_is_an_error_and_nothing_is_done() -> None:
    double = writable(active("ana"))
    double.manners[PRINT] = silence

    result = drop(double, deadline_s=0.3)

    assert result.result == "error"
    assert "nada foi feito" in result.detail


def changing(second: list[dict[str, str]]) -> Any:
    seen = {"n": 0}

    async def manner(caller: Caller, words: list[str]) -> None:
        seen["n"] += 1
        await caller.rows([active("ana")] if seen["n"] == 1 else second)

    return manner


@pytest.mark.parametrize(
    "second",
    [
        [],
        [active("ana", **{"session-id": "0x99"})],
        [active("ana", **{".id": "*9", "session-id": "0x99"})],
    ],
)
def test_a_session_that_changed_meanwhile_is_not_dropped(second: list[dict[str, str]]) -> None:
    double = writable()
    double.manners[PRINT] = changing(second)

    assert drop(double).result == "refused"
    assert double.asked(REMOVE) == []


def test_an_id_now_belonging_to_somebody_else_is_never_removed() -> None:
    double = writable()
    double.manners[PRINT] = changing([active("bia")])

    assert drop(double).result == "error"
    assert double.asked(REMOVE) == []


def test_a_session_that_ended_just_before_the_command_is_done() -> None:
    double = writable(active("ana"))

    async def vanish(caller: Caller, words: list[str]) -> None:
        double.tables["/ppp/active"] = []
        await caller.trap("=message=no such item")

    double.manners[REMOVE] = vanish

    assert drop(double).result == "done"


def test_a_customer_who_dials_again_at_once_counts_as_dropped() -> None:
    double = writable(active("ana"))

    async def redial(caller: Caller, words: list[str]) -> None:
        double.tables["/ppp/active"] = [active("ana", **{".id": "*3", "session-id": "0x3"})]
        await caller.send(sentence("!done"))

    double.manners[REMOVE] = redial

    assert drop(double).result == "done"


def test_a_session_that_stays_is_an_error() -> None:
    double = writable(active("ana"))
    double.manners[REMOVE] = says(sentence("!done"))

    result = drop(double, deadline_s=1.0)

    assert result.result == "error"
    assert "continua" in result.detail


def test_a_right_that_is_missing_is_refused() -> None:
    double = writable(active("ana"))
    double.manners[REMOVE] = says(
        sentence("!trap", "=message=not enough permissions (9)") + sentence("!done")
    )

    assert drop(double).result == "refused"


def test_silence_after_the_command_says_that_nobody_knows() -> None:
    double = writable(active("ana"))
    double.manners[REMOVE] = silence

    result = drop(double, deadline_s=0.5)

    assert result.result == "error"
    assert "não se sabe" in result.detail


def test_only_the_named_session_of_two_is_dropped() -> None:
    double = writable(active("ana"), active("ana", **{".id": "*2", "session-id": "0x2"}))

    result = drop(double, session_id="0x2")

    assert result.result == "done"
    assert [row["session-id"] for row in double.tables["/ppp/active"]] == ["0x81000001"]


def test_the_reading_user_never_sends_the_command() -> None:
    users: list[str] = []
    double = writable(active("ana"))

    async def note(caller: Caller, words: list[str]) -> None:
        users.append(caller.user)
        double.tables["/ppp/active"] = []
        await caller.send(sentence("!done"))

    double.manners[REMOVE] = note

    drop(double)

    assert users == ["atuador"]
