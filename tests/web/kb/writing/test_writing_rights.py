"""Whose draft it is: what others do not see, and cannot do either."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from kbwizard.accounts.models import AuditRow
from kbwizard.accounts.people import create_user
from kbwizard.accounts.signins import sign_in
from kbwizard.db import reading
from kbwizard.web.security import COOKIE
from kbwizard.web.services import Services
from tests.helpers.page import get, send
from tests.web.kb.writing.conftest import FORM, Desk

DISCARD = "form[action$='/discard']"
SEND = "#writing-send [value=send]"
LATER = "form[action$='/approve']:has([value=later])"
NO = "quem escreve nele, um líder ou um administrador"


@pytest.fixture
def stranger(desk: Desk, services: Services) -> FlaskClient:
    """Bia, who writes too and has nothing to do with Aldo's draft."""
    user = create_user(
        services.engine, name="bia.autora", full_name="Bia Autora", role="author",
        password="uma senha comprida", now=desk.clock(),
    )  # fmt: skip
    client = desk.app.test_client()
    client.set_cookie(COOKIE, sign_in(services.engine, user, now=desk.clock(), hours=12))
    return client


@pytest.fixture
def draft_id(desk: Desk, author: FlaskClient) -> int:
    """Aldo's draft, which he is writing."""
    desk.change(author, desk.begin(author), body="Olhe bem a luz do aparelho.\n")
    return desk.editing.drafts()[0].id


def acts(services: Services) -> list[tuple[str, str]]:
    query = select(AuditRow).where(AuditRow.action.startswith("draft."))
    with reading(services.engine) as db:
        return [(row.who, row.action) for row in db.exec(query)]


def test_another_author_reads_it_and_does_not_see_what_is_not_theirs(
    stranger: FlaskClient, draft_id: int
) -> None:
    page = get(stranger, f"/desk/drafts/{draft_id}")

    assert page.has(FORM)
    assert not page.has(DISCARD)
    assert not page.has(SEND)
    assert "Este rascunho é de aldo.autor" in page["#writing-send"]


@pytest.mark.parametrize("who", ["author", "lead", "admin"])
def test_its_author_and_who_manages_see_it(desk: Desk, draft_id: int, who: str) -> None:
    page = get(desk.open_as(who), f"/desk/drafts/{draft_id}")

    assert page.has(DISCARD)
    assert page.has(SEND)


@pytest.mark.parametrize("act", ["discard", "withdraw"])
def test_what_is_not_theirs_is_refused_in_words(
    desk: Desk, stranger: FlaskClient, author: FlaskClient, draft_id: int, services: Services,
    act: str,
) -> None:  # fmt: skip
    if act == "withdraw":
        desk.send(author, get(author, f"/desk/drafts/{draft_id}"))
    before = desk.editing.draft(draft_id)
    token = get(stranger, "/desk/drafts").token()

    answer = stranger.post(f"/desk/drafts/{draft_id}/{act}", data={"csrf_token": token})

    assert answer.status_code == 403
    assert NO in answer.text
    assert desk.editing.draft(draft_id) == before
    assert acts(services) == []


def test_who_changed_nothing_does_not_send_it(
    desk: Desk, stranger: FlaskClient, draft_id: int
) -> None:
    refused = desk.send(stranger, get(stranger, f"/desk/drafts/{draft_id}"))

    assert refused.status == 403
    assert NO in refused
    draft = desk.editing.draft(draft_id)
    assert (draft.state, draft.writers) == ("writing", ("aldo.autor",))


def test_who_writes_in_it_may_then_send_it(
    desk: Desk, stranger: FlaskClient, draft_id: int, services: Services
) -> None:
    page = desk.change(stranger, get(stranger, f"/desk/drafts/{draft_id}"), body="Olhe de novo.\n")

    assert page.has(SEND)
    desk.send(stranger, page)
    assert desk.editing.draft(draft_id).state == "review"
    assert acts(services) == [("bia.autora", "draft.join"), ("bia.autora", "draft.send")]


def test_a_lead_puts_it_away_and_the_text_stays(
    desk: Desk, lead: FlaskClient, draft_id: int, services: Services
) -> None:
    send(lead, get(lead, f"/desk/drafts/{draft_id}"), DISCARD)

    draft = desk.editing.draft(draft_id)
    assert draft.state == "discarded"
    assert "Olhe bem a luz" in draft.source
    assert acts(services) == [("lia.lider", "draft.discard")]


def test_a_date_is_cancelled_by_who_set_it_and_not_by_another_author(
    desk: Desk, lead: FlaskClient, stranger: FlaskClient
) -> None:
    path = desk.in_review()
    send(lead, get(lead, path), LATER, publish_at="2026-11-22T08:30")
    cancel = "form[action$='/unschedule']"

    page = get(stranger, "/desk/drafts")
    assert not page.has(cancel)
    assert not get(stranger, path).has(cancel)
    number = path.rsplit("/", 1)[1]
    answer = stranger.post(f"/desk/drafts/{number}/unschedule", data={"csrf_token": page.token()})

    assert answer.status_code == 403
    assert desk.editing.drafts()[0].state == "scheduled"
    assert get(lead, "/desk/drafts").has(cancel)


def test_sentences_of_the_template_are_listed_with_their_lines(
    desk: Desk, author: FlaskClient
) -> None:
    editor = send(
        author, get(author, "/desk/drafts"), "form:has([name=template])",
        title="Cabo solto", template="question",
    )  # fmt: skip

    refused = desk.send(author, editor, topics="fibra-los")

    assert refused.status == 422
    told = [text for text in refused.all(".writing-problem") if "do modelo" in text]
    assert len(told) == 5
    assert all(text.startswith(("Linha", "Artigo")) for text in told)
    assert desk.editing.drafts()[0].state == "writing"
