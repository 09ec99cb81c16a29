"""What the directory says of a line, as readings; and how it says that it does not know."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine, text

from kbwizard.checks.ports import FactSource, LineRef, Subject
from kbwizard.directory.service import Directory
from kbwizard.directory.source import PROVIDES, DirectorySource
from kbwizard.wizard.facts import Reading, Reason, Source, Unavailable
from tests.directory.conftest import ANA, BRUNO, HEADER, NOW, ImportText


@pytest.fixture
def base(import_text: ImportText, directory: Directory) -> Directory:
    import_text(HEADER + ",overdue", ANA + ",não", BRUNO + ",")
    return directory


def read(base: Directory, subject: Subject, *facts: str) -> dict[str, Reading]:
    source: FactSource = DirectorySource(base, clock=lambda: NOW)
    return dict(asyncio.run(source.read(subject, facts or PROVIDES, deadline_s=5)))


def of(base: Directory, login: str) -> Subject:
    line = base.line_by_login(login)
    return Subject(LineRef(str(line.line_id)), customer_id=str(line.customer_id))


def test_a_line_on_record_answers_every_fact(base: Directory) -> None:
    readings = read(base, of(base, "ana.silva"))

    assert {fact: reading.value for fact, reading in readings.items()} == {
        "customer.located": True,
        "customer.lines_count": 1,
        "customer.segment": "residential",
        "contract.state": "active",
        "contract.overdue": False,
        "contract.down_mbps": 500.0,
        "contract.up_mbps": 250.0,
        "access.technology": "fibre",
        "access.auth": "pppoe",
        "line.optic_class": "gpon_b",
        "line.install_rx_dbm": -19.5,
        "line.cto": "CTO-12, porta 5",
        "cpe.owner": "isp",
        "onu.mode": "router",
    }
    assert {(r.source, r.origin, r.measured_at) for r in readings.values()} == {
        (Source.CONTRACT, "cadastro", NOW)
    }
    assert readings["contract.state"].line == of(base, "ana.silva").line.id  # type: ignore[union-attr]
    assert readings["customer.located"].line is None


def test_what_is_not_on_record_has_no_value(base: Directory) -> None:
    readings = read(
        base, of(base, "bruno@loja"), "contract.overdue", "onu.mode", "line.optic_class"
    )

    reasons = {r.value.reason for r in readings.values() if isinstance(r.value, Unavailable)}
    assert len(readings) == 3
    assert reasons == {Reason.NO_VALUE}


def test_nobody_chosen_is_not_located_and_nothing_else_is_known(base: Directory) -> None:
    readings = read(base, Subject(), "customer.located", "contract.state")

    assert readings["customer.located"].value is False
    assert readings["contract.state"].value == Unavailable(
        Reason.NOT_FOUND, "nenhum cliente escolhido"
    )


def test_a_customer_with_one_line_needs_no_choice(base: Directory) -> None:
    subject = Subject(customer_id=of(base, "ana.silva").customer_id)

    assert read(base, subject, "contract.state")["contract.state"].value == "active"


def test_a_customer_with_two_lines_needs_a_choice(base: Directory, import_text: ImportText) -> None:
    import_text(HEADER, ANA.replace("ana.silva", "ana.loja").replace("K1", "K7"))

    readings = read(base, Subject(customer_id=of(base, "ana.silva").customer_id))

    assert readings["customer.lines_count"].value == 2
    assert isinstance(readings["contract.state"].value, Unavailable)


@pytest.mark.parametrize("line_id", ["999", "x", "", "9" * 40])
def test_a_line_that_is_gone_is_not_found(base: Directory, line_id: str) -> None:
    readings = read(base, Subject(LineRef(line_id)), "customer.located", "contract.state")

    assert all(
        isinstance(r.value, Unavailable) and r.value.reason == Reason.NOT_FOUND
        for r in readings.values()
    )


def test_a_fact_of_others_is_not_configured_here(base: Directory) -> None:
    reading = read(base, of(base, "ana.silva"), "onu.rx_dbm")["onu.rx_dbm"]

    assert isinstance(reading.value, Unavailable)
    assert reading.value.reason == Reason.NOT_CONFIGURED


def test_a_broken_database_is_a_reading_and_no_exception(base: Directory, engine: Engine) -> None:
    subject = of(base, "ana.silva")
    with engine.begin() as db:
        db.execute(text("ALTER TABLE line RENAME TO lost"))

    reading = read(base, subject, "contract.state")["contract.state"]

    assert isinstance(reading.value, Unavailable)
    assert reading.value.reason == Reason.REFUSED


def test_every_fact_that_the_registry_gives_to_the_directory_is_provided() -> None:
    registry = Path(__file__).parents[2] / "decision_trees" / "_facts.yaml"
    facts = yaml.safe_load(registry.read_text("utf-8"))["facts"]

    assert {name for name, spec in facts.items() if spec.get("read_by") == "directory"} == PROVIDES
