"""One call as its screen shows it: case, customer, trail, step, evidence, record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kbwizard.cases.models import Case, CaseWalk, WorkOrder
from kbwizard.cases.outages import Place
from kbwizard.cases.record import Record, make_record
from kbwizard.directory.values import LineInfo
from kbwizard.errors import NotFound
from kbwizard.walks.service import Standing
from kbwizard.web.desk.evidence import Row, evidence, row_of
from kbwizard.web.desk.outcome import OutcomeView, outcome_view
from kbwizard.web.desk.parts import DeskParts, in_training, parts
from kbwizard.web.desk.reserved import Known, Values
from kbwizard.web.desk.screen import StepView, step_view
from kbwizard.web.desk.trail import Step, trail
from kbwizard.web.security import signed_in
from kbwizard.web.services import now, services
from kbwizard.wizard.model import Anytime, Audience
from kbwizard.wizard.plan import plan_of

BAR_FACTS = ("onu.state", "session.state")


@dataclass(frozen=True, slots=True)
class Call:
    """Everything the call's screen shows, computed once per request."""

    case: Case
    walk: CaseWalk
    walks: Sequence[CaseWalk]
    standing: Standing
    line: LineInfo | None
    bar: tuple[Row, ...]
    steps: tuple[Step, ...]
    step: StepView
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    conflicts: tuple[str, ...]
    anytime: tuple[Anytime, ...]
    outcome: OutcomeView | None
    record: Record
    stripes: tuple[str, ...]
    reading: bool
    """Readings are under way or due: the screen asks again by itself."""
    values: Values

    @property
    def protocol(self) -> str:
        return self.case.protocol

    @property
    def ended(self) -> bool:
        return self.standing.position.ended

    @property
    def with_customer(self) -> bool:
        """The customer walks by themselves: nobody at the desk has taken over."""
        return is_with_customer(self.standing)

    @property
    def training(self) -> bool:
        """Whether this is an exercise: nothing may write itself, nothing may lead to real calls."""
        return in_training()


@dataclass(frozen=True, slots=True)
class Found:
    """The case and the walk that a form is about, before anything else is read."""

    case: Case
    walks: Sequence[CaseWalk]
    walk: CaseWalk


def load_call(protocol: str, *, walk: int | None = None, inline_s: float = 0.4) -> Call:
    """Where the call stands, after giving fast readings a moment to arrive.

    Raises `NotFound`. `walk` is the walk's ordinal within the case, the last one when None.
    """
    return call_at(find_call(protocol, walk), inline_s=inline_s)


def call_at(found: Found, *, inline_s: float = 0.4) -> Call:
    """`load_call` of a case that was found a moment ago and has not changed since."""
    desk = parts()
    standing = desk.walks.stand(found.walk.walk_id)
    if not is_with_customer(standing):  # looking at a customer's walk must not move it
        standing = desk.runs.advance(found.walk.walk_id, inline_s=inline_s)
    return call_of(found.case, found.walks, found.walk, standing)


def is_with_customer(standing: Standing) -> bool:
    """Whether a walk is a customer's own still."""
    position = standing.position
    return position.audience == Audience.CUSTOMER and not position.ended


def find_call(protocol: str, walk: int | None = None) -> Found:
    """As `load_call` finds it. Raises `NotFound`."""
    desk = parts()
    case = desk.cases.get(protocol)
    if case.purged_at is not None:
        day = case.purged_at.astimezone(services().settings.timezone)
        raise NotFound(f"O prazo de guarda deste atendimento acabou: apagado em {day:%d/%m/%Y}.")
    walks = desk.cases.walks_of(case.id or 0)
    return Found(case, walks, _choose(walks, walk))


def chosen_walk(protocol: str, walk: int | None = None) -> tuple[Case, CaseWalk]:
    """The case and the walk that a form is about, without reading anything else."""
    found = find_call(protocol, walk)
    return found.case, found.walk


def call_of(case: Case, walks: Sequence[CaseWalk], chosen: CaseWalk, standing: Standing) -> Call:
    """Compose the screen from where the walk stands."""
    desk = parts()
    zone = services().settings.timezone
    line = desk.directory.line(chosen.line_id) if chosen.line_id is not None else None
    running = _running(desk, standing)
    position = standing.position
    told = desk.concluding.deadline(position.outcome, position) if position.outcome else None
    deadline = case.deadline_at if position.ended else told
    values = Values(standing, _known(case, line, deadline))
    orders = desk.cases.orders(case.id or 0) if position.ended or case.ended_at else []
    conflicts = {item.id: item.say for item in standing.bundle.registry.conflicts}
    root = standing.bundle.trees.get(position.root)
    return Call(
        case=case,
        walk=chosen,
        walks=walks,
        standing=standing,
        line=line,
        bar=tuple(row_of(standing, fact, running, zone) for fact in BAR_FACTS),
        steps=trail(standing, zone),
        step=step_view(standing, values, zone),
        groups=evidence(standing, running, zone),
        conflicts=tuple(_conflict(name, conflicts, standing) for name in position.conflicts),
        anytime=root.anytime if root else (),
        outcome=outcome_view(standing, values, deadline) if position.outcome else None,
        record=_record(case, walks, standing, orders),
        stripes=_stripes(standing, case),
        reading=bool(running) or position.pending.need in ("readings", "wait"),
        values=values,
    )


def _running(desk: DeskParts, standing: Standing) -> frozenset[str]:
    """Facts being read now, and those that follow from them."""
    reading = {fact for check in desk.runs.running(standing.id) for fact in check.facts}
    if not reading:
        return frozenset()
    plan = plan_of(standing.bundle)
    return frozenset(reading | {fact for fact in plan.derived if reading & {*plan.bases([fact])}})


def _choose(walks: Sequence[CaseWalk], ordinal: int | None) -> CaseWalk:
    if not walks:
        raise NotFound("Este atendimento ainda não tem conexão escolhida.")
    if ordinal is None:
        return walks[-1]
    for item in walks:
        if item.ordinal == ordinal:
            return item
    raise NotFound("Este atendimento não tem esse assunto.")


def _known(case: Case, line: LineInfo | None, deadline: datetime | None) -> Known:
    desk = parts()
    return Known(
        case=case,
        company=services().settings.company,
        agent=signed_in().full_name.split()[0],
        holder=line.customer_name if line else case.customer_name,
        district=line.district if line else "",
        plan=line.plan if line else "",
        setting=lambda key: str(desk.case_settings.get(key)),
        deadline=deadline,
        forecast=lambda: _forecast(case, line),
        zone=services().settings.timezone,
        now=now(),
    )


def _forecast(case: Case, line: LineInfo | None) -> datetime | None:
    """When the outage of this call is expected to end: the one it is tied to, or covers it."""
    desk = parts()
    if case.outage_id is not None:
        return desk.outages.get(case.outage_id).forecast_at
    place = desk.place_of(str(line.line_id)) if line is not None else None
    outage = desk.outages.covering(place or Place())
    return outage.forecast_at if outage is not None else None


def _record(
    case: Case, walks: Sequence[CaseWalk], standing: Standing, orders: Sequence[WorkOrder]
) -> Record:
    desk = parts()
    standings = [
        standing if item.walk_id == standing.id else desk.walks.stand(item.walk_id)
        for item in walks
    ]
    return make_record(
        case,
        standings,
        orders,
        steps=desk.cases.steps(case.id or 0) if case.ended_at else (),
        agent=signed_in().full_name,
        zone=services().settings.timezone,
    )


def _conflict(name: str, says: dict[str, str], standing: Standing) -> str:
    if name.startswith("restart:"):
        return "O aparelho não reiniciou: o tempo ligado, lido na rede, é maior que a espera."
    if name.startswith("fact:"):
        spec = standing.bundle.registry.facts.get(name.removeprefix("fact:"))
        label = spec.label if spec else name
        return f"{label}: as fontes não dizem o mesmo. Veja os dois valores nas leituras."
    return says.get(name, name)


def _stripes(standing: Standing, case: Case) -> tuple[str, ...]:
    """Red lines across the top: block, outage, gates left behind by a jump."""
    facts = standing.position.facts
    stripes = []
    blocked = facts.get("session.blocked_list")
    if blocked is not None and blocked.reading.value is True:
        stripes.append("Na lista de bloqueio: pagamento só se fala com o titular.")
    state = facts.get("contract.state")
    words = {"blocked": "Contrato bloqueado", "reduced": "Velocidade reduzida",
             "suspended": "Contrato suspenso", "cancelled": "Contrato cancelado"}  # fmt: skip
    if state is not None and state.reading.value in words:
        stripes.append(f"{words[str(state.reading.value)]}: valores e motivos, só ao titular.")
    if case.outage_id is not None:
        stripes.append("Atendimento ligado a uma parada.")
    if _past_gates(standing):
        stripes.append("Verificações iniciais pendentes: OS e escalonamento ficam recusados.")
    return tuple(stripes)


def _past_gates(standing: Standing) -> bool:
    """Whether a jump left gates behind: pending ones, with the walk in a tree beyond them."""
    position = standing.position
    inside = {position.tree, *(tree for tree, _ in position.stack)}
    in_gate = any(standing.bundle.trees[tree].gate for tree in inside)
    return bool(position.gates_pending and position.stack) and not in_gate
