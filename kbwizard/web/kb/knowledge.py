"""The blueprint of reading and search, and what both ask: who reads, and from within which call."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request

from kbwizard.accounts.roles import Permission
from kbwizard.readership.searches import SHORTEST_QUERY, loggable
from kbwizard.readership.values import Where
from kbwizard.web.desk.parts import TRAINING_CALL, TRAINING_LETTER
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import may
from kbwizard.wizard.model import Audience

blueprint = Blueprint("knowledge", __name__, url_prefix="/desk")

LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class CallHere:
    """The call that a request comes from, as the page named it; empty outside a call."""

    protocol: str = ""
    walk: int = 1

    def __bool__(self) -> bool:
        return bool(self.protocol)

    @property
    def training(self) -> bool:
        return self.protocol.startswith(TRAINING_LETTER)

    @property
    def jump(self) -> str:
        """The endpoint that takes this call to a step."""
        return f"{TRAINING_CALL if self.training else 'call'}.jump"


def call_here() -> CallHere:
    """The call that the page says it is. Only a name: what is done to it is checked there."""
    return CallHere(
        protocol=request.values.get("protocol", "")[:20],
        walk=request.values.get("walk", 1, type=int),
    )


def audience_here(call: CallHere | None = None) -> str:
    """As whom an article is read: who learns reads the trainees' blocks too."""
    learns = not may(Permission.ATTEND) and not may(Permission.EDIT_CONTENT)
    return str(Audience.TRAINEE if learns or (call and call.training) else Audience.AGENT)


def where_here(call: CallHere) -> Where:
    """Where something is read or searched, for the figures."""
    if audience_here(call) == Audience.TRAINEE:
        return "study"
    return "call" if call else "desk"


def is_private(typed: str) -> bool:
    """Whether a text must not stand in an address: it looks like somebody's data, or is a name."""
    said = typed.strip()
    return len(said) >= SHORTEST_QUERY and (not loggable(said) or kb_parts().is_customer(said))
