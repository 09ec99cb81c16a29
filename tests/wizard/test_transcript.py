"""Transcripts against golden files; `pytest --update-golden` rewrites them."""

from __future__ import annotations

from datetime import timedelta, timezone
from pathlib import Path

import pytest

from kbwizard.wizard.facts import Ask, ConflictSpec, FactSpec, FactType, Source, ValueLabel
from kbwizard.wizard.model import Branch, Result
from kbwizard.wizard.transcript import transcript
from tests.helpers.flows import (
    TIMEOUT,
    UNSURE,
    Walk,
    ask,
    bundle,
    check,
    end,
    ends,
    network,
    number,
    registry,
    tell,
    to,
    tree,
    when,
)

GOLDEN = Path(__file__).parent / "golden"
ZONE = timezone(timedelta(hours=-3))

FACTS = registry(
    network("onu.state", "online", "los"),
    FactSpec(
        "led.los",
        "Luz LOS",
        FactType.ENUM,
        values=(ValueLabel("red", "Vermelha"), ValueLabel("off", "Apagada")),
        ask=Ask.CUSTOMER,
    ),
    FactSpec("there", "No local", FactType.BOOL, ask=Ask.CUSTOMER),
    number("rx", unit="dBm"),
    conflicts=(
        ConflictSpec(
            "luz",
            when(onu__state="online", led__los="red"),
            "A OLT diz online, o cliente diz vermelha.",
        ),
    ),
)
FLOW = bundle(
    FACTS,
    tree(
        "fibra",
        check(
            "rede",
            "onu.state",
            "rx",
            branches=(
                Branch(when(onu__state="los"), "luz", "sem luz na OLT"),
                to("ok", onu__state="online"),
            ),
            otherwise="luz",
            unknown="luz",
        ),
        ask("luz", "led.los", go={"red": "local", "off": "ok"}, unknown="local"),
        ask("local", "there", goto="cabo", unknown="cabo"),
        tell("cabo", "de_novo", changes=("led.los",)),
        ask("de_novo", "led.los", go={"red": "os", "off": "ok"}, unknown="os"),
        end("os", Result.DISPATCH, "OS_FIBRA", deadline="os"),
        *ends("ok"),
    ),
)


def silent_network():
    return Walk(FLOW).bind("linha-7").read(onu__state=TIMEOUT, rx=TIMEOUT)


def to_a_dispatch():
    walk = silent_network().answer(led__los="red").answer(there=True).note("pediu visita à tarde")
    return walk.confirm().answer(led__los=UNSURE).read(onu__state="online", rx=-27.5).end()


WALKS = {
    "waiting": lambda: Walk(FLOW, audience="customer"),
    "standing": lambda: silent_network().answer(led__los="red").read(onu__state="online", rx=-27.5),
    "dispatch": to_a_dispatch,
    "differing": lambda: (
        silent_network().answer(led__los="red").read(led__los="off", source=Source.NETWORK)
    ),
}


@pytest.mark.parametrize("name", sorted(WALKS))
def test_the_transcript_is_the_golden_one(name, request):
    text = transcript(FLOW, WALKS[name]().now, ZONE)

    golden = GOLDEN / f"{name}.txt"
    if request.config.getoption("--update-golden"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
