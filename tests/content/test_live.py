"""Content in use: edits are noticed, what breaks costs itself, and nobody waits or fails meanwhile."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine

from kbwizard.content import live, published
from kbwizard.content.library import Library
from kbwizard.content.live import LiveContent
from kbwizard.content.unavailable import DISPOSITION
from kbwizard.db import make_engine
from kbwizard.errors import SetupError
from kbwizard.search.index import SearchIndex
from kbwizard.walks.service import Walks
from kbwizard.wizard.model import Outcome
from tests.conftest import FreshDatabase
from tests.helpers.content import ARTICLE, TREES, write_content
from tests.helpers.databases import every_table

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
NAMES = ("atendimento", "boa")
FACTS = (TREES / "_facts.yaml").read_text(encoding="utf-8")
BROKEN = "tree: boa\n\tx: 1\n"
TREE = """tree: NOME
title: "Primeira"
audiences: [agent]
entry: a
nodes:
  a:
    instruction: true
    agent: "Olhe o aparelho."
    confirm: "Olhou"
    goto: fim
  fim:
    outcome: escalate
    disposition: N2_TESTE
    level: n2
    deadline: n2
    agent: "O N2 liga até {deadline}."
scenarios:
  - name: tudo
    audience: agent
    expect: {outcome: fim}
"""
SHOWS = """    instruction: true
    agent: "Olhe o aparelho."
    confirm: "Olhou"
"""
ASKS = """    question: led.los
    agent: "Como está a luz LOS?"
    unknown: fim
"""
ANSWERED = """scenarios:
  - name: luz
    audience: agent
    answers: {led.los: red}
    expect: {outcome: fim}
"""


class Desk:
    """An installation with two trees and one article, in use."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.engine = engine
        self.trees, self.articles = write_content(folder, {name: text(name) for name in NAMES})
        self.index = SearchIndex(folder / "index")
        self.content = self.opened()

    def opened(self, changed: Callable[[Library], object] | None = None) -> LiveContent:
        """As after a start of the server."""
        told = changed or self.index.ensure

        def tell(library: Library) -> None:
            told(library)

        return LiveContent(self.engine, self.trees, self.articles, lambda: NOW, changed=tell)

    def save(self, name: str, text: str) -> None:
        (self.trees / f"{name}.yaml").write_text(text, encoding="utf-8")

    def title(self, name: str) -> str:
        time.sleep(live.LOOK_AGAIN_S)
        return self.content.current().trees[name].title

    def hits(self, words: str) -> list[str]:
        time.sleep(live.LOOK_AGAIN_S)
        self.content.articles()
        return [hit.slug for hit in self.index.search(words).hits if hit.kind == "article"]


def text(name: str, title: str = "Primeira") -> str:
    return TREE.replace("NOME", name).replace("Primeira", title)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks again at once; and nothing is remembered of other tests' versions."""
    monkeypatch.setattr(live, "LOOK_AGAIN_S", 0.02)
    monkeypatch.setattr(published, "_MEMORY", published._Memory(16))


@pytest.fixture
def engine(tmp_path: Path, fresh_database: FreshDatabase) -> Iterator[Engine]:
    found = make_engine(fresh_database(every_table, tmp_path))
    yield found
    found.dispose()


@pytest.fixture
def desk(tmp_path: Path, engine: Engine) -> Desk:
    found = Desk(tmp_path, engine)
    assert found.title("boa") == "Primeira"
    assert not found.content.problems
    return found


def is_escalation(content: LiveContent, name: str) -> bool:
    tree = content.current().trees[name]
    node = tree.nodes[tree.entry]
    return isinstance(node, Outcome) and node.disposition == DISPOSITION


def test_an_edited_tree_is_served(desk: Desk) -> None:
    desk.save("boa", text("boa", "Segunda"))

    assert desk.title("boa") == "Segunda"


def test_a_file_exchanged_for_one_of_equal_size_and_age_is_noticed(desk: Desk) -> None:
    old = desk.trees / "boa.yaml"
    new = desk.trees / "boa.new"
    new.write_text(text("boa", "Terceira"[:8]), encoding="utf-8")
    shutil.copystat(old, new)
    new.replace(old)

    assert desk.title("boa") == "Terceira"


def test_a_broken_tree_serves_its_last_good_version_until_it_is_mended(desk: Desk) -> None:
    desk.save("boa", BROKEN)
    desk.save("atendimento", text("atendimento", "Segunda"))

    assert (desk.title("boa"), desk.title("atendimento")) == ("Primeira", "Segunda")
    assert {problem.file for problem in desk.content.problems} == {"decision_trees/boa.yaml"}

    desk.save("boa", text("boa", "Terceira"))
    assert desk.title("boa") == "Terceira"
    assert not desk.content.problems


def test_an_article_retired_by_hand_is_found_no_more_and_costs_no_call_its_tree(
    desk: Desk,
) -> None:
    step = '    agent: "Olhe o aparelho."\n'
    desk.save("boa", text("boa", "Segunda").replace(step, f"{step}    article: luzes\n"))
    assert desk.title("boa") == "Segunda"
    assert desk.hits("luzes") == ["luzes"]

    (desk.articles / "luzes.md").write_text(
        ARTICLE.replace("owner:", "retired: 2026-11-22\nowner:"), encoding="utf-8"
    )

    assert desk.hits("luzes") == []
    assert desk.title("boa") == "Segunda"  # its last good version
    assert {one.rule for one in desk.content.problems} == {"retired-article"}
    heir = ARTICLE.replace("As luzes", "Todas as luzes")
    (desk.articles / "novo.md").write_text(heir, encoding="utf-8")
    (desk.articles / "luzes.md").write_text(
        ARTICLE.replace("owner:", "retired: 2026-11-22\nreplaced_by: novo\nowner:"),
        encoding="utf-8",
    )
    assert desk.hits("luzes") == ["novo"]
    assert not desk.content.problems


def test_a_tree_that_was_broken_through_a_restart_still_serves_its_last_good(desk: Desk) -> None:
    desk.save("boa", BROKEN)

    assert desk.opened().current().trees["boa"].title == "Primeira"


def test_a_broken_tree_on_a_fresh_database_is_the_built_in_escalation(
    tmp_path: Path, engine: Engine
) -> None:
    trees, articles = write_content(tmp_path, {"atendimento": text("atendimento"), "boa": BROKEN})

    content = LiveContent(engine, trees, articles, lambda: NOW)

    assert is_escalation(content, "boa")
    assert not is_escalation(content, "atendimento")


def test_a_broken_registry_keeps_registry_and_trees_together_as_they_were(desk: Desk) -> None:
    version = desk.content.current().version
    (desk.trees / "_facts.yaml").write_text("facts: [\n", encoding="utf-8")
    desk.save("boa", text("boa", "Segunda"))

    assert desk.title("boa") == "Primeira"
    assert desk.content.current().version == version

    (desk.trees / "_facts.yaml").write_text(FACTS, encoding="utf-8")
    assert desk.title("boa") == "Segunda"


def test_a_registry_that_costs_a_tree_its_facts_waits_until_the_tree_follows(desk: Desk) -> None:
    asks = text("boa").replace(SHOWS, ASKS).replace("scenarios:\n", ANSWERED)
    renamed = FACTS.replace("led.los", "led.vermelha")
    desk.save("boa", asks.replace("Primeira", "Com luz"))
    assert desk.title("boa") == "Com luz"
    version = desk.content.current().version

    (desk.trees / "_facts.yaml").write_text(renamed, encoding="utf-8")
    assert desk.title("boa") == "Com luz"
    assert desk.content.current().version == version

    desk.save("boa", asks.replace("Primeira", "De novo").replace("led.los", "led.vermelha"))
    assert desk.title("boa") == "De novo"


def test_a_broken_registry_on_a_fresh_database_escalates(tmp_path: Path, engine: Engine) -> None:
    folders = write_content(tmp_path, {"atendimento": text("atendimento")}, registry="facts: [\n")

    content = LiveContent(engine, *folders, lambda: NOW)

    assert is_escalation(content, "atendimento")


def test_a_broken_article_costs_itself_and_comes_back(desk: Desk) -> None:
    (desk.articles / "outra.md").write_text(ARTICLE, encoding="utf-8")
    (desk.articles / "luzes.md").write_text("sem cabeçalho", encoding="utf-8")
    time.sleep(live.LOOK_AGAIN_S)

    assert set(desk.content.articles()) == {"outra"}

    (desk.articles / "luzes.md").write_text(ARTICLE, encoding="utf-8")
    time.sleep(live.LOOK_AGAIN_S)
    assert set(desk.content.articles()) == {"luzes", "outra"}


def test_the_search_index_follows_an_edit(desk: Desk) -> None:
    assert desk.hits("conector") == []

    (desk.articles / "luzes.md").write_text(ARTICLE + "\nLimpe o conector.\n", encoding="utf-8")

    assert desk.hits("conector") == ["luzes"]


def test_an_index_that_could_not_be_written_costs_no_call_and_is_tried_again(desk: Desk) -> None:
    tried: list[int] = []

    def refuse_once(_library: Library) -> None:
        tried.append(len(tried))
        if len(tried) == 1:
            raise SetupError("O índice não pôde ser gravado (disco cheio).")

    content = desk.opened(refuse_once)

    assert content.current().trees["boa"].title == "Primeira"
    time.sleep(live.LOOK_AGAIN_S)
    content.current()
    time.sleep(live.LOOK_AGAIN_S)
    content.current()
    assert tried == [0, 1]


def test_an_edit_while_the_content_is_told_is_told_in_the_same_look(desk: Desk) -> None:
    """A process that is slow to index must not leave its older state behind."""
    told: list[str] = []

    def edit_meanwhile(library: Library) -> None:
        told.append(library.articles["luzes"].text)
        if len(told) == 1:
            (desk.articles / "luzes.md").write_text(ARTICLE + "\nLimpe.\n", encoding="utf-8")

    content = desk.opened(edit_meanwhile)

    assert content.articles()["luzes"].text.endswith("Limpe.")
    assert len(told) == 2


def test_a_refused_index_is_complained_of_once(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_library: Library) -> None:
        raise SetupError("O índice não pôde ser gravado (disco cheio).")

    content = desk.opened(refuse)
    for _ in range(4):
        content.articles()
        time.sleep(live.LOOK_AGAIN_S)

    said = [record.message for record in caplog.records if "disco cheio" in record.message]
    assert len(said) == 1


def test_edited_synonyms_are_noticed_and_their_bad_lines_told(desk: Desk) -> None:
    (desk.articles / "_synonyms.txt").write_text("roxinha = luz\nnada\n", encoding="utf-8")

    assert desk.hits("roxinha") == ["luzes"]
    (problem,) = desk.content.problems
    assert (problem.file, problem.line, problem.rule) == ("articles/_synonyms.txt", 2, "synonym")


def test_a_walk_in_progress_keeps_the_version_it_began_with(desk: Desk) -> None:
    walks = Walks(desk.engine, desk.content, lambda: NOW)
    walk = walks.start(root="boa", audience="agent", by="ana.agente")

    desk.save("boa", text("boa", "Segunda"))

    assert desk.title("boa") == "Segunda"
    assert walks.stand(walk).bundle.trees["boa"].title == "Primeira"


def test_a_folder_that_is_gone_for_a_while_serves_what_there_was(desk: Desk) -> None:
    away = desk.trees.rename(desk.trees.with_name("fora"))

    assert desk.title("boa") == "Primeira"

    away.rename(desk.trees)
    desk.save("boa", text("boa", "Segunda"))
    assert desk.title("boa") == "Segunda"


def test_a_folder_that_was_never_there_is_said(desk: Desk) -> None:
    shutil.rmtree(desk.trees)

    with pytest.raises((SetupError, OSError)):
        desk.opened().current()


def test_a_database_that_cannot_be_written_keeps_the_content_and_is_tried_again(
    desk: Desk,
) -> None:
    with desk.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE published_version RENAME TO elsewhere")
        connection.commit()
    desk.save("boa", text("boa", "Segunda"))

    assert desk.title("boa") == "Primeira"

    with desk.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO published_version")
        connection.commit()
    assert desk.title("boa") == "Segunda"


def test_requests_while_files_change_never_fail_and_end_with_the_last_edit(desk: Desk) -> None:
    done = Event()

    def ask() -> set[str]:
        seen = set()
        while not done.is_set():
            seen.add(desk.content.current().trees["boa"].title)
            desk.content.articles()
        return seen

    with ThreadPoolExecutor(6) as pool:
        askers = [pool.submit(ask) for _ in range(6)]
        for number in range(12):
            desk.save("boa", BROKEN if number % 3 == 1 else text("boa", f"Edição {number}"))
            time.sleep(0.03)
        done.set()
        seen = set().union(*(asker.result(20) for asker in askers))

    assert desk.title("boa") == "Edição 11"
    assert seen <= {"Primeira", *(f"Edição {number}" for number in range(12))}


def test_threads_that_meet_at_the_first_load_share_it(desk: Desk) -> None:
    loads: list[Library] = []
    content = desk.opened(loads.append)

    with ThreadPoolExecutor(8) as pool:
        bundles = list(pool.map(lambda _: content.current(), range(8)))

    assert len({bundle.version for bundle in bundles}) == 1
    assert len(loads) == 1
