"""What training works with: the second desk's parts, as `assembly_training` built them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from kbwizard.cases.service import Cases
from kbwizard.config import Secret
from kbwizard.content.articles import Article
from kbwizard.training.hands import WalksWithHands
from kbwizard.walks.service import Standing
from kbwizard.wizard.facts import Reading
from kbwizard.wizard.model import Bundle


@dataclass(frozen=True, slots=True)
class Floor:
    """The training floor. `engine` is the training database, never the real one."""

    engine: Engine
    walks: WalksWithHands
    cases: Cases
    bundle: Callable[[], Bundle]
    """The content published now: what an exercise that begins is pinned to."""
    articles: Callable[[], Mapping[str, Article]]
    survey: Callable[[Standing, Collection[str]], Mapping[str, Reading]]
    """Read facts about a walk's line at once, as a check would."""
    clock: Callable[[], datetime]
    zone: ZoneInfo
    secret: Secret
    """The installation's key: phones and documents in the directory are hashed with it."""
    lab_file: Path | None = None
    """Where the lab tells its ports; read again each time, a lab that restarted has others."""
