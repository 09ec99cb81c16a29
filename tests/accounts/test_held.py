"""Held forms: for their author alone, unreadable in the database, gone after use or a day."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, text

from kbwizard.accounts.held import MOST_PER_PERSON, erase, held_forms, hold
from kbwizard.config import Secret
from tests.helpers.clock import START

KEY = Secret("uma chave de teste")
FIELDS = (("note", "cliente volta às 18h"), ("note", "segunda"), ("led.los", "red"))


def _hold(engine: Engine, user_id: int = 1, path: str = "/desk/walk/7") -> None:
    hold(engine, KEY, user_id=user_id, path=path, fields=FIELDS, now=START)


def test_a_form_comes_back_as_it_was_typed(engine: Engine) -> None:
    _hold(engine)

    held = held_forms(engine, KEY, user_id=1, now=START)

    assert [(form.path, form.fields, form.at) for form in held] == [("/desk/walk/7", FIELDS, START)]


def test_nobody_else_sees_it(engine: Engine) -> None:
    _hold(engine)

    assert held_forms(engine, KEY, user_id=2, now=START) == []


def test_the_database_does_not_show_what_was_typed(engine: Engine) -> None:
    _hold(engine)

    with engine.connect() as connection:
        rows = str(connection.execute(text("SELECT * FROM account_held_form")).all())

    assert "18h" not in rows


def test_it_is_not_offered_after_a_day(engine: Engine) -> None:
    _hold(engine)

    assert held_forms(engine, KEY, user_id=1, now=START + timedelta(hours=24)) == []


def test_old_ones_are_erased_when_another_is_held(engine: Engine) -> None:
    _hold(engine)

    hold(engine, KEY, user_id=2, path="/x", fields=(), now=START + timedelta(hours=25))

    with engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM account_held_form")).scalar_one()
    assert count == 1


def test_erasing_touches_ones_own_only(engine: Engine) -> None:
    _hold(engine)
    held_id = held_forms(engine, KEY, user_id=1, now=START)[0].id

    erase(engine, user_id=2, held_id=held_id)
    kept = held_forms(engine, KEY, user_id=1, now=START)
    erase(engine, user_id=1, held_id=held_id)

    assert len(kept) == 1
    assert held_forms(engine, KEY, user_id=1, now=START) == []


def test_one_person_cannot_fill_the_database(engine: Engine) -> None:
    for number in range(MOST_PER_PERSON + 3):
        _hold(engine, path=f"/{number}")

    held = held_forms(engine, KEY, user_id=1, now=START)

    assert len(held) == MOST_PER_PERSON
    assert held[-1].path == f"/{MOST_PER_PERSON + 2}"


def test_a_changed_key_makes_them_unreadable_and_nothing_fails(engine: Engine) -> None:
    _hold(engine)

    assert held_forms(engine, Secret("outra"), user_id=1, now=START) == []
