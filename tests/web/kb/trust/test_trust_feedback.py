""" "Isto ajudou?" from the reader to who looks after the article, and back."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from kbwizard.readership.values import REASONS
from tests.helpers.page import get, send
from tests.web.kb.trust.conftest import Base, post

pytestmark = pytest.mark.sqlite_only  # what is kept is tested on both, below the web

FORM_NO = "#feedback .opinion-no form"
PERSONAL = "O cliente (11) 90000-0001 de CPF 000.123.456-00 não entendeu."


def say_no(base: Base, role: str = "agent", slug: str = "luzes", **typed: str) -> None:
    said = {"helpful": "no", "reason": "wrong", "text": "A luz PON pisca.", **typed}
    assert base.post(role, f"/desk/articles/{slug}/feedback", **said).status == 200


def test_a_reader_says_no_with_one_of_five_reasons_and_reads_it_again(base: Base) -> None:
    agent = base.client_as("agent")
    page = get(agent, "/desk/articles/luzes")
    assert len(page.soup.select(f"{FORM_NO} [name=reason]")) == len(REASONS) == 5

    after = send(agent, page, FORM_NO, reason="incomplete", text="Falta a luz PON.")

    assert "Você disse que não ajudou: falta informação." in after
    (entry,) = base.readership.inbox()
    assert (entry.by, entry.reason, entry.text) == ("ana.agente", "incomplete", "Falta a luz PON.")
    assert entry.fingerprint == base.kb.live.articles()["luzes"].fingerprint


def test_a_yes_is_one_press(base: Base) -> None:
    agent = base.client_as("agent")

    after = send(agent, get(agent, "/desk/articles/luzes"), "#feedback .opinion > form")

    assert "Você disse que ajudou." in after
    assert base.readership.inbox() == []


def test_htmx_gets_the_fragment_alone_and_is_told_what_was_hidden(base: Base) -> None:
    answer = post(
        base.client_as("agent"),
        "/desk/articles/luzes/feedback",
        fragment=True,
        helpful="no",
        reason="hard",
        text=PERSONAL,
    )

    assert [one.name for one in answer.soup.find_all(recursive=False)] == ["section"]
    assert "Escondemos do seu texto: telefone, CPF." in answer
    assert "90000" not in str(answer.soup)
    assert "000.123" not in str(answer.soup)


def test_no_personal_data_reaches_the_database(base: Base) -> None:
    say_no(base, text=PERSONAL)

    with base.engine.connect() as db:
        rows = [
            str(row)
            for table in ("article_feedback", "audit_row")
            for row in db.execute(text(f"SELECT * FROM {table}"))
        ]
    assert not [row for row in rows if "90000" in row or "123.456" in row]


@pytest.mark.parametrize(
    "form",
    [
        {"helpful": "no"},
        {"helpful": "no", "reason": "feio"},
        {"helpful": "talvez"},
        {"reason": "wrong"},
    ],
)
def test_an_opinion_that_says_nothing_is_refused(base: Base, form: dict[str, str]) -> None:
    assert base.post("agent", "/desk/articles/luzes/feedback", **form).status == 422
    assert base.readership.inbox() == []


def test_an_opinion_is_of_the_version_that_was_on_the_screen(base: Base) -> None:
    say_no(base, fingerprint="a" * 64)
    say_no(base, "lead", fingerprint="isto não é uma versão")

    versions = {entry.by: entry.fingerprint for entry in base.readership.inbox()}
    assert versions["ana.agente"] == "a" * 64
    assert versions["lia.lider"] == base.kb.live.articles()["luzes"].fingerprint


def test_the_inbox_holds_mine_and_those_of_nobody_and_can_show_everybodys(base: Base) -> None:
    for slug in ("luzes", "senha", "da-casa"):
        say_no(base, slug=slug)

    assert base.page("author", "/desk/feedback").all(".opinion-entry h2") == [
        "Luzes da ONU",
        "Da casa",
    ]
    assert len(base.page("author", "/desk/feedback?all=1").all(".opinion-entry")) == 3
    assert base.page("lead", "/desk/feedback").all(".opinion-entry h2") == [
        "Senha do Wi-Fi",
        "Da casa",
    ]


def test_who_owns_it_answers_and_the_reader_finds_the_answer_on_the_article(base: Base) -> None:
    say_no(base)
    owner = base.client_as("author")

    page = send(owner, get(owner, "/desk/feedback"), ".opinion-entry form", answer="Corrigi, veja.")

    assert "Nenhuma opinião esperando" in page
    assert page[".stripe--good"] == "Opinião encerrada."
    answered = get(owner, "/desk/feedback?state=done")
    assert "Corrigi, veja." in answered[".opinion-entry"]
    assert answered.all("[aria-label='Situação'] [aria-current]") == ["Respondidas"]
    seen = base.page("agent", "/desk/articles/luzes")
    assert "Corrigi, veja." in seen[".opinion-answer"]
    assert not base.page("n2", "/desk/articles/luzes").has(".opinion-answer")


def test_an_answer_is_told_on_the_first_page_for_a_few_days(base: Base) -> None:
    say_no(base)
    say_no(base, "agent", "senha")
    for entry, words in zip(base.readership.inbox(), ("Corrigi", ""), strict=True):
        base.readership.answer(entry.id, by="aldo.autor", text=words, state="done")

    told = base.page("agent", "/desk/")["#answered"]
    assert told == "Sua opinião foi respondida: Luzes da ONU ."
    assert not base.page("n2", "/desk/").has("#answered")
    base.clock.pass_time(days=4)
    assert not base.page("agent", "/desk/").has("#answered")


def test_an_opinion_becomes_a_draft_of_its_article(base: Base) -> None:
    say_no(base)
    number = base.readership.inbox()[0].id

    after = base.post(
        "author", f"/desk/feedback/{number}", state="draft", answer="Vou acertar", revision=1
    )

    assert after.status == 200
    (draft,) = base.kb.editing.drafts(author="aldo.autor")
    assert draft.slug == "luzes"
    assert f"/desk/drafts/{draft.id}" in after.response.request.path
    assert "a correção está sendo escrita" in base.page("agent", "/desk/articles/luzes")


def test_an_answer_to_what_has_changed_is_refused(base: Base) -> None:
    say_no(base)
    number = base.readership.inbox()[0].id
    say_no(base, reason="hard", text="Na verdade é difícil")

    after = base.post("author", f"/desk/feedback/{number}", answer="Feito", revision=1)

    assert after.status == 409
    assert len(base.readership.inbox()) == 1
    assert base.post("author", f"/desk/feedback/{number}", state="fechado").status == 422
    assert base.post("author", "/desk/feedback/999", answer="x").status == 404


def test_what_readers_write_is_text_wherever_it_is_shown(base: Base) -> None:
    bad = '<script>alert(1)</script> <b onclick="x">oi</b> {{ 7*7 }}'
    say_no(base, text=bad)

    page = base.page("author", "/desk/feedback")

    assert page[".opinion-text"] == bad
    assert not page.soup.select(".opinion-text *")


def test_an_article_that_is_gone_keeps_its_opinions(base: Base) -> None:
    base.readership.rate(
        "apagado", fingerprint="x", where="help", helpful=False, reason="wrong", text="?"
    )

    page = base.page("author", "/desk/feedback?all=1")

    assert "apagado (saiu da base)" in page
    assert "cliente" in page[".opinion-entry"]
    assert not page.has(".opinion-entry textarea")


def test_opinions_of_one_person_are_limited(base: Base) -> None:
    agent = base.client_as("agent")
    page = get(agent, "/desk/articles/luzes")
    form = {**page.fields(FORM_NO), "reason": "wrong"}

    statuses = [
        agent.post("/desk/articles/luzes/feedback", data=form).status_code for _ in range(31)
    ]

    assert (statuses[0], statuses[-1]) == (303, 429)


@pytest.mark.parametrize("role", ["agent", "trainee", "n2"])
def test_only_who_writes_reads_the_inbox(base: Base, role: str) -> None:
    base.page(role, "/desk/feedback", 403)
    assert base.post(role, "/desk/feedback/1", answer="x").status == 403


def test_a_trainee_has_an_opinion_too(base: Base) -> None:
    say_no(base, "trainee")

    assert [entry.place for entry in base.readership.inbox()] == ["study"]
