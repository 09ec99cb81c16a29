"""The list of synonyms: a pair at once, the whole text with its problems, two who edit it."""

from __future__ import annotations

from urllib.parse import urlencode

from flask.testing import FlaskClient

from tests.helpers.page import Page, get, send
from tests.web.kb.writing.conftest import Desk

ADD = "form[action$='/synonyms/add']"
WHOLE = "form[action$='/synonyms']:has([name=base])"


def _add(client: FlaskClient, typed: str, meant: str) -> Page:
    return send(client, get(client, "/desk/synonyms"), ADD, typed=typed, meant=meant)


def test_a_pair_works_in_the_search_at_once(desk: Desk, author: FlaskClient) -> None:
    before = get(author, "/desk/synonyms?q=bolacha")

    after = _add(author, "bolacha", "senha")

    assert "Nenhum artigo" in before["#writing-tried"]
    assert "Senha do Wi-Fi" in after["#writing-tried"]
    assert after.all(".writing-pairs tbody tr") == ["bolacha senha Tirar bolacha"]


def test_what_was_typed_becomes_another_name_of_the_article_that_answers(
    desk: Desk, author: FlaskClient
) -> None:
    typed = "como faço para pôr a chave da rede no celular"
    arrived = get(author, f"/desk/synonyms?typed={typed}")
    looked_for = arrived.fields("form[method=get]") | {"q": "senha"}
    page = get(author, f"/desk/synonyms?{urlencode(looked_for)}")

    after = send(author, page, "form[action$='/synonyms/alias']")

    assert f"aliases: [{typed}]" in desk.file("senha")
    assert f"“{typed}” agora é apelido de" in after[".stripe--good"]
    assert "Senha do Wi-Fi" in after["#writing-tried li"]


def test_a_name_with_a_phone_in_it_is_refused_in_words(desk: Desk, author: FlaskClient) -> None:
    before = desk.file("senha")
    page = get(author, "/desk/synonyms?typed=senha do (11) 90000-0012&q=senha")

    refused = send(author, page, "form[action$='/synonyms/alias']")

    assert refused.status == 422
    assert refused[".notice--critical"]
    assert desk.file("senha") == before


def test_half_a_pair_is_refused_with_what_was_typed(desk: Desk, author: FlaskClient) -> None:
    refused = _add(author, "bolacha", " ")

    assert refused.status == 422
    assert refused.fields(ADD)["typed"] == "bolacha"
    assert desk.editing.synonyms() == ""


def test_a_pair_is_taken_away(desk: Desk, author: FlaskClient) -> None:
    _add(author, "bolacha", "senha")
    page = _add(author, "sem net", "sem conexão")

    send(author, page, "form[action$='/synonyms/remove']")

    assert [line for line in desk.editing.synonyms().split("\n") if line] == [
        "sem net = sem conexão"
    ]


def test_bad_lines_are_told_by_number_and_nothing_is_saved(desk: Desk, author: FlaskClient) -> None:
    text = "bolacha = senha\nisto não é nada\n= luz\n"

    refused = send(author, get(author, "/desk/synonyms"), WHOLE, source=text)

    assert refused.status == 422
    assert refused.all(".notice a[data-line]") == ["Linha 2", "Linha 3"]
    assert refused.fields(WHOLE)["source"] == text
    assert desk.editing.synonyms() == ""


def test_of_two_who_edit_both_are_kept(desk: Desk, author: FlaskClient, lead: FlaskClient) -> None:
    mine = get(author, "/desk/synonyms")
    _add(lead, "vermelhinha", "luz")

    late = send(author, mine, WHOLE, source="bolacha = senha\n")
    joined = late.fields(WHOLE)["source"]
    saved = send(author, late, WHOLE, source="bolacha = senha\nvermelhinha = luz\n")

    assert late.status == 409
    assert "bolacha = senha" in joined
    assert "vermelhinha = luz" in joined
    assert "Lista salva" in saved
    assert desk.editing.synonyms() == "bolacha = senha\nvermelhinha = luz\n"


def test_the_list_has_a_history(desk: Desk, author: FlaskClient) -> None:
    _add(author, "bolacha", "senha")

    page = get(author, "/desk/articles/_synonyms/history")

    assert "bolacha = senha" in page
    assert not page.has("form[id^=restore]")
