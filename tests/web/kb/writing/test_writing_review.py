"""From a finished draft to the article everybody reads: another person, a date, a clash."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.helpers.page import get, send
from tests.web.kb.writing.conftest import FORM, Desk

APPROVE = "form[action$='/approve']:has([value=now])"
LATER = "form[action$='/approve']:has([value=later])"
GIVE_BACK = "form[action$='/give-back']"


def test_a_sent_draft_waits_for_another_person(desk: Desk, author: FlaskClient) -> None:
    sent = desk.send(author, desk.begin(author), body="Olhe bem.\n", note="Mais claro")

    assert "não pode aprová-lo" in sent[".writing-decide"]
    assert not sent.has(APPROVE)
    assert "Luzes da ONU" in get(author, "/desk/drafts")["#sent-title ~ ul"]


def test_a_draft_with_errors_is_saved_and_not_sent(desk: Desk, author: FlaskClient) -> None:
    sent = desk.send(author, desk.begin(author), body="[leva](a-lugar-nenhum)\n")

    assert sent.status == 422
    assert "salvo, mas não enviado" in sent["[role=alert]"]
    assert desk.editing.drafts()[0].state == "writing"


def test_the_reviewer_is_told_and_sees_what_changes(desk: Desk, lead: FlaskClient) -> None:
    path = desk.in_review("Olhe bem a luz do aparelho.\n")

    listed, page = get(lead, "/desk/drafts"), get(lead, path)

    assert "Luzes da ONU" in listed["#waiting"]
    assert "Escrever 1" in listed["#nav"]
    assert "bem a luz do aparelho" in page.all(".diff ins")[0]
    assert "Olhe bem a luz do aparelho." in page[".writing-columns"]


def test_approving_publishes_at_once(desk: Desk, lead: FlaskClient) -> None:
    path = desk.in_review()

    done = send(lead, get(lead, path), APPROVE)

    assert "Publicado." in done["[role=status]"]
    assert "Olhe bem a luz" in desk.file("luzes")
    assert "Olhe bem a luz" in get(lead, "/desk/articles/luzes")["article"]


def test_what_is_published_is_found_at_once(desk: Desk, lead: FlaskClient) -> None:
    path = desk.in_review("Procure a etiqueta prateada.\n")

    send(lead, get(lead, path), APPROVE)

    assert "Luzes da ONU" in get(lead, "/desk/search?q=etiqueta+prateada")


def test_the_writer_cannot_approve_not_even_by_hand(desk: Desk, author: FlaskClient) -> None:
    path = desk.in_review()
    token = get(author, "/desk/drafts").token()
    before = desk.file("luzes")

    refused = author.post(f"{path}/approve", data={"csrf_token": token, "when": "now"})

    assert refused.status_code in (409, 422)
    assert desk.file("luzes") == before


def test_what_changed_since_it_was_read_is_not_approved(
    desk: Desk, author: FlaskClient, lead: FlaskClient
) -> None:
    path = desk.in_review()
    seen = get(lead, path)
    editor = send(author, get(author, path), "form[action$='/withdraw']")
    desk.send(author, editor, body="Outra coisa bem diferente.\n")

    refused = send(lead, seen, APPROVE)

    assert refused.status == 409
    assert "Outra coisa" not in desk.file("luzes")


def test_a_draft_goes_back_with_a_note_that_its_writer_reads(
    desk: Desk, author: FlaskClient, lead: FlaskClient
) -> None:
    path = desk.in_review()

    send(lead, get(lead, path), GIVE_BACK, note="Diga qual luz.")

    editor = get(author, path.replace("review", "drafts"))
    assert "Diga qual luz." in editor[".notice--attention:not([hidden])"]
    assert "devolvido" in get(author, "/desk/drafts")["#mine-title ~ ul"]


def test_giving_back_without_a_word_is_refused(desk: Desk, lead: FlaskClient) -> None:
    path = desk.in_review()

    refused = send(lead, get(lead, path), GIVE_BACK, note=" ")

    assert refused.status == 422
    assert desk.editing.drafts()[0].state == "review"


def test_a_draft_in_review_takes_no_text(desk: Desk, author: FlaskClient) -> None:
    editor = desk.begin(author)
    desk.send(author, editor, body="Olhe bem.\n")

    late = desk.change(author, editor, body="Digitado em outra aba.\n")

    assert "já não recebe texto" in late["main"]
    assert "Digitado em outra aba." in late.soup.get_text()


def test_a_draft_is_published_at_its_date_and_not_before(desk: Desk, lead: FlaskClient) -> None:
    path = desk.in_review()  # it is Saturday, 14:02

    page = send(lead, get(lead, path), LATER, publish_at="2026-11-22T08:30")
    before = desk.editing.publish_due()
    desk.clock.pass_time(hours=19)

    assert "marcada para 22/11 08:30" in page[".notice--good"]
    assert before == []
    assert desk.editing.publish_due() == ["luzes"]
    assert "Olhe bem" in desk.file("luzes")


@pytest.mark.parametrize("moment", ["", "amanhã", "2026-11-20T08:00"])
def test_a_date_that_cannot_be_is_refused(desk: Desk, lead: FlaskClient, moment: str) -> None:
    path = desk.in_review()

    refused = send(lead, get(lead, path), LATER, publish_at=moment)

    assert refused.status == 422
    assert refused.has(".field-problem")
    assert desk.editing.drafts()[0].state == "review"


def test_what_was_asked_is_told_until_it_is_published(desk: Desk, lead: FlaskClient) -> None:
    path, author = desk.in_review(), desk.open_as("author")
    send(lead, get(lead, path), "form[action$='/give-back']", note="Falta o motivo.")

    editor = get(author, path.replace("review", "drafts"))
    desk.send(author, editor, body="Olhe bem, por segurança.\n")
    queue, again = get(lead, "/desk/drafts"), get(lead, path)
    send(author, get(author, path), "form[action$='/withdraw']")
    writing = get(author, path.replace("review", "drafts"))

    assert "Falta o motivo." in editor["main"]
    assert "devolvido antes por lia.lider" in queue["#waiting"]
    assert "Devolvido antes por lia.lider: Falta o motivo." in again["main"]
    assert "lia.lider devolveu antes este rascunho. Falta o motivo." in writing["main"]


@pytest.mark.parametrize("who", ["author", "admin"])
def test_a_date_can_be_cancelled(desk: Desk, lead: FlaskClient, who: str) -> None:
    path = desk.in_review()
    send(lead, get(lead, path), LATER, publish_at="2026-11-22T08:30")
    person = desk.open_as(who)

    page = send(person, get(person, "/desk/drafts"), "form[action$='/unschedule']")

    draft = desk.editing.drafts()[0]
    assert page.has("#writing-form") if who == "author" else "Devolvido" in page[".notice"]
    assert (draft.state, draft.publish_at) == (
        {"author": "writing", "admin": "returned"}[who],
        None,
    )


def test_a_public_article_says_what_approving_it_means(desk: Desk, lead: FlaskClient) -> None:
    author = desk.open_as("author")
    sent = desk.send(
        author,
        desk.begin(author),
        title="Luzes do aparelho",
        audience=["agent", "trainee", "customer"],
        body="A luz verde quer dizer que está tudo certo.\n",
    )
    path = sent.response.request.path

    page = get(lead, path)
    send(lead, page, APPROVE)

    assert "segunda pessoa" in page[".writing-decide"]
    assert "approved_by: lia.lider" in desk.file("luzes")


# -- the article moved while it was written


def _by_hand(desk: Desk, old: str, new: str) -> None:
    text = desk.file("luzes")
    assert old in text
    (desk.folder / "luzes.md").write_text(text.replace(old, new), encoding="utf-8")


def test_two_authors_clash_and_lose_nothing(desk: Desk, author: FlaskClient) -> None:
    editor = desk.begin(author)
    _by_hand(desk, "Comece por olhar as luzes.", "Comece pelo cabo.")

    clash = desk.send(author, editor, body="Comece por olhar bem as luzes.\n")
    text = clash.fields("form[action$='/conflict']")["source"]

    assert clash["h1"] == "O artigo mudou enquanto você escrevia"
    assert "Comece pelo cabo." in text
    assert "Comece por olhar bem as luzes." in text
    line = int(str(clash.find("a[data-line]")["data-line"]))
    assert text.split("\n")[line - 1].startswith("<<<<<<<")


def test_settling_goes_on_from_both(desk: Desk, author: FlaskClient) -> None:
    editor = desk.begin(author)
    _by_hand(desk, "Comece por olhar as luzes.", "Comece pelo cabo.")
    clash = desk.send(author, editor, body="Comece por olhar bem as luzes.\n")
    joined = editor.fields(FORM)["head"] + "Comece pelo cabo e pelas luzes.\n"

    back = send(author, clash, "form[action$='/conflict']", source=joined)

    assert back.fields(FORM)["body"] == "Comece pelo cabo e pelas luzes.\n"
    assert desk.editing.conflict(desk.editing.drafts()[0].id) is None


def test_a_file_that_moved_again_is_told_and_the_text_given_back(
    desk: Desk, author: FlaskClient
) -> None:
    editor = desk.begin(author)
    _by_hand(desk, "Comece por olhar as luzes.", "Comece pelo cabo.")
    clash = desk.send(author, editor, body="Comece por olhar bem as luzes.\n")
    _by_hand(desk, "Comece pelo cabo.", "Comece pela tomada.")

    again = send(author, clash, "form[action$='/conflict']", source="O que eu juntei.\n")

    assert again.status == 409
    assert again.fields("form[action$='/conflict']")["source"] == "O que eu juntei.\n"
    assert "Comece pela tomada." in again


def test_a_solution_of_an_old_page_is_kept_beside_what_was_written_since(
    desk: Desk, author: FlaskClient
) -> None:
    editor = desk.begin(author)
    _by_hand(desk, "Comece por olhar as luzes.", "Comece pelo cabo.")
    old = desk.send(author, editor, body="Comece por olhar bem as luzes.\n")
    solution = {"source": editor.fields(FORM)["head"] + "Comece pelos dois.\n"}
    send(author, old, "form[action$='/conflict']", **solution)
    newer = send(author, old, "form[action$='/conflict']", source="O que sobrou de ontem.\n")

    assert "Comece pelos dois." in desk.editing.drafts()[0].source
    assert "O que sobrou de ontem." in newer


def test_changes_apart_come_joined(desk: Desk, author: FlaskClient) -> None:
    editor = desk.begin(author)
    _by_hand(desk, "title: Luzes da ONU", "title: As luzes da ONU")

    clash = desk.send(author, editor, body="Comece por olhar bem as luzes.\n")

    assert "já estão juntas" in clash["main"]
    text = clash.fields("form[action$='/conflict']")["source"]
    assert "title: As luzes da ONU" in text
    assert "olhar bem" in text
