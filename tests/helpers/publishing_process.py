"""A process that writes and publishes an article again and again, for tests of several at once.

`python -m tests.helpers.publishing_process ROOT DATABASE NAME TIMES`: each time it begins a draft,
writes a line with its name and the number, sends it and has it approved; what clashes is settled
and tried again. Prints the numbers of its versions.
"""

from __future__ import annotations

import sys
from pathlib import Path

from kbwizard.db import make_engine
from kbwizard.editing.values import Clashes
from kbwizard.errors import Conflict
from tests.editing.conftest import Office
from tests.helpers.clock import FrozenClock


def publish_lines(office: Office, name: str, times: int) -> list[int]:
    """The numbers of the versions that came of it, one a line."""
    return [_publish(office, name, f"Linha {number} de {name}.\n") for number in range(times)]


def _publish(office: Office, name: str, line: str) -> int:
    draft = office.editing.begin(name, slug="luzes")
    source = f"{draft.source}\n{line}"
    office.editing.save(draft.id, by=name, revision=draft.revision, source=source)
    while True:
        try:
            office.editing.send(draft.id, by=name)
            return office.editing.approve(draft.id, by="lia.lider").number
        except Clashes as clash:
            merged = f"{clash.clash.theirs}\n{line}"
            _settle(office, draft.id, name, merged, clash.clash.theirs_fingerprint)


def _settle(office: Office, draft_id: int, name: str, source: str, theirs: str) -> None:
    revision = office.editing.draft(draft_id).revision
    try:
        office.editing.settle(draft_id, by=name, revision=revision, source=source, theirs=theirs)
    except Conflict:
        return  # it moved once more: the next approval says how


def main(root: str, database: str, name: str, times: int) -> None:
    office = Office(make_engine(database), Path(root), FrozenClock())
    print(*publish_lines(office, name, times))
    office.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
