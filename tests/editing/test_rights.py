"""Whose draft it is: who wrote in it, and who answers for the content, may send, withdraw, discard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from kbwizard.accounts.models import AuditRow
from kbwizard.accounts.people import create_user
from kbwizard.db import reading
from kbwizard.editing.values import Draft
from kbwizard.errors import Forbidden
from tests.editing.conftest import ARTICLES, Office
from tests.helpers.clock import FrozenClock
from tests.helpers.content import write_content

Act = Callable[[Office, Draft, str], Any]
ACTS: dict[str, Act] = {
    "send": lambda office, draft, by: office.editing.send(draft.id, by=by),
    "withdraw": lambda office, draft, by: office.editing.withdraw(draft.id, by=by),
    "discard": lambda office, draft, by: office.editing.discard(draft.id, by=by),
}


@pytest.fixture
def office(engine_with_people: Engine, tmp_path: Path, frozen: FrozenClock) -> Office:
    write_content(tmp_path, {}, articles=ARTICLES)
    create_user(
        engine_with_people, name="bia.autora", full_name="Bia", role="author",
        password="uma senha comprida", now=frozen(),
    )  # fmt: skip
    return Office(engine_with_people, tmp_path, frozen)


def ready(office: Office, act: str) -> Draft:
    """Aldo's draft, where that can be done with it."""
    draft = office.in_review()
    return draft if act == "withdraw" else office.editing.withdraw(draft.id, by="aldo.autor")


def told(office: Office) -> list[tuple[str, str, str, str]]:
    with reading(office.engine) as db:
        rows = db.exec(select(AuditRow).order_by(col(AuditRow.id)))
        return [
            (row.who, row.action, row.record, row.details)
            for row in rows
            if row.action.startswith("draft.")
        ]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("by", ["bia.autora", "ana.agente", "ninguem"])
def test_others_do_nothing_to_a_draft(office: Office, act: str, by: str) -> None:
    draft = ready(office, act)

    with pytest.raises(Forbidden, match=r"aldo\.autor"):
        ACTS[act](office, draft, by)

    assert office.editing.draft(draft.id) == draft
    assert told(office) == []


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("by", ["lia.lider", "ada.admin"])
def test_who_answers_for_the_content_may_and_it_is_written_down(
    office: Office, act: str, by: str
) -> None:
    draft = ready(office, act)

    ACTS[act](office, draft, by)

    details = "article=luzes; author=aldo.autor"
    assert told(office) == [(by, f"draft.{act}", f"draft:{draft.id}", details)]
    assert office.editing.draft(draft.id).source == draft.source


@pytest.mark.parametrize("act", ACTS)
def test_who_wrote_in_it_may(office: Office, act: str) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    source = draft.source.replace("A luz", "Olhe bem. A luz")
    office.editing.save(draft.id, by="bia.autora", revision=draft.revision, source=source)
    if act == "withdraw":
        office.editing.send(draft.id, by="aldo.autor")

    ACTS[act](office, draft, "bia.autora")

    assert [(who, action) for who, action, _, _ in told(office)] == [
        ("bia.autora", "draft.join"), ("bia.autora", f"draft.{act}"),
    ]  # fmt: skip


def test_of_what_one_does_to_ones_own_only_the_discarding_is_written_down(office: Office) -> None:
    draft = office.in_review()
    office.editing.withdraw(draft.id, by="aldo.autor")

    office.editing.discard(draft.id, by="aldo.autor")

    assert [(who, action) for who, action, _, _ in told(office)] == [
        ("aldo.autor", "draft.discard")
    ]
    assert office.editing.draft(draft.id).source == draft.source


def test_to_look_and_save_nothing_is_not_to_write(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")

    same = office.editing.save(
        draft.id, by="lia.lider", revision=draft.revision, source=draft.source, note="", major=False
    )

    assert same == draft
    office.editing.send(draft.id, by="aldo.autor")
    assert office.editing.approve(draft.id, by="lia.lider").number == 2


def test_giving_back_is_written_down(office: Office) -> None:
    draft = office.in_review()

    office.editing.give_back(draft.id, by="bia.autora", note="Falta o motivo.")

    assert told(office)[0][:2] == ("bia.autora", "draft.give_back")


def test_a_date_is_taken_away_by_who_set_it_and_by_no_other_author(office: Office) -> None:
    for reviewer, other in (("lia.lider", "bia.autora"), ("bia.autora", "ada.admin")):
        draft = office.in_review()
        at = office.clock().replace(year=2030)
        office.editing.approve(draft.id, by=reviewer, publish_at=at)
        if other == "bia.autora":
            with pytest.raises(Forbidden):
                office.editing.give_back(draft.id, by=other, note="Não.")

        by = other if other == "ada.admin" else reviewer
        assert office.editing.give_back(draft.id, by=by, note="Não.").state == "returned"
        office.editing.discard(draft.id, by="aldo.autor")


@pytest.mark.parametrize("scheduled", [False, True])
def test_nobody_withdraws_a_draft_by_settling_what_is_no_conflict(
    office: Office, scheduled: bool
) -> None:
    draft = office.in_review()
    if scheduled:
        at = office.clock().replace(year=2030)
        office.editing.approve(draft.id, by="lia.lider", publish_at=at)
    before = office.editing.draft(draft.id)

    with pytest.raises(Forbidden):
        office.editing.settle(
            draft.id, by="bia.autora", revision=draft.revision, source="Outro texto."
        )

    assert office.editing.draft(draft.id) == before
    settled = office.editing.settle(
        draft.id, by="aldo.autor", revision=draft.revision, source=draft.source
    )
    assert settled.state == "writing"
