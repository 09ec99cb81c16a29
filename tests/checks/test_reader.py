"""The reader: every fact answered in time, sources side by side, questions in flight shared."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from kbwizard.checks import fleet
from kbwizard.checks.credentials import Vault
from kbwizard.checks.devices import Device, OltAccess, save_device, set_enabled
from kbwizard.checks.limits import Gate
from kbwizard.checks.new_device import NewDevice
from kbwizard.checks.ports import FactSource, LineRef, Subject
from kbwizard.checks.reader import Reader
from kbwizard.config import Secret, Settings
from kbwizard.wizard.facts import Reading, Reason, Scalar, Source, Unavailable
from tests.helpers.clock import START
from tests.helpers.router_double import RouterDouble, silence
from tests.helpers.routers import active, concentrator

READ_BY = {
    "session.state": "session", "session.count": "session", "session.address": "session",
    "onu.state": "onu", "onu.rx_dbm": "onu", "pon.onus_down": "pon",
    "outage.active": "outages", "contract.state": "directory",
}  # fmt: skip
FIBRE = LineRef(id="7", login="ana", olt="olt-1", pon="0/1/1", onu=3)


@dataclass(eq=False)
class FakeSource:
    """A source that answers "ok" after a while, or does as `fault` says."""

    name: str
    takes_s: float = 0.0
    fault: Callable[[], Awaitable[None]] | None = None
    asked: list[frozenset[str]] = field(default_factory=list)

    @property
    def provides(self) -> frozenset[str]:
        return frozenset(fact for fact, source in READ_BY.items() if source == self.name)

    async def read(
        self, subject: Subject, facts: Collection[str], *, deadline_s: float
    ) -> Mapping[str, Reading]:
        self.asked.append(frozenset(facts))
        await asyncio.sleep(self.takes_s)
        if self.fault is not None:
            await self.fault()
        line = subject.line.id if subject.line else None
        return {
            fact: Reading(fact, "ok", Source.NETWORK, START, self.name, 1, line) for fact in facts
        }


def no_devices() -> list[Device]:
    return []


def reader_of(
    settings: Settings, *extra: FactSource, devices: Any = no_devices, **more: Any
) -> Reader:
    return Reader(
        devices, settings, read_by=READ_BY, extra_sources=extra, clock=lambda: START, **more
    )


def run_with(reader: Reader, work: Callable[[Reader], Awaitable[Any]]) -> Any:
    async def scenario() -> Any:
        try:
            return await work(reader)
        finally:
            await reader.close()

    return asyncio.run(scenario())


def read(
    reader: Reader, facts: Collection[str], line: LineRef | None = FIBRE, timeout_s: float = 2.0
) -> dict[str, Reading]:
    readings: dict[str, Reading] = run_with(
        reader, lambda r: r.read(Subject(line=line, case_id=1), facts, timeout_s)
    )
    return readings


def said(readings: Mapping[str, Reading], fact: str) -> Scalar | Reason:
    value = readings[fact].value
    return value.reason if isinstance(value, Unavailable) else value


def test_each_fact_goes_to_the_source_that_reads_it(settings: Settings) -> None:
    outages, directory = FakeSource("outages"), FakeSource("directory")

    readings = read(reader_of(settings, outages, directory), ["outage.active", "contract.state"])

    assert {fact: reading.origin for fact, reading in readings.items()} == {
        "outage.active": "outages", "contract.state": "directory",
    }  # fmt: skip
    assert outages.asked == [frozenset({"outage.active"})]


def test_exactly_the_facts_asked_for_are_answered(settings: Settings) -> None:
    facts = [*READ_BY, "weather.rain"]

    readings = read(reader_of(settings), facts)

    assert set(readings) == set(facts)
    assert {said(readings, fact) for fact in facts} == {Reason.NOT_CONFIGURED}


def test_sources_run_side_by_side(settings: Settings) -> None:
    slow = [FakeSource("outages", takes_s=0.3), FakeSource("directory", takes_s=0.3)]

    async def work(reader: Reader) -> float:
        started = asyncio.get_running_loop().time()
        await reader.read(Subject(line=FIBRE), ["outage.active", "contract.state"])
        return asyncio.get_running_loop().time() - started

    assert run_with(reader_of(settings, *slow), work) < 0.55


def test_what_does_not_arrive_in_time_is_a_timeout_and_the_rest_is_there(
    settings: Settings,
) -> None:
    async def work(reader: Reader) -> tuple[dict[str, Reading], float]:
        started = asyncio.get_running_loop().time()
        readings = await reader.read(Subject(line=FIBRE), ["outage.active", "contract.state"], 0.3)
        return readings, asyncio.get_running_loop().time() - started

    stuck = FakeSource("outages", takes_s=30)
    readings, took_s = run_with(reader_of(settings, stuck, FakeSource("directory")), work)

    assert said(readings, "outage.active") is Reason.TIMEOUT
    assert said(readings, "contract.state") == "ok"
    assert took_s < 0.6
    assert readings["outage.active"].line == "7"


def test_a_bug_in_a_source_is_one_unread_source(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks() -> None:
        raise ZeroDivisionError

    broken = FakeSource("outages", fault=breaks)

    readings = read(
        reader_of(settings, broken, FakeSource("directory")), ["outage.active", "contract.state"]
    )

    assert said(readings, "outage.active") is Reason.INTERRUPTED
    assert said(readings, "contract.state") == "ok"
    assert "ZeroDivisionError" in caplog.text


def test_the_same_question_asked_at_once_is_read_once(settings: Settings) -> None:
    source = FakeSource("directory", takes_s=0.1)
    subject = Subject(line=FIBRE, case_id=1)

    async def work(reader: Reader) -> list[dict[str, Reading]]:
        return list(
            await asyncio.gather(*(reader.read(subject, ["contract.state"]) for _ in range(20)))
        )

    answers = run_with(reader_of(settings, source), work)

    assert len(source.asked) == 1
    assert {said(answer, "contract.state") for answer in answers} == {"ok"}


def test_only_what_is_not_on_its_way_is_asked_again(settings: Settings) -> None:
    source = FakeSource("session", takes_s=0.1)
    subject = Subject(line=FIBRE)

    async def work(reader: Reader) -> dict[str, Reading]:
        first = asyncio.create_task(reader.read(subject, ["session.state", "session.count"]))
        await asyncio.sleep(0.03)
        second = await reader.read(subject, ["session.state", "session.address"])
        await first
        return second

    second = run_with(reader_of(settings, source), work)

    assert source.asked == [
        frozenset({"session.state", "session.count"}),
        frozenset({"session.address"}),
    ]
    assert set(second) == {"session.state", "session.address"}


@pytest.mark.parametrize(
    "other", [Subject(line=replace(FIBRE, id="8", login="bia")), Subject(line=FIBRE, case_id=2)]
)
def test_questions_about_others_are_not_shared(settings: Settings, other: Subject) -> None:
    source = FakeSource("directory", takes_s=0.1)

    async def work(reader: Reader) -> None:
        mine = Subject(line=FIBRE, case_id=1)
        await asyncio.gather(
            reader.read(mine, ["contract.state"]), reader.read(other, ["contract.state"])
        )

    run_with(reader_of(settings, source), work)

    assert len(source.asked) == 2


def test_who_gives_up_early_does_not_take_the_answer_from_the_other(settings: Settings) -> None:
    source = FakeSource("directory", takes_s=0.3)
    subject = Subject(line=FIBRE)

    async def work(reader: Reader) -> list[dict[str, Reading]]:
        patient = reader.read(subject, ["contract.state"], 2.0)
        hasty = reader.read(subject, ["contract.state"], 0.1)
        return list(await asyncio.gather(patient, hasty))

    patient, hasty = run_with(reader_of(settings, source), work)

    assert said(patient, "contract.state") == "ok"
    assert said(hasty, "contract.state") is Reason.TIMEOUT


def test_a_finished_question_is_asked_afresh(settings: Settings) -> None:
    source = FakeSource("directory")
    subject = Subject(line=FIBRE)

    async def work(reader: Reader) -> None:
        await reader.read(subject, ["contract.state"])
        await reader.read(subject, ["contract.state"])

    run_with(reader_of(settings, source), work)

    assert len(source.asked) == 2


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (None, "conexão"),
        (replace(FIBRE, technology="radio"), "fibra"),
        (replace(FIBRE, olt=""), "OLT"),
        (FIBRE, "olt-1"),
    ],
)
def test_an_onu_that_cannot_be_asked_says_what_is_missing(
    settings: Settings, line: LineRef | None, word: str
) -> None:
    value = read(reader_of(settings), ["onu.state"], line)["onu.state"].value

    assert isinstance(value, Unavailable)
    assert value.reason is Reason.NOT_CONFIGURED
    assert word in value.detail


def test_a_line_without_pppoe_has_no_session(settings: Settings) -> None:
    line = replace(FIBRE, auth="ipoe")

    assert (
        said(read(reader_of(settings), ["session.state"], line), "session.state")
        is Reason.NOT_CONFIGURED
    )


class Olts:
    """Makes fake sources for OLTs and remembers with which gates."""

    def __init__(self) -> None:
        self.made: list[tuple[OltAccess, Gate]] = []
        self.source = FakeSource("onu")

    def __call__(self, access: OltAccess, gate: Gate, **_: Any) -> Sequence[FactSource]:
        self.made.append((access, gate))
        return [self.source]


OLT = NewDevice(
    kind="olt", name="olt-1", host="127.0.0.1", profile="huawei-ma5600", community=Secret("lab-x")
)  # fmt: skip


def test_the_onu_is_read_at_the_lines_own_olt(engine: Engine, settings: Settings) -> None:
    vault = Vault(settings.credentials_key)
    save_device(engine, vault, OLT, now=START)
    save_device(engine, vault, replace(OLT, name="olt-2"), now=START)
    olts = Olts()

    readings = read(reader_of(settings, devices=engine, olt_sources=olts), ["onu.state"])

    assert said(readings, "onu.state") == "ok"
    assert [access.name for access, _ in olts.made] == ["olt-1", "olt-2"]


def test_a_device_whose_secrets_do_not_open_is_not_configured(
    engine: Engine, settings: Settings
) -> None:
    stranger = Vault(Secret("A" * 43 + "="))
    save_device(engine, stranger, OLT, now=START)
    save_device(engine, stranger, NewDevice(
        kind="router", name="bng-1", host="127.0.0.1", tls=False, user="x", password=Secret("y")
    ), now=START)  # fmt: skip

    readings = read(reader_of(settings, devices=engine), ["onu.state", "session.state"])

    for fact in ("onu.state", "session.state"):
        value = readings[fact].value
        assert isinstance(value, Unavailable)
        assert value.reason is Reason.NOT_CONFIGURED
        assert "KBWIZARD_CREDENTIALS_KEY" in value.detail


def router(double: RouterDouble, name: str = "bng-1", **changes: Any) -> NewDevice:
    fields: dict[str, Any] = {
        "kind": "router", "name": name, "host": "127.0.0.1", "port": double.port, "tls": False,
        "user": "leitor", "password": Secret("senha-lab"),
    }  # fmt: skip
    return NewDevice(**(fields | changes))


def over_router(
    engine: Engine,
    settings: Settings,
    double: RouterDouble,
    work: Callable[[Reader], Awaitable[Any]],
    **changes: Any,
) -> Any:
    async def scenario() -> Any:
        async with double:
            save_device(
                engine, Vault(settings.credentials_key), router(double, **changes), now=START
            )
            reader = reader_of(settings, devices=engine)
            try:
                return await work(reader)
            finally:
                await reader.close()

    return asyncio.run(scenario())


def test_connections_outlive_a_check_and_a_new_look_at_the_table(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "REREAD_AFTER_S", 0.0)
    double = concentrator(active("ana"))

    async def work(reader: Reader) -> None:
        for _ in range(5):
            await reader.read(Subject(line=FIBRE), ["session.state"])

    over_router(engine, settings, double, work)

    assert double.logins == 1


def test_a_corrected_password_takes_effect_without_a_restart(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "REREAD_AFTER_S", 0.0)
    double = concentrator(active("ana"))
    vault = Vault(settings.credentials_key)

    async def work(reader: Reader) -> list[Scalar | Reason]:
        answers = [
            said(await reader.read(Subject(line=FIBRE), ["session.state"]), "session.state")
            for _ in range(4)
        ]
        save_device(engine, vault, router(double), now=START, replace=True)
        answers.append(
            said(await reader.read(Subject(line=FIBRE), ["session.state"]), "session.state")
        )
        return answers

    answers = over_router(engine, settings, double, work, password=Secret("errada"))

    assert answers == [Reason.AUTH, Reason.AUTH, Reason.AUTH, Reason.PAUSED, "online"]


def test_a_disabled_router_is_asked_nothing(
    engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet, "REREAD_AFTER_S", 0.0)
    double = concentrator(active("ana"))

    async def work(reader: Reader) -> tuple[Scalar | Reason, int]:
        await reader.read(Subject(line=FIBRE), ["session.state"])
        set_enabled(engine, "bng-1", enabled=False)
        last = await reader.read(Subject(line=FIBRE), ["session.state"])
        await asyncio.sleep(0.05)
        return said(last, "session.state"), double.open_now

    assert over_router(engine, settings, double, work) == (Reason.NOT_CONFIGURED, 0)


def test_the_table_is_not_read_for_every_check(settings: Settings) -> None:
    looks = []

    def lookup() -> list[Device]:
        looks.append(1)
        return []

    async def work(reader: Reader) -> None:
        await asyncio.gather(
            *(reader.read(Subject(line=FIBRE), ["session.state"]) for _ in range(30))
        )

    run_with(reader_of(settings, devices=lookup), work)

    assert len(looks) == 1


def test_a_database_that_is_away_is_an_answer(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    def lookup() -> list[Device]:
        raise OperationalError("select", {}, Exception("away"))

    readings = read(
        reader_of(settings, FakeSource("directory"), devices=lookup),
        ["session.state", "contract.state"],
    )

    assert said(readings, "session.state") is Reason.REFUSED
    assert said(readings, "contract.state") == "ok"
    assert "device table" in caplog.text


def test_the_limit_of_a_router_is_divided_by_the_processes(
    engine: Engine, settings: Settings
) -> None:
    double = concentrator(active("ana"))
    double.manners["/ppp/active/print"] = silence

    async def scenario() -> int:
        async with double:
            save_device(engine, Vault(settings.credentials_key), router(double), now=START)
            reader = reader_of(replace(settings, processes=1, nodes=3), devices=engine)
            lines = [replace(FIBRE, id=str(n), login=f"ana{n}") for n in range(9)]
            await asyncio.gather(
                *(reader.read(Subject(line=line), ["session.state"], 0.5) for line in lines)
            )
            await reader.close()
            return double.most_open

    assert asyncio.run(scenario()) == 2


def test_a_session_is_dropped_and_later_reads_do_not_join_earlier_ones(
    engine: Engine, settings: Settings
) -> None:
    double = concentrator(active("ana"))

    async def work(reader: Reader) -> tuple[str, Scalar | Reason]:
        result = await reader.drop_session(FIBRE)
        readings = await reader.read(Subject(line=FIBRE), ["session.state"])
        return result.result, said(readings, "session.state")

    changes = {"action_user": "leitor", "action_password": Secret("senha-lab")}
    assert over_router(engine, settings, double, work, **changes) == ("done", "offline")


def test_a_line_without_pppoe_has_nothing_to_drop(settings: Settings) -> None:
    result = run_with(reader_of(settings), lambda r: r.drop_session(replace(FIBRE, auth="static")))

    assert result.result == "refused"
