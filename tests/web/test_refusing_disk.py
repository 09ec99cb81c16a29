"""A database that cannot write: said as such, with what was typed, and well again afterwards."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from kbwizard.web.services import Services
from tests.helpers.page import get, send

NAME = "tito.treino"


def refuse_writes(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only = ON")


def test_a_disk_that_refuses_is_said_and_the_next_try_goes_through(
    client: FlaskClient, services: Services
) -> None:
    form = get(client, "/account/sign-in")
    services.engine.dispose()
    event.listen(services.engine, "connect", refuse_writes)

    page = send(client, form, name=NAME, password="demonstracao")

    assert page.status == 503
    assert "sem permissão de gravação" in page["main"]
    assert NAME in page["main"]
    assert "demonstracao" not in page["main"]

    event.remove(services.engine, "connect", refuse_writes)
    services.engine.dispose()
    again = send(client, get(client, "/account/sign-in"), name=NAME, password="demonstracao")
    assert again.status == 200
