"""Articles beside a step without typing: by the step, the facts, the notes; never a person's data."""

from __future__ import annotations

from flask.testing import FlaskClient

from kbwizard.readership.service import Readership
from tests.helpers.page import Page, get
from tests.web.kb.reading.conftest import open_case


def jump(client: FlaskClient, call: Page, node: str, tree: str = "fibra-los") -> Page:
    protocol = call["#protocol"]
    fields = {"tree": tree, "node": node, "walk": "1", "csrf_token": call.token()}
    return Page(
        client.post(f"/desk/cases/{protocol}/jump", data=fields, headers={"HX-Request": "true"})
    )


def note(client: FlaskClient, call: Page, protocol: str, text: str) -> Page:
    fields = {"text": text, "walk": "1", "csrf_token": call.token()}
    return Page(
        client.post(f"/desk/cases/{protocol}/note", data=fields, headers={"HX-Request": "true"})
    )


def titles(call: Page) -> list[str]:
    return call.all("#call-suggestions li span")


def test_the_steps_own_article_comes_first_at_its_section(agent: FlaskClient) -> None:
    call = open_case(agent, "lucas.araujo")

    step = jump(agent, call, "luz_los")

    first = step.find("#call-suggestions a")
    protocol = call["#protocol"]
    assert titles(step)[0] == "Luzes do aparelho"
    assert first["href"] == "/desk/articles/luzes#as-cores"
    assert first["hx-get"] == f"/desk/articles/luzes?at=as-cores&protocol={protocol}&walk=1"
    assert first["hx-target"] == "#article"


def test_the_trees_topics_bring_what_no_author_named(agent: FlaskClient) -> None:
    step = jump(agent, open_case(agent, "bruna.silva"), "cabo")

    assert set(titles(step)[:2]) == {"Luzes do aparelho", "Sinal fraco na fibra"}


def test_a_tree_may_name_an_article_by_its_address_of_before(agent: FlaskClient) -> None:
    step = jump(agent, open_case(agent, "bruna.silva"), "alcance", tree="um-site")

    assert "Mudar o canal" in titles(step)


def test_a_note_brings_what_it_speaks_of(agent: FlaskClient) -> None:
    call = open_case(agent, "rita.moura")
    protocol = call["#protocol"]
    assert "Trocar o roteador" not in titles(call)

    noted = note(agent, call, protocol, "Cliente quer trocar o roteador dele")

    assert titles(noted)[0] == "Trocar o roteador"
    assert noted["#call-suggestions small"] == "da nota"


def test_a_note_of_nothing_brings_nothing(agent: FlaskClient) -> None:
    call = open_case(agent, "jonas.melo")

    noted = note(agent, call, call["#protocol"], "Zumbaia xpto (11) 90000-0001")

    assert "da nota" not in noted.all("#call-suggestions small")


def test_notes_are_searched_with_and_kept_nowhere(
    agent: FlaskClient, readership: Readership
) -> None:
    call = open_case(agent, "tania.reis")
    before = readership.searched(readership._clock().replace(year=2020))

    note(agent, call, call["#protocol"], "quer mudar o canal")

    assert readership.searched(readership._clock().replace(year=2020)) == before


def test_what_is_for_trainees_alone_is_not_suggested_to_an_agent(agent: FlaskClient) -> None:
    call = open_case(agent, "carla.nunes")

    noted = note(agent, call, call["#protocol"], "como se aprende")

    assert "Como se aprende" not in titles(noted)


def test_reading_one_counts_as_read_in_a_call(agent: FlaskClient, readership: Readership) -> None:
    step = jump(agent, open_case(agent, "otavio.campos"), "luz_los")
    before = readership.reads(readership.today()).get("luzes")

    address = str(step.find("#call-suggestions a")["hx-get"])
    agent.get(address, headers={"HX-Request": "true"})

    after = readership.reads(readership.today())["luzes"].places
    assert after["call"] == (before.places.get("call", 0) if before else 0) + 1


def test_the_suggestions_move_on_with_the_step(agent: FlaskClient) -> None:
    call = open_case(agent, "leandro.lima")
    jump(agent, call, "luz_los")

    pulse = get(
        agent, f"/desk/cases/{call['#protocol']}/pulse?walk=1&seen=0&visit=0",
        **{"HX-Request": "true"},
    )  # fmt: skip

    assert pulse.find("#call-suggestions")["hx-swap-oob"] == "true"
    assert titles(pulse)[0] == "Luzes do aparelho"
