from __future__ import annotations

from datetime import date

from kbwizard.reports.due import looked_after_by, queue_of
from tests.helpers.articles import article

TODAY = date(2026, 11, 21)


def test_the_queue_begins_with_what_is_longest_overdue() -> None:
    queue = queue_of(
        [
            article("novo", verified_at="2026-11-01"),
            article("vencido", verified_at="2026-05-20", review_every=180),
            article("mais-vencido", verified_at="2026-01-01"),
            article("nunca", verified_at=None, verified_by=None),
            article("logo", verified_at="2026-06-01", review_every=180),
            article("para-sempre", verified_at="2020-01-01", review_every=0),
        ],
        TODAY,
    )

    assert [one.article.slug for one in queue.overdue] == ["mais-vencido", "vencido"]
    assert [one.article.slug for one in queue.never] == ["nunca"]
    assert [(one.article.slug, one.days) for one in queue.soon] == [("logo", 7)]
    assert (queue.pressing, len(queue), queue.overdue[1].late) == (3, 4, 5)


def test_due_on_the_day_itself_is_overdue_and_thirty_days_ahead_is_soon() -> None:
    queue = queue_of(
        [
            article("hoje", verified_at="2026-10-22", review_every=30),
            article("em-trinta", verified_at="2026-11-21", review_every=30),
            article("em-trinta-e-um", verified_at="2026-11-21", review_every=31),
        ],
        TODAY,
    )

    assert [one.article.slug for one in queue.overdue] == ["hoje"]
    assert [one.article.slug for one in queue.soon] == ["em-trinta"]


def test_what_belongs_to_nobody_here_is_everybodys_to_look_after() -> None:
    articles = [
        article("de-aldo"),
        article("da-casa", owner="kbwizard"),
        article("de-lia", owner="lia.lider"),
    ]
    people = {"aldo.autor", "lia.lider"}

    assert looked_after_by("aldo.autor", articles, people) == {"de-aldo", "da-casa"}
    assert looked_after_by("ana.agente", articles, people) == {"da-casa"}
