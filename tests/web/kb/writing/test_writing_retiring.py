"""Taking an article out of the base on screen, and bringing it back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.helpers.articles import article_source
from tests.helpers.page import Page, get, send
from tests.web.kb.writing.conftest import Desk

RETIRE = "form[action$='/retire']"
BACK = "form[action$='/bring-back']"
NOW = "form[action$='/approve']:has([value=now])"
NOTICE = ".writing-retiring"


def add(desk: Desk, slug: str, source: str) -> None:
    (desk.folder / f"{slug}.md").write_text(source, encoding="utf-8")
    desk.app.extensions["kbwizard.kb"].live.reload()


def retire(desk: Desk, client: FlaskClient, replaced_by: str = "", slug: str = "luzes") -> Page:
    """The editor of the draft that does so."""
    page = get(client, f"/desk/articles/{slug}/retire")
    return send(client, page, RETIRE, replaced_by=replaced_by)


def retired(desk: Desk, replaced_by: str = "", slug: str = "luzes") -> None:
    """Retired by Aldo, approved by Lia."""
    author, lead = desk.open_as("author"), desk.open_as("lead")
    sent = desk.send(author, retire(desk, author, replaced_by, slug))
    send(lead, get(lead, sent.response.request.path), NOW)


def test_the_article_leads_those_who_write_to_its_retirement(
    desk: Desk, author: FlaskClient
) -> None:
    link = "a[href$='/articles/luzes/retire']"

    assert get(author, "/desk/articles/luzes")[link] == "Retirar artigo…"
    assert not get(desk.open_as("agent"), "/desk/articles/luzes").has(link)
    assert desk.open_as("agent").get("/desk/articles/luzes/retire").status_code == 403


def test_its_page_says_what_leads_to_it_and_offers_the_others(
    desk: Desk, author: FlaskClient
) -> None:
    add(desk, "link", article_source("Com link", "Veja [isto](luzes)."))

    page = get(author, "/desk/articles/luzes/retire")

    assert "Com link" in page[".writing-led"]
    assert page.all("select[name=replaced_by] option") == [
        "Nada: só sai do ar",
        "Com link",
        "Senha do Wi-Fi",
    ]


def test_a_retirement_begins_a_draft_that_says_what_it_does(
    desk: Desk, author: FlaskClient
) -> None:
    editor = retire(desk, author, "senha")

    assert "retira o artigo" in editor[NOTICE]
    assert "Senha do Wi-Fi" in editor[NOTICE]
    assert "replaced_by: senha" in desk.editing.drafts()[0].source
    assert get(desk.open_as("agent"), "/desk/articles/luzes").status == 200


def test_the_choice_can_be_changed_in_the_same_draft(desk: Desk, author: FlaskClient) -> None:
    editor = retire(desk, author, "senha")
    link = str(editor.find(f"{NOTICE} a[href*='/retire']")["href"])

    page = get(author, link)
    assert page.find("option[selected]")["value"] == "senha"
    send(author, page, RETIRE, replaced_by="")

    (draft,) = desk.editing.drafts()
    assert "replaced_by" not in draft.source


def test_a_choice_that_cannot_be_is_told_at_its_field(desk: Desk, author: FlaskClient) -> None:
    refused = retire(desk, author, "nao-existe")

    assert refused.status == 422
    assert "no ar" in refused[".field-problem"]
    assert desk.editing.drafts() == []


def test_it_is_not_sent_while_something_leads_to_it(desk: Desk, author: FlaskClient) -> None:
    add(desk, "link", article_source("Com link", "Veja [isto](luzes)."))

    refused = desk.send(author, retire(desk, author))

    assert refused.status == 422
    assert "articles/link.md" in refused["#writing-problems"]
    assert desk.editing.drafts()[0].state == "writing"


def test_the_reviewer_is_told_and_another_person_publishes(desk: Desk, author: FlaskClient) -> None:
    lead = desk.open_as("lead")
    sent = desk.send(author, retire(desk, author, "senha"))
    path = sent.response.request.path
    assert not sent.has(NOW)

    page = get(lead, path)
    assert "retira o artigo" in page[NOTICE]
    done = send(lead, page, NOW)

    assert "Publicado." in done
    assert not done.has(NOTICE)
    answer = desk.open_as("agent").get("/desk/articles/luzes")
    assert (answer.status_code, answer.location) == (301, "/desk/articles/senha")


def test_who_reads_is_told_that_it_is_gone_by_whom_and_since_when(desk: Desk) -> None:
    retired(desk)

    page = get(desk.open_as("agent"), "/desk/articles/luzes")

    assert page.status == 410
    assert page["h1"] == "Luzes da ONU"
    day = f"{desk.clock():%d/%m/%Y}"
    assert f"Retirado em {day} por Aldo" in page[".notice"]
    assert "com a aprovação de Lia" in page[".notice"]
    assert not page.has(BACK)
    assert not page.has("a[href$='/history']")
    assert "Comece por olhar" not in page


def test_beside_a_call_it_says_so_too(desk: Desk) -> None:
    retired(desk)

    page = get(desk.open_as("agent"), "/desk/articles/luzes", **{"HX-Request": "true"})

    assert page.has("#article-open")
    assert "Retirado em" in page


@pytest.mark.parametrize("replaced_by", ["", "senha"])
def test_it_is_brought_back_with_another_person(desk: Desk, replaced_by: str) -> None:
    retired(desk, replaced_by)
    author, lead = desk.open_as("author"), desk.open_as("lead")
    listed = get(author, "/desk/drafts")
    place = str(listed.find("a[href$='/luzes/retire']")["href"])

    page = get(author, place)
    assert "Retirado em" in page[".notice"]
    editor = send(author, page, BACK)
    assert "de volta" in editor[NOTICE]
    sent = desk.send(author, editor)
    review = get(lead, sent.response.request.path)
    assert "de volta" in review[NOTICE]
    send(lead, review, NOW)

    assert get(desk.open_as("agent"), "/desk/articles/luzes")["h1"] == "Luzes da ONU"
    assert "retired" not in desk.file("luzes")


def test_its_history_says_that_it_is_out(desk: Desk, author: FlaskClient) -> None:
    retired(desk)

    page = get(author, "/desk/articles/luzes/history")

    assert "Retirado em" in page[".stripe"]
    assert "Retira o artigo" in page[".writing-versions"]
    assert page.has("form[action$='/history/1/restore']")


def test_it_leaves_every_list_of_the_desk(desk: Desk, author: FlaskClient) -> None:
    add(
        desk, "zebra",
        article_source("Zebra listrada", must_read="true", verified_at="2026-01-01",
                       aliases="[zebrinha]"),
    )  # fmt: skip
    retired(desk, slug="zebra")
    agent = desk.open_as("agent")

    for client, path in (
        (agent, "/desk/articles"), (agent, "/desk/to-read"), (author, "/desk/due"),
        (author, "/desk/reports/articles"), (author, "/desk/drafts/links?q=zebrinha"),
    ):  # fmt: skip
        page = get(client, path)
        assert "Zebra listrada" not in page, path
    page = get(agent, "/desk/articles")
    found = agent.post(
        "/desk/search", data={"q": "zebrinha", "csrf_token": page.token()}, follow_redirects=True
    )
    assert "Zebra listrada" not in found.text


def test_what_was_said_of_it_is_not_said_of_its_heir(desk: Desk) -> None:
    for slug in ("velho", "novo"):
        add(desk, slug, article_source(f"Artigo {slug}", must_read="true"))
    agent = desk.open_as("agent")
    acknowledge = "form[action$='/acknowledge']"
    send(agent, get(agent, "/desk/articles/velho"), acknowledge)
    assert not get(agent, "/desk/articles/velho").has(acknowledge)

    retired(desk, "novo", slug="velho")

    assert get(agent, "/desk/articles/velho").has(acknowledge)  # the heir's


def test_a_retired_article_is_not_verified(desk: Desk, author: FlaskClient) -> None:
    page = get(author, "/desk/articles/luzes")
    retired(desk)

    answer = author.post("/desk/articles/luzes/verify", data={"csrf_token": page.token()})

    assert answer.status_code == 409
    assert "foi retirado" in answer.text


def test_what_replaces_a_related_article_is_related_once_and_never_to_itself(desk: Desk) -> None:
    add(desk, "outro", article_source("Outro", related="[senha, luzes]"))
    add(desk, "luzes", article_source("Luzes da ONU", related="[senha]"))
    retired(desk, "luzes", slug="senha")
    agent = desk.open_as("agent")

    assert get(agent, "/desk/articles/outro").all("section[aria-labelledby=related] .strong") == [
        "Luzes da ONU"
    ]
    assert not get(agent, "/desk/articles/luzes").has("section[aria-labelledby=related]")
