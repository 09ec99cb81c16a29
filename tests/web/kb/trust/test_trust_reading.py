""" "Li e entendi": who is asked, until when, and what asks again."""

from __future__ import annotations

import pytest

from tests.helpers.page import get, send
from tests.web.kb.trust.conftest import Base, post

pytestmark = pytest.mark.sqlite_only  # what is kept is tested on both, below the web

CONDUCT = "/desk/articles/conduta"
FORM = "#acknowledge form"


def confirm(base: Base, role: str) -> None:
    reader = base.client_as(role)
    page = send(reader, get(reader, CONDUCT), FORM)
    assert "Você leu e entendeu esta edição" in page["#acknowledge"]


@pytest.mark.parametrize("role", ["agent", "n2", "n3", "lead", "trainee"])
def test_whoever_works_with_it_is_asked_and_says_so_once(base: Base, role: str) -> None:
    assert base.page(role, CONDUCT).has(FORM)

    confirm(base, role)

    assert not base.page(role, CONDUCT).has(FORM)


@pytest.mark.parametrize("role", ["author", "admin"])
def test_who_writes_and_who_administers_is_not_asked(base: Base, role: str) -> None:
    assert not base.page(role, CONDUCT).has("#acknowledge")
    assert not base.page(role, "/account").has("#pending")


def test_an_article_like_any_other_asks_nothing(base: Base) -> None:
    assert not base.page("agent", "/desk/articles/luzes").has("#acknowledge")
    assert base.post("agent", "/desk/articles/luzes/acknowledge", edition=1).status == 422


def test_what_is_pending_stands_quietly_on_the_first_pages(base: Base) -> None:
    for role, path in (("agent", "/desk/"), ("agent", "/desk/articles"), ("trainee", "/study")):
        assert "Conduta : leia e confirme" in base.page(role, path)["#pending"]

    confirm(base, "agent")

    assert not base.page("agent", "/desk/").has("#pending")
    page = base.page("agent", "/desk/to-read")
    assert page.all("[aria-labelledby=done] a") == ["Conduta"]
    assert "Nada pendente" in page


def test_several_are_listed_on_a_page_of_their_own(base: Base) -> None:
    base.rewrite("sigilo", "Sigilo", must_read="true")

    assert "2 leituras pendentes" in base.page("agent", "/desk/")["#pending"]
    assert base.page("agent", "/desk/to-read").all("[aria-labelledby=waiting] a .strong") == [
        "Conduta",
        "Sigilo",
    ]


def test_a_minor_edit_asks_nobody_again_and_a_major_one_asks_everybody(base: Base) -> None:
    confirm(base, "agent")

    base.rewrite("conduta", "Conduta", "Uma vírgula, a mais.", must_read="true", edition=2)
    assert "Você leu e entendeu" in base.page("agent", CONDUCT)["#acknowledge"]

    base.rewrite("conduta", "Conduta", "Tudo mudou.", must_read="true", edition=3)
    page = base.page("agent", CONDUCT)
    assert "Mudou bastante desde que você leu (edição 2; esta é a 3)" in page["#acknowledge"]
    assert "Conduta : leia e confirme" in base.page("agent", "/desk/")["#pending"]


def test_who_confirms_by_script_is_led_to_the_next_reading_by_the_focus(base: Base) -> None:
    last = post(base.client_as("agent"), f"{CONDUCT}/acknowledge", fragment=True, edition=2)
    base.rewrite("outra", "Outra leitura", must_read="true")
    page = base.page("agent", CONDUCT)

    assert last.find("[data-focus]")["id"] == "acknowledge"
    assert page["#acknowledge a"] == "Outra leitura"
    assert not page.has("#acknowledge [data-focus], #acknowledge[data-focus]")


def test_an_edition_that_came_while_reading_is_not_acknowledged_unseen(base: Base) -> None:
    reader = base.client_as("agent")
    page = get(reader, CONDUCT)
    base.rewrite("conduta", "Conduta", "Tudo mudou.", must_read="true", edition=3)

    after = send(reader, page, FORM)

    assert after.status == 409
    assert base.readership.acknowledged("ana.agente") == {}


def test_htmx_gets_the_fragment_alone(base: Base) -> None:
    answer = post(base.client_as("agent"), f"{CONDUCT}/acknowledge", fragment=True, edition=2)

    assert [one.name for one in answer.soup.find_all(recursive=False)] == ["section"]
    assert "Você leu e entendeu esta edição" in answer
