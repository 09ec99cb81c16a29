from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, text

from kbwizard.db import core_writing
from kbwizard.readership.forgetting import (
    forget_opinions,
    forget_reads,
    forget_searches,
    opinions_past_term,
    reads_past_term,
    searches_past_term,
)
from kbwizard.readership.service import Readership
from tests.helpers.clock import FrozenClock

Forget = Callable[[Connection, datetime], int]


def run(engine: Engine, what: Forget, before: datetime) -> int:
    with core_writing(engine) as connection:
        return what(connection, before)


def everything(engine: Engine) -> str:
    with engine.connect() as db:
        return "\n".join(
            str(row)
            for table in ("article_feedback", "article_search", "article_read")
            for row in db.execute(text(f"SELECT * FROM {table}"))
        )


def test_an_opinion_past_its_term_is_a_number(
    engine: Engine, readership: Readership, frozen: FrozenClock
) -> None:
    said = {"fingerprint": "v1", "where": "desk", "helpful": False, "reason": "wrong"}
    for slug in ("luzes", "senha"):
        number = readership.rate(slug, text="Palavras de Ana", by="ana", **said)  # type: ignore[arg-type]
        readership.answer(number, by="lia", text="Resposta de Lia", state="done")
    readership.rate("luzes", text="Palavras de Bia", by="bia", **said)  # type: ignore[arg-type]
    frozen.pass_time(days=10)
    readership.rate("luzes", text="De ontem", by="caio", **said)  # type: ignore[arg-type]
    before = frozen() - timedelta(days=1)

    assert run(engine, opinions_past_term, before) == 3
    assert run(engine, forget_opinions, before) == 3
    assert run(engine, opinions_past_term, before) == 0

    left = everything(engine)
    assert not [word for word in ("Ana", "Bia", "Lia", "'ana'", "'lia'") if word in left]
    assert "De ontem" in left
    assert readership.opinions(frozen() - timedelta(days=30))["luzes"].reasons == {"wrong": 3}
    assert [entry.by for entry in readership.inbox()] == ["caio"]


def test_who_gave_a_forgotten_opinion_may_give_another(
    engine: Engine, readership: Readership, frozen: FrozenClock
) -> None:
    for _ in range(2):
        readership.rate("luzes", fingerprint="v1", where="desk", helpful=True, by="ana")
        frozen.pass_time(days=1)
        run(engine, forget_opinions, frozen())

    assert readership.opinions(frozen() - timedelta(days=9))["luzes"].yes == 2


def test_searches_and_counts_past_their_term_are_gone(
    engine: Engine, readership: Readership, frozen: FrozenClock
) -> None:
    readership.note_search("luz antiga", where="desk", results=1, by="ana")
    readership.count_read("luzes", where="desk")
    frozen.pass_time(days=10)
    readership.note_search("luz nova", where="desk", results=1, by="bia")
    readership.count_read("luzes", where="desk")
    before = frozen() - timedelta(days=5)

    assert (run(engine, searches_past_term, before), run(engine, reads_past_term, before)) == (1, 1)
    assert (run(engine, forget_searches, before), run(engine, forget_reads, before)) == (1, 1)

    left = everything(engine)
    assert "luz nova" in left
    assert "luz antiga" not in left
    assert "bia" not in left
    assert readership.reads(frozen().date() - timedelta(days=30))["luzes"].total == 1


def test_li_e_entendi_outlives_every_term(readership: Readership, frozen: FrozenClock) -> None:
    readership.acknowledge("conduta", edition=1, by="ana")
    frozen.pass_time(days=4000)

    assert readership.acknowledged("ana") == {"conduta": 1}
