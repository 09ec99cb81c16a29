"""What is read while the agent greets the customer: outage, contract, visits, ONU, session."""

from __future__ import annotations

from kbwizard.cases.models import Case
from kbwizard.web.desk.parts import parts
from kbwizard.wizard.model import Bundle, Check, Subtree

ALWAYS = ("onu.state", "onu.rx_dbm", "session.state", "pon.pattern")
"""What the bar and the evidence show from the first second, whatever the complaint is."""


def facts_of_gates(bundle: Bundle, root: str) -> tuple[str, ...]:
    """Every fact that the root's gates will read, each once."""
    found: dict[str, None] = {}
    for node in bundle.trees[root]:
        if not isinstance(node, Subtree) or "passed" not in node.returns:
            continue
        for gate in bundle.trees[node.tree]:
            if isinstance(gate, Check) and gate.poll is None:
                found.update(dict.fromkeys(gate.facts))
    return tuple(found)


def read_ahead(case: Case) -> None:
    """Start the readings in the background; the walk takes them when it gets there."""
    desk = parts()
    walks = desk.cases.walks_of(case.id or 0)
    if not walks:
        return
    standing = desk.walks.stand(walks[-1].walk_id)
    facts = facts_of_gates(standing.bundle, standing.position.root)
    known = standing.bundle.registry.facts
    wanted = [fact for fact in (*facts, *ALWAYS) if fact in known and not known[fact].derived]
    desk.runs.prefetch(standing.id, list(dict.fromkeys(wanted)))
