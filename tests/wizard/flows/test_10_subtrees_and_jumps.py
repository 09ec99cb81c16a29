"""Rule 10: sub-trees return, jumps enter by the root's way, gates and requires hold."""

from __future__ import annotations

from kbwizard.wizard.facts import Ask
from kbwizard.wizard.model import Anytime, Result
from kbwizard.wizard.position import Need
from tests.helpers.flows import (
    TIMEOUT,
    UNSURE,
    Walk,
    ask,
    bundle,
    check,
    end,
    ends,
    enum,
    network,
    registry,
    sub,
    tell,
    tree,
)

FACTS = registry(
    enum("symptom", "none", "slow"),
    enum("holder", "yes", "no"),
    enum("led", "red", "off"),
    enum("phone", "a", "b"),
    network("state", "online", "los"),
    network("rx", "good", "bad"),
    enum("other_screen", "x", "y", ask=Ask.SCREEN),
)

GATE = tree(
    "gate",
    ask("who", "holder", go={"yes": "ok", "no": "stop"}, unknown="stop"),
    end("ok", Result.PASSED),
    end("stop", Result.ESCALATE, "SEM_TITULAR", deadline="n2"),
    gate=True,
)
FIBRE = tree(
    "fibre",
    ask("led", "led", go={"red": "visit", "off": "sorted"}, unknown="gave_up"),
    end("visit", Result.DISPATCH, "OS_FIBRA", deadline="d", requires={"agent": ("phone",)}),
    end("sorted", Result.SOLVED, "RESOLVIDO"),
    end("gave_up", Result.NOT_SOLVED),
)
ROOT = tree(
    "root",
    ask("symptom", "symptom", goto="gate"),
    sub("gate", "gate", passed="technical"),
    sub("technical", "fibre", not_solved="n2", RESOLVIDO="thanks"),
    end("n2", Result.ESCALATE, "N2", deadline="n2"),
    end("thanks", Result.SOLVED, "OK"),
    tell("silence", "back"),
    anytime=(Anytime("Silêncio", "s", "silence"),),
    root=True,
)
FLOW = bundle(FACTS, ROOT, GATE, FIBRE)


def at_fibre():
    return Walk(FLOW).answer(symptom="slow").answer(holder="yes")


def test_a_passed_gate_returns_to_the_parent():
    walk = at_fibre()

    assert (walk.now.tree, walk.node, walk.now.stack) == ("fibre", "led", (("root", "technical"),))
    assert walk.now.gates_pending == ()


def test_the_disposition_is_looked_up_before_the_result():
    assert at_fibre().answer(led="off").node == "thanks"


def test_a_result_that_the_parent_lists_returns():
    assert at_fibre().answer(led=UNSURE).node == "n2"


def test_anything_not_listed_ends_the_walk_with_the_childs_outcome():
    walk = at_fibre().answer(led="red")

    assert (walk.now.tree, walk.node) == ("fibre", "visit")
    assert walk.now.outcome is not None


def test_the_way_a_subtree_returned_is_the_exit_of_its_node():
    walk = at_fibre().answer(led="off")

    exits = {visit.node: visit.exit for visit in walk.now.path}
    assert (exits["gate"], exits["technical"], exits["sorted"]) == (
        "passed",
        "RESOLVIDO",
        "to parent",
    )


def test_missing_requires_are_asked_before_the_outcome_takes_effect():
    walk = at_fibre().answer(led="red")
    assert (walk.now.required, walk.now.pending.need) == (("phone",), Need.ANSWER)
    assert not walk.end().now.ended

    walk.answer(phone="a")

    assert walk.now.required == ()
    assert walk.end().now.ended


def test_required_data_is_not_counted_as_a_question():
    walk = at_fibre().answer(led="red")
    before = walk.now.questions

    assert walk.answer(phone="a").now.questions == before


def test_unavailable_with_its_reason_settles_what_is_required():
    assert at_fibre().answer(led="red").answer(phone=UNSURE).now.required == ()


def test_what_only_a_source_can_say_is_read_before_the_outcome():
    flow = bundle(FACTS, tree("t", end("o", Result.SOLVED, requires={"agent": ("rx",)})))
    walk = Walk(flow)
    assert (walk.now.pending.need, walk.now.pending.facts) == (Need.READINGS, ("rx",))

    assert walk.read(rx=TIMEOUT).now.required == ()


def test_another_audience_is_not_asked_for_what_it_is_not_required():
    flow = bundle(FACTS, tree("t", end("o", Result.SOLVED, requires={"agent": ("phone",)})))

    assert Walk(flow, audience="customer").now.required == ()
    assert Walk(flow, audience="trainee").now.required == ("phone",)


def test_a_jump_enters_by_the_roots_way_so_that_returns_work():
    walk = Walk(FLOW).jump("fibre", "led")
    assert walk.now.stack == (("root", "technical"),)

    assert walk.answer(led="off").node == "thanks"


def test_gates_that_a_jump_went_past_are_pending_and_refuse_the_dispatch():
    walk = Walk(FLOW).jump("fibre", "led").answer(led="red").answer(phone="a")

    assert walk.now.gates_pending == ("gate",)
    assert walk.now.refused
    assert not walk.end().now.ended


def test_an_outcome_that_needs_no_gates_is_not_refused():
    assert not Walk(FLOW).jump("fibre", "led").answer(led="off").now.refused


def test_passing_the_gates_returns_to_the_refused_outcome():
    walk = Walk(FLOW).jump("fibre", "led").answer(led="red").answer(phone="a")
    visit = walk.now.visit

    walk.jump("gate", "who").answer(holder="yes")

    assert (walk.node, walk.now.visit, walk.now.refused) == ("visit", visit, False)
    assert walk.end().now.ended


def test_a_tree_that_passes_is_no_gate_unless_it_says_so():
    form = tree("form", ask("phone", "phone", goto="ok"), end("ok", Result.PASSED))
    root = tree(
        "root",
        sub("gate", "gate", passed="form"),
        sub("form", "form", passed="technical"),
        sub("technical", "fibre", not_solved="n2", RESOLVIDO="n2"),
        end("n2", Result.ESCALATE, "N2", deadline="n2"),
        root=True,
    )
    walk = Walk(bundle(FACTS, root, GATE, FIBRE, form)).jump("fibre", "led")
    walk.answer(led="red").answer(phone="a")
    assert walk.now.gates_pending == ("gate",)

    walk.jump("gate", "who").answer(holder="yes")

    assert (walk.node, walk.now.gates_pending, walk.now.refused) == ("visit", (), False)


def test_a_gate_that_stops_stops_and_is_not_refused():
    walk = Walk(FLOW).jump("fibre", "led").answer(led="red").jump("gate", "who").answer(holder="no")

    assert (walk.node, walk.now.refused) == ("stop", False)
    assert walk.end().now.ended


def test_a_jump_inside_the_same_tree_stays_in_it():
    walk = at_fibre().jump("fibre", "visit")

    assert walk.now.stack == (("root", "technical"),)
    assert not walk.now.refused


def test_a_jump_to_nowhere_is_set_aside():
    walk = Walk(FLOW).jump("fibre", "nada").jump("nada", "led").jump(anytime="x")

    assert (walk.node, walk.now.set_aside) == ("symptom", (2, 3, 4))


def test_an_anytime_exit_comes_back_to_the_same_visit():
    walk = at_fibre()
    visit = walk.now.visit

    walk.jump(anytime="s")
    assert (walk.now.tree, walk.node) == ("root", "silence")

    walk.confirm()
    assert (walk.node, walk.now.visit) == ("led", visit)
    assert walk.answer(led="off").node == "thanks"


def test_anytime_exits_can_be_taken_one_from_another():
    walk = at_fibre().jump(anytime="s").jump(anytime="s").confirm().confirm()

    assert walk.node == "led"


def test_a_jump_to_an_anytime_node_by_search_comes_back_too():
    assert at_fibre().jump("root", "silence").confirm().node == "led"


def test_nothing_moves_after_the_end():
    walk = at_fibre().answer(led="off").end()
    before = walk.now

    walk.read(state="los").revise(2, symptom="none").jump("fibre", "led").note("tarde")

    after = walk.now
    assert (after.ended, after.node, after.path, after.notes) == (
        True,
        before.node,
        before.path,
        (),
    )
    assert after.set_aside == (6, 7, 8, 9)


def test_a_check_in_a_child_is_read_at_the_child():
    flow = bundle(
        FACTS,
        tree("p", sub("s", "c", solved="end"), *ends("end")),
        tree("c", check("read", "state", otherwise="ok", unknown="ok"), end("ok", Result.SOLVED)),
    )

    assert Walk(flow).read(state="los").node == "end"


def test_back_from_the_middle_of_an_excursion_leads_to_where_the_jump_was_made():
    root = tree(
        "root",
        ask("symptom", "symptom", goto="end"),
        tell("offence", "again"),
        tell("again", "back"),
        *ends("end"),
        anytime=(Anytime("Ofensa", "o", "offence"),),
        root=True,
    )
    walk = Walk(bundle(FACTS, root)).jump("root", "again")
    assert walk.confirm().node == "symptom"

    walk.jump(anytime="o").jump("root", "again").confirm()
    assert walk.node == "offence"

    walk.jump("root", "again").confirm().confirm().confirm()
    assert walk.node == "symptom"
