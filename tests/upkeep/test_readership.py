"""What readers of articles did: forgotten in time, and whole in a backup."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from kbwizard.readership.service import Readership
from kbwizard.upkeep.backup import make_backup
from kbwizard.upkeep.purge import purge, terms
from kbwizard.upkeep.restore import restore
from tests.upkeep.conftest import Installation

KINDS = ("opinions", "searches", "article_reads")


def used(installation: Installation) -> Readership:
    """A search, a read, an opinion with its answer, and "li e entendi"."""
    readership = Readership(installation.engine, installation.desk.clock)
    readership.note_search("luz vermelha", where="desk", results=0, by="ana")
    readership.count_read("luzes", where="desk")
    number = readership.rate(
        "luzes", fingerprint="v1", where="desk", helpful=False, reason="wrong", text="Não", by="ana"
    )
    readership.answer(number, by="lia", text="Corrigido", state="done")
    readership.acknowledge("conduta", edition=1, by="ana")
    return readership


def test_each_kind_is_forgotten_at_its_own_term(installation: Installation) -> None:
    readership = used(installation)
    clock = installation.desk.clock

    def due(days: int) -> list[int]:
        found = terms(installation.engine, clock() + timedelta(days=days))
        return [one.count for name in KINDS for one in found if one.name == name]

    assert (due(179), due(181), due(732)) == ([0, 0, 0], [0, 1, 0], [1, 1, 1])

    purge(installation.engine, clock() + timedelta(days=732))

    assert due(9999) == [0, 0, 0]
    assert readership.searched(clock() - timedelta(days=1)) == []
    assert readership.reads(clock().date()) == {}
    (opinion,) = readership.inbox(state="done")
    assert (opinion.text, opinion.by, opinion.answer, opinion.reason) == ("", "", "", "wrong")
    assert readership.acknowledged("ana") == {"conduta": 1}


def test_a_backup_brings_all_of_it_back(
    installation: Installation, empty: Engine, tmp_path: Path
) -> None:
    used(installation)
    file = tmp_path / "copia.tar.gz"
    clock = installation.desk.clock
    make_backup(installation.engines, installation.settings, file, now=clock())

    restore({"main": empty}, installation.settings, file)

    restored = Readership(empty, clock)
    assert restored.searched(clock() - timedelta(days=1))[0].query == "luz vermelha"
    assert restored.reads(clock().date())["luzes"].total == 1
    assert restored.inbox(state="done")[0].answer == "Corrigido"
    assert restored.acknowledged("ana") == {"conduta": 1}
    again = restored.rate("novo", fingerprint="v1", where="desk", helpful=True, by="bia")
    assert again > restored.inbox(state="done")[0].id  # numbers go on where they were
