"""The outcome's screen: what to say, the deadline to promise, what is still needed to register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from kbwizard.cases.concluding import CLOSES
from kbwizard.walks.service import Standing
from kbwizard.web.desk.reserved import Values
from kbwizard.web.wording import say
from kbwizard.wizard.model import Outcome, Result

TITLES = {
    Result.SOLVED: "Resolvido",
    Result.ADVISED: "Orientado",
    Result.DISPATCH: "Abrir ordem de serviço",
    Result.ESCALATE: "Escalar",
    Result.KNOWN_OUTAGE: "Parada em andamento",
    Result.BILLING: "Financeiro",
    Result.SCHEDULED: "Visita já agendada",
    Result.CALLBACK: "Retorno combinado",
    Result.NO_CONTACT: "Sem comunicação",
}
CONFIRM = {
    Result.SOLVED: "Registrar como resolvido",
    Result.ADVISED: "Registrar orientação",
    Result.DISPATCH: "Prazo informado: abrir a OS",
    Result.ESCALATE: "Prazo informado: escalar",
    Result.KNOWN_OUTAGE: "Ligar à parada e encerrar a ligação",
    Result.BILLING: "Registrar e encerrar",
    Result.SCHEDULED: "Registrar no agendamento",
    Result.CALLBACK: "Prazo informado: agendar o retorno",
    Result.NO_CONTACT: "Registrar e encerrar a ligação",
}
DONE = {
    Result.SOLVED: "Resolvido e encerrado",
    Result.ADVISED: "Orientado e encerrado",
    Result.DISPATCH: "Ordem de serviço aberta",
    Result.ESCALATE: "Escalado",
    Result.KNOWN_OUTAGE: "Ligado à parada",
    Result.BILLING: "Passado ao financeiro",
    Result.SCHEDULED: "Anotado na visita já agendada",
    Result.CALLBACK: "Retorno agendado",
    Result.NO_CONTACT: "Ligação encerrada sem comunicação",
}
LEVELS = {"n1": "N1", "n2": "N2", "n3": "N3", "field": "campo", "supervisor": "supervisão"}
SKILLS = {"fibre": "fibra", "radio": "rádio", "indoor": "rede interna", "power": "elétrica e fonte"}


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """What the person reads and confirms when a walk has come to its end."""

    title: str
    done: str
    """The same once it has taken effect."""
    result: str
    disposition: str
    level: str
    said: Markup
    alternative: Markup
    deadline: datetime | None
    skill: str
    priority: int
    needs_confirmation: bool
    """Somebody must say that it works (CD-42)."""
    needs_summary: bool
    confirm: str
    refused: bool
    missing: bool
    csat: bool


def outcome_view(standing: Standing, values: Values, deadline: datetime | None) -> OutcomeView:
    """The outcome the walk stands on. Called only when there is one."""
    position = standing.position
    outcome = position.outcome
    assert isinstance(outcome, Outcome)
    return OutcomeView(
        title=TITLES.get(outcome.result, outcome.result),
        done=DONE.get(outcome.result, "Registrado"),
        result=str(outcome.result),
        disposition=outcome.disposition,
        level=LEVELS.get(outcome.level, ""),
        said=say(outcome.texts.agent, values),
        alternative=say(outcome.alternative, values) if outcome.alternative else Markup(""),
        deadline=deadline,
        skill=SKILLS.get(outcome.order.skill, outcome.order.skill) if outcome.order else "",
        priority=outcome.order.priority if outcome.order else 0,
        needs_confirmation=outcome.result in CLOSES and outcome.result is not Result.BILLING,
        needs_summary=outcome.result is Result.DISPATCH,
        confirm=CONFIRM.get(outcome.result, "Registrar"),
        refused=position.refused,
        missing=bool(position.required),
        csat=outcome.csat,
    )
