"""Search: while typing, as a page, by role; what is counted; what never stands in an address."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kbwizard.readership.service import Readership
from tests.conftest import SignedIn
from tests.helpers.page import Page, get, send
from tests.web.kb.reading.conftest import (
    SECRET_AGENT,
    SECRET_CUSTOMER,
    SECRET_TRAINEE,
    open_case,
    typed,
)

PRIVATE = ["111.222.333-44", "(11) 90000-0001", "maria@exemplo.net", "Maria Gomes", "maria.gomes"]


def counted(readership: Readership, query: str) -> tuple[int, int]:
    """How often it was searched, and how often something was opened."""
    since = readership._clock() - timedelta(days=1)
    found = [one for one in readership.searched(since) if one.query == query]
    return (found[0].count, found[0].opened) if found else (0, 0)


# -- everywhere


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("agent", "/desk/"),
        ("agent", "/desk/cases"),
        ("agent", "/account"),
        ("agent", "/desk/articles"),
        ("agent", "/desk/articles/luzes"),
        ("lead", "/desk/outages"),
        ("lead", "/study/tutor"),
        ("trainee", "/study"),
        ("trainee", "/desk/articles"),
        ("author", "/account"),
    ],
)
def test_search_stands_on_every_screen(client_as: SignedIn, role: str, address: str) -> None:
    page = get(client_as(role), address)

    opener = page.find("header [data-open='#search']")
    assert opener["data-key"] == "/"
    assert opener["href"] == "/desk/search"
    assert page.has("dialog#search input#search-q")
    assert page.has("script[src*='kb.js']")


def test_search_stands_in_a_call_and_knows_which(agent: FlaskClient) -> None:
    call = open_case(agent)

    fields = call.fields("#search-form")
    assert fields["protocol"] == call["#protocol"]
    assert call.has("[data-key='/'][data-open='#search']")


def test_who_is_not_signed_in_sees_no_search(client: FlaskClient) -> None:
    page = get(client, "/account/sign-in")

    assert not page.has("#search")
    assert not page.has("script[src*='kb.js']")


# -- while typing


def test_articles_and_steps_come_while_typing_and_open_at_their_section(
    agent: FlaskClient,
) -> None:
    found = typed(agent, "arrumar cab")

    first = found.find(".hits a[data-hit=sinal]")
    assert first["href"] == "/desk/articles/sinal#arrumar"
    assert "› Arrumar" in found
    assert "verificado" in found[".hits .hit-mark"]
    assert found.has("#search-results .chip")


def test_what_was_found_is_marked_whatever_its_accents(agent: FlaskClient) -> None:
    assert typed(agent, "decisao").all("mark") == ["Decisão"]


def test_words_are_completed(agent: FlaskClient) -> None:
    assert "conector" in typed(agent, "conect").all("[data-complete]")


@pytest.mark.parametrize(
    ("fields", "kinds"),
    [
        ({"kind": "articles"}, {"article"}),
        ({"kind": "steps"}, {"step"}),
        ({"kind": "cases"}, set()),
        ({"topic": "wifi-fraco", "kind": "articles"}, set()),
        ({"topic": "sinal-optico-fraco", "kind": "articles"}, {"article"}),
    ],
)
def test_filters_leave_what_fits(
    agent: FlaskClient, fields: dict[str, str], kinds: set[str]
) -> None:
    found = typed(agent, "sinal fraco", **fields)

    hits = [str(link["href"]) for link in found.soup.select(".hits a[data-hit]")]
    assert {"article" if "/articles/" in one else "step" for one in hits} == kinds


def test_nothing_found_says_what_to_try(agent: FlaskClient) -> None:
    found = typed(agent, "zzzxqw", kind="articles")

    assert found.find("#search-results")["data-said"] == "Nada encontrado."
    assert "tire os filtros" in found


def test_nothing_found_leads_on(client_as: SignedIn, agent: FlaskClient) -> None:
    author = client_as("author")

    read = get(agent, "/desk/search?q=zzzxqw&kind=articles").soup.select("#search-results .empty a")
    write = get(author, "/desk/search?q=zzzxqw").soup.select("#search-results .empty a")

    assert [link["href"] for link in read] == ["/desk/search?q=zzzxqw", "/desk/articles"]
    assert [link["href"] for link in write] == ["/desk/articles", "/desk/drafts?title=Zzzxqw"]


def test_in_a_call_articles_open_beside_it_and_steps_are_jumped_to(agent: FlaskClient) -> None:
    call = open_case(agent)
    protocol = call["#protocol"]

    found = typed(agent, "luz los", protocol=protocol, walk="1")
    article = typed(agent, "arrumar cabo", protocol=protocol, walk="1").find(".hits a")

    assert article["hx-get"] == f"/desk/articles/sinal?at=arrumar&protocol={protocol}&walk=1"
    assert article["hx-target"] == "#article"
    jump = found.fields(".hits form")
    jumped = agent.post(
        f"/desk/cases/{protocol}/jump",
        data={**jump, "csrf_token": call.token()},
        headers={"HX-Request": "true"},
    )
    assert "Verificações iniciais pendentes" in Page(jumped)


def test_in_an_exercise_no_case_is_found(agent: FlaskClient) -> None:
    protocol = open_case(agent)["#protocol"]

    assert typed(agent, protocol).has(".hits .protocol")
    assert not typed(agent, protocol, protocol="T20261121-000001").has(".hits .protocol")


# -- cases by role


@pytest.mark.parametrize("cut", [0, 9, 12])
def test_who_attends_finds_a_case_by_its_number_or_the_end_of_it(
    agent: FlaskClient, cut: int
) -> None:
    protocol = open_case(agent)["#protocol"]

    found = typed(agent, protocol[cut:])

    assert protocol in found.all(".hits .protocol")
    assert str(found.find(".hits a")["href"]).startswith("/desk/cases/")


@pytest.mark.parametrize("role", ["trainee", "author"])
def test_who_does_not_attend_finds_no_case(
    agent: FlaskClient, client_as: SignedIn, role: str
) -> None:
    protocol = open_case(agent)["#protocol"]
    client = client_as(role)

    assert not typed(client, protocol).has(".hits .protocol")
    assert "Atendimentos" not in get(client, "/desk/search").all("select[name=kind] option")


@pytest.mark.parametrize("said", ["Maria Gomes", "maria", "00", "111.222.333-44"])
def test_a_case_is_never_found_by_who_it_is_about(agent: FlaskClient, said: str) -> None:
    open_case(agent)

    assert not typed(agent, said).has(".hits .protocol")


# -- the page of results


def test_the_page_has_an_address_to_share(agent: FlaskClient) -> None:
    page = get(agent, "/desk/search")

    answer = agent.post(
        "/desk/search",
        data={**page.fields("main form"), "q": "luz", "kind": "articles", "topic": "fibra-los"},
    )

    assert answer.location == "/desk/search?q=luz&kind=articles&topic=fibra-los"
    shared = get(agent, answer.location)
    assert shared.find("main input[name=q]")["value"] == "luz"
    assert shared["select[name=kind] option[selected]"] == "Artigos"
    assert shared.all(".hits .strong")[0] == "Luzes do aparelho"


def test_pages_go_on_and_back(agent: FlaskClient) -> None:
    first = get(agent, "/desk/search?q=luz")
    second = get(agent, str(first.find("[rel=next]")["href"]))

    assert len(first.all(".hits > li")) == 10
    assert not set(first.all(".hits > li")) & set(second.all(".hits > li"))
    assert second.find("[rel=prev]")["href"] == "/desk/search?q=luz"


@pytest.mark.parametrize("page", ["0", "-1", "99"])
def test_a_page_that_cannot_be_is_not_there(agent: FlaskClient, page: str) -> None:
    assert agent.get(f"/desk/search?q=luz&page={page}").status_code == 404


def test_a_misspelt_word_is_understood_and_said(agent: FlaskClient) -> None:
    page = get(agent, "/desk/search?q=conetor")

    assert "conector" in page["#search-results"]


@pytest.mark.parametrize("said", PRIVATE)
def test_what_may_be_somebodys_is_searched_and_kept_nowhere(
    agent: FlaskClient,
    readership: Readership,
    caplog: pytest.LogCaptureFixture,
    said: str,
) -> None:
    caplog.set_level(logging.DEBUG, logger="kbwizard")
    before = readership.searched(readership._clock() - timedelta(days=1))

    page = send(agent, get(agent, "/desk/search"), "main form", q=said)
    by_hand = agent.get("/desk/search", query_string={"q": said})

    assert page.response.request.query_string == b""
    assert page.find("main input[name=q]")["value"] == said
    links = [str(link.get("href", "")) for link in page.soup.select("a")]
    assert not [link for link in links if "q=" in link]
    assert by_hand.location == "/desk/search?private=1"
    assert "tirada do endereço" in get(agent, by_hand.location)
    assert readership.searched(readership._clock() - timedelta(days=1)) == before
    assert said not in caplog.text


# -- leaks


@pytest.mark.parametrize("secret", [SECRET_TRAINEE, SECRET_CUSTOMER])
def test_no_word_of_anothers_block_is_found_shown_or_suggested_to_an_agent(
    agent: FlaskClient, secret: str
) -> None:
    for q in (secret, secret[:-3], secret[:6]):
        seen = typed(agent, q)
        page = get(agent, f"/desk/search?q={q}")
        for shown in (seen, page):
            text = shown["#search-results"].replace(f"“{q}”", "")
            assert secret not in text


def test_who_learns_finds_their_blocks_and_not_the_customers(trainee: FlaskClient) -> None:
    assert typed(trainee, SECRET_TRAINEE).has(".hits a[data-hit=sinal]")
    assert SECRET_AGENT in typed(trainee, SECRET_AGENT)
    assert not typed(trainee, SECRET_CUSTOMER).has(".hits a[data-hit=luzes]")


# -- what counts


def test_letters_on_their_way_are_not_counted(agent: FlaskClient, readership: Readership) -> None:
    for q in ("aper", "apertar o", "apertar o conec"):
        typed(agent, q)

    assert counted(readership, "apertar o conec") == (0, 0)


def test_a_page_of_results_counts_and_so_does_what_is_opened_from_it(
    agent: FlaskClient, readership: Readership
) -> None:
    page = get(agent, "/desk/search?q=ler a onu de novo")
    assert counted(readership, "ler a onu de novo") == (1, 0)

    opened = agent.get(str(page.find(".hits a[data-hit=sinal]")["href"]))

    assert opened.location.startswith("/desk/articles/sinal")
    assert counted(readership, "ler a onu de novo") == (1, 1)


def test_enter_and_a_click_in_the_dialog_are_one_search(
    agent: FlaskClient, readership: Readership
) -> None:
    token = get(agent, "/desk/articles").token()
    said = {"q": "verde é bom sinal", "csrf_token": token}

    for fields in ({}, {"slug": "luzes"}):
        answer = agent.post("/desk/search/settled", data={**said, **fields})
        assert answer.status_code == 204

    assert counted(readership, "verde é bom sinal") == (1, 1)


def test_a_search_without_result_is_counted_as_such(
    agent: FlaskClient, readership: Readership
) -> None:
    get(agent, "/desk/search?q=zzqqk")

    since = readership._clock() - timedelta(days=1)
    found = next(one for one in readership.searched(since) if one.query == "zzqqk")
    assert (found.results, found.opened) == (0, 0)


def test_the_counted_way_leads_to_our_own_pages_only(agent: FlaskClient) -> None:
    for slug in ("https://exemplo.net", "//exemplo.net", "nada", "", "so-treino"):
        answer = agent.get("/desk/search/1/open", query_string={"slug": slug})
        assert answer.status_code == 404, slug

    step = agent.get("/desk/search/1/open", query_string={"slug": "fibra-los#luz_los"})
    assert step.location == "/desk/steps/fibra-los/luz_los"


def test_nothing_here_writes_without_the_token(agent: FlaskClient, app: Flask) -> None:
    assert app.config["WTF_CSRF_ENABLED"]
    for address in ("/desk/search", "/desk/search/settled", "/desk/steps/fibra-los/luz_los/begin"):
        assert agent.post(address, data={"q": "luz"}).status_code in (400, 403)
