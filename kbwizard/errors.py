"""The exception family. Expected network trouble is not here: that is a reading.

    KbwizardError
    ├── ContentError      an article, tree or registry is wrong: its author mends it
    ├── RequestError      what a person asked for cannot be done: they can do something else
    │   ├── NotFound          there is no such thing, or it is not theirs to see
    │   ├── Forbidden         it exists, their role may not
    │   ├── StaleForm         the walk moved since the form was shown
    │   ├── Conflict          somebody else changed the same thing first
    │   └── InvalidInput      a field has a value that cannot be accepted
    ├── SetupError        the installation is wrong: settings, folders, ports, versions
    └── EngineError       we are wrong: a rule of the engine was broken (a bug)

Messages are shown to people and are therefore in Portuguese: what was wrong, where, what to do.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass


class KbwizardError(Exception):
    """Base of every error that kbwizard raises on purpose."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a content file, as `check-content` reports it.

    `line` counts from 1; 0 means the whole file. `path` is the walk that reproduces it, as node
    names, empty where there is none. `severity` is "error" or "warning".
    """

    file: str
    line: int
    rule: str
    message: str
    remedy: str = ""
    severity: str = "error"
    path: tuple[str, ...] = ()


class ContentError(KbwizardError):
    """Content cannot be used. Carries every problem found, never only the first."""

    def __init__(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0] if self.problems else None
        where = f"{first.file}:{first.line}: {first.message}" if first else "conteúdo inválido"
        more = f" (e mais {len(self.problems) - 1})" if len(self.problems) > 1 else ""
        super().__init__(where + more)


class RequestError(KbwizardError):
    """What was asked cannot be done; the message says what to do instead."""


class NotFound(RequestError):
    """No such thing, or not theirs to see: both are answered alike."""


class Forbidden(RequestError):
    """Their role may not do this."""


class StaleForm(RequestError):
    """The form belongs to a visit that the walk has already left."""


class Conflict(RequestError):
    """Somebody else changed the same record first."""


class InvalidInput(RequestError):
    """One or more fields cannot be accepted. `fields` maps a field's name to what to do."""

    def __init__(self, message: str, fields: dict[str, str] | None = None) -> None:
        self.fields = fields or {}
        super().__init__(message)


class SetupError(KbwizardError):
    """The installation cannot start as it is; the message is one readable line."""


class EngineError(KbwizardError):
    """A rule of the engine was broken: a bug of ours, with the node's name in the message."""


_REASONS = {
    errno.ENOENT: "não existe",
    errno.EACCES: "sem permissão",
    errno.EPERM: "sem permissão",
    errno.ENOTDIR: "não é pasta",
    errno.EISDIR: "é uma pasta",
    errno.EEXIST: "já existe e não é pasta",
    errno.EROFS: "só leitura",
    errno.ENOSPC: "disco cheio",
    errno.EDQUOT: "cota de disco esgotada",
    errno.EFBIG: "arquivo grande demais para este sistema",
    errno.EIO: "o disco não respondeu direito",
    errno.ELOOP: "atalho que não leva a lugar nenhum",
    errno.ENAMETOOLONG: "nome longo demais",
}


def reason(error: OSError) -> str:
    """What the system said of a file, folder or disk, in Portuguese for the usual causes."""
    return _REASONS.get(error.errno or 0, error.strerror or "erro do sistema")
