"""What a process remembers of a walk is never other than what a replay of the log would give."""

from __future__ import annotations

from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from kbwizard.db import core_reading, core_writing
from kbwizard.walks.log import PRIVATE, WalkHead, append_event, load_events
from kbwizard.walks.memory import Folded, Memory
from kbwizard.walks.service import Walks
from kbwizard.wizard import events as ev
from kbwizard.wizard.position import Position
from kbwizard.wizard.replay import replay
from tests.helpers.attending import FixedVersions, small_bundle, utc_now
from tests.helpers.flows import START, moment
from tests.helpers.wandering import MOVES, WORLD, wander

HEAD = WalkHead(1, "root", "agent", "", False, START)


def replayed(engine: Engine, walk_id: int, now: datetime) -> Position:
    with core_reading(engine) as connection:
        return replay(small_bundle(), load_events(connection, walk_id), now)


@given(moves=MOVES, looks=st.lists(st.integers(0, 400), max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_fold_that_is_looked_at_between_events_ends_where_a_replay_ends(
    moves: list[tuple[str, int]], looks: list[int]
) -> None:
    walk = wander(moves)
    folded = Folded(HEAD, WORLD, walk.events[:1], (1, 0))

    for number, event in enumerate(walk.events[1:], start=2):
        seen = folded.position(event.at)
        assert seen == replay(WORLD, walk.events[: number - 1], event.at)
        folded.append(event, 0)

    for seconds in sorted(looks):
        later = moment(walk.clock + seconds)
        assert folded.position(later) == replay(WORLD, walk.events, later)


def test_a_walk_played_through_the_service_stands_where_a_replay_stands(
    walks: Walks, engine: Engine
) -> None:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")

    walks.answer(walk_id, visit=1, said={"caller.name": "Rosa"}, by="ana")
    walks.note(walk_id, text="nota", by="ana")
    walks.back(walk_id, by="ana")

    standing = walks.stand(walk_id)
    assert standing.position == replayed(engine, walk_id, standing.now)
    assert len(standing.events) == 4


def test_an_event_of_another_process_is_seen_at_the_next_look(walks: Walks, engine: Engine) -> None:
    other = Walks(engine, FixedVersions(small_bundle()), utc_now)
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    walks.stand(walk_id)

    other.note(walk_id, text="de outra tela", by="beto")

    assert [text for _at, _by, text in walks.stand(walk_id).position.notes] == ["de outra tela"]
    walks.note(walk_id, text="e esta", by="ana")
    assert len(other.stand(walk_id).position.notes) == 2


def test_what_was_rolled_back_is_not_remembered(walks: Walks, engine: Engine) -> None:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    walks.stand(walk_id)

    with (
        engine.execution_options(kbw_write=True).connect() as connection,
        connection.begin() as end,
    ):
        before = walks.stand_within(connection, walk_id, to_append=True)
        walks.append_to(
            connection, before, lambda _s, seq, now: ev.Noted(seq=seq, at=now, by="ana", text="não")
        )
        end.rollback()

    assert walks.stand(walk_id).position.notes == ()
    walks.note(walk_id, text="sim", by="ana")
    assert [text for _at, _by, text in walks.stand(walk_id).position.notes] == ["sim"]


def test_an_erased_value_is_gone_at_the_next_look(walks: Walks, engine: Engine) -> None:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    walks.note(walk_id, text="um segredo", by="ana")
    walks.stand(walk_id)

    with core_writing(engine) as connection:
        connection.execute(delete(PRIVATE).where(PRIVATE.c.walk_id == walk_id))

    assert "um segredo" not in str(walks.stand(walk_id).position)


def test_a_clock_that_went_back_makes_the_walk_be_read_anew(engine: Engine) -> None:
    moments = [moment(seconds) for seconds in (100, 100, 50, 50, 200, 200)]
    walks = Walks(engine, FixedVersions(small_bundle()), lambda: moments.pop(0))
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    walks.stand(walk_id)

    early = walks.stand(walk_id)

    assert early.now == moment(50)
    assert early.position == replayed(engine, walk_id, early.now)


def test_a_remembered_walk_is_had_by_one_at_a_time_and_the_oldest_is_forgotten() -> None:
    memory = Memory(kept=1)
    folded = Folded(
        HEAD, WORLD, [ev.Started(seq=1, at=START, root="root", audience="agent")], (1, 0)
    )
    memory.put(folded)

    assert memory.take(1) is folded
    assert memory.take(1) is None

    memory.put(folded)
    memory.put(
        Folded(WalkHead(2, "root", "agent", "", False, START), WORLD, [*folded.events], (1, 0))
    )
    assert memory.take(1) is None


def test_a_value_put_beside_the_log_is_counted_as_the_database_counts_it(
    walks: Walks, engine: Engine
) -> None:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    event = ev.Noted(seq=2, at=utc_now(), by="ana", text="nota")

    with core_writing(engine) as connection:
        put = append_event(connection, walk_id, event, small_bundle().registry)

    assert put == 1
