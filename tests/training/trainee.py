"""A trainee for tests: perfect, or clumsy where told, at the training desk's lower half."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kbwizard.cases.concluding import Conclusion
from kbwizard.checks.adapters.routeros_shared_log import KEPT_S
from kbwizard.training.attempts import Attempt
from kbwizard.training.coach import Coach, right_option
from kbwizard.training.customer import VirtualCustomer
from kbwizard.training.solver import asked_before
from kbwizard.walks.service import Standing
from kbwizard.wizard.facts import Scalar, Unavailable
from kbwizard.wizard.model import Action
from kbwizard.wizard.position import Need, Position
from tests.training.conftest import School

LONGEST_S = 90.0
Said = Mapping[str, Scalar | Unavailable]


@dataclass(slots=True)
class Trainee:
    """Goes through one try. `option` may choose otherwise, `mishears` answers otherwise."""

    school: School
    who: str = "tito.treino"
    option: Callable[[Coach, str], str] = lambda coach, right: right
    mishears: Mapping[str, Scalar] = field(default_factory=dict)
    hints_at_each: int = 0
    _leapt: set[int] = field(default_factory=set)
    """Visits at which the clock was put forward."""

    def begin(self, exercise: str, seed: int = 1) -> Attempt:
        return self.school.parts.training.begin(exercise, who=self.who, seed=seed)

    def walk(self, attempt: Attempt) -> Standing:
        """Walk to the outcome and let it take effect. Raises `AssertionError` naming the node."""
        desk = self.school.parts.desk
        case = desk.cases.get(attempt.protocol)
        walk_id = desk.cases.walks_of(case.id or 0)[0].walk_id
        ends = time.monotonic() + LONGEST_S
        while time.monotonic() < ends:
            standing = desk.runs.advance(walk_id)
            if standing.position.outcome is not None and not standing.position.required:
                return self._conclude(attempt, standing)
            self._step(attempt, standing)
        raise AssertionError(f"parou em {standing.position.tree}.{standing.position.node.name}")

    def customer(self, attempt: Attempt, standing: Standing) -> VirtualCustomer:
        today = attempt.started_at.astimezone(self.school.settings.timezone).date()
        return VirtualCustomer(attempt.exercise, attempt.seed, standing.bundle.registry, today)

    def _step(self, attempt: Attempt, standing: Standing) -> None:
        desk, position = self.school.parts.desk, standing.position
        visit, need = position.visit, position.pending.need
        if need is Need.READINGS:
            self._wait(position)
            return
        self._choose(attempt, standing)
        call = attempt.exercise.calls_for
        here = f"{position.tree}.{position.node.name}"
        taken = any(one.exit.startswith("anytime") for one in position.path)
        if call is not None and call.at == here and not taken:
            root = standing.bundle.trees[position.root]
            goto = next(way.goto for way in root.anytime if way.key == call.key)
            desk.walks.jump(standing.id, tree=root.name, node=goto, by=self.who, anytime=call.key)
        elif need is Need.ANSWER:
            said = self._answers(attempt, standing)
            desk.walks.answer(standing.id, visit=visit, said=said, by=self.who)
        elif need is Need.CONFIRMATION:
            desk.walks.confirm(standing.id, visit=visit, by=self.who)
        elif need is Need.ACTION:
            assert isinstance(position.node, Action)
            result, detail = desk.act(position.node.action, standing)
            desk.walks.acted(standing.id, visit=visit, result=result, by=self.who, detail=detail)
        elif need is Need.WAIT:
            self._wait(position)

    def _wait(self, position: Position) -> None:
        """Let the clock leap over what only waits; a reading under way takes its time.

        A router's log is kept for two real seconds: a leap must not find it as it was before.
        """
        pending = position.pending
        due = pending.until if pending.need is Need.WAIT else pending.next_read_at
        if due is not None and due > self.school.clock():
            if position.visit not in self._leapt:
                self._leapt.add(position.visit)
                time.sleep(KEPT_S + 0.1)
            self.school.clock.leap_to(due)
        else:
            time.sleep(0.02)

    def _choose(self, attempt: Attempt, standing: Standing) -> None:
        training, visit = self.school.parts.training, standing.position.visit
        coach = training.coach(attempt, standing)
        if coach.question is None:
            return
        for _ in range(self.hints_at_each):
            training.hint(attempt.id, visit=visit)
        right = right_option(standing, attempt.exercise, self.customer(attempt, standing))
        training.choose(attempt.id, visit=visit, option=self.option(coach, right))

    def _answers(self, attempt: Attempt, standing: Standing) -> Said:
        customer, position = self.customer(attempt, standing), standing.position
        return {
            fact: self.mishears.get(fact, customer.truth(fact, asked_before(position, fact)))
            for fact in position.pending.facts
        }

    def _conclude(self, attempt: Attempt, standing: Standing) -> Standing:
        desk, position = self.school.parts.desk, standing.position
        assert position.outcome is not None
        conclusion = Conclusion(
            visit=position.visit,
            told_deadline=desk.concluding.deadline(position.outcome, position),
            confirmed_by="Cliente",
            summary="Sem sinal. Conferido o cabo e reiniciado.",
        )
        desk.concluding.conclude(attempt.protocol, standing.id, conclusion, by=self.who)
        return desk.walks.stand(standing.id)
