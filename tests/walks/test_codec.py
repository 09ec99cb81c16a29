"""Every kind of event comes back from the database as it went in; personal values live apart."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, text

from kbwizard.db import core_reading, core_writing
from kbwizard.errors import EngineError
from kbwizard.walks.codec import ERASED, KINDS, from_row, to_body
from kbwizard.walks.log import PRIVATE, append_event, load_events
from kbwizard.walks.service import Walks
from kbwizard.wizard import events as ev
from kbwizard.wizard.facts import FactSpec, FactType, Reading, Reason, Source, Unavailable
from tests.helpers import flows
from tests.helpers.attending import NAME, FixedVersions, small_bundle, utc_now

SECRET = "Maria das Dores"
REGISTRY = flows.registry(
    NAME,
    FactSpec("age.years", "Idade", FactType.INT, personal=True),
    flows.network("onu.state", "online"),
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
VALUES = (
    TEXTS | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
    | st.builds(Unavailable, st.sampled_from(Reason), TEXTS)
)  # fmt: skip
READINGS = st.builds(
    Reading, fact=st.sampled_from(["caller.name", "age.years", "onu.state", "no.such.fact"]), value=VALUES,
    source=st.sampled_from(Source), measured_at=MOMENTS, origin=TEXTS,
    took_ms=st.none() | st.integers(0, 10**6), line=st.none() | TEXTS,
)  # fmt: skip
NUMBERS = st.integers(1, 10**6)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "root": TEXTS, "audience": TEXTS, "line": TEXTS, "visit": NUMBERS, "check": TEXTS, "target": NUMBERS,
    "readings": st.lists(READINGS, max_size=4).map(tuple), "already": st.booleans(), "result": TEXTS,
    "detail": TEXTS, "tree": TEXTS, "node": TEXTS, "anytime": TEXTS, "reason": TEXTS, "text": TEXTS,
    "waited_s": st.floats(0, 10**6),
}  # fmt: skip
OWN = {
    kind: {name: FIELDS[name] for name in cls.__dataclass_fields__ if name in FIELDS}
    for kind, cls in KINDS.items()
}


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_event_comes_back_as_it_went_in(kind: str, data: st.DataObject) -> None:
    fields = data.draw(st.fixed_dictionaries(OWN[kind]))
    event = KINDS[kind](
        seq=data.draw(NUMBERS), at=data.draw(MOMENTS), by=data.draw(TEXTS), **fields
    )

    body, private = to_body(event, REGISTRY)

    assert from_row(kind, event.seq, event.at, event.by, body, private) == event


def test_every_kind_of_event_of_the_engine_has_a_name() -> None:
    assert set(KINDS.values()) == set(ev.Event.__args__)  # type: ignore[attr-defined]


def test_personal_values_and_notes_are_in_the_side_table_only(engine: Engine, walks: Walks) -> None:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    walks.note(walk_id, text=f"{SECRET} ligou", by="ana")
    walks.answer(walk_id, visit=1, said={"caller.name": SECRET}, by="ana")
    walks.jump(walk_id, tree="atendimento", node="luz", by="ana", reason=f"{SECRET} pediu")

    with core_reading(engine) as connection:
        bodies = "".join(connection.scalars(text("SELECT CAST(body AS TEXT) FROM walk_event")))
        private = [row.value for row in connection.execute(select(PRIVATE))]

    assert SECRET not in bodies
    assert sorted(private) == sorted([SECRET, f"{SECRET} ligou", f"{SECRET} pediu"])


def test_two_sources_of_one_personal_fact_in_one_event_are_both_kept(
    engine: Engine, walks: Walks
) -> None:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    said = tuple(
        Reading("caller.name", name, Source.CONTRACT, flows.START, origin)
        for name, origin in (("Ana", "cadastro"), ("Bia", "ERP"))
    )
    event = ev.Read(seq=2, at=flows.START, readings=said)

    with core_writing(engine) as connection:
        append_event(connection, walk_id, event, small_bundle().registry)

    with core_reading(engine) as connection:
        assert load_events(connection, walk_id)[1] == event


def test_a_log_whose_personal_values_were_erased_still_replays(
    engine: Engine, walks: Walks
) -> None:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    walks.note(walk_id, text=f"{SECRET} ligou", by="ana")
    walks.answer(walk_id, visit=1, said={"caller.name": SECRET}, by="ana")
    before = walks.stand(walk_id).position

    with core_writing(engine) as connection:
        connection.execute(delete(PRIVATE).where(PRIVATE.c.walk_id == walk_id))

    after = walks.stand(walk_id).position
    assert (after.node, after.visit, after.path) == (before.node, before.visit, before.path)
    assert after.facts["caller.name"].reading.value == ERASED
    assert [note[2] for note in after.notes] == [ERASED]


def test_an_event_of_an_unknown_kind_is_an_error_that_names_it(
    engine: Engine, walks: Walks
) -> None:
    walk_id = walks.start(root="atendimento", audience="agent", by="ana")
    walks.note(walk_id, text="nota", by="ana")
    with core_writing(engine) as connection:
        connection.execute(text("UPDATE walk_event SET kind='teleported' WHERE seq=2"))

    another = Walks(engine, FixedVersions(small_bundle()), utc_now)  # as another process would
    with pytest.raises(EngineError, match="'teleported' desconhecido na posição 2"):
        another.stand(walk_id)
