"""Making users, checking passwords, disabling."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import Engine

from kbwizard.accounts.people import (
    change_password,
    check_password,
    create_user,
    disable_user,
    find_user,
    list_users,
)
from kbwizard.accounts.signins import find_person, sign_in
from kbwizard.errors import Conflict, InvalidInput, NotFound
from tests.helpers.clock import START


def _maria(engine: Engine, **changes: str) -> None:
    fields = {
        "name": "maria.s",
        "full_name": "Maria S",
        "role": "agent",
        "password": "senha-comprida",
    }
    create_user(engine, **{**fields, **changes}, now=START)


def test_a_user_is_known_by_name_in_any_case_and_by_password(engine: Engine) -> None:
    _maria(engine)

    found = check_password(engine, " Maria.S ", "senha-comprida")

    assert found is not None
    assert found.full_name == "Maria S"


def test_the_password_is_stored_as_an_argon2_hash_only(engine: Engine) -> None:
    _maria(engine)

    user = find_user(engine, "maria.s")

    assert user is not None
    assert user.password_hash.startswith("$argon2id$")
    assert "senha-comprida" not in user.password_hash


def test_a_wrong_password_is_nobody(engine: Engine) -> None:
    assert check_password(engine, "ana.agente", "errada") is None


def test_an_unknown_name_costs_as_much_as_a_wrong_password(engine: Engine) -> None:
    check_password(engine, "ninguem", "x")  # the hash of nobody is made on first use

    started = time.process_time()
    check_password(engine, "ana.agente", "errada")
    wrong = time.process_time() - started
    started = time.process_time()
    check_password(engine, "ninguem", "errada")
    unknown = time.process_time() - started

    assert unknown > wrong / 3


def test_a_taken_name_is_a_conflict(engine: Engine) -> None:
    with pytest.raises(Conflict, match=r"ana\.agente"):
        _maria(engine, name="ana.agente")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "maria silva"),
        ("name", "m"),
        ("name", "márcia"),
        ("role", "chefe"),
        ("password", "curta"),
        ("full_name", " "),
    ],
)
def test_a_wrong_field_is_named(engine: Engine, field: str, value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _maria(engine, **{field: value})

    assert set(caught.value.fields) == {field}


def test_a_disabled_user_is_shut_out_at_once(engine: Engine) -> None:
    user = find_user(engine, "ana.agente")
    assert user is not None
    token = sign_in(engine, user, now=START, hours=12)

    disable_user(engine, "ana.agente", now=START)

    assert find_person(engine, token, now=START) is None
    assert check_password(engine, "ana.agente", "demonstracao") is None


def test_disabling_nobody_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound):
        disable_user(engine, "ninguem", now=START)


def test_a_changed_password_takes_the_place_of_the_old_one(engine: Engine) -> None:
    change_password(engine, "ana.agente", "outra-senha-boa", now=START)

    assert check_password(engine, "ana.agente", "outra-senha-boa") is not None
    assert check_password(engine, "ana.agente", "demonstracao") is None


def test_there_is_one_demo_user_of_each_role(engine: Engine) -> None:
    users = list_users(engine)

    assert len({user.role for user in users}) == len(users) == 7
    assert all(user.demo for user in users)
