"""What is read while the agent greets the customer: outage, contract, visits, ONU, session."""

from __future__ import annotations

from collections import defaultdict

from kbwizard.cases.models import Case
from kbwizard.web.desk.parts import DeskParts, parts
from kbwizard.wizard.model import Bundle, Check
from kbwizard.wizard.plan import plan_of

ALWAYS = ("onu.state", "onu.rx_dbm", "session.state", "pon.pattern")
"""What the bar and the evidence show from the first second, whatever the complaint is."""


def facts_of_gates(bundle: Bundle, root: str) -> tuple[str, ...]:
    """Every fact that the root's gates will read, each once."""
    found: dict[str, None] = {}
    for gate, _ in plan_of(bundle).gates(root):
        for node in bundle.trees[gate]:
            if isinstance(node, Check) and node.poll is None:
                found.update(dict.fromkeys(node.facts))
    return tuple(found)


def read_ahead(case: Case, desk: DeskParts | None = None) -> None:
    """Start the readings in the background; the walk takes them when it gets there."""
    desk = desk or parts()
    walks = desk.cases.walks_of(case.id or 0)
    if not walks:
        return
    standing = desk.walks.stand(walks[-1].walk_id)
    specs = standing.bundle.registry.facts
    gates = facts_of_gates(standing.bundle, standing.position.root)
    wanted = [fact for fact in (*gates, *ALWAYS) if fact in specs]
    by_source: dict[str, list[str]] = defaultdict(list)
    for fact in plan_of(standing.bundle).bases(wanted):
        by_source[specs[fact].read_by].append(fact)
    for facts in by_source.values():  # a slow device does not hold up what others say
        desk.runs.prefetch(standing.id, facts)
