"""Actions on the network: run once, audited, and told to the walk as done, refused or error."""

from __future__ import annotations

from datetime import timedelta

from kbwizard.accounts.audit import audit
from kbwizard.accounts.roles import Permission
from kbwizard.db import writing
from kbwizard.errors import InvalidInput
from kbwizard.walks.actions import begun_before
from kbwizard.web.desk.parts import in_training, parts
from kbwizard.web.security import may
from kbwizard.web.services import now
from kbwizard.wizard.model import Action

STILL_RUNNING = timedelta(seconds=30)
"""Longer than any action may take: a claim older than this was left by a crash."""


def act_on_network(walk_id: int, *, visit: int, wanted: bool, by: str) -> None:
    """Run the action the walk stands on. Who may not, or does not want to, goes on without it."""
    desk = parts()
    standing = desk.walks.stand(walk_id)
    node = standing.position.node
    result, detail = "refused", "não executada"
    if isinstance(node, Action) and standing.position.visit == visit and wanted:
        if in_training() or may(Permission.ACT_ON_NETWORK):
            result, detail = _run_once(node.action, walk_id, visit, by)
        else:
            detail = "seu papel não executa esta ação"
    desk.walks.acted(walk_id, visit=visit, result=result, by=by, detail=detail)


def _run_once(action: str, walk_id: int, visit: int, by: str) -> tuple[str, str]:
    engine = parts().engine
    begun = begun_before(engine, walk_id, visit, by=by, now=now())
    if begun is not None:
        if now() - begun < STILL_RUNNING:
            raise InvalidInput("A ação já está em andamento. Aguarde o resultado.")
        return "error", "a ação tinha começado e o resultado não é conhecido: confira as leituras"
    desk = parts()
    result, detail = desk.act(action, desk.walks.stand(walk_id))
    with writing(engine) as db:
        audit(
            db,
            at=now(),
            who=by,
            action=f"network:{action}",
            record=f"walk {walk_id}",
            details={"result": result},
        )
    return result, detail
