"""Events are appended one after the other, whoever writes; what is refused leaves nothing behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError

from kbwizard.config import Settings
from kbwizard.db import core_reading, make_engine
from kbwizard.errors import InvalidInput, NotFound, StaleForm
from kbwizard.walks.actions import begun_before
from kbwizard.walks.log import EVENT
from kbwizard.walks.service import Walks
from tests.helpers.attending import FixedVersions, kinds, small_bundle, utc_now

THREADS = 8
EACH = 12


def begin(walks: Walks, line: str | None = None) -> int:
    return walks.start(root="atendimento", audience="agent", by="ana", line=line)


def count(engine: Engine, walk_id: int) -> int:
    with core_reading(engine) as connection:
        query = select(func.count()).select_from(EVENT).where(EVENT.c.walk_id == walk_id)
        return int(connection.execute(query).scalar_one())


def test_notes_of_eight_threads_are_all_there_once(walks: Walks) -> None:
    walk_id = begin(walks)

    def write(person: int) -> None:
        for number in range(EACH):
            walks.note(walk_id, text=f"{person}/{number}", by=f"pessoa{person}")

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))

    standing = walks.stand(walk_id)
    assert [event.seq for event in standing.events] == list(range(1, THREADS * EACH + 2))
    notes = [text for _at, _by, text in standing.position.notes]
    assert sorted(notes) == sorted(f"{p}/{n}" for p in range(THREADS) for n in range(EACH))
    for person in range(THREADS):
        mine = [text for text in notes if text.startswith(f"{person}/")]
        assert mine == [f"{person}/{n}" for n in range(EACH)]


def test_of_eight_who_answer_one_question_one_is_heard_and_the_others_are_told(
    walks: Walks,
) -> None:
    walk_id = begin(walks)

    def answer(person: int) -> str:
        try:
            walks.answer(walk_id, visit=1, said={"caller.name": f"P{person}"}, by=f"p{person}")
        except StaleForm:
            return "stale"
        return "heard"

    with ThreadPoolExecutor(THREADS) as pool:
        said = list(pool.map(answer, range(THREADS)))

    assert sorted(said) == ["heard"] + ["stale"] * (THREADS - 1)
    assert kinds(walks.stand(walk_id)) == ["Started", "Answered"]


def test_a_stale_form_writes_nothing(engine: Engine, walks: Walks) -> None:
    walk_id = begin(walks)
    walks.answer(walk_id, visit=1, said={"caller.name": "Ana"}, by="ana")
    before = count(engine, walk_id)

    with pytest.raises(StaleForm, match="já avançou"):
        walks.answer(walk_id, visit=1, said={"caller.name": "Bia"}, by="bia")

    assert count(engine, walk_id) == before


@pytest.mark.parametrize(
    "said", [{"led.los": "red"}, {"caller.name": ""}, {}, {"caller.name": "x" * 5000}]
)
def test_an_answer_that_cannot_be_accepted_writes_nothing(
    engine: Engine, walks: Walks, said: dict[str, str]
) -> None:
    walk_id = begin(walks)

    with pytest.raises(InvalidInput):
        walks.answer(walk_id, visit=1, said=said, by="ana")

    assert count(engine, walk_id) == 1


def test_back_at_the_beginning_says_that_there_is_nothing_to_undo(walks: Walks) -> None:
    with pytest.raises(InvalidInput, match="desfazer"):
        walks.back(begin(walks), by="ana")


def test_back_returns_to_the_question_and_the_answer_can_be_given_anew(walks: Walks) -> None:
    walk_id = begin(walks)
    walks.answer(walk_id, visit=1, said={"caller.name": "Ana"}, by="ana")

    back = walks.back(walk_id, by="ana")
    again = walks.answer(walk_id, visit=back.position.visit, said={"caller.name": "Bia"}, by="ana")

    assert (back.position.node.name, again.position.facts["caller.name"].reading.value) == (
        "nome",
        "Bia",
    )


def test_a_walk_that_does_not_exist_is_not_found(walks: Walks) -> None:
    with pytest.raises(NotFound):
        walks.note(404, text="nota", by="ana")


@pytest.mark.sqlite_only
def test_a_full_disk_is_one_clear_error_and_loses_nothing(engine: Engine, walks: Walks) -> None:
    walk_id = begin(walks)
    walks.note(walk_id, text="antes", by="ana")
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    engine.dispose()  # the limit is a connection's own
    small = make_engine(str(engine.url))

    @_on_connect(small)
    def _limit(dbapi: object) -> None:
        dbapi.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    full = Walks(small, FixedVersions(small_bundle()), utc_now)
    with pytest.raises(OperationalError, match="full"):
        _fill(full, walk_id)

    noted = [text.split()[0] for _at, _by, text in full.stand(walk_id).position.notes]
    assert noted == ["antes", *map(str, range(len(noted) - 1))]
    small.dispose()
    walks.note(walk_id, text="depois", by="ana")
    assert walks.stand(walk_id).position.notes[-1][2] == "depois"


@pytest.mark.sqlite_only
def test_a_read_only_database_shows_the_walk_and_refuses_to_write(
    settings: Settings, engine: Engine, walks: Walks
) -> None:
    walk_id = begin(walks)
    engine.dispose()
    file = Path(settings.data_dir) / "kbwizard.db"
    read_only = make_engine(f"sqlite:///file:{file}?mode=ro&uri=true")
    readers = Walks(read_only, FixedVersions(small_bundle()), utc_now)

    standing = readers.stand(walk_id)
    with pytest.raises(OperationalError, match="readonly"):
        readers.note(walk_id, text="nota", by="ana")

    assert kinds(standing) == kinds(readers.stand(walk_id)) == ["Started"]
    read_only.dispose()


def test_an_action_is_begun_once_by_however_many_click(engine: Engine, walks: Walks) -> None:
    walk_id = begin(walks)

    with ThreadPoolExecutor(THREADS) as pool:
        begun = list(
            pool.map(
                lambda n: begun_before(engine, walk_id, 3, by=f"p{n}", now=utc_now()),
                range(THREADS),
            )
        )

    assert begun.count(None) == 1
    assert begun_before(engine, walk_id, 4, by="ana", now=utc_now()) is None


def _fill(walks: Walks, walk_id: int) -> None:
    for number in range(200):
        walks.note(walk_id, text=f"{number} " + "x" * 1500, by="ana")


def _on_connect(engine: Engine):  # type: ignore[no-untyped-def]
    from sqlalchemy import event

    def register(function):  # type: ignore[no-untyped-def]
        event.listen(engine, "connect", lambda dbapi, _record: function(dbapi))
        return function

    return register
