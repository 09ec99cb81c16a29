"""What a person may answer: values, labels, keys."""

from __future__ import annotations

from kbwizard.wizard.choices import Option, choices
from kbwizard.wizard.facts import Ask, FactSpec, FactType, ValueLabel
from tests.helpers.flows import Walk, ask, bundle, check, ends, enum, network, registry, tree

LED = FactSpec(
    "led",
    "Luz LOS",
    FactType.ENUM,
    values=(
        ValueLabel("off", "Apagada"),
        ValueLabel("red", "Vermelha, acesa", "Vermelha, sem piscar"),
        ValueLabel("blinking", "Piscando", key="9"),
    ),
    ask=Ask.CUSTOMER,
)
FACTS = registry(
    LED,
    FactSpec("there", "No local", FactType.BOOL, ask=Ask.CUSTOMER),
    FactSpec("rx", "Sinal", FactType.FLOAT, unit="dBm", low=-50, high=10, step=0.1),
    enum("many", *(f"v{n}" for n in range(11))),
    network("state", "online"),
)


def asked(*facts, audience="agent", **more):
    flow = bundle(FACTS, tree("t", ask("q", *facts, goto="end", **more), *ends("end")))
    return choices(flow, Walk(flow, audience=audience).now)


def test_options_have_the_digit_of_their_place_or_their_own():
    (led,) = asked("led")

    assert led.options == (
        Option("off", "Apagada", "1"),
        Option("red", "Vermelha, acesa", "2"),
        Option("blinking", "Piscando", "9"),
    )


def test_a_customer_reads_the_customers_words():
    (led,) = asked("led", audience="customer")

    assert [option.label for option in led.options] == [
        "Apagada",
        "Vermelha, sem piscar",
        "Piscando",
    ]


def test_yes_and_no_need_no_labels_of_their_own():
    (there,) = asked("there")

    assert [(one.value, one.label) for one in there.options] == [(True, "Sim"), (False, "Não")]


def test_what_is_typed_has_no_options_but_limits():
    (rx,) = asked("rx")

    assert (rx.options, rx.unit, rx.low, rx.high, rx.step) == ((), "dBm", -50, 10, 0.1)


def test_the_eleventh_answer_has_no_digit_left():
    (many,) = asked("many")

    assert [option.key for option in many.options][-2:] == ["0", ""]


def test_unsure_is_offered_where_the_question_has_a_way_for_it():
    assert asked("led", unknown="end")[0].unsure
    assert not asked("led")[0].unsure


def test_several_facts_on_one_screen_come_in_their_order():
    assert [choice.fact for choice in asked("there", "led")] == ["there", "led"]


def test_a_running_check_offers_the_choices_of_the_question_meanwhile():
    flow = bundle(
        FACTS,
        tree(
            "t",
            check("c", "state", otherwise="end", unknown="q"),
            ask("q", "led", goto="end"),
            *ends("end"),
        ),
    )

    assert [choice.fact for choice in choices(flow, Walk(flow).now)] == ["led"]


def test_where_nobody_is_asked_there_are_no_choices():
    flow = bundle(FACTS, tree("t", *ends("end")))

    assert choices(flow, Walk(flow).now) == ()
