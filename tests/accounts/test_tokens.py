from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from kbwizard.accounts.models import ApiToken, AuditRow
from kbwizard.accounts.tokens import (
    PREFIX,
    Scope,
    find_client,
    list_tokens,
    make_token,
    revoke_token,
)
from kbwizard.db import reading
from kbwizard.errors import Conflict, InvalidInput, NotFound

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def make(engine: Engine, name: str = "robo", days: int | None = None) -> str:
    return make_token(engine, name=name, scopes=(Scope.WALK,), days=days, now=NOW, by="ada.admin")


def test_a_token_opens_its_scope_and_no_other(engine: Engine) -> None:
    client = find_client(engine, make(engine), now=NOW)

    assert client is not None
    assert client.name == "robo"
    assert client.may(Scope.WALK)
    assert not client.may(Scope.METRICS)


def test_the_database_does_not_know_the_token(engine: Engine) -> None:
    token = make(engine)

    with reading(engine) as db:
        row = db.exec(select(ApiToken)).one()
    assert token.startswith(PREFIX)
    assert token not in repr(row.model_dump())


@pytest.mark.parametrize("token", ["", "kbw_", "kbw_errado", "Bearer", "ç" * 40])
def test_what_is_no_token_opens_nothing(engine: Engine, token: str) -> None:
    make(engine)

    assert find_client(engine, token, now=NOW) is None


def test_a_token_ends_with_its_days(engine: Engine) -> None:
    token = make(engine, days=30)

    assert find_client(engine, token, now=NOW + timedelta(days=29)) is not None
    assert find_client(engine, token, now=NOW + timedelta(days=30)) is None


def test_a_revoked_token_opens_nothing_and_cannot_be_revoked_twice(engine: Engine) -> None:
    token = make(engine)
    revoke_token(engine, "robo", now=NOW, by="ada.admin")

    assert find_client(engine, token, now=NOW) is None
    with pytest.raises(NotFound):
        revoke_token(engine, "robo", now=NOW, by="ada.admin")


def test_a_name_is_used_once(engine: Engine) -> None:
    make(engine)

    with pytest.raises(Conflict, match="robo"):
        make(engine)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [("", ("walk",), None), ("robo", (), None), ("robo", ("tudo",), None), ("robo", ("walk",), 0)],
)
def test_what_cannot_be_is_refused(
    engine: Engine, name: str, scopes: tuple[str, ...], days: int | None
) -> None:
    with pytest.raises(InvalidInput, match="não foi criado"):
        make_token(engine, name=name, scopes=scopes, days=days, now=NOW, by="ada.admin")
    assert list_tokens(engine) == []


def test_making_and_revoking_leave_audit_rows(engine: Engine) -> None:
    make(engine)
    revoke_token(engine, "robo", now=NOW, by="ada.admin")

    with reading(engine) as db:
        rows = db.exec(select(AuditRow)).all()
    ours = [row for row in rows if row.record.startswith("token:")]
    assert [(row.action, row.record) for row in ours] == [
        ("token_make", "token:robo"),
        ("token_revoke", "token:robo"),
    ]


def test_its_use_is_noted_now_and_then(engine: Engine) -> None:
    token = make(engine)
    for minutes in (0, 1, 6):
        find_client(engine, token, now=NOW + timedelta(minutes=minutes))

    assert list_tokens(engine)[0].last_used_at == NOW + timedelta(minutes=6)
