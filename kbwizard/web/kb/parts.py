"""What the screens of the knowledge base work with: built by `assembly_kb`, found by `kb_parts()`.

Each part of the base adds its field here and fills it there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app

from kbwizard.cases.models import Case
from kbwizard.content.live import LiveContent
from kbwizard.editing.service import Editing
from kbwizard.readership.service import Readership
from kbwizard.reports.articles import ArticleReports
from kbwizard.search.documents import Kind
from kbwizard.search.results import SearchResult

_NAME = "kbwizard.kb"


class Find(Protocol):
    """Search over articles and steps, for one audience. Sees an edited file within 2 s."""

    def __call__(
        self,
        query: str,
        *,
        audience: str,
        limit: int = 10,
        kinds: Collection[Kind] | None = None,
        topics: Collection[str] | None = None,
        as_you_type: bool = False,
    ) -> SearchResult: ...


@dataclass(frozen=True, slots=True)
class KbParts:
    """The parts of the product that articles and search use."""

    live: LiveContent
    find: Find
    case_search: Callable[[str], Sequence[Case]]
    """Real cases by protocol, ours or the ERP's, whole or by its last digits; newest first."""
    is_customer: Callable[[str], bool]
    """Whether a text is the name or the login of somebody in the directory."""
    readership: Readership
    reports: ArticleReports
    editing: Editing


def install(app: Flask, kb: KbParts) -> None:
    """Put the parts where `kb_parts()` finds them."""
    app.extensions[_NAME] = kb


def kb_parts() -> KbParts:
    """The knowledge base of the app that is answering."""
    found: KbParts = current_app.extensions[_NAME]
    return found


def keep_watch(app: Flask) -> None:
    """Let this process publish what is due and notice articles edited by hand."""
    kb: KbParts = app.extensions[_NAME]
    kb.editing.keep_watch()
