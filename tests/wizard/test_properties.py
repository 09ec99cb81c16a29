"""What holds for every walk, whatever was done in it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbwizard.wizard.graph import edges, walked_edges
from kbwizard.wizard.position import Need, Position
from tests.helpers.flows import START, Walk, moment
from tests.helpers.wandering import MOVES, VALUES, WORLD, finish, wander

AUDIENCES = st.sampled_from(["agent", "customer", "trainee"])
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@QUICK
@given(MOVES, AUDIENCES)
def test_random_walks_never_raise_nor_stick(moves, audience):
    walk = wander(moves, audience=audience)

    position = finish(walk)

    assert position.ended or position.pending.need is Need.NOTHING
    assert position.outcome is not None


@QUICK
@given(MOVES)
def test_every_prefix_of_a_log_has_a_position(moves):
    walk = wander(moves)

    for length in range(1, len(walk.events) + 1):
        part = Walk(WORLD)
        part.events = walk.events[:length]
        assert part.at(0).last_seq == length


@QUICK
@given(MOVES, st.integers(0, 60))
def test_revising_to_the_same_value_moves_nothing(moves, choice):
    walk = wander(moves)
    before = walk.now
    told = [given for given in before.given if not given.set_aside]
    if before.ended or not told:
        return
    said = told[choice % len(told)]

    walk.revise(said.seq, **{reading.fact: reading.value for reading in said.readings})

    after = walk.at(walk.clock)
    assert timeless(after, before) == before or waiting(before)


def timeless(after: Position, before: Position) -> Position:
    return replace(after, last_seq=before.last_seq, undoable=before.undoable)


def waiting(position: Position) -> bool:
    return position.pending.need is Need.WAIT


@QUICK
@given(MOVES, st.integers(0, 100_000))
def test_the_position_is_independent_of_now_without_a_wait(moves, later):
    walk = wander(moves)
    position = walk.now

    if not waiting(position):
        assert walk.at(walk.clock + later) == position


@QUICK
@given(MOVES)
def test_a_log_always_replays_to_the_same_position(moves):
    walk = wander(moves)

    assert walk.now == walk.now


@QUICK
@given(st.permutations(["state", "session", "rx"]), MOVES)
def test_the_order_of_independent_readings_is_irrelevant(order, moves):
    told = {"state": "los", "session": "offline", "rx": -29.5}
    positions = []
    for names in (order, sorted(order)):
        walk = Walk(WORLD)
        for name in names:
            walk.read(measured=1, **{name: told[name]})
        for _ in range(3):
            finish(walk, 1)
        positions.append(walk.now)

    first, second = positions
    assert (first.node, first.visit, first.conflicts) == (
        second.node,
        second.visit,
        second.conflicts,
    )
    assert {n: k.reading for n, k in first.facts.items()} == {
        n: k.reading for n, k in second.facts.items()
    }


@QUICK
@given(MOVES)
def test_walked_edges_are_edges_of_the_trees(moves):
    walk = wander(moves)
    known = {edge.key for tree in WORLD.trees.values() for edge in edges(tree)}

    assert walked_edges(walk.now) <= known


@QUICK
@given(MOVES)
def test_back_as_often_as_possible_leads_to_the_beginning(moves):
    walk = wander([move for move in moves if move[0] not in {"end", "hand_over"}])
    for _ in range(60):
        undoable = walk.now.undoable
        if not undoable:
            break
        walk.retract(undoable[-1])

    assert walk.now.node.name == "symptom"
    assert walk.now.arrived_at == START == moment(0)


def test_the_world_of_these_walks_asks_only_what_it_has_values_for():
    assert set(VALUES) == set(WORLD.registry.facts)
