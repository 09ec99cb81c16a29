"""A database that cannot write: said as such, with what was typed, and well again afterwards."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import Connection, event

from kbwizard.web.services import Services
from tests.helpers.page import get, send

NAME = "ana.agente"


REFUSALS = {
    "sqlite": ("PRAGMA query_only = ON", "sem permissão de gravação"),
    "postgresql": ("SET TRANSACTION READ ONLY", "o servidor só aceita leitura"),
}


def refuse_writes(connection: Connection) -> None:
    connection.exec_driver_sql(REFUSALS[connection.dialect.name][0])


def test_a_disk_that_refuses_is_said_and_the_next_try_goes_through(
    client: FlaskClient, services: Services
) -> None:
    form = get(client, "/account/sign-in")
    event.listen(services.engine, "begin", refuse_writes)

    page = send(client, form, name=NAME, password="demonstracao")

    assert page.status == 503
    assert REFUSALS[services.engine.dialect.name][1] in page["main"]
    assert NAME in page["main"]
    assert "demonstracao" not in page["main"]

    event.remove(services.engine, "begin", refuse_writes)
    services.engine.dispose()
    again = send(client, get(client, "/account/sign-in"), name=NAME, password="demonstracao")
    assert again.status == 200
