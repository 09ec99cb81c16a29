"""The editor: what is typed is kept, in either mode, by whoever typed it, and nothing is lost."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.conftest import SignedIn
from tests.helpers.clock import FrozenClock
from tests.helpers.page import Page, get, send
from tests.web.kb.writing.conftest import FORM, Desk

HTMX = {"HX-Request": "true"}


def _autosave(client: FlaskClient, page: Page, **typed: str) -> Page:
    values = {**page.values(FORM), **typed}
    url = str(page.find(FORM)["data-autosave"])
    return Page(client.post(url, data=values, headers=HTMX))


def test_a_draft_begins_with_the_published_text(desk: Desk, author: FlaskClient) -> None:
    page = desk.begin(author)

    assert page["h1"] == "Luzes da ONU"
    assert page.fields(FORM)["title"] == "Luzes da ONU"
    assert page.fields(FORM)["head"].strip() + "\n\n" + page.fields(FORM)["body"] == desk.file(
        "luzes"
    )


def test_a_link_to_edit_begins_nothing(desk: Desk, author: FlaskClient) -> None:
    page = get(author, "/desk/articles/luzes/edit")

    assert page["h1"] == "Editar “Luzes da ONU”"
    assert desk.editing.drafts() == []


def test_editing_again_goes_on_with_ones_own_draft(desk: Desk, author: FlaskClient) -> None:
    first = desk.begin(author).response.request.path

    assert get(author, "/desk/articles/luzes/edit").response.request.path == first


def test_saving_what_nobody_touched_changes_no_letter(desk: Desk, author: FlaskClient) -> None:
    saved = desk.change(author, desk.begin(author))

    assert desk.editing.drafts()[0].source == desk.file("luzes")
    assert "salvo às" in saved["#writing-state"]


def test_a_field_of_the_head_changes_its_own_line_only(desk: Desk, author: FlaskClient) -> None:
    desk.change(author, desk.begin(author), summary="Outra frase: com dois pontos.")

    before, after = desk.file("luzes").split("\n"), desk.editing.drafts()[0].source.split("\n")
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [
        'summary: "Outra frase: com dois pontos."'
    ]


def test_both_modes_are_the_same_text(desk: Desk, author: FlaskClient) -> None:
    page = desk.begin(author)

    whole = send(author, page, FORM, then="source", body="Mudei.\n")
    back = send(author, whole, FORM, then="form")

    assert whole.fields(FORM)["source"] == desk.editing.drafts()[0].source
    assert back.fields(FORM)["body"] == "Mudei.\n"


def test_a_head_that_cannot_be_read_is_mended_as_text(desk: Desk, author: FlaskClient) -> None:
    whole = send(author, desk.begin(author), FORM, then="source")
    broken = whole.fields(FORM)["source"].replace("title:", "title: [", 1)

    page = send(author, whole, FORM, then="form", source=broken)

    assert page.fields(FORM)["source"] == broken
    assert "acerte-o aqui" in page["main"]
    assert int(str(page.find(".writing-problem a[data-line]")["data-line"])) in (2, 3)


def test_a_key_that_the_form_does_not_know_stays(desk: Desk, author: FlaskClient) -> None:
    whole = send(author, desk.begin(author), FORM, then="source")
    known = whole.fields(FORM)["source"].replace("\n---\n", "\nformerly: [luz-antiga]\n---\n", 1)
    page = send(author, whole, FORM, then="form", source=known)

    desk.change(author, page, title="Outro título")

    source = desk.editing.drafts()[0].source
    assert "formerly: [luz-antiga]\n" in source
    assert "title: Outro título\n" in source


def test_autosave_keeps_the_text_and_tells_the_revision(desk: Desk, author: FlaskClient) -> None:
    page = desk.begin(author)

    answer = _autosave(author, page, body="Digitado.\n")

    draft = desk.editing.drafts()[0]
    assert draft.source.endswith("\nDigitado.\n")
    assert answer.response.json == {
        "revision": draft.revision,
        "slug": "luzes",
        "title": "Luzes da ONU",
    }


def test_of_two_tabs_the_later_text_is_kept_beside_the_draft(
    desk: Desk, author: FlaskClient
) -> None:
    page = desk.begin(author)
    _autosave(author, page, body="Da primeira aba.\n")

    late = _autosave(author, page, body="Da segunda aba.\n")
    both = get(author, str(late.response.json["url"]))  # type: ignore[index]

    assert late.status == 409
    texts = [area.get_text() for area in both.soup.select("textarea[name=source]")]
    assert ["Da primeira" in texts[0], "Da segunda" in texts[1]] == [True, True]


def test_one_of_two_texts_is_gone_on_with(desk: Desk, author: FlaskClient) -> None:
    page = desk.begin(author)
    _autosave(author, page, body="Da primeira aba.\n")
    plain = desk.change(author, page, body="Da segunda aba.\n")  # without scripts

    second = plain.soup.select("form[action*='/desk/drafts/']")[1]
    values = {
        "csrf_token": plain.token(),
        "revision": str(second.select_one("[name=revision]")["value"]),  # type: ignore[index]
        "source": second.select_one("textarea").get_text().removeprefix("\n"),  # type: ignore[union-attr]
        "then": "form",
    }
    author.post(str(second["action"]), data=values)

    assert plain["h1"] == "Dois textos do mesmo rascunho"
    assert desk.editing.drafts()[0].source.endswith("Da segunda aba.\n")


def test_text_typed_by_somebody_else_of_this_browser_is_refused(
    desk: Desk, author: FlaskClient, lead: FlaskClient
) -> None:
    page = desk.begin(author)
    token = get(lead, page.response.request.path).token()

    answer = _autosave(lead, page, body="De outra pessoa.\n", csrf_token=token)

    assert answer.status == 409
    assert "Esta tela é de aldo.autor" in answer
    assert "De outra pessoa" not in desk.editing.drafts()[0].source


def test_autosave_after_the_sign_in_ran_out_says_so_and_holds_nothing(
    desk: Desk, author: FlaskClient, frozen: FrozenClock
) -> None:
    page = desk.begin(author)
    frozen.pass_time(hours=13)

    answer = _autosave(author, page, body="Digitado.\n")

    assert answer.status == 401
    assert "HX-Redirect" not in answer.response.headers
    with desk.app.extensions["kbwizard"].engine.connect() as db:
        assert db.exec_driver_sql("select count(*) from account_held_form").scalar_one() == 0


def test_a_plain_form_after_the_sign_in_ran_out_is_held_whole(
    desk: Desk, author: FlaskClient, frozen: FrozenClock
) -> None:
    page = desk.begin(author)
    frozen.pass_time(hours=13)
    body = "Linha comprida. " * 4000

    send(author, page, FORM, then="save", body=body)
    held = send(author, get(author, "/account/sign-in"), name="aldo.autor", password="demonstracao")
    send(author, held, "form[action^='/desk/drafts/']")

    assert len(body) > 60_000
    assert desk.editing.drafts()[0].source.endswith(body)


def test_a_text_that_no_article_may_have_is_refused_and_given_back(
    desk: Desk, author: FlaskClient
) -> None:
    refused = desk.change(author, desk.begin(author), body="á" * 300_000)

    assert refused.status == 422
    assert "limite de um artigo" in refused["[role=alert]"]
    assert len(refused.fields(FORM)["body"]) == 300_000


def test_no_other_screen_takes_that_much(desk: Desk, author: FlaskClient) -> None:
    token = get(author, "/desk/drafts").token()

    refused = author.post("/desk/drafts", data={"csrf_token": token, "title": "a" * 30_000})

    assert refused.status_code == 422


def test_who_may_not_write_gets_no_more_room(desk: Desk, client_as: SignedIn) -> None:
    agent = client_as("agent")
    token = get(agent, "/account").token()

    refused = agent.post("/desk/drafts/1", data={"csrf_token": token, "source": "a" * 300_000})

    assert refused.status_code in (403, 413)


@pytest.mark.parametrize("template", ["procedure", "symptom", "question"])
def test_a_new_article_begins_from_a_template(
    desk: Desk, author: FlaskClient, template: str
) -> None:
    page = get(author, "/desk/drafts")

    editor = send(
        author, page, "form[action='/desk/drafts']", title="Fibra: o cabo solto", template=template
    )

    assert editor.fields(FORM)["title"] == "Fibra: o cabo solto"
    assert editor.fields(FORM)["slug"] == "fibra-o-cabo-solto"
    assert "## " in editor.fields(FORM)["body"]


def test_a_new_article_needs_a_title(desk: Desk, author: FlaskClient) -> None:
    page = send(author, get(author, "/desk/drafts"), "form[action='/desk/drafts']", title=" ")

    assert page.status == 422
    assert page[".field-problem"] == "Diga do que trata o artigo."
    assert desk.editing.drafts() == []


def test_what_was_not_found_can_become_an_article(author: FlaskClient) -> None:
    page = get(author, "/desk/drafts?title=luz+amarela")

    assert page.fields("form[action='/desk/drafts']")["title"] == "luz amarela"


def test_a_problem_leads_to_its_line_in_the_text(desk: Desk, author: FlaskClient) -> None:
    page = desk.change(author, desk.begin(author), body="Uma linha.\n\n[leva](a-lugar-nenhum)\n")

    found = page.find(".writing-problem a")
    assert (found["href"], found["data-line"]) == ("#field-body", "3")


def test_a_problem_of_the_head_leads_to_its_field(desk: Desk, author: FlaskClient) -> None:
    page = desk.change(author, desk.begin(author), review_every="logo")

    assert page.find(".writing-problem a")["href"] == "#field-review_every"


def test_who_edits_what_somebody_else_is_editing_is_told(
    desk: Desk, author: FlaskClient, lead: FlaskClient
) -> None:
    alone = desk.begin(author)
    second = desk.begin(lead)

    assert not alone.has(".stripe--attention")
    assert "aldo.autor também está com um rascunho deste artigo" in second[".stripe--attention"]


def test_discarding_leaves_the_published_article(desk: Desk, author: FlaskClient) -> None:
    page = desk.change(author, desk.begin(author), body="Nada disto.\n")
    before = desk.file("luzes")

    after = send(author, page, "form[action$='/discard']")

    assert "foi descartado" in after[".notice"]
    assert desk.editing.drafts() == []
    assert desk.file("luzes") == before
