"""Rule 11: another audience from there on; to an agent the gates run first."""

from __future__ import annotations

from kbwizard.wizard.facts import Ask, Source
from kbwizard.wizard.model import Result, Texts
from tests.helpers.flows import (
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
    tree,
)

FACTS = registry(
    enum("led", "red", "off"),
    enum("holder", "yes", "no"),
    enum("located", "yes", "no"),
    enum("screen", "x", "y", ask=Ask.SCREEN),
    network("state", "online", "los"),
)
AGENT_ONLY = Texts(agent="só atendente")

FLOW = bundle(
    FACTS,
    tree(
        "root",
        ask("led", "led", go={"red": "more", "off": "end"}, unknown="more"),
        ask("more", "screen", go={"x": "end", "y": "end"}, unknown="lost"),
        sub("g1", "gate1", passed="g2"),
        sub("g2", "gate2", passed="end"),
        *ends("end", "lost"),
        root=True,
    ),
    tree(
        "gate1",
        ask("who", "holder", go={"yes": "ok", "no": "stop"}),
        end("ok", Result.PASSED),
        end("stop", Result.BILLING),
        gate=True,
    ),
    tree("gate2", ask("where", "located", goto="ok"), end("ok", Result.PASSED), gate=True),
)


def handed_over():
    walk = Walk(FLOW, audience="customer")
    return walk.hand_over("agent")


def test_an_agent_runs_the_gates_first_and_returns_to_the_same_visit():
    walk = handed_over()
    assert (walk.now.tree, walk.node) == ("gate1", "who")

    walk.answer(holder="yes")
    assert (walk.now.tree, walk.node) == ("gate2", "where")

    walk.answer(located="yes")
    assert (walk.node, walk.now.visit, walk.now.audience) == ("led", 1, "agent")


def test_after_the_gates_the_walk_goes_on_as_before():
    walk = handed_over().answer(holder="yes").answer(located="yes").answer(led="red")

    assert walk.node == "more"


def test_a_gate_that_stops_ends_the_call():
    walk = handed_over().answer(holder="no")

    assert (walk.now.tree, walk.node) == ("gate1", "stop")


def test_gates_that_let_the_customer_through_are_run_again_for_the_agent():
    flow = bundle(
        FACTS,
        tree(
            "root",
            sub("g1", "gate1", passed="led"),
            ask("led", "led", goto="end"),
            *ends("end"),
            root=True,
        ),
        tree(
            "gate1",
            ask("who", "screen", go={"x": "ok", "y": "stop"}, unknown="ok"),
            end("ok", Result.PASSED),
            end("stop", Result.BILLING),
            gate=True,
        ),
    )
    walk = Walk(flow, audience="customer")
    assert walk.node == "led"  # a customer reads no screen of ours: nothing was asked
    visit = walk.now.visit

    walk.hand_over("agent")
    assert (walk.now.tree, walk.node) == ("gate1", "who")

    walk.answer(screen="x")
    assert (walk.node, walk.now.visit) == ("led", visit)


def test_earlier_answers_stay_and_stay_the_customers():
    flow = bundle(
        FACTS,
        tree(
            "root", ask("led", "led", goto="more"), ask("more", "holder", goto="end"), *ends("end")
        ),
    )
    walk = Walk(flow, audience="customer").answer(led="red").hand_over("agent")

    assert walk.node == "more"
    assert walk.now.facts["led"].reading.source is Source.CUSTOMER


def test_a_question_without_a_text_for_the_audience_takes_unknown():
    flow = bundle(
        FACTS,
        tree(
            "root",
            ask("led", "led", go={"red": "end", "off": "end"}, unknown="lost", texts=AGENT_ONLY),
            *ends("end", "lost"),
        ),
    )

    assert Walk(flow, audience="customer").node == "lost"
    assert Walk(flow, audience="agent").node == "led"


def test_what_is_read_on_a_screen_is_never_asked_of_a_customer():
    walk = Walk(FLOW, audience="customer").answer(led="red")

    assert walk.node == "lost"
    assert walk.now.questions == 1


def test_the_question_meanwhile_is_not_offered_to_who_cannot_be_asked():
    flow = bundle(
        FACTS,
        tree(
            "root",
            check("read", "state", otherwise="end", unknown="q"),
            ask("q", "screen", goto="end", unknown="end"),
            *ends("end"),
        ),
    )

    assert Walk(flow, audience="customer").now.pending.person == ()
    assert Walk(flow, audience="agent").now.pending.person == ("screen",)


def test_handing_over_inside_a_gate_does_not_begin_the_gates_anew():
    walk = Walk(FLOW, audience="customer").jump("gate1", "who").hand_over("agent")

    assert [visit.node for visit in walk.now.path].count("who") == 1


def test_nothing_is_run_when_no_gate_is_pending():
    walk = handed_over().answer(holder="yes").answer(located="yes").hand_over("customer")
    visit = walk.now.visit

    assert walk.hand_over("agent").now.visit == visit


def test_a_gate_that_returns_elsewhere_does_not_come_back():
    flow = bundle(
        FACTS,
        tree(
            "root",
            ask("led", "led", goto="g1"),
            sub("g1", "gate1", passed="g2", billing="other"),
            ask("other", "screen", goto="g2"),
            sub("g2", "gate2", passed="end"),
            *ends("end"),
            root=True,
        ),
        *(FLOW.trees[name] for name in ("gate1", "gate2")),
    )
    walk = Walk(flow, audience="customer").hand_over("agent").answer(holder="no")
    assert walk.node == "other"

    walk.answer(screen="x").answer(located="yes")

    assert walk.node == "end"


def test_handing_over_inside_a_gate_runs_the_other_gates_and_comes_back_into_it():
    walk = Walk(FLOW, audience="customer").jump("gate2", "where")
    visit = walk.now.visit

    walk.hand_over("agent")
    assert (walk.now.tree, walk.node) == ("gate1", "who")

    walk.answer(holder="yes")
    assert (walk.now.tree, walk.node, walk.now.visit) == ("gate2", "where", visit)


def test_what_agents_fill_in_is_asked_of_a_customer_alone_and_counts_only_then():
    flow = bundle(
        registry(enum("symptom", "slow", "drops", ask=Ask.BOTH)),
        tree("root", ask("what", "symptom", goto="end", unknown="end"), *ends("end"), root=True),
    )

    alone = Walk(flow, audience="customer").answer(symptom="slow")
    on_the_desk = Walk(flow, audience="agent").answer(symptom="slow")

    assert (alone.now.questions, on_the_desk.now.questions) == (1, 0)
