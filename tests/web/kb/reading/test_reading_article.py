"""One article: what its page tells, what stands beside a step, who reads what."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from kbwizard.readership.service import Readership
from tests.conftest import SignedIn
from tests.helpers.page import Page, get, send
from tests.web.kb.reading.conftest import (
    SECRET_AGENT,
    SECRET_CUSTOMER,
    SECRET_TRAINEE,
    beside,
    open_case,
)


def test_contents_lead_to_every_section(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles/sinal")

    anchors = [str(link["href"]) for link in page.soup.select(".contents a")]
    assert page.all(".contents a") == ["Medir", "Arrumar"]
    assert all(page.has(f".article {anchor}") for anchor in anchors)


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("sinal", "verificado por Lia Líder em 20/11/2026, vale até 19/05/2027"),
        ("atrasado", "a verificar desde 09/07/2026 a última verificação foi em 10/01/2026"),
        ("nunca", "ainda não verificado"),
    ],
)
def test_the_page_says_how_far_it_can_be_trusted(agent: FlaskClient, slug: str, said: str) -> None:
    assert get(agent, f"/desk/articles/{slug}")[".trust"] == said


@pytest.mark.parametrize(("slug", "circle"), [("sinal", "interno"), ("luzes", "público")])
def test_the_page_says_whether_customers_read_it(
    agent: FlaskClient, slug: str, circle: str
) -> None:
    assert get(agent, f"/desk/articles/{slug}").all(".article-head .chip")[0] == circle


@pytest.mark.parametrize("role", ["agent", "n2", "n3", "lead", "author", "admin"])
def test_only_who_learns_gets_the_blocks_for_training(client_as: SignedIn, role: str) -> None:
    client = client_as(role)
    texts = [
        client.get(address, headers=headers).get_data(as_text=True)
        for address in ("/desk/articles/sinal", "/desk/articles/luzes", "/desk/articles")
        for headers in ({}, {"HX-Request": "true"})
    ]

    assert not [text for text in texts if SECRET_TRAINEE in text or SECRET_CUSTOMER in text]
    assert SECRET_AGENT in texts[2]


def test_who_learns_reads_what_is_written_for_them(trainee: FlaskClient) -> None:
    page = get(trainee, "/desk/articles/sinal")

    assert SECRET_TRAINEE in page
    assert SECRET_CUSTOMER not in get(trainee, "/desk/articles/luzes")


def test_an_article_for_trainees_alone_does_not_exist_for_agents(
    agent: FlaskClient, trainee: FlaskClient
) -> None:
    assert get(agent, "/desk/articles/so-treino").status == 404
    assert "Como se aprende" not in get(agent, "/desk/articles/sinal")
    assert get(trainee, "/desk/articles/so-treino").status == 200
    assert "Como se aprende" in get(trainee, "/desk/articles/sinal")


def test_seen_as_a_customer_it_has_their_words_and_none_of_ours(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles/luzes?as=customer")

    assert SECRET_CUSTOMER in page
    assert SECRET_AGENT not in page
    assert page[".stripe"].startswith("Assim o cliente lê")


def test_an_internal_article_has_no_view_for_customers(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles/sinal?as=customer")

    assert not page.has(".stripe")
    assert "Ver como cliente" not in page


@pytest.mark.parametrize("query", ["", "?at=arrumar"])
def test_an_address_it_had_before_leads_to_it(agent: FlaskClient, query: str) -> None:
    moved = agent.get(f"/desk/articles/sinal-antigo{query}")

    assert moved.status_code == 301
    assert moved.location == "/desk/articles/sinal" + ("#arrumar" if query else "")


def test_an_article_that_is_not_there_says_so(agent: FlaskClient) -> None:
    page = get(agent, "/desk/articles/nada")

    assert page.status == 404
    assert "Procure pelo assunto" in page


def test_what_is_known_is_filled_into_the_sentence_to_say(agent: FlaskClient) -> None:
    said = get(agent, "/desk/articles/sinal")["blockquote"]
    in_call = beside(agent, "/desk/articles/sinal?protocol=20261121-000777")["blockquote"]

    assert said == (
        "Boa tarde! Aqui é Ana, da Provedor Exemplo. O protocolo é {protocolo}, volto às {hora}."
    )
    assert "O protocolo é 20261121-000777, volto às {hora}." in in_call


def test_a_protocol_in_the_address_cannot_become_markup(agent: FlaskClient) -> None:
    page = beside(agent, "/desk/articles/sinal?protocol=<b>x</b>&at=<b>")

    assert not page.has("b")
    assert "<b>x</b>" in page["blockquote"]


def test_beside_a_step_its_anchors_are_its_own_and_it_opens_at_the_section(
    agent: FlaskClient,
) -> None:
    panel = beside(agent, "/desk/articles/sinal?at=arrumar&protocol=20261121-000001&walk=2")

    opened = panel.find("#article-open")
    assert opened["data-at"] == "a-arrumar"
    assert panel["#a-arrumar"] == "Arrumar"
    ids = [str(element["id"]) for element in panel.soup.select("[id]")]
    assert not [one for one in ids if one in ("medir", "arrumar", "call", "search", "main")]
    assert panel.fields(".begin")["walk"] == "2"
    assert panel.find(".begin")["action"] == "/desk/cases/20261121-000001/jump"


def test_beside_an_exercise_trainees_read_their_blocks_and_jump_in_it(
    trainee: FlaskClient,
) -> None:
    panel = beside(trainee, "/desk/articles/sinal?protocol=T20261121-000001")

    assert SECRET_TRAINEE in panel
    assert panel.find(".begin")["action"] == "/study/desk/cases/T20261121-000001/jump"


def test_an_agent_in_an_exercise_reads_what_trainees_read(agent: FlaskClient) -> None:
    assert SECRET_TRAINEE in beside(agent, "/desk/articles/sinal?protocol=T20261121-000001")


def test_the_step_by_step_begins_a_call_at_the_articles_step(agent: FlaskClient) -> None:
    article = get(agent, "/desk/articles/sinal")

    call = send(agent, article, ".article-actions form")

    assert call["#call-step .ask"].startswith("Luz")
    assert "Verificações iniciais pendentes" in call["#call-step .stripe"]
    assert "não identificado" in call["#call-bar"]


def test_who_learns_is_sent_to_practise_and_opens_no_case(trainee: FlaskClient) -> None:
    page = get(trainee, "/desk/articles/sinal")

    assert page.find(".article-actions .button--main")["href"] == "/study"
    token = get(trainee, "/desk/search").token()
    refused = trainee.post("/desk/steps/fibra-los/luz_los/begin", data={"csrf_token": token})
    assert refused.status_code == 403


def test_in_a_call_the_article_takes_it_to_its_step(agent: FlaskClient) -> None:
    call = open_case(agent, "paulo.souza")
    protocol = call["#protocol"]

    panel = beside(agent, f"/desk/articles/sinal?protocol={protocol}&walk=1")
    fields = {**panel.fields(".begin"), "csrf_token": call.token()}
    jumped = Page(agent.post(f"/desk/cases/{protocol}/jump", data=fields, follow_redirects=True))

    assert jumped["#call-step .ask"].startswith("Luz")


def test_a_step_that_no_tree_has_any_more_is_not_offered(agent: FlaskClient) -> None:
    assert "passo a passo" not in get(agent, "/desk/articles/luzes")[".article-actions"]
    for address in ("/desk/steps/nada", "/desk/steps/fibra-los/nada"):
        assert get(agent, address).status == 404


def test_a_step_can_be_read_outside_a_call(agent: FlaskClient, trainee: FlaskClient) -> None:
    page = get(agent, "/desk/steps/fibra-los/luz_los")

    assert page["h1"].startswith("Fibra")
    assert "LOS" in page[".say"]
    assert page.has("a[href='/desk/articles/luzes#as-cores']")
    assert page.has("form[action$=begin]")
    assert not get(trainee, "/desk/steps/fibra-los/luz_los").has("form[action$=begin]")


def test_only_who_writes_is_offered_to_edit(agent: FlaskClient, author: FlaskClient) -> None:
    assert "Editar" not in get(agent, "/desk/articles/sinal")[".article-actions"]
    assert "Editar" in get(author, "/desk/articles/sinal")[".article-actions"]


def test_reads_are_counted_by_the_place_they_happen_in(
    agent: FlaskClient, trainee: FlaskClient, readership: Readership
) -> None:
    before = readership.reads(readership.today()).get("luzes")
    counted = dict(before.places) if before else {}

    get(agent, "/desk/articles/luzes")
    beside(agent, "/desk/articles/luzes?protocol=20261121-000001")
    get(trainee, "/desk/articles/luzes")
    get(agent, "/desk/articles/luzes?as=customer")
    agent.head("/desk/articles/luzes")

    places = readership.reads(readership.today())["luzes"].places
    grown = {place: count - counted.get(place, 0) for place, count in places.items()}
    assert grown == {"desk": 1, "call": 1, "study": 1}


def test_a_drawing_is_sent_as_a_drawing_and_nothing_else(agent: FlaskClient) -> None:
    source = str(get(agent, "/desk/articles/sinal").find(".article img")["src"])

    drawing = agent.get(source)

    assert drawing.mimetype == "image/svg+xml"
    assert "sandbox" in drawing.headers["Content-Security-Policy"]
    assert "script-src" not in drawing.headers["Content-Security-Policy"]
    assert drawing.headers["X-Content-Type-Options"] == "nosniff"
    again = agent.get(source, headers={"If-None-Match": drawing.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name", ["nada.svg", "..%2fsinal.md", "%2e%2e/sinal.md", "curva.svg%00.png", "sinal.md"]
)
@pytest.mark.parametrize("role", ["agent", "author"])
def test_nothing_but_drawings_can_be_fetched(client_as: SignedIn, role: str, name: str) -> None:
    assert client_as(role).get(f"/desk/article-images/{name}").status_code == 404


def test_nobody_reads_without_signing_in(client: FlaskClient) -> None:
    for address in (
        "/desk/articles",
        "/desk/articles/luzes",
        "/desk/search?q=luz",
        "/desk/article-images/curva.svg",
        "/desk/steps/fibra-los",
        "/desk/search/1/open?slug=luzes",
    ):
        assert client.get(address).status_code == 303, address
