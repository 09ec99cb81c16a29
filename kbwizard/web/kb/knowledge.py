"""The blueprint of reading and search, and what both ask: who reads, and from within which call."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request

from kbwizard.accounts.roles import Permission
from kbwizard.web.desk.parts import TRAINING_CALL, TRAINING_LETTER
from kbwizard.web.security import may
from kbwizard.wizard.model import Audience

blueprint = Blueprint("knowledge", __name__, url_prefix="/desk")


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
    learns = not may(Permission.ATTEND) or bool(call and call.training)
    return str(Audience.TRAINEE if learns else Audience.AGENT)
