"""Random walks: a bundle with every kind of node, and moves drawn at the position."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kbwizard.errors import RequestError
from kbwizard.wizard.admit import admit
from kbwizard.wizard.facts import Ask, ConflictSpec, FactType
from kbwizard.wizard.model import Anytime, Bundle, Result
from kbwizard.wizard.position import Need, Position
from tests.helpers.flows import (
    TIMEOUT,
    UNSURE,
    Walk,
    act,
    ask,
    bundle,
    check,
    decide,
    end,
    enum,
    limit,
    network,
    number,
    poll,
    registry,
    sub,
    tell,
    to,
    tree,
    when,
)

VALUES: dict[str, tuple[Any, ...]] = {
    "symptom": ("none", "slow", "other"),
    "holder": ("yes", "no"),
    "led": ("off", "red"),
    "power": ("on", "off"),
    "phone": ("a", "b"),
    "screen": ("x", "y"),
    "state": ("online", "los"),
    "session": ("online", "offline"),
    "rx": (-18.0, -29.5),
}

FACTS = registry(
    enum("symptom", *VALUES["symptom"]),
    enum("holder", *VALUES["holder"]),
    enum("led", *VALUES["led"], ttl_s=120),
    enum("power", *VALUES["power"]),
    enum("phone", *VALUES["phone"]),
    enum("screen", *VALUES["screen"], ask=Ask.SCREEN),
    network("state", *VALUES["state"], ttl_s=60),
    network("session", *VALUES["session"], ttl_s=60, read_by="session"),
    number("rx", FactType.FLOAT, optics=True, ttl_s=60),
    conflicts=(ConflictSpec("light", when(state="online", led="red"), "não batem"),),
)

GATE = tree(
    "gate",
    ask("who", "holder", go={"yes": "ok", "no": "stop"}, unknown="stop"),
    end("ok", Result.PASSED),
    end("stop", Result.BILLING, "FINANCEIRO"),
    gate=True,
)

FIBRE = tree(
    "fibre",
    check(
        "read",
        "state",
        "rx",
        branches=(to("drop", state="online"), to("clash", conflict__light=True)),
        otherwise="led",
        unknown="led",
        max_visits=limit(4, "n2"),
    ),
    ask("led", "led", go={"red": "power", "off": "power"}, unknown="power"),
    ask(
        "power",
        "power",
        "screen",
        branches=(to("restart", power="on"),),
        otherwise="visit",
        unknown="restart",
    ),
    tell("restart", "watch", wait_s=60, changes=("state", "led", "session")),
    check(
        "watch",
        "state",
        "session",
        poll=poll(when(state="online", session="online"), every_s=10, up_to_s=40),
        branches=(to("sorted", session="online"),),
        otherwise="rest",
        unknown="read",
        max_visits=limit(3, "n2"),
    ),
    tell("rest", "read", wait_s=30, changes=("power",)),
    act("drop", "again", "n2", "clash", changes=("session",)),
    check(
        "again",
        "session",
        branches=(to("sorted", session="online"),),
        otherwise="n2",
        unknown="n2",
        refresh=True,
    ),
    decide("clash", to("visit", led="red"), otherwise="given_up", unknown="given_up"),
    end("visit", Result.DISPATCH, "OS_FIBRA", requires={"agent": ("phone", "led")}),
    end("n2", Result.ESCALATE, "N2"),
    end("sorted", Result.SOLVED, "RESOLVIDO"),
    end("given_up", Result.NOT_SOLVED),
)

ROOT = tree(
    "root",
    ask("symptom", "symptom", goto="gate", unknown="gate"),
    sub("gate", "gate", passed="technical"),
    sub("technical", "fibre", not_solved="n2", RESOLVIDO="thanks"),
    end("n2", Result.ESCALATE, "N2"),
    end("thanks", Result.SOLVED, "OK"),
    tell("silence", "still"),
    tell("still", "back"),
    anytime=(Anytime("Silêncio", "s", "silence"),),
    root=True,
)

WORLD = bundle(FACTS, ROOT, GATE, FIBRE)

MOVES = st.lists(
    st.tuples(
        st.sampled_from(
            ["needed"] * 6
            + ["unsure", "silent", "give_up", "wait", "revise", "back", "jump", "anytime", "note"]
            + ["late", "hand_over", "already", "refused", "end", "meanwhile", "overtaken"]
        ),
        st.integers(0, 50),
    ),
    max_size=30,
)


def wander(moves: list[tuple[str, int]], world: Bundle = WORLD, audience: str = "agent") -> Walk:
    """A walk of these moves; those that the engine does not admit leave no trace."""
    walk = Walk(world, audience=audience)
    for name, number_ in moves:
        before = len(walk.events), walk.clock
        _move(walk, name, number_)
        if len(walk.events) > before[0]:
            event = walk.events.pop()
            position = walk.now
            try:
                admit(position, event, world)
            except RequestError:
                walk.clock = before[1]
            else:
                walk.events.append(event)
    return walk


def finish(walk: Walk, most: int = 120) -> Position:
    """Give the walk what it needs until it stands on an outcome (or nothing more can be given)."""
    for step in range(most):
        position = walk.now
        if position.pending.need is Need.NOTHING:
            return position
        needed(walk, position, step)
    return walk.now


def needed(walk: Walk, position: Position, choice: int, value: Any = None) -> None:
    """Whatever the position waits for, chosen by number."""
    pending = position.pending
    if pending.need is Need.WAIT:
        walk.wait(120)
    elif pending.need is Need.CONFIRMATION:
        walk.confirm()
    elif pending.need is Need.ACTION:
        walk.acted("done")
    elif pending.need in (Need.ANSWER, Need.READINGS):
        said = {
            name: VALUES[name][choice % len(VALUES[name])] if value is None else value
            for name in pending.facts
        }
        if pending.need is Need.ANSWER:
            walk.answer(**said)
        else:
            walk.read(**said)


def _move(walk: Walk, name: str, choice: int) -> None:
    position = walk.now
    pending = position.pending
    if name == "needed":
        needed(walk, position, choice)
    elif name == "unsure" and pending.need is Need.ANSWER:
        needed(walk, position, choice, UNSURE)
    elif name == "silent" and pending.need is Need.READINGS:
        needed(walk, position, choice, TIMEOUT)
    elif name == "meanwhile" and pending.person:
        walk.answer(**{one: VALUES[one][choice % len(VALUES[one])] for one in pending.person})
    elif name == "overtaken" and len(position.path) > 1:
        walk.answer(visit=position.path[-2].number, led=VALUES["led"][choice % 2])
    elif name == "give_up":
        walk.give_up()
    elif name == "wait":
        walk.wait(choice * 7)
    elif name == "revise" and position.given:
        given = position.given[choice % len(position.given)]
        said = {
            one.fact: VALUES[one.fact][choice % len(VALUES[one.fact])] for one in given.readings
        }
        walk.revise(given.seq, **said)
    elif name == "back" and position.undoable:
        walk.retract(position.undoable[-1])
    elif name == "jump":
        steps = [(one.name, node) for one in walk.bundle.trees.values() for node in one.nodes]
        walk.jump(*steps[choice % len(steps)])
    elif name == "anytime":
        walk.jump(anytime="s")
    elif name == "note":
        walk.note("nota")
    elif name == "late":
        fact = ("state", "session", "rx")[choice % 3]
        walk.read(measured=choice, **{fact: VALUES[fact][choice % 2]})
    elif name == "hand_over":
        walk.hand_over(("agent", "customer", "trainee")[choice % 3])
    elif name == "already":
        walk.confirm(already=True)
    elif name == "refused":
        walk.acted(("refused", "error")[choice % 2])
    elif name == "end":
        walk.end()
