from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine, text

from kbwizard.readership.service import Readership
from tests.helpers.clock import FrozenClock
from tests.helpers.databases import refuse_rows_of

TODAY = date(2026, 11, 21)


def test_reads_are_counted_by_article_day_and_place(
    readership: Readership, frozen: FrozenClock
) -> None:
    readership.count_read("luz-los", where="desk")
    readership.count_read("luz-los", where="call")
    frozen.pass_time(days=1)
    readership.count_read("luz-los", where="desk")
    readership.count_read("senha", where="help")

    both = readership.reads(TODAY)
    assert (both["luz-los"].total, both["luz-los"].places) == (3, {"desk": 2, "call": 1})
    assert readership.reads(date(2026, 11, 22))["luz-los"].total == 1
    assert readership.last_reads()["luz-los"] == date(2026, 11, 22)
    assert readership.counting_since() == TODAY


def test_a_day_ends_at_midnight_of_the_installation_not_of_utc(
    readership: Readership, frozen: FrozenClock
) -> None:
    frozen.pass_time(hours=9)  # 23:02 in São Paulo, already tomorrow in UTC

    readership.count_read("luz-los", where="desk")

    assert readership.last_reads() == {"luz-los": TODAY}


def test_sixteen_threads_lose_no_count(readership: Readership) -> None:
    def read(number: int) -> None:
        for _ in range(12):
            readership.count_read("luz-los", where="desk" if number % 2 else "call")

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(read, range(16)))

    assert readership.reads(TODAY)["luz-los"].places == {"desk": 96, "call": 96}


def test_a_count_that_cannot_be_written_costs_nobody_the_page(
    readership: Readership, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    refuse_rows_of("article_read", engine)

    readership.count_read("luz-los", where="desk")

    assert readership.reads(TODAY) == {}
    assert "luz-los não contada" in caplog.text


def test_a_year_of_a_thousand_articles_is_summed_quickly(
    readership: Readership, engine: Engine
) -> None:
    """Two places a day each: what a report reads must not depend on the number of reads."""
    rows = [
        {"slug": f"artigo-{one}", "day": f"2026-{month:02}-{day:02}", "place": place, "count": 3}
        for one in range(1000)
        for month in (10, 11)
        for day in range(1, 11)
        for place in ("desk", "call")
    ]
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO article_read (slug, day, place, count) "
                "VALUES (:slug, :day, :place, :count)"
            ),
            rows,
        )

    found = readership.reads(date(2026, 11, 1))

    assert (len(found), found["artigo-7"].total) == (1000, 60)
