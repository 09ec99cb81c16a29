"""One try at an exercise, from its begin to its last visit: what coach, customer and lab do."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from kbwizard.cases.service import NewCase
from kbwizard.errors import Conflict, InvalidInput, KbwizardError, NotFound, StaleForm
from kbwizard.training import coach as margin
from kbwizard.training.attempts import Attempt, Attempts, Choice
from kbwizard.training.coach import Coach
from kbwizard.training.customer import VirtualCustomer, cast_of
from kbwizard.training.exercise import Exercise
from kbwizard.training.floor import Floor
from kbwizard.training.leases import Leases
from kbwizard.training.marks import Marks
from kbwizard.training.models import ChoiceRow
from kbwizard.training.network import lab_client, lines_for
from kbwizard.training.solver import RESTART, Truth, World, asked_before
from kbwizard.training.stage import Stage
from kbwizard.walks.service import Standing
from kbwizard.wizard.facts import Ask, Registry
from kbwizard.wizard.position import Need

log = logging.getLogger(__name__)

SURVEYED = ("session", "onu", "pon", "directory", "outages", "cases")


@dataclass(frozen=True, slots=True)
class Tries:
    """Begins tries and goes through them."""

    floor: Floor
    attempts: Attempts
    leases: Leases
    stage: Stage
    marks: Marks

    def begin(self, exercise: Exercise, *, who: str, seed: int) -> Attempt:
        """Lend a line, set it up, open the case. Raises `Conflict`, `SetupError`."""
        lab_client(self.floor.lab_file)  # no lab, no try: said before anything is written
        attempt_id = self.attempts.add(exercise, who=who, seed=seed)
        try:
            login = self.leases.take(attempt_id, lines_for(exercise.line, self.floor.secret))
            cast = cast_of(exercise, seed)
            customer_id, line_id = self.stage.set(login, exercise, cast)
            case = self.floor.cases.open(NewCase(customer_id, cast.holder, line_id), by=who)
            truth = self._survey(case.protocol)
            return self.attempts.begun(attempt_id, login=login, protocol=case.protocol, truth=truth)
        except Exception:
            self.leases.give_back(attempt_id)
            self.attempts.drop(attempt_id)
            raise

    def end(self, attempt: Attempt) -> None:
        """Give the line back, cleared."""
        login = self.leases.give_back(attempt.id)
        if login:
            self.stage.clear(login)

    def standing(self, attempt: Attempt) -> Standing:
        """Where the try's walk stands: the case's first."""
        case = self.floor.cases.get(attempt.protocol)
        walks = self.floor.cases.walks_of(case.id or 0)
        if not walks:
            raise NotFound("Este exercício não tem percurso.")
        return self.floor.walks.stand(walks[0].walk_id)

    def customer(self, attempt: Attempt, registry: Registry) -> VirtualCustomer:
        today = attempt.started_at.astimezone(self.floor.zone).date()
        return VirtualCustomer(attempt.exercise, attempt.seed, registry, today)

    def coach(self, attempt: Attempt, standing: Standing) -> Coach:
        """The margin for where this walk stands."""
        customer = self.customer(attempt, standing.bundle.registry)
        visit = standing.position.visit
        own = self._is_first(attempt, standing)
        question = margin.question_at(standing, attempt.exercise, attempt.seed) if own else None
        choice = self.attempts.choices(attempt.id).get(visit) if own else None
        if attempt.finished or question is None:
            return Coach(attempt.id, visit, customer.opening(), may_ask=own and _can_ask(standing),
                         said=_said(customer, standing, choice))  # fmt: skip
        right = margin.right_option(standing, attempt.exercise, customer)
        chosen = choice is not None and choice.option != ""
        hints = margin.hint_texts(standing, question, right, attempt.seed)
        given = choice.hints if choice is not None else 0
        labels = {option.value: option.label for option in question.options}
        return Coach(
            attempt_id=attempt.id,
            visit=visit,
            opening=customer.opening(),
            question=None if chosen else question,
            chosen=labels.get(choice.option, "") if choice is not None else "",
            right=choice.right if choice is not None and chosen else None,
            answer=labels.get(right, "") if chosen else "",
            why=margin.why_of(standing, right) if chosen else "",
            hints=hints[:given],
            more_hints=not chosen and given < len(hints),
            hint_cost=self.marks.value("hint_cost"),
            said=_said(customer, standing, choice),
            may_ask=_can_ask(standing),
            asks=customer.asks(visit),
        )

    def choose(self, attempt: Attempt, *, visit: int, option: str) -> None:
        """Keep the first choice of a visit; later ones change nothing.

        Raises `StaleForm` when the walk has moved on, `InvalidInput` for what was not offered.
        """
        standing, question = self._open_question(attempt, visit)
        if option not in {one.value for one in question.options}:
            raise InvalidInput("Escolha uma das opções.")
        customer = self.customer(attempt, standing.bundle.registry)
        right = margin.right_option(standing, attempt.exercise, customer)

        def change(row: ChoiceRow) -> None:
            if not row.option:
                row.option, row.right = option, option == right

        self._mark(attempt, question.tree, question.node, visit, change)

    def check_deed(self, attempt: Attempt, *, visit: int | None) -> None:
        """Whether something may be done in the call now. `visit`: the step it is meant for, when
        it answers one.

        Raises `Conflict` when the line went back meanwhile, and when the step still asks what to
        do: who answers without choosing would be graded on less.
        """
        if not attempt.finished and not self.leases.holds(attempt.id):
            raise Conflict(
                "A conexão deste exercício já foi devolvida: ele ficou aberto por mais de 4 horas. "
                "Escolha “Sair do exercício”, pare-o e comece de novo."
            )
        standing = self.standing(attempt)
        if visit == standing.position.visit and self.coach(attempt, standing).question is not None:
            raise Conflict("Primeiro diga na margem o que você faria; depois responda o passo.")

    def hint(self, attempt: Attempt, *, visit: int) -> str:
        """The next hint; the last one again when there are no more, at no further cost."""
        standing, question = self._open_question(attempt, visit)
        customer = self.customer(attempt, standing.bundle.registry)
        right = margin.right_option(standing, attempt.exercise, customer)
        hints = margin.hint_texts(standing, question, right, attempt.seed)

        def change(row: ChoiceRow) -> None:
            if not row.option:
                row.hints = min(len(hints), row.hints + 1)

        choice = self._mark(attempt, question.tree, question.node, visit, change)
        return hints[max(0, choice.hints - 1)]

    def ask(self, attempt: Attempt, *, visit: int) -> str:
        """Ask the customer the question of this step; what they say."""
        standing = self._at(attempt, visit)
        if not _can_ask(standing):
            raise InvalidInput("Neste passo não há o que perguntar ao cliente.")

        def change(row: ChoiceRow) -> None:
            row.asked += 1

        position = standing.position
        choice = self._mark(attempt, position.tree, position.node.name, visit, change)
        return _said(self.customer(attempt, standing.bundle.registry), standing, choice)[-1]

    def hands(self, standing: Standing) -> None:
        """What the customer does at home when an instruction was confirmed."""
        case = self.floor.cases.case_of_walk(standing.id)
        attempt = self.attempts.of_protocol(case.protocol) if case is not None else None
        if attempt is None or attempt.finished or not self.leases.holds(attempt.id):
            return
        world = World(self.attempts.truth(attempt.id), attempt.exercise)
        done = world.confirmed(standing.position.tree, standing.position.node)
        try:
            client = lab_client(self.floor.lab_file)
            if done == RESTART:
                client.restart(attempt.login)
            elif done:
                client.fix(attempt.login)
        except KbwizardError as error:
            log.warning("exercício %s: a rede simulada não respondeu: %s", attempt.id, error)

    # ---------------------------------------------------------------------------------------

    def _survey(self, protocol: str) -> Truth:
        """Everything that sources can say about the line now; what needs an address, after it."""
        case = self.floor.cases.get(protocol)
        walk_id = self.floor.cases.walks_of(case.id or 0)[0].walk_id
        standing = self.floor.walks.stand(walk_id)
        wanted = [
            spec.name
            for spec in standing.bundle.registry.facts.values()
            if spec.read_by in SURVEYED and spec.derived is None
        ]
        found = self.floor.survey(standing, wanted)
        return {fact: reading.value for fact, reading in found.items()}

    def _is_first(self, attempt: Attempt, standing: Standing) -> bool:
        return self.standing(attempt).id == standing.id

    def _at(self, attempt: Attempt, visit: int) -> Standing:
        if attempt.finished:
            raise Conflict("Este exercício já foi encerrado.")
        standing = self.standing(attempt)
        if standing.position.visit != visit:
            raise StaleForm("O percurso andou desde que esta tela foi aberta.")
        return standing

    def _open_question(self, attempt: Attempt, visit: int) -> tuple[Standing, margin.CoachQuestion]:
        standing = self._at(attempt, visit)
        question = margin.question_at(standing, attempt.exercise, attempt.seed)
        if question is None:
            raise InvalidInput("Neste passo não há o que escolher.")
        return standing, question

    def _mark(self, attempt: Attempt, tree: str, node: str, visit: int, change: object) -> Choice:
        assert callable(change)
        return self.attempts.mark(attempt.id, visit=visit, tree=tree, node=node, change=change)


def _can_ask(standing: Standing) -> bool:
    """Whether the step is about something that the person on the phone can say."""
    position = standing.position
    if position.ended or position.pending.need not in (Need.ANSWER, Need.READINGS):
        return False
    return any(_of_customer(standing, fact) for fact in margin.facts_here(standing))


def _of_customer(standing: Standing, fact: str) -> bool:
    spec = standing.bundle.registry.facts.get(fact)
    if spec is None or spec.ask is Ask.NONE:
        return False
    return spec.ask is Ask.CUSTOMER or not (spec.read_by or fact.startswith("fibre."))


def _said(customer: VirtualCustomer, standing: Standing, choice: Choice | None) -> tuple[str, ...]:
    """Every time the customer was asked here, in their words: one phrase a fact."""
    position = standing.position
    call = customer.exercise.calls_for
    rude = call is not None and call.at == f"{position.tree}.{position.node.name}" and call.says
    facts = [fact for fact in margin.facts_here(standing) if _of_customer(standing, fact)]
    told = []
    for times in range(choice.asked if choice is not None else 0):
        if rude and call is not None and not times:
            told.append(call.says)
            continue
        told.append(
            " ".join(
                customer.said(
                    fact,
                    nth=asked_before(position, fact),
                    times=times,
                    visit=position.visit,
                )
                for fact in facts
            )
        )
    return tuple(told)
