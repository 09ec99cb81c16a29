"""A process that publishes and is killed at a given step, for tests of what is left behind.

`python -m tests.helpers.dying_process`, then a line of JSON for each try on standard input:
`{"root": FOLDER, "database": URL, "deed": NAME, "step": N}`. For each it forks a child, has it do
the deed and die by SIGKILL when it is about to take its Nth step: opening a file of the folder for
writing, renaming, making or removing one, or ending a transaction. The answer is a line of JSON:
`{"ended": "killed"}`, or how the deed ended.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from kbwizard.db import make_engine
from kbwizard.errors import KbwizardError
from tests.editing.conftest import Office
from tests.helpers.clock import FrozenClock

_STEPS = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"})


def main() -> None:
    for line in sys.stdin:
        print(json.dumps({"ended": _try(json.loads(line))}), flush=True)


def _try(wanted: dict[str, Any]) -> str:
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(here)
        try:
            os.write(there, _ended(wanted).encode())
        finally:
            os._exit(0)
    os.close(there)
    with os.fdopen(here, "rb") as stream:
        said = stream.read().decode()
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else said


def _ended(wanted: dict[str, Any]) -> str:
    engine = make_engine(wanted["database"], pooled=False)
    try:
        office = Office(engine, Path(wanted["root"]), FrozenClock())
        _die_at(wanted["step"], office.folder, engine)
        if wanted.get("largest_file"):
            limit = wanted["largest_file"]
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        _DEEDS[wanted["deed"]](office)
    except KbwizardError as error:
        return f"{type(error).__name__}: {error}"
    return "done"


def _die_at(step: int, folder: Path, engine: Engine) -> None:
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1
        if steps == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def heard(name: str, arguments: tuple[Any, ...]) -> None:
        if name not in _STEPS or not str(arguments[0]).startswith(str(folder)):
            return
        if name != "open" or int(arguments[2]) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            count()

    if step:
        sys.addaudithook(heard)
        event.listen(engine, "commit", lambda _connection: count())


def _approve(office: Office) -> None:
    (draft,) = office.editing.drafts(states=["review"])
    office.editing.approve(draft.id, by="lia.lider")


def _verify(office: Office) -> None:
    office.editing.verify("luzes", by="lia.lider")


def _take_in(office: Office) -> None:
    with (office.root / "troca.zip").open("rb") as stream:
        office.editing.import_zip(stream, by="lia.lider", trusted=True)


_DEEDS = {"approve": _approve, "verify": _verify, "import": _take_in}


if __name__ == "__main__":
    main()
