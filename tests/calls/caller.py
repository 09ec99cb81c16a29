"""A caller at home, by data: what they would answer, and what their hands do to the lab."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kbwizard.cases.service import NewCase
from kbwizard.web.desk.parts import DeskParts
from kbwizard.wizard.facts import Reason, Scalar, Unavailable
from kbwizard.wizard.position import Need, Position

LONGEST_CALL_S = 75.0
AT_HOME: Mapping[str, Scalar] = {
    "protocol.told": True,
    "caller.name": "Fulana",
    "caller.is_holder": True,
    "symptom": "no_internet",
    "customer.on_site": True,
    "customer.restarted": False,
    "led.power": "on",
    "led.pon": "off",
    "led.los": "red",
    "led.internet": "red",
    "cable.visible": "fine",
    "devices.affected": "all",
    "router.power": "on",
    "router.changed": "none",
    "power.place": "device_only",
    "power.after": "on",
    "service.confirmed": True,
    "contact.phone": "(11) 90000-0001",
    "contact.best_time": "manhã",
}


@dataclass(slots=True)
class Caller:
    """Someone on the phone. `does` is what happens at home when an instruction is confirmed."""

    says: Mapping[str, Scalar] = field(default_factory=dict)
    does: Callable[[], object] = lambda: None

    def answers(self, facts: tuple[str, ...]) -> dict[str, Scalar | Unavailable]:
        known = {**AT_HOME, **self.says}
        return {fact: known.get(fact, Unavailable(Reason.PERSON_UNSURE)) for fact in facts}


def whole_call(desk: DeskParts, login: str, caller: Caller) -> Position:
    """Walk a call about a line to its outcome, on live readings, as the desk would.

    Raises `AssertionError` naming the node when no outcome is reached in time.
    """
    line = desk.directory.line_by_login(login)
    new = NewCase(line.customer_id, line.customer_name, line.line_id)
    case = desk.cases.open(new, by="ana.agente")
    walk_id = desk.cases.walks_of(case.id or 0)[0].walk_id
    ends = time.monotonic() + LONGEST_CALL_S
    while time.monotonic() < ends:
        standing = desk.runs.advance(walk_id)
        if standing.position.outcome is not None:
            return standing.position
        _take_step(desk, walk_id, standing.position, caller)
    raise AssertionError(f"parou em {standing.position.tree}.{standing.position.node.name}")


def _take_step(desk: DeskParts, walk_id: int, position: Position, caller: Caller) -> None:
    visit, by = position.visit, "ana.agente"
    if position.pending.need is Need.ANSWER:
        said = caller.answers(position.pending.facts)
        desk.walks.answer(walk_id, visit=visit, said=said, by=by)
    elif position.pending.need is Need.CONFIRMATION:
        caller.does()
        desk.walks.confirm(walk_id, visit=visit, by=by)
    elif position.pending.need is Need.ACTION:
        result, detail = desk.act(position.node.action, desk.walks.stand(walk_id))  # type: ignore[union-attr]
        desk.walks.acted(walk_id, visit=visit, result=result, by=by, detail=detail)
    elif position.pending.need is Need.WAIT:
        desk.walks.give_up(walk_id, visit=visit, by=by)
    else:
        time.sleep(0.1)
