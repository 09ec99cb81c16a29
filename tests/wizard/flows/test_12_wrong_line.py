"""Rule 12: readings of another line are kept and not used."""

from __future__ import annotations

from tests.helpers.flows import Walk, bundle, check, ends, network, registry, to, tree

FACTS = registry(network("state", "online", "los"))
FLOW = bundle(
    FACTS,
    tree(
        "t",
        check("read", "state", branches=(to("good", state="online"),), otherwise="bad"),
        *ends("good", "bad"),
    ),
)


def test_a_reading_of_another_line_is_ignored_and_kept():
    walk = Walk(FLOW).bind("a").read(line="b", state="online")

    assert walk.node == "read"
    assert "state" not in walk.now.facts
    assert walk.now.given[0].set_aside
    assert walk.now.set_aside == (3,)


def test_a_reading_of_the_walks_line_is_used():
    assert Walk(FLOW).bind("a").read(line="a", state="online").node == "good"


def test_what_belongs_to_no_line_is_used():
    assert Walk(FLOW).bind("a").read(state="online").node == "good"


def test_binding_to_another_line_drops_what_was_read_of_the_first():
    walk = Walk(FLOW).bind("a").read(line="b", state="online").bind("b")

    assert walk.node == "good"
    assert walk.now.line == "b"


def test_what_has_passed_stands_when_the_line_changes():
    walk = Walk(FLOW).bind("a").read(line="a", state="online").bind("b")

    assert walk.node == "good"
    assert "state" not in walk.now.facts


def test_binding_a_line_that_moves_the_walk_makes_older_forms_stale():
    walk = Walk(FLOW).bind("a").read(line="b", state="online").bind("b")

    assert walk.now.moved_seq == 4
