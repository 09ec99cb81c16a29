"""Sign-ins: tokens, expiry, revocation, and what is written about them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from kbwizard.accounts import signins
from kbwizard.accounts.models import AuditRow, SignIn, User
from kbwizard.accounts.people import find_user
from kbwizard.accounts.roles import Permission
from kbwizard.db import reading
from tests.helpers.clock import START


@pytest.fixture
def ana(engine: Engine) -> User:
    user = find_user(engine, "ana.agente")
    assert user is not None
    return user


def test_a_token_finds_its_person_until_it_expires(engine: Engine, ana: User) -> None:
    token = signins.sign_in(engine, ana, now=START, hours=12)

    before = signins.find_person(engine, token, now=START + timedelta(hours=11))
    after = signins.find_person(engine, token, now=START + timedelta(hours=12))

    assert before is not None
    assert before.name == "ana.agente"
    assert before.may(Permission.ATTEND)
    assert after is not None
    assert after.expired
    assert not after.may(Permission.ATTEND)


def test_the_token_itself_is_nowhere_in_the_database(engine: Engine, ana: User) -> None:
    token = signins.sign_in(engine, ana, now=START, hours=12)

    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM account_sign_in")).all()

    assert len(rows) == 1
    assert token not in str(rows)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 5000])
def test_a_token_that_nobody_made_finds_nobody(engine: Engine, token: str) -> None:
    assert signins.find_person(engine, token, now=START) is None


def test_signing_out_ends_this_sign_in_only(engine: Engine, ana: User) -> None:
    here = signins.sign_in(engine, ana, now=START, hours=12)
    there = signins.sign_in(engine, ana, now=START, hours=12)
    person = signins.find_person(engine, here, now=START)
    assert person is not None

    signins.sign_out(engine, person, now=START)

    assert signins.find_person(engine, here, now=START) is None
    assert signins.find_person(engine, there, now=START) is not None


def test_nobody_ends_another_persons_sign_in(engine: Engine, ana: User) -> None:
    lia = find_user(engine, "lia.lider")
    assert lia is not None
    token = signins.sign_in(engine, ana, now=START, hours=12)
    hers = signins.find_person(engine, token, now=START)
    other = signins.find_person(
        engine, signins.sign_in(engine, lia, now=START, hours=12), now=START
    )
    assert hers is not None
    assert other is not None

    ended = signins.revoke(engine, other, hers.sign_in_id, now=START)

    assert not ended
    assert signins.find_person(engine, token, now=START) is not None


def test_being_seen_is_written_at_most_every_five_minutes(engine: Engine, ana: User) -> None:
    token = signins.sign_in(engine, ana, now=START, hours=12)

    signins.find_person(engine, token, now=START + timedelta(minutes=4))
    early = _last_seen(engine)
    signins.find_person(engine, token, now=START + timedelta(minutes=6))

    assert early == START
    assert _last_seen(engine) == START + timedelta(minutes=6)


def test_a_refused_name_that_is_nobodys_is_not_kept(engine: Engine) -> None:
    signins.note_refusal(engine, None, now=START, origin="127.0.0.1")

    with reading(engine) as db:
        row = db.exec(select(AuditRow).where(AuditRow.action == "sign_in.refused")).one()

    assert row.who == "desconhecido"


def _last_seen(engine: Engine) -> object:
    with reading(engine) as db:
        return db.exec(select(SignIn)).one().last_seen_at
