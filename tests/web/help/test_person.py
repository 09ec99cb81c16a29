"""A person from everywhere, the code on another phone, and what comes back from the agent."""

from __future__ import annotations

import re

import pytest

from kbwizard.selfservice.service import SelfService
from tests.helpers.clock import FrozenClock
from tests.helpers.customer import Customer
from tests.helpers.page import Page

CODE = r"[A-Z0-9]{4}-[A-Z0-9]{4}"
LOS = ("Estou sem internet", "Por um cabo bem fino", "Não, é só aqui", "Tem luz acesa")


def asks_for_a_person(customer: Customer, **said: str) -> tuple[str, str]:
    """The protocol and the code they are shown."""
    customer.press("Falar com uma pessoa")
    page = customer.press("Pedir atendimento", **said)
    return page["#protocol"], page["#code"]


def test_a_person_is_asked_for_without_saying_anything(customer: Customer) -> None:
    protocol, code = asks_for_a_person(customer)

    assert re.fullmatch(r"\d{8}-\d{6}", protocol)
    assert re.fullmatch(CODE, code)
    assert customer.heading == "Pedido feito"


def test_who_left_no_phone_is_told_to_call_and_not_that_they_will_be_called(
    customer: Customer,
) -> None:
    asks_for_a_person(customer)

    assert "Você não deixou telefone: ligue para nós." in customer.page.find("main").get_text()
    assert "fala com você" not in customer.page.find("main").get_text()


def test_who_left_a_phone_is_told_that_they_will_be_called(customer: Customer) -> None:
    asks_for_a_person(customer, phone="(11) 90000-0099")

    assert "Uma pessoa vai falar com você." in customer.page.find("main").get_text()


def test_the_page_keeps_showing_the_same_code(customer: Customer) -> None:
    _, code = asks_for_a_person(customer)

    assert customer.open("/help/pedido")["#code"] == code
    assert customer.open("/help/pessoa")["#code"] == code


def test_what_is_too_long_is_said_at_its_field(customer: Customer) -> None:
    customer.press("Falar com uma pessoa")

    page = customer.press("Pedir atendimento", name="a" * 300)

    assert page.status == 422
    assert page.find("[role=alert] a")["href"] == "#field-name"
    assert page.find("#field-name")["aria-invalid"] == "true"


def test_the_summary_tells_what_was_answered_in_the_words_they_saw(customer: Customer) -> None:
    customer.begin("Centro")
    customer.say(*LOS)

    protocol, code = asks_for_a_person(customer, name="Maria", phone="(11) 90000-0099")

    summary = customer.page.find("#summary").get_text()
    assert protocol in summary
    assert code in summary
    assert "Bairro: Centro" in summary
    assert "Tem alguma luz acesa? Tem luz acesa" in summary
    assert "Maria" not in summary
    assert "90000" not in summary


def test_the_walk_goes_on_on_another_phone_and_the_first_is_out(
    customer: Customer, other_phone: Customer
) -> None:
    customer.begin()
    customer.say(*LOS)
    heading = customer.heading
    customer.press("Continuar em outro celular")
    code = customer.press("Mostrar um código")["#code"]

    other_phone.press("Tenho um código")
    other_phone.press("Continuar", code=code.lower())

    assert other_phone.heading == heading
    assert customer.open("/help/passo").status == 410


def test_a_wrong_code_says_so_at_its_field(other_phone: Customer) -> None:
    other_phone.press("Tenho um código")

    page = other_phone.press("Continuar", code="AAAA")

    assert page.status == 422
    assert page["title"].startswith("Erro: ")
    assert "Código não encontrado" in page["#problem-code"]


def test_a_code_works_once(customer: Customer, other_phone: Customer) -> None:
    _, code = asks_for_a_person(customer)
    for _ in range(2):
        other_phone.open("/help/retomar")
        page = other_phone.press("Continuar", code=code)

    assert page.status == 422


def test_once_an_agent_has_the_walk_the_customer_only_follows(
    customer: Customer, selfservice: SelfService
) -> None:
    page = customer.begin()
    form = {**page.fields("form[action$=responder]"), "resposta": "0"}
    _, code = asks_for_a_person(customer)

    selfservice.open_code(code, by="ana.agente", origin="192.0.2.1")

    assert customer.open("/help/passo")["h1"] == "Uma pessoa está com o seu caso"
    assert not customer.page.has("#code")
    assert "ana" not in str(customer.page.soup)
    for deed in ("responder", "voltar", "feito", "seguir", "terminar"):
        answer = customer.client.post(f"/help/passo/{deed}", data=form, follow_redirects=True)
        assert Page(answer)["h1"] == "Uma pessoa está com o seu caso"


def test_the_page_looks_for_news_slowly_and_by_hand(customer: Customer) -> None:
    asks_for_a_person(customer)

    assert customer.page.find("main")["data-refresh"] == "60"
    assert customer.press("Ver se há novidade")["h1"] == "Pedido feito"


def test_a_link_ties_only_when_its_button_is_pressed(
    customer: Customer, other_phone: Customer, selfservice: SelfService
) -> None:
    link = selfservice.link_for(1, case_protocol=None, by="ana.agente")
    path = f"/help/c/{link.token}"

    for _ in range(3):
        assert customer.open(path).status == 200
    assert customer.client.get_cookie("kbw_help", path="/help") is None
    customer.press("Ver a minha conexão")

    assert customer.page.status == 200
    assert other_phone.open(path).status == 410
    assert customer.open(path).status == 200


@pytest.mark.parametrize("token", ["x", "0" * 43, "ção", "a" * 600])
def test_an_unknown_link_says_what_to_do(customer: Customer, token: str) -> None:
    page = customer.open(f"/help/c/{token}")

    assert page.status == 410
    assert customer.press("Começar").status == 200


def test_a_link_that_was_taken_back_opens_nothing(
    customer: Customer, selfservice: SelfService
) -> None:
    link = selfservice.link_for(1, case_protocol=None, by="ana.agente")
    customer.open(f"/help/c/{link.token}")
    selfservice.revoke_link(link.id, by="ana.agente")

    page = customer.press("Ver a minha conexão")

    assert page.status == 410


def test_a_phone_on_file_and_any_other_get_the_same_answer(
    customer: Customer, other_phone: Customer
) -> None:
    pages = []
    for one, phone in ((customer, "(11) 90000-0001"), (other_phone, "(11) 90000-9999")):
        one.open("/help")
        one.say("Pronto, começar", "Não sei, ou não está na lista")
        pages.append(one.press("Mandar o código", phone=phone))

    assert pages[0].status == pages[1].status == 200
    texts = [page.find("main").get_text() for page in pages]
    assert texts[0] == texts[1]
    wrong = [one.press("Continuar", code="000000")["main"] for one in (customer, other_phone)]
    assert wrong[0] == wrong[1]


def test_a_phone_that_is_none_is_said_at_its_field(customer: Customer) -> None:
    customer.say("Pronto, começar", "Não sei, ou não está na lista")

    page = customer.press("Mandar o código", phone="12")

    assert page.status == 422
    assert "DDD" in page["#problem-phone"]


def test_the_lines_own_address_ties_only_where_that_is_switched_on(customer: Customer) -> None:
    page = customer.begin()

    answer = customer.client.post("/help/conexao/aqui", data={"csrf_token": page.token()})

    assert answer.status_code == 404


def test_an_opinion_is_asked_once_and_who_was_not_helped_is_offered_a_person(
    customer: Customer,
) -> None:
    customer.begin()
    customer.open("/help/fim")
    refused = customer.press("Enviar")
    assert refused.status == 422
    assert "sim, em parte ou não" in refused["[role=alert]"]

    page = customer.press("Enviar", helped="no", score="2", comment="Ligue no (11) 90000-0099")

    assert "Pedir atendimento" in customer.labels()
    assert customer.open("/help/fim")["h1"] == page["h1"]


def test_leaving_without_an_opinion_is_no_success(
    customer: Customer, selfservice: SelfService, clock: FrozenClock
) -> None:
    since = clock()
    customer.begin()
    customer.say(*LOS)
    clock.pass_time(hours=30)

    figures = selfservice.figures(since, clock())

    assert (figures.begun, figures.solved) == (1, 0)


def test_the_pages_print_what_matters(customer: Customer) -> None:
    css = customer.client.get("/assets/x/help.css").text

    assert "@media print" in css
