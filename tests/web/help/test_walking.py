"""One question a screen, back, waits, stale forms: on the real trees, without a line."""

from __future__ import annotations

import re

import pytest

from tests.helpers.clock import FrozenClock
from tests.helpers.customer import Customer
from tests.helpers.page import Page

OPTICAL = (
    "Estou sem internet",
    "Por um cabo bem fino",
    "Não, é só aqui",
    "Tem luz acesa",
    "Vermelha, piscando",
)


def test_the_first_page_asks_for_mobile_data_and_nothing_else(customer: Customer) -> None:
    page = customer.page

    assert "Desligue o Wi-Fi" in page
    assert page.all("form input:not([type=hidden])") == []
    assert page.find("img.drawing")["alt"]


def test_opening_pages_begins_nothing(customer: Customer) -> None:
    for path in ("/help", "/help/pessoa", "/help/retomar"):
        customer.open(path)

    assert customer.client.get_cookie("kbw_help", path="/help") is None


def test_every_step_has_one_heading_in_focus_a_title_and_a_person(customer: Customer) -> None:
    customer.begin()
    titles = set()

    for label in OPTICAL:
        page = customer.press(label)
        titles.add(page["title"])
        assert len(page.all("h1")) == 1
        assert page.find("h1").has_attr("autofocus")
        assert "Falar com uma pessoa" in customer.labels()
        assert page.find("html")["lang"] == "pt-BR"

    assert len(titles) == len(OPTICAL)


def test_a_light_is_asked_with_its_drawing_and_a_lamp_beside_each_answer(
    customer: Customer,
) -> None:
    customer.begin()

    page = customer.say(*OPTICAL[:-1])

    assert "LOS" in page.find("img.drawing")["alt"]
    assert len(page.all(".answer .lamp")) == 3
    assert customer.labels().count("Não sei") == 1


def test_not_knowing_goes_on(customer: Customer) -> None:
    customer.begin()

    customer.press("Não sei")

    assert customer.heading != "O que está acontecendo?"


def test_back_undoes_one_answer_at_a_time_and_then_asks_for_the_district(
    customer: Customer,
) -> None:
    customer.begin()
    customer.say(*OPTICAL[:2])

    customer.press("Voltar")
    assert customer.heading == "Como a internet chega na sua casa?"
    customer.press("Voltar")
    assert customer.heading == "O que está acontecendo?"
    customer.press("Voltar")
    assert customer.heading == "Em que bairro fica a internet?"


def test_a_form_without_an_answer_says_what_to_do_and_stays(customer: Customer) -> None:
    page = customer.begin()

    answer = customer.client.post(
        "/help/passo/responder", data=page.fields("form[action$=responder]")
    )

    refused = Page(answer)
    assert refused.status == 422
    assert refused["title"].startswith("Erro: ")
    assert "Toque em uma das respostas" in refused["[role=alert]"]
    assert refused["h1"] == "O que está acontecendo?"


@pytest.mark.parametrize(
    "typed", ["99", "-1", "1e3", "x", "٣", "a" * 5000, "led.los", "__unsure__"]
)
def test_an_answer_that_was_not_offered_is_refused(customer: Customer, typed: str) -> None:
    page = customer.begin()
    fields = page.fields("form[action$=responder]")

    answer = customer.client.post("/help/passo/responder", data={**fields, "resposta": typed})

    assert answer.status_code == 422
    assert typed not in answer.text or len(typed) < 3


def test_an_old_form_shows_where_they_are(customer: Customer) -> None:
    page = customer.begin()
    old = page.fields("form[action$=responder]")
    customer.press(OPTICAL[0])

    answer = Page(customer.client.post("/help/passo/responder", data={**old, "resposta": "1"}))

    assert answer.status == 409
    assert "já tinha sido respondido" in answer["[role=alert]"]
    assert answer["h1"] == "Como a internet chega na sua casa?"


def test_the_same_press_twice_counts_once(customer: Customer) -> None:
    page = customer.begin()
    form = {**page.fields("form[action$=responder]"), "resposta": "0"}

    first = customer.client.post("/help/passo/responder", data=form)
    second = customer.client.post("/help/passo/responder", data=form)

    assert (first.status_code, second.status_code) == (303, 409)


def test_a_wait_says_at_what_time_to_come_back_and_survives_a_locked_screen(
    customer: Customer, clock: FrozenClock
) -> None:
    customer.begin()
    customer.say(*OPTICAL, "Entendi", "Parece normal", "Já apertei")

    page = customer.press("Já liguei de novo")

    assert re.fullmatch(r"\d\d:\d\d", page[".when"])
    assert page.has("noscript meta[http-equiv=refresh]")
    hour, minute = map(int, page[".when"].split(":"))
    told = hour * 60 + minute
    now = clock().hour * 60 + clock().minute - 180  # São Paulo
    assert 3 <= (told - now) % 1440 <= 4
    clock.pass_time(minutes=2)
    assert customer.open("/help/passo").has(".when")
    clock.pass_time(minutes=2, hours=3)
    assert customer.open("/help/passo")["h1"] == "E agora, como ficou a luz escrita LOS?"


def test_a_wait_may_be_given_up(customer: Customer) -> None:
    customer.begin()
    customer.say(*OPTICAL, "Entendi", "Parece normal", "Já apertei", "Já liguei de novo")

    customer.press("Não quero esperar")

    assert customer.heading == "E agora, como ficou a luz escrita LOS?"


def test_a_day_later_they_begin_again_and_are_told_so_kindly(
    customer: Customer, clock: FrozenClock
) -> None:
    customer.begin()
    clock.pass_time(hours=25)

    page = customer.open("/help/passo")

    assert page.status == 410
    assert page["h1"] == "Vamos começar de novo"
    assert customer.press("Começar")["h1"] == "Em que bairro fica a internet?"


def test_who_comes_back_within_a_day_goes_on_where_they_were(
    customer: Customer, clock: FrozenClock
) -> None:
    customer.begin()
    customer.say(*OPTICAL[:3])
    clock.pass_time(hours=23)

    customer.open("/help")
    customer.press("Continuar de onde parei")

    assert customer.heading == "Tem alguma luz acesa?"


def test_progress_is_told_in_words_and_never_as_a_share(customer: Customer) -> None:
    customer.begin()
    told = [customer.page[".where"]]

    for label in OPTICAL:
        told.append(customer.press(label)[".where"])

    assert told[0] == "Primeira pergunta"
    assert "Estamos no caminho" in told
    assert not any("%" in words or "/" in words for words in told)


def test_a_walk_that_works_again_ends_and_asks_whether_it_helped(customer: Customer) -> None:
    customer.begin()
    customer.say(*OPTICAL, "Entendi", "Parece normal", "Já apertei", "Já liguei de novo")
    customer.say("Não quero esperar", "Apagada", "Acesa, sem piscar")
    while "Está resolvido" not in customer.labels():
        offered = customer.labels()
        customer.press(next(one for one in _TOWARDS_THE_END if one in offered))

    page = customer.press("Está resolvido")

    assert page["h1"] == "Isto ajudou você?"


_TOWARDS_THE_END = (
    "Voltou a funcionar",
    "Nenhum aparelho navega",
    "Está ligado e com o cabo no lugar",
    "Não mexi em nada",
    "Acesa",
    "Já liguei os dois",
    "Já liguei",
    "Já desliguei e liguei",
    "Não quero esperar",
    "Entendi",
    "Pronto, já fiz",
    "Não sei",
)
