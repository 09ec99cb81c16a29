"""Every way of a tree, listed without walking."""

from __future__ import annotations

from kbwizard.wizard.graph import Edge, edges, reachable, successors, trees_below, walked_edges
from kbwizard.wizard.model import Anytime, Result
from tests.helpers.flows import (
    Walk,
    act,
    ask,
    bundle,
    check,
    decide,
    end,
    ends,
    enum,
    limit,
    network,
    registry,
    sub,
    tell,
    to,
    tree,
)

FACTS = registry(enum("led", "red", "off"), network("state", "online", "los"))
CHILD = tree("child", end("ok", Result.PASSED))
TREE = tree(
    "t",
    check(
        "c",
        "state",
        branches=(to("a", state="online"), to("q", state="los")),
        otherwise="q",
        unknown="q",
    ),
    ask("q", "led", go={"red": "i", "off": "s"}, unknown="d"),
    tell("i", "q", max_visits=limit(2, "end")),
    decide("d", to("end", led="red"), otherwise="s"),
    act("a", "s", "end", "end"),
    sub("s", "child", passed="end", N2="end"),
    end("end"),
    tell("silence", "back"),
    end("lonely"),
    anytime=(Anytime("Silêncio", "x", "silence"),),
)


def test_every_edge_is_listed_with_its_label():
    assert edges(TREE) == (
        Edge("t", "c", "branch 1", "a"),
        Edge("t", "c", "branch 2", "q"),
        Edge("t", "c", "else", "q"),
        Edge("t", "c", "unknown", "q"),
        Edge("t", "q", "red", "i"),
        Edge("t", "q", "off", "s"),
        Edge("t", "q", "unknown", "d"),
        Edge("t", "i", "goto", "q"),
        Edge("t", "i", "max_visits", "end"),
        Edge("t", "d", "branch 1", "end"),
        Edge("t", "d", "else", "s"),
        Edge("t", "a", "then", "s"),
        Edge("t", "a", "on_error", "end"),
        Edge("t", "a", "otherwise", "end"),
        Edge("t", "s", "passed", "end"),
        Edge("t", "s", "N2", "end"),
        Edge("t", "silence", "goto", "back"),
        Edge("t", "*", "anytime x", "silence"),
    )


def test_labels_tell_all_edges_apart():
    keys = [edge.key for edge in edges(TREE)]

    assert len(set(keys)) == len(keys)


def test_truth_values_are_labelled_as_the_file_writes_them():
    flow = tree("t", ask("q", "there", go={True: "end", False: "end"}), *ends("end"))

    assert [edge.label for edge in edges(flow)] == ["true", "false"]


def test_only_anytime_exits_leave_from_anywhere():
    assert [edge.label for edge in edges(TREE) if edge.anytime] == ["anytime x"]


def test_what_nothing_leads_to_is_not_reachable():
    assert set(TREE.nodes) - reachable(TREE) == {"lonely"}


def test_reach_can_begin_anywhere():
    assert reachable(TREE, ["d"]) == {"d", "s", "end"}


def test_successors_leave_back_out():
    assert successors(TREE)["silence"] == ()
    assert successors(TREE)["c"] == ("a", "q")


def test_trees_below_a_root_are_listed_nearest_first():
    flow = bundle(
        FACTS,
        tree("r", sub("one", "t", solved="end"), *ends("end")),
        TREE,
        CHILD,
        tree("x", *ends("e")),
    )

    assert trees_below(flow, "r") == ("r", "t", "child")


def test_a_walk_bears_the_keys_of_the_edges_it_took():
    walk = Walk(bundle(FACTS, TREE, CHILD)).read(state="los").answer(led="off")

    assert walked_edges(walk.now) == {
        ("t", "c", "branch 2"),
        ("t", "q", "off"),
        ("t", "s", "passed"),
    }


def test_an_anytime_exit_is_an_edge_of_the_root():
    walk = Walk(bundle(FACTS, TREE, CHILD)).jump(anytime="x").confirm()

    assert walked_edges(walk.now) == {("t", "*", "anytime x"), ("t", "silence", "goto")}


def test_a_jump_is_no_edge():
    walk = Walk(bundle(FACTS, TREE, CHILD)).jump("t", "lonely")

    assert walked_edges(walk.now) == set()
