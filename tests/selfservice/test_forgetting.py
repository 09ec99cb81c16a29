"""What is forgotten: personal columns on request, anonymous runs after their term."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from kbwizard.db import core_reading, core_writing
from kbwizard.selfservice.forgetting import (
    comments_past_term,
    forget_comments,
    visits_of,
    visits_past_term,
)
from tests.selfservice.conftest import Help

LONG_AGO, FAR = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def rows(help_desk: Help, table: str) -> int:
    with core_reading(help_desk.engine) as db:
        return int(db.execute(text(f"select count(*) from {table}")).scalar_one())


def test_erasing_empties_what_is_personal_and_nothing_else(help_desk: Help) -> None:
    visit = help_desk.begin(district="Centro")
    help_desk.service.ask_person(visit, name="Ana", phone="(11) 90000-0001", best_time="à tarde")
    help_desk.service.feedback(visit, helped="no", score=2, comment="Não deu")
    other = help_desk.begin()
    help_desk.service.feedback(other, helped="no", score=2, comment="Nem aqui")

    help_desk.service.erase([visit.id])

    row = help_desk.row(visit)
    assert (row.contact_name, row.contact_phone, row.best_time, row.comment) == ("", "", "", "")
    assert (row.helped, row.score, row.district) == ("no", 2, "Centro")
    assert help_desk.row(other).comment == "Nem aqui"


def test_the_visits_of_a_holder_are_found_by_line_and_case(help_desk: Help) -> None:
    tied, asked = help_desk.tied("ana"), help_desk.begin()
    help_desk.service.ask_person(asked)
    case = help_desk.case(asked).id or 0
    help_desk.begin()

    with core_reading(help_desk.engine) as db:
        found = visits_of(db, line_ids=[help_desk.line("ana")], case_ids=[case])

    assert sorted(found) == [tied.id, asked.id]


def test_old_anonymous_runs_are_forgotten_and_still_counted(help_desk: Help) -> None:
    begun = help_desk.begun(district="Centro")
    help_desk.conclude(begun.visit, "resolvido")
    tied = help_desk.tied("ana")
    help_desk.say(tied, symptom="slow")
    help_desk.service.code_of(tied)
    help_desk.service.send_phone_code(help_desk.begin(), phone="(11) 90000-0002")
    before = help_desk.service.figures(LONG_AGO, FAR)
    help_desk.clock.pass_time(days=91)

    assert help_desk.service.purge(help_desk.clock() - timedelta(days=90), dry_run=True) == 3
    assert rows(help_desk, "walk") == 3
    assert help_desk.service.purge(help_desk.clock() - timedelta(days=90)) == 3

    left = ("walk", "walk_event", "walk_private", "walk_check", "help_code", "help_link",
            "help_phone_code", "help_reading", "help_counter")  # fmt: skip
    assert {table: rows(help_desk, table) for table in left} == dict.fromkeys(left, 0)
    after = help_desk.service.figures(LONG_AGO, FAR)
    assert (after.begun, after.solved) == (before.begun, before.solved) == (3, 1)
    assert help_desk.row(tied).line_id is None
    assert help_desk.service.resume(begun.token) is None
    assert help_desk.service.purge(help_desk.clock()) == 0


def test_runs_with_a_case_stay_with_it_until_it_is_forgotten(help_desk: Help) -> None:
    visit = help_desk.begin()
    help_desk.service.ask_person(visit, name="Ana")
    help_desk.clock.pass_time(days=91)
    assert help_desk.service.purge(help_desk.clock()) == 0

    with core_writing(help_desk.engine) as db:
        now = help_desk.clock()
        db.exec_driver_sql("delete from case_walk")
        db.execute(text('update "case" set purged_at = :now'), {"now": now})
    with core_reading(help_desk.engine) as db:
        assert visits_past_term(db, LONG_AGO) == [visit.id]
    assert help_desk.service.purge(LONG_AGO) == 1

    assert help_desk.row(visit).contact_name == ""
    assert help_desk.row(visit).walk_id is None


def test_recent_runs_stay(help_desk: Help) -> None:
    help_desk.begin()
    help_desk.clock.pass_time(days=89)

    assert help_desk.service.purge(help_desk.clock() - timedelta(days=90)) == 0


def test_comments_have_a_term_of_their_own(help_desk: Help) -> None:
    visit = help_desk.begin()
    help_desk.service.feedback(visit, helped="yes", score=5, comment="Bom")
    help_desk.clock.pass_time(days=91)
    help_desk.service.purge(help_desk.clock() - timedelta(days=90))
    assert help_desk.row(visit).comment == "Bom"

    with core_writing(help_desk.engine) as db:
        assert comments_past_term(db, help_desk.clock()) == 1
        assert forget_comments(db, help_desk.clock()) == 1
        assert comments_past_term(db, help_desk.clock()) == 0

    assert (help_desk.row(visit).comment, help_desk.row(visit).score) == ("", 5)
