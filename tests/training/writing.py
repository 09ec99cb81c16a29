"""What a careful trainee writes: the record and the order of what really happened."""

from __future__ import annotations

from kbwizard.training.attempts import Attempt
from kbwizard.training.service import Training
from kbwizard.training.written import Happened, check_order, check_record
from kbwizard.walks.service import Standing
from kbwizard.wizard.model import Result
from tests.training.conftest import School

PLAIN = "Expliquei o que encontramos, o próximo passo e o prazo, em palavras simples."


def happened_of(school: School, attempt: Attempt, standing: Standing) -> Happened:
    desk, zone = school.parts.desk, school.settings.timezone
    case = desk.cases.get(attempt.protocol)
    training: Training = school.parts.training
    return Happened(
        standing=standing,
        case=case,
        orders=desk.cases.orders(case.id or 0),
        customer=training.customer_of(attempt, standing.bundle.registry),
        zone=zone,
        today=attempt.started_at.astimezone(zone).date(),
    )


def write_well(school: School, attempt: Attempt, standing: Standing) -> None:
    """Write each field as what it is checked against, told by the checks themselves."""
    happened = happened_of(school, attempt, standing)
    record = {check.name: check.expected for check in check_record({}, happened)}
    record["explanation"] = PLAIN
    record["agreed"] += " combinado com o cliente"
    record["asked"] += " (pedido do cliente)"
    training = school.parts.training
    training.write_record(attempt.id, record)
    outcome = standing.position.outcome
    if outcome is not None and outcome.result is Result.DISPATCH and outcome.order is not None:
        checks = check_order({}, happened, outcome.order.skill)
        order = {check.name: check.expected for check in checks}
        order["summary"] = "O cliente reclama da conexão. " + " ".join(happened.record.done)
        training.write_order(attempt.id, order)
