"""An outage of the district is told before anything else, in the house's wording."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from kbwizard.cases.outages import OutageForm, Outages
from kbwizard.web.services import Services
from tests.helpers.clock import FrozenClock
from tests.helpers.customer import Customer


@pytest.fixture
def down(services: Services, clock: FrozenClock) -> Iterator[str]:
    """A district with a declared outage; the lead's own words are internal."""
    outages = Outages(services.engine)
    form = OutageForm(
        scope="district",
        target="Vila Modelo",
        forecast_at=clock() + timedelta(hours=2, minutes=28),
        internal_text="Rompimento na OLT do Centro, equipe do Zeca no poste 12",
    )
    made = outages.open(form, by="lia.lider", now=clock())
    yield "Vila Modelo"
    outages.close(made.id or 0, version=made.version, by="lia.lider", now=clock())


def test_who_lives_there_hears_of_it_before_any_question(customer: Customer, down: str) -> None:
    customer.press("Pronto, começar")

    page = customer.press(down)

    assert "Houve uma falha que atingiu a sua região" in page
    assert "Previsão de retorno: " in page
    assert "Rompimento" not in str(page.soup)
    assert "poste" not in str(page.soup)
    assert "Falar com uma pessoa" in customer.labels()


def test_waiting_for_it_gives_a_protocol(customer: Customer, down: str) -> None:
    customer.press("Pronto, começar")
    customer.press(down)

    page = customer.press("Está bem, vou esperar")

    assert page["h1"] == "Houve uma falha na sua região"
    assert page["#protocol"] in page[".notice"]


def test_elsewhere_nothing_is_said_of_it(customer: Customer, down: str) -> None:
    customer.press("Pronto, começar")

    page = customer.press("Vila Ensaio")

    assert "falha" not in page["main"].replace("há uma falha", "")


def test_a_district_that_is_not_ours_is_refused(customer: Customer) -> None:
    page = customer.press("Pronto, começar")

    answer = customer.client.post(
        "/help/bairro", data={"csrf_token": page.token(), "district": "Atlântida"}
    )

    assert answer.status_code == 422
    assert "Escolha um bairro" in answer.text
