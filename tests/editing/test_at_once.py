"""Many people at once: every publication is in the file's history, none overwrites another."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from kbwizard.config import ROOT
from kbwizard.errors import Conflict
from tests.editing.conftest import Office
from tests.helpers.publishing_process import publish_lines


def test_two_processes_publish_one_article_and_nobodys_line_is_lost(
    office: Office, database: str
) -> None:
    people = ("aldo.autor", "bia.autora")
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.publishing_process",
             str(office.root), database, name, "3"],
            cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for name in people
    ]  # fmt: skip

    numbers = [int(word) for one in processes for word in one.communicate(timeout=120)[0].split()]

    assert sorted(numbers) == list(range(2, 8))
    for name in people:
        for number in range(3):
            assert f"Linha {number} de {name}." in office.text("luzes")
    history = office.editing.history("luzes")
    assert history[0].source == office.text("luzes")
    assert {one.origin for one in history} == {"web", "file"}


def test_eight_threads_publish_one_article_and_nobodys_line_is_lost(office: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: publish_lines(office, f"pessoa.{n}", 1)[0], range(8)))

    assert sorted(numbers) == list(range(2, 10))
    assert all(f"Linha 0 de pessoa.{n}." in office.text("luzes") for n in range(8))


def test_of_two_reviewers_who_approve_at_once_one_publishes(office: Office) -> None:
    draft = office.in_review()

    def approve(by: str) -> int:
        try:
            return office.editing.approve(draft.id, by=by).number
        except Conflict:
            return 0

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(approve, ["lia.lider", "ada.admin", "bia.autora", "caio.autor"]))

    assert sorted(numbers) == [0, 0, 0, 2]
    assert len(office.editing.history("luzes")) == 2


def test_two_new_articles_for_one_address_are_one(office: Office) -> None:
    drafts = [office.editing.begin(name, slug="luzes") for name in ("aldo.autor", "bia.autora")]
    for number, draft in enumerate(drafts):
        office.change(draft, "A luz LOS", f"Texto {number}. A luz LOS", slug="mesma")
        office.editing.send(draft.id, by=draft.author)

    def approve(draft_id: int) -> str:
        try:
            return office.editing.approve(draft_id, by="lia.lider").slug
        except Conflict:
            return ""

    with ThreadPoolExecutor(2) as pool:
        published = list(pool.map(approve, [draft.id for draft in drafts]))

    assert sorted(published) == ["", "mesma"]
    assert office.names() == ["mesma.md", "outro.md", "publico.md"]
