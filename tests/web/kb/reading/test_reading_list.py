"""The list of articles: counts, filters, order, and addresses without personal data."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kbwizard.readership.service import Readership
from tests.helpers.page import Page, get, send

TITLES = ["Luzes do aparelho", "Mudar o canal", "Sinal fraco na fibra", "Trocar o roteador"]


def titles(page: Page) -> list[str]:
    return page.all("#articles .hits .strong")


def test_each_topic_says_how_many_it_has(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles")

    assert page.all(".shelf-topics a") == [
        "Todos 4", "Fibra e a luz LOS 2", "Sinal óptico fraco 1", "Wi-Fi fraco 2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("", TITLES),
        ("?topic=wifi-fraco", ["Mudar o canal", "Trocar o roteador"]),
        ("?readers=public", ["Luzes do aparelho"]),
        ("?readers=internal", ["Mudar o canal", "Sinal fraco na fibra", "Trocar o roteador"]),
        ("?standing=due", ["Mudar o canal", "Trocar o roteador"]),
        ("?standing=verified&topic=fibra-los", ["Luzes do aparelho", "Sinal fraco na fibra"]),
        ("?q=atenuacao", ["Sinal fraco na fibra"]),
        ("?q=atenuacao&readers=public", []),
        ("?topic=nada&readers=x&standing=y", TITLES),
    ],
)
def test_filters_leave_what_fits(agent: FlaskClient, address: str, shown: list[str]) -> None:
    assert sorted(titles(get(agent, f"/desk/articles{address}"))) == shown


def test_a_filter_keeps_the_others(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles?standing=due&readers=internal")

    link = next(a for a in page.soup.select(".shelf-topics a") if "Wi-Fi fraco" in a.get_text())
    assert link["href"] == "/desk/articles?topic=wifi-fraco&readers=internal&standing=due"


def test_the_form_leads_to_an_address_that_can_be_shared(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles?topic=fibra-los")

    form = page.fields("main form")
    found = agent.post("/desk/articles", data={**form, "q": "sinal fraco", "standing": "verified"})

    assert found.location == "/desk/articles?topic=fibra-los&standing=verified&q=sinal+fraco"


@pytest.mark.parametrize("typed", ["111.222.333-44", "(11) 90000-0001", "Maria Gomes"])
def test_what_may_be_somebodys_stays_out_of_the_address(agent: FlaskClient, typed: str) -> None:
    page = get(agent, "/desk/articles")

    answered = send(agent, page, "main form", q=typed)
    by_hand = agent.get("/desk/articles", query_string={"q": typed})

    assert answered.response.request.path == "/desk/articles"
    assert answered.response.request.query_string == b""
    assert by_hand.location == "/desk/articles"


def test_an_empty_list_offers_the_next_thing_to_do(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles?q=atenuacao&readers=public")

    assert page.all("#articles .empty a") == ["Ver todos os artigos", "buscar em tudo"]


def test_what_is_read_most_stands_first(agent: FlaskClient, readership: Readership) -> None:
    for _ in range(40):
        readership.count_read("nunca", where="desk")

    assert titles(get(agent, "/desk/articles"))[0] == "Mudar o canal"


def test_due_and_verified_are_told_by_word_in_the_list(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles")

    assert sorted(page.all("#articles .hit-mark")) == [
        "a verificar desde 09/07/2026", "ainda não verificado", "verificado", "verificado",
    ]  # fmt: skip
