"""What happens to customers who press twice, come back later, or write what nobody expects."""

from __future__ import annotations

import pytest
from sqlmodel import select

from kbwizard.cases.models import Case
from kbwizard.cases.outages import OutageForm, Outages
from kbwizard.db import writing
from kbwizard.selfservice.service import SelfService
from kbwizard.web.services import Services
from tests.helpers.customer import Customer
from tests.helpers.page import Page

ODD = {
    "tags": "<script>alert(1)</script><b>Ana",
    "markdown": "**Ana** [clique](https://example.net)",
    "template": "{{ 7 * 7 }} {caller.name} {% raw %}",
    "emoji": "Ana \U0001f4a5",
    "right to left": "\u202eanA\u202c",
}


def close(services: Services, protocol: str) -> None:
    """As if an agent had ended it."""
    with writing(services.engine) as db:
        case = db.exec(select(Case).where(Case.protocol == protocol)).one()
        case.status, case.queue = "closed", ""
        case.closed_at = services.clock()
        db.add(case)


def test_a_person_can_be_asked_for_after_the_case_was_closed(
    customer: Customer, services: Services
) -> None:
    customer.press("Falar com uma pessoa")
    protocol = customer.press("Pedir atendimento", phone="(11) 90000-0099")["#protocol"]
    close(services, protocol)

    assert customer.open("/help/pedido")["h1"] == "Atendimento encerrado"
    customer.press("Falar com uma pessoa")
    page = customer.press("Pedir atendimento")

    assert page["h1"] == "Pedido feito"
    assert page["#protocol"] == protocol


def test_back_pressed_twice_goes_back_once(customer: Customer) -> None:
    customer.begin()
    customer.say("Estou sem internet")
    second = customer.heading
    customer.say("Por um cabo bem fino")
    form = customer.page.fields("form[action$=voltar]")

    for _ in range(2):
        answer = customer.client.post("/help/passo/voltar", data=form, follow_redirects=True)

    assert Page(answer)["h1"] == second


@pytest.mark.parametrize("written", ODD.values(), ids=ODD.keys())
def test_what_a_customer_writes_is_shown_as_they_wrote_it(
    customer: Customer, selfservice: SelfService, written: str
) -> None:
    customer.press("Falar com uma pessoa")
    page = customer.press("Pedir atendimento", name=written, best_time=written, phone=written)

    assert page.status == 200
    assert not page.soup.select("main script, main b, main a[href*='example.net']")


def test_the_first_page_opens_with_a_slash_too(customer: Customer) -> None:
    answer = customer.client.get("/help/", follow_redirects=True)

    assert answer.status_code == 200
    assert Page(answer)["h1"] == customer.open("/help")["h1"]


def test_who_waits_for_an_outage_still_has_a_person_at_hand(
    customer: Customer, selfservice: SelfService, services: Services
) -> None:
    notice = Outages(services.engine).open(
        OutageForm(scope="district", target="Centro"), by="lia.lider", now=services.clock()
    )
    customer.press("Pronto, começar")
    customer.press("Centro")
    page = customer.press("Está bem, vou esperar")
    Outages(services.engine).close(
        notice.id or 0, version=notice.version, by="lia.lider", now=services.clock()
    )

    assert page["h1"] == "Houve uma falha na sua região"
    assert "Falar com uma pessoa" in customer.labels()


def test_after_an_agent_has_closed_it_asking_again_begins_anew(
    customer: Customer, selfservice: SelfService, services: Services
) -> None:
    customer.press("Falar com uma pessoa")
    page = customer.press("Pedir atendimento", phone="(11) 90000-0099")
    protocol = page["#protocol"]
    selfservice.open_code(page["#code"], by="ana.agente", origin="192.0.2.1")
    close(services, protocol)

    customer.open("/help/pedido")
    customer.press("Falar com uma pessoa")
    page = customer.press("Pedir atendimento")

    assert page["h1"] == "Pedido feito"
    assert page["#protocol"] != protocol
    assert selfservice.waits_for_agent(page["#protocol"])
