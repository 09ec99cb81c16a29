"""Commits what was published when the folder is in a git work tree; never in the way of it.

No hook runs, nothing is signed or asked, and it takes bounded time. What git refuses is told in
one line; the files stay published.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

TIMEOUT_S = 10.0
"""For all that git is asked about one publication."""
_GRACE_S = 2.0
_QUIET = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "commit.gpgSign=false",
    "gc.auto=0",
    "user.name=kbwizard",
    "user.email=kbwizard@localhost",
)
_DOMAIN = "localhost"


class GitTrouble(Exception):
    """What git said, in one line."""


def commit(folder: Path, paths: Sequence[Path], *, by: str, name: str, message: str) -> str:
    """Commit exactly these paths. Answers what went wrong, empty when nothing did.

    `by` is a user's name, `name` how they are called; without a work tree nothing happens.
    """
    folder = folder.resolve()  # it may be a link into the work tree
    if not _marked(folder):
        return ""
    git = shutil.which("git")
    if git is None:
        return (
            "A pasta está num repositório git, mas o git não está instalado: nada foi registrado."
        )
    try:
        said = Git(git, folder, monotonic() + TIMEOUT_S)
        return said.commit([_placed(path) for path in paths], _author(by, name), message)
    except (GitTrouble, OSError) as error:
        return f"Publicado, mas o git não registrou: {error}."


def _marked(folder: Path) -> bool:
    """Whether a work tree may be around the folder, without asking git."""
    return any((one / ".git").exists() for one in (folder, *folder.parents))


def _placed(path: Path) -> str:
    """Where a file stands, without following the file itself."""
    return str(path.parent.resolve() / path.name)


@dataclass(frozen=True, slots=True)
class Git:
    """One program, one folder, and the moment (`monotonic`) until which all of it must be done."""

    program: str
    folder: Path
    until: float

    def commit(self, paths: list[str], author: str, message: str) -> str:
        if self._run("rev-parse", "--is-inside-work-tree").strip() != "true":
            return ""
        there = [path for path in paths if Path(path).exists()]
        if there:
            self._run("add", "--", *there)
        known = [path for path in paths if path in there or self._tracked(path)]
        if not known or not self._run("status", "--porcelain", "--", *known).strip():
            return ""  # the file was as the last commit has it
        self._run(
            "commit", "--only", "--no-verify", "--quiet", "--no-edit",
            f"--author={author}", f"--message={message}", "--", *known,
        )  # fmt: skip
        return ""

    def _tracked(self, path: str) -> bool:
        return bool(self._run("ls-files", "--", path).strip())

    def _run(self, *arguments: str) -> str:
        settings = [word for setting in _QUIET for word in ("-c", setting)]
        command = [self.program, "-C", str(self.folder), *settings, "--literal-pathspecs"]
        process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(self.program),
        )
        try:
            out, err = process.communicate(timeout=max(self.until - monotonic(), 0.0))
        except subprocess.TimeoutExpired:
            _stop(process)
            raise GitTrouble(f"não terminou em {TIMEOUT_S:.0f} s") from None
        if process.returncode != 0:
            raise GitTrouble(_said(err))
        return out.decode("utf-8", "replace")


def _environment(git: str) -> dict[str, str]:
    """Nothing of ours: a `GIT_DIR` from outside would have us commit elsewhere."""
    return {
        "PATH": f"{Path(git).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(Path.home()),
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
    }


def _stop(process: subprocess.Popen[bytes]) -> None:
    """By a signal that lets git take its lock away; by force only when it does not listen."""
    process.terminate()
    try:
        process.communicate(timeout=_GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _said(raw: bytes) -> str:
    lines = [line for line in raw.decode("utf-8", "replace").splitlines() if line.strip()]
    return " ".join(lines[0].split())[:200].rstrip(".") if lines else "sem dizer por quê"


def _author(by: str, name: str) -> str:
    """A name and an address that leads nowhere."""
    shown = re.sub(r"[<>\x00-\x1f]", "", name).strip() or by or "kbwizard"
    address = re.sub(r"[^a-z0-9._-]", "", by.lower()) or "kbwizard"
    return f"{shown} <{address}@{_DOMAIN}>"
