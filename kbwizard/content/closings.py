"""How each outcome lets a contact close: the only closings that rule CD-05 allows.

A contact may end as resolvido, os, n2, n3, financeiro, massa, retorno or sem_comunicacao. An
outcome that maps to none of them may not be published.
"""

from __future__ import annotations

from kbwizard.wizard.model import Outcome, Result

ALLOWED = frozenset(
    ("resolvido", "os", "n2", "n3", "financeiro", "massa", "retorno", "sem_comunicacao")
)

BY_RESULT = {
    Result.SOLVED: "resolvido",
    Result.ADVISED: "resolvido",
    Result.DISPATCH: "os",
    Result.SCHEDULED: "os",
    Result.KNOWN_OUTAGE: "massa",
    Result.BILLING: "financeiro",
    Result.CALLBACK: "retorno",
    Result.NO_CONTACT: "sem_comunicacao",
}

BY_LEVEL = {"n2": "n2", "n3": "n3", "supervisor": "n2"}
"""Where an escalation goes. A supervisor is no level of CD-05: such a case waits as N2's do."""


def closing_of(outcome: Outcome) -> str:
    """The closing of an outcome that ends a walk; empty when CD-05 allows none."""
    if outcome.result is Result.ESCALATE:
        return BY_LEVEL.get(outcome.level or outcome.queue, "")
    return BY_RESULT.get(outcome.result, "")
