"""One's own account: password, other sign-ins."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlmodel import select

from kbwizard.accounts.models import AuditRow
from kbwizard.accounts.people import check_password
from kbwizard.db import reading
from kbwizard.web.services import Services
from tests.conftest import SignedIn
from tests.helpers.page import get, send

FORM = "form[action='/account/password']"


def _change(browser: FlaskClient, now: str, new: str) -> str:
    page = send(browser, get(browser, "/account"), FORM, password_now=now, password_new=new)
    return f"{page.status} {' '.join(page.all('.field-problem, .notice'))}"


def test_a_new_password_ends_every_other_sign_in(client_as: SignedIn, services: Services) -> None:
    here, there = client_as("agent"), client_as("agent")

    said = _change(here, "demonstracao", "uma-senha-nova")

    assert said.startswith("200 Senha trocada")
    assert check_password(services.engine, "ana.agente", "uma-senha-nova") is not None
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303


def test_the_present_password_is_asked_for(client_as: SignedIn) -> None:
    assert (
        _change(client_as("agent"), "errada", "uma-senha-nova") == "422 A senha atual não confere."
    )


def test_a_wrong_present_password_is_audited(client_as: SignedIn, services: Services) -> None:
    """Whoever found a browser left open may be guessing."""
    _change(client_as("agent"), "errada", "uma-senha-nova")

    with reading(services.engine) as db:
        rows = db.exec(select(AuditRow).where(AuditRow.action == "user.password.refused")).all()
    assert [row.who for row in rows] == ["ana.agente"]


def test_a_short_password_says_how_long_it_must_be(client_as: SignedIn) -> None:
    assert _change(client_as("agent"), "demonstracao", "curta").startswith("422 Senha: use de 10")


def test_a_sign_in_left_open_elsewhere_can_be_ended(client_as: SignedIn) -> None:
    there, here = client_as("agent"), client_as("agent")

    send(here, get(here, "/account"), ".table form")

    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_nobody_ends_anothers_sign_in_by_its_number(client_as: SignedIn) -> None:
    lead, agent = client_as("lead"), client_as("agent")
    token = get(agent, "/account").token()

    response = agent.post("/account/sign-ins/1/end", data={"csrf_token": token})

    assert response.status_code == 404
    assert lead.get("/account").status_code == 200
