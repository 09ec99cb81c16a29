"""The two files of the demo fit each other, and hold what the demo promises."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from validate_docbr import CNPJ, CPF

from kbwizard.lab import CUSTOMERS_FILE
from kbwizard.lab.plant import PLANT_FILE, Plant, read_plant

DOCS = Path(__file__).resolve().parents[2] / "docs" / "lab.md"


@pytest.fixture(scope="module")
def customers() -> list[dict[str, str]]:
    with CUSTOMERS_FILE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def plant() -> Plant:
    return read_plant(PLANT_FILE)


def test_there_are_enough_subscribers_on_three_olts_and_two_concentrators(plant: Plant) -> None:
    assert len(plant.subscribers) >= 48
    assert {one.olt for one in plant.subscribers if one.has_onu} == {olt.name for olt in plant.olts}
    assert {one.concentrator for one in plant.subscribers} == {
        one.name for one in plant.concentrators
    }


def test_every_login_of_the_plant_is_a_customers_at_the_same_place(
    plant: Plant, customers: list[dict[str, str]]
) -> None:
    known = {
        row["login"]: (
            row["olt"],
            row["pon"],
            row["onu"],
            row["serial"],
            row["concentrator"],
            row["auth"],
        )
        for row in customers
    }

    assert known == {
        one.login: (one.olt, one.pon, str(one.onu or ""), one.serial, one.concentrator, one.auth)
        for one in plant.subscribers
    }


def test_addresses_macs_and_serials_are_nobody_elses() -> None:
    plant = read_plant()
    for values in (
        [one.address for one in plant.subscribers],
        [one.mac for one in plant.subscribers],
        [one.serial for one in plant.subscribers if one.has_onu],
        [(one.olt, one.pon, one.onu) for one in plant.subscribers if one.has_onu],
    ):
        assert Counter(values).most_common(1)[0][1] == 1


def test_documents_are_valid_and_visibly_made_up(customers: list[dict[str, str]]) -> None:
    for row in customers:
        document = row["document"]
        if row["segment"] == "business":
            assert CNPJ().validate(document)
            assert document.startswith("99999")
        else:
            assert CPF().validate(document)
            assert document.startswith("0000000")
        assert row["phone"].startswith("(11) 90000-00")


def test_the_demo_has_the_kinds_of_customers_it_promises(customers: list[dict[str, str]]) -> None:
    lines = Counter(row["customer_code"] for row in customers)

    assert sum(1 for count in lines.values() if count > 1) >= 3
    assert sum(1 for row in customers if row["segment"] == "business") >= 4
    assert sum(1 for row in customers if row["contract_state"] in ("blocked", "reduced")) >= 3
    assert {row["technology"] for row in customers} == {"fibre", "radio", "dedicated"}
    assert {row["auth"] for row in customers} == {"pppoe", "ipoe", "static"}
    assert sum(row["login"].isdigit() for row in customers) >= 10


def test_the_guide_names_the_login_of_every_first_fault(plant: Plant) -> None:
    guide = DOCS.read_text(encoding="utf-8")

    missing = [
        one.login for one in plant.subscribers
        if one.first_fault != "none" and f"| `{one.first_fault}` | `{one.login}`" not in guide
    ]  # fmt: skip

    assert missing == []
