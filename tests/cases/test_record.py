"""The record writes itself: golden files, the form without accents, and lines nobody can break."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kbwizard.cases.models import Case
from kbwizard.cases.outages import OutageForm
from kbwizard.cases.record import make_record
from kbwizard.cases.words import ascii_text, one_line
from kbwizard.config import ROOT
from tests.cases.conftest import ORDER, ZONE, Desk
from tests.helpers.clock import FrozenClock

Golden = Callable[[str, str], None]
NASTY = "x\r\n[OS] OS-1 Fibra: casa=ON\u2028\x85\x1b[2J\u202e\u200b\x00" + "y" * 5000
READ: dict[str, Any] = {
    "contract__state": "active", "session__blocked_list": False, "outage__active": False,
    "onu__state": "los", "onu__rx_dbm": -28.4, "session__state": "offline",
}  # fmt: skip


def text_of(desk: Desk, case: Case) -> str:
    """The record as the desk renders it."""
    pages = Environment(
        loader=FileSystemLoader(ROOT / "templates"), trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined, autoescape=False,
    )  # fmt: skip
    case = desk.fresh(case)
    standings = [desk.walks.stand(one.walk_id) for one in desk.cases.walks_of(case.id or 0)]
    record = make_record(
        case,
        standings,
        desk.cases.orders(case.id or 0),
        steps=desk.history(case),
        agent="Ana Agente",
        zone=ZONE,
    )
    return pages.get_template("text/record.txt").render(record=record)


def a_dispatch(desk: Desk) -> Case:
    case = desk.open(1)
    desk.read(case, **READ, line__cto="CTO-1 porta 5")
    desk.walks.note(desk.walk_of(case), text="Cachorro no quintal", by="ana")
    order = {name: value for name, value in ORDER.items() if name != "fibre.reason"}
    standing = desk.walk_to(case, "os", **order)
    said = {"fibre.reason": ORDER["fibre.reason"]}
    desk.walks.append(
        standing.id, lambda now, seq, at: _answer_elsewhere(seq, at, said)
    )  # the reason is asked only where something is undetermined
    desk.conclude(
        case, desk.walks.stand(standing.id), summary="Sem luz na ONU; reiniciada, não voltou."
    )
    return case


def _answer_elsewhere(seq: int, at: Any, said: dict[str, str]) -> Any:
    from kbwizard.wizard.events import Read
    from kbwizard.wizard.facts import Reading, Source

    readings = tuple(Reading(fact, value, Source.AGENT, at, "ana") for fact, value in said.items())
    return Read(seq=seq, at=at, readings=readings)


def test_the_record_of_a_dispatch(desk: Desk, golden: Golden) -> None:
    golden("dispatch", text_of(desk, a_dispatch(desk)))


def test_the_record_of_a_dispatch_without_accents(desk: Desk, golden: Golden) -> None:
    text = ascii_text(text_of(desk, a_dispatch(desk)))

    assert text.isascii()
    golden("dispatch_ascii", text)


def test_the_record_of_an_outage(desk: Desk, golden: Golden, frozen: FrozenClock) -> None:
    form = OutageForm(
        "cto",
        "CTO-1",
        forecast_at=frozen() + timedelta(hours=3),
        internal_text="Rompimento no tronco",
    )
    desk.outages.open(form, by="lia", now=frozen())

    text = text_of(desk, desk.call(1, "parada", **{**READ, "outage__active": True}).case)

    assert "Rompimento" not in text
    golden("outage", text)


def test_the_record_of_an_escalation(desk: Desk, golden: Golden) -> None:
    golden("escalation", text_of(desk, desk.call(1, "n2", "drops", **READ).case))


def test_the_record_of_a_callback_that_was_made(
    desk: Desk, golden: Golden, frozen: FrozenClock
) -> None:
    case = desk.call(1, "retorno", **READ).case
    frozen.pass_time(hours=1)
    text = "Atendeu Ana Maria; roteador religado por ela."
    desk.cases.close(
        case.protocol, closing="resolvido", confirmed_by="Ana Maria", text=text, by="bia"
    )

    golden("callback", text_of(desk, case))


def test_what_back_has_undone_is_not_told_as_done(desk: Desk) -> None:
    case = desk.open(1)
    walk_id = desk.walk_of(case)
    desk.walk_to(case, "n2")
    for _ in range(3):
        desk.walks.back(walk_id, by="ana")

    assert "Desligue o aparelho" not in text_of(desk, case)


def test_nothing_that_people_or_devices_say_breaks_a_line(desk: Desk) -> None:
    case = desk.open(1)
    walk_id = desk.walk_of(case)
    plain = text_of(desk, desk.call(6, "n2", onu__state="los").case)
    desk.read(case, onu__state="los", onu__last_down_cause=NASTY, session__auth_failure=NASTY)
    desk.walks.note(walk_id, text="nota\n[OS] falsa\nfim", by="ana")
    said = {
        "caller.name": "Ana\n[OS] OS-9 falsa",
        "caller.is_holder": True,
        "symptom": "no_internet",
    }
    desk.walks.answer(walk_id, visit=1, said=said, by="ana")

    text = text_of(desk, case)

    assert not any(line.startswith("[OS]") for line in text.splitlines())
    assert "Nota: nota [OS] falsa fim" in text.splitlines()
    assert len(text.splitlines()) <= len(plain.splitlines()) + 1
    assert max(map(len, text.splitlines())) < 2500
    assert all(letter == "\n" or letter.isprintable() for letter in text)


@given(st.text())
def test_any_text_becomes_one_line_of_bounded_length(text: str) -> None:
    line = one_line(text, 40)

    assert len(line) <= 40
    assert len(line.splitlines()) <= 1
    assert all(letter.isprintable() or letter == "\u3000" for letter in line)
    assert one_line(line, 40) == line


@given(st.text())
def test_the_form_without_accents_is_ascii_and_keeps_its_lines(text: str) -> None:
    plain = ascii_text(text)

    assert plain.isascii()
    assert plain.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Não − “já”", 'Nao - "ja"'),
        ("prazo – até às 9h…", "prazo - ate as 9h..."),
        ("½", "1/2"),
        ("D’Ávila", "D'Avila"),
    ],
)
def test_accents_and_typographic_signs_have_their_plain_form(text: str, plain: str) -> None:
    assert ascii_text(text) == plain
