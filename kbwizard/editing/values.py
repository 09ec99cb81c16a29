"""What editing hands out: frozen values, and the two ways in which a person can be late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kbwizard.errors import Conflict, Problem

State = Literal["writing", "review", "returned", "scheduled", "published", "discarded"]
OPEN: tuple[State, ...] = ("writing", "returned", "review", "scheduled")
"""States of a draft that somebody still has to do something about."""
EDITABLE: tuple[State, ...] = ("writing", "returned")
"""States in which a draft takes text."""

Origin = Literal["web", "file", "import"]
LineKind = Literal["same", "added", "removed", "changed"]

SYNONYMS = "_synonyms"
"""Under this name the list of synonyms has its history; no article can be called so."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One person's text for one article."""

    id: int
    slug: str
    """The address it is to have; may still be empty in a new article."""
    article: str
    """The published article it changes; empty: a new one."""
    state: State
    source: str
    base: str
    """Fingerprint of the published text it began from; empty for a new article."""
    author: str
    writers: tuple[str, ...]
    """Who saved something in it, the author included: none of them can approve it."""
    saved_at: datetime
    revision: int
    major: bool
    note: str
    reviewer: str
    review_note: str
    publish_at: datetime | None
    title: str
    created_at: datetime

    @property
    def editable(self) -> bool:
        return self.state in EDITABLE


@dataclass(frozen=True, slots=True)
class SideCopy:
    """What somebody typed over an older revision, kept apart from the draft."""

    id: int
    draft_id: int
    by: str
    revision: int
    source: str
    at: datetime


class DraftMoved(Conflict):
    """The draft went on since the form was shown. What was typed is in `copy`."""

    def __init__(self, message: str, draft: Draft, copy: SideCopy) -> None:
        super().__init__(message)
        self.draft = draft
        self.copy = copy


@dataclass(frozen=True, slots=True)
class Clash:
    """A draft and the file both changed what they had in common."""

    base: str
    theirs: str
    """The file as it is now; empty when it is gone."""
    mine: str
    merged: str
    """Both, with conflict marks only where both changed the same lines."""
    open_marks: int
    """How many such places; 0: the merge is clean."""
    theirs_fingerprint: str
    """Give it to `settle`, so that a file that moved once more is noticed."""


class Clashes(Conflict):
    """The file moved since the draft began. `clash` says what both sides have."""

    def __init__(self, message: str, clash: Clash) -> None:
        super().__init__(message)
        self.clash = clash


@dataclass(frozen=True, slots=True)
class Version:
    """One text that an article had. Numbers grow through changes of address."""

    slug: str
    """The address it had then."""
    number: int
    at: datetime
    by: str
    """Empty: the file was edited by hand."""
    approved_by: str
    note: str
    major: bool
    source: str
    fingerprint: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a changed line."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a comparison. Line numbers count from 1; None: not on that side."""

    kind: LineKind
    old_line: int | None
    new_line: int | None
    text: str
    """The newer text of the line, or the older where it was removed."""
    parts: tuple[Part, ...] = ()
    """Of a changed line: its words, in order, those of both sides."""


@dataclass(frozen=True, slots=True)
class Image:
    """A cleaned picture; in Markdown it is `![alt](images/NAME)`."""

    name: str
    media_type: str
    width: int
    """Pixels; 0 for a drawing (SVG), which has no size of its own."""
    height: int


@dataclass(frozen=True, slots=True)
class Publication:
    """What became of an approval: published, or scheduled for later."""

    slug: str
    number: int
    """The version's; 0 while it is only scheduled."""
    at: datetime
    """When it was published, or when it is to be."""
    scheduled: bool = False
    notice: str = ""
    """What did not go well without undoing it (git), for the person; empty: all well."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an archive holds and, unless it was a rehearsal or had errors, what was done."""

    problems: tuple[Problem, ...]
    """All of them; `file` is the entry's name. One error, and nothing is written."""
    added: tuple[str, ...] = ()
    """Slugs."""
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    """Names of pictures that are new or different."""
    synonyms: bool = False
    """The list of synonyms differs."""
    unapproved: tuple[str, ...] = ()
    """Public articles whose approval was taken off: internal until a second person approves."""
    done: bool = False
    notice: str = ""

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.severity == "error")
