"""Exercises stand apart: protocols, walks, database; lines are lent once; nothing real is touched."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from kbwizard.cases.models import Case, Outage, WorkOrder
from kbwizard.db import make_engine, reading
from kbwizard.errors import Conflict, SetupError
from kbwizard.training.leases import Leases
from kbwizard.training.network import lines_for
from kbwizard.walks.models import Walk
from tests.training.conftest import School
from tests.training.trainee import Trainee


def test_protocols_begin_with_t_and_walks_are_marked(school: School) -> None:
    trainee = Trainee(school)
    attempt = trainee.begin("los-vermelha")
    standing = trainee.walk(attempt)
    order = school.parts.desk.cases.orders(school.parts.desk.cases.get(attempt.protocol).id or 0)[0]

    assert attempt.protocol.startswith("T")
    assert order.number.startswith("OS-T")
    assert (standing.head.training, standing.head.audience) == (True, "trainee")


def test_nothing_reaches_the_real_database(school: School) -> None:
    real = make_engine(school.settings.database_url)

    with reading(real) as db:
        found = [db.exec(select(table)).first() for table in (Case, Walk, WorkOrder, Outage)]
    real.dispose()

    assert found == [None] * 4


def test_ten_trainees_begin_at_once_each_on_a_line_of_their_own(school: School) -> None:
    names = [f"aprendiz.{number}" for number in range(10)]

    with ThreadPoolExecutor(5) as pool:
        attempts = list(pool.map(lambda who: Trainee(school, who).begin("los-vermelha"), names))

    assert len({attempt.login for attempt in attempts}) == 10
    for attempt in attempts:
        school.parts.training.finish(attempt.id)


def test_when_every_line_is_lent_the_next_is_told_so_and_leaves_nothing(school: School) -> None:
    training, before = school.parts.training, len(school.parts.training.attempts_of("sem.vez"))
    taken = [Trainee(school, "cheio").begin("parada-declarada") for _ in range(3)]

    with pytest.raises(Conflict, match="em uso"):
        Trainee(school, "sem.vez").begin("parada-declarada")

    assert len(training.attempts_of("sem.vez")) == before
    for attempt in taken:
        training.finish(attempt.id)


def test_a_line_comes_back_after_four_hours(school: School) -> None:
    leases = Leases(school.engine, school.clock)
    logins = lines_for("business", school.settings.secret_key)
    for number in (90001, 90002):
        leases.take(number, logins)
    with pytest.raises(Conflict):
        leases.take(90003, logins)

    school.clock.leap_to(school.clock() + timedelta(hours=4, seconds=1))

    assert leases.take(90003, logins) in logins
    assert not leases.holds(90001)
    leases.give_back(90003)


def test_what_others_did_on_a_line_counts_for_nobody(school: School) -> None:
    first = Trainee(school, "antes").begin("los-vermelha")
    Trainee(school, "antes").walk(first)
    school.parts.training.finish(first.id)
    logins = [first.login]
    leases = Leases(school.engine, school.clock)
    busy = [leases.take(80000 + n, [one]) for n, one in enumerate(
        lines_for("single", school.settings.secret_key)) if one not in logins]  # fmt: skip

    second = Trainee(school, "depois").begin("los-vermelha")

    truth = school.parts.training._attempts.truth(second.id)
    assert second.login == first.login
    assert (truth["order.open"], truth["case.open"], truth["case.recent_count"]) == (
        False,
        False,
        0,
    )
    school.parts.training.finish(second.id)
    for number in range(len(busy) + 2):
        leases.give_back(80000 + number)


def test_without_a_lab_an_exercise_says_what_to_do(school: School) -> None:
    from dataclasses import replace

    from kbwizard.training.service import Training

    training = Training(replace(school.parts.training.floor, lab_file=None))

    with pytest.raises(SetupError, match="KBWIZARD_TRAINING_LAB"):
        training.begin("los-vermelha", who="tito.treino")
    school.parts.training.floor.walks.does = school.parts.training._tries.hands
