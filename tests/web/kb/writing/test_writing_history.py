"""What an article has been, what changed between any two versions, and going back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.helpers.page import get, send
from tests.web.kb.writing.conftest import FORM, Desk
from tests.web.kb.writing.test_writing_review import APPROVE


@pytest.fixture
def three(desk: Desk, lead: FlaskClient) -> Desk:
    """An article that was changed twice."""
    for body in ("Olhe as luzes uma vez.\n", "Olhe as luzes duas vezes.\n"):
        send(lead, get(lead, desk.in_review(body)), APPROVE)
    return desk


def test_versions_say_who_wrote_and_who_approved(three: Desk, lead: FlaskClient) -> None:
    page = get(lead, "/desk/articles/luzes/history")

    rows = page.all(".writing-versions tbody tr")
    assert len(rows) == 3
    assert "aldo.autor · aprovado por lia.lider" in rows[0]
    assert "no arquivo, à mão" in rows[2]


def test_one_version_alone_is_compared_with_nothing(desk: Desk, lead: FlaskClient) -> None:
    page = get(lead, "/desk/articles/luzes/history")

    assert len(page.all(".writing-versions tbody tr")) == 1
    assert page.soup.select(".writing-versions input") == []
    assert "Comparar" not in page["main"]


def test_the_newest_two_are_compared_unless_others_are_chosen(
    three: Desk, lead: FlaskClient
) -> None:
    usual = get(lead, "/desk/articles/luzes/history")
    chosen = get(lead, "/desk/articles/luzes/history?a=3&b=1")

    assert usual["#diff-title"] == "Da versão 2 à 3"
    assert chosen["#diff-title"] == "Da versão 1 à 3"
    assert "Comece" in " ".join(chosen.all(".diff del"))


@pytest.mark.parametrize("query", ["a=x&b=-1", "a=99&b=98", "a=" + "9" * 30])
def test_versions_that_are_not_there_show_the_usual(
    three: Desk, lead: FlaskClient, query: str
) -> None:
    assert get(lead, f"/desk/articles/luzes/history?{query}").status == 200


def test_going_back_opens_a_draft_to_be_reviewed(three: Desk, author: FlaskClient) -> None:
    page = get(author, "/desk/articles/luzes/history")
    before = three.file("luzes")

    editor = send(author, page, "#restore-1")

    assert editor.fields(FORM)["body"] == "Comece por olhar as luzes.\n"
    assert three.file("luzes") == before


def test_an_article_that_never_was_has_no_history(lead: FlaskClient) -> None:
    assert get(lead, "/desk/articles/nada/history").status == 404
