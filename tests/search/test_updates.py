"""An edit costs what was edited, reaches every process, and leaves the old index when it fails."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kbwizard.config import ROOT
from kbwizard.content import live
from kbwizard.content.live import LiveContent
from kbwizard.db import make_engine
from kbwizard.errors import SetupError
from kbwizard.search import store
from kbwizard.search.engine import Gone
from kbwizard.search.index import SearchIndex
from tests.helpers.asking import sixteen_asking
from tests.helpers.content import write_content
from tests.helpers.databases import every_table
from tests.helpers.search_library import FRUIT, fruit, library_of_articles, page


def slugs(index: SearchIndex, query: str) -> list[str]:
    return [hit.slug for hit in index.search(query).hits]


def files(root: Path) -> dict[str, int]:
    """The files of the generation in force, with their place on the disk."""
    folder = root / json.loads((root / store.POINTER).read_text("utf-8"))["folder"]
    return {file.name: file.stat().st_ino for file in folder.iterdir()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(root: Path) -> SearchIndex:
    index = SearchIndex(root)
    index.ensure(fruit())
    return index


def test_an_edit_keeps_the_files_of_what_was_not_edited(root: Path, index: SearchIndex) -> None:
    before = files(root)

    index.ensure(fruit(figo=page("Sobre figo", "Agora fala de pitanga.")))

    assert slugs(index, "pitanga") == ["figo"]
    segment = next(name for name in before if name.endswith(".seg"))
    assert files(root)[segment] == before[segment]


def test_what_is_added_changed_or_removed_is_what_is_found(index: SearchIndex) -> None:
    index.ensure(fruit(nova=page("Uma lichia", "Doce.")))
    assert slugs(index, "lichia") == ["nova"]

    index.ensure(fruit(nova=page("Uma pitaya", "Doce.")))
    assert (slugs(index, "lichia"), slugs(index, "pitaya")) == ([], ["nova"])

    index.ensure(fruit())
    assert (slugs(index, "pitaya"), slugs(index, "doce")) == ([], [])
    assert slugs(index, "figo") == ["figo"]


def test_after_many_edits_all_is_as_if_built_at_once(tmp_path: Path, index: SearchIndex) -> None:
    for number in range(40):
        text = page(f"Sobre fruta {number}", f"Edição {number} de {FRUIT[number % 8]}.")
        index.ensure(fruit(nova=text))
    fresh = SearchIndex(tmp_path / "fresh")
    fresh.build(fruit(nova=text))

    for query in ("fruta", "edição", "fruta 39", *FRUIT):
        assert slugs(index, query) == slugs(fresh, query)
    assert index.search("edição").completions == fresh.search("edição").completions
    assert len(files(tmp_path / "index")) < 30


def test_the_edited_synonyms_are_in_force_at_once_and_without_reading_texts_again(
    root: Path, index: SearchIndex
) -> None:
    other = SearchIndex(root)
    assert slugs(other, "roxinha") == []
    before = files(root)
    library = library_of_articles({word: page(f"Sobre {word}", f"Fala de {word}.") for word in FRUIT},
                                  synonyms="roxinha = amora\nisto não é nada\n")  # fmt: skip

    assert index.ensure(library)

    assert slugs(other, "roxinha") == ["amora"]
    assert other.search("roxinha").corrected is None
    segments = {name for name in before if name.endswith(".seg")}
    assert {name: files(root)[name] for name in segments} == {
        name: before[name] for name in segments
    }


def test_two_that_notice_the_same_edit_do_the_work_once(root: Path, index: SearchIndex) -> None:
    edited = fruit(figo=page("Sobre figo", "Agora fala de pitanga."))
    others = [SearchIndex(root) for _ in range(4)]
    worked: list[bool] = []

    threads = [
        threading.Thread(target=lambda one=one: worked.append(one.ensure(edited))) for one in others
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(worked) == [False, False, False, True]
    assert all(slugs(one, "pitanga") == ["figo"] for one in others)


def test_whoever_waits_too_long_for_another_says_so_and_serves_on(
    root: Path, index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "LOCK_WAIT_S", 0.05)

    with store.building(root), pytest.raises(SetupError, match="Outro processo"):
        SearchIndex(root).ensure(fruit(nova=page("Uma lichia", "Doce.")))

    assert slugs(index, "figo") == ["figo"]


def test_a_generation_emptied_by_hand_is_built_anew(root: Path, index: SearchIndex) -> None:
    folder = root / json.loads((root / store.POINTER).read_text("utf-8"))["folder"]
    for file in folder.iterdir():
        file.unlink()

    index.ensure(fruit(nova=page("Uma lichia", "Doce.")))

    assert slugs(index, "lichia") == ["nova"]
    assert slugs(SearchIndex(root), "figo") == ["figo"]


def test_a_change_of_a_generation_that_is_gone_is_told_from_a_full_disk(root: Path) -> None:
    SearchIndex(root).build(fruit())
    stamp = store.read_stamp(root)
    assert stamp is not None
    for file in (root / stamp.folder).iterdir():
        file.unlink()

    with pytest.raises(Gone):
        store.change_generation(root, stamp, store.Change([], []), [], "")


SMALL = """
import os, resource, signal, sys
from pathlib import Path
from tests.helpers.search_library import fruit, page
from kbwizard.errors import SetupError
from kbwizard.search.index import SearchIndex

index = SearchIndex(Path(sys.argv[1]))
assert index.search("figo").hits
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))
try:
    index.ensure(fruit(nova=page("Uma lichia", "Doce.")))
except SetupError as error:
    print(error)
    assert index.search("figo").hits
    os._exit(3)
"""


def test_a_disk_that_refuses_is_told_and_the_old_index_serves_on(
    root: Path, index: SearchIndex
) -> None:
    before = files(root)

    ended = subprocess.run(
        [sys.executable, "-c", SMALL, str(root)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ended.returncode == 3, ended.stderr
    assert "não pôde ser gravado" in ended.stdout
    assert "reindex" in ended.stdout
    assert files(root) == before
    assert slugs(SearchIndex(root), "figo") == ["figo"]
    assert index.ensure(fruit(nova=page("Uma lichia", "Doce.")))


DYING = """
import os, signal, sys
from pathlib import Path
from tests.helpers.search_library import fruit, page
from kbwizard.search import store
from kbwizard.search.index import SearchIndex

at = sys.argv[2]
real = getattr(store, at)

def dies(*args, **kwargs):
    if at != "_point":
        real(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(store, at, dies)
index = SearchIndex(Path(sys.argv[1]))
index.ensure(fruit(nova=page("Uma lichia", "Doce.")))
"""


@pytest.mark.parametrize("step", ["_link", "change_index", "_prints", "_point"])
def test_a_process_killed_in_the_middle_leaves_the_old_index(
    root: Path, index: SearchIndex, step: str
) -> None:
    """At each step in turn: files linked, segment written, files stamped, pointer not yet moved."""
    before = files(root)

    ended = subprocess.run(
        [sys.executable, "-c", DYING, str(root), step], cwd=ROOT, capture_output=True, timeout=60
    )

    assert ended.returncode == -signal.SIGKILL
    assert files(root) == before
    assert slugs(SearchIndex(root), "figo") == ["figo"]
    assert index.ensure(fruit(nova=page("Uma lichia", "Doce.")))
    assert slugs(index, "lichia") == ["nova"]


def test_sixteen_threads_find_nothing_wrong_while_articles_change(
    root: Path, index: SearchIndex
) -> None:
    """Every word is in one article only, and every edition says its number in title and text."""
    with sixteen_asking(FRUIT, lambda word: _wrong(index, word)):
        for number in range(1, 13):
            word = FRUIT[number % len(FRUIT)]
            edited = page(f"Sobre {word} {number}", f"Fala de {word} na edição {number}.")
            index.ensure(fruit(**{word: edited}))


def _wrong(index: SearchIndex, word: str) -> Iterator[str]:
    hits = index.search(word).hits
    if [hit.slug for hit in hits] != [word]:
        yield f"{word}: {[hit.slug for hit in hits]}"
    for hit in hits:
        number = hit.title.removeprefix(f"Sobre {word}").strip()
        told = f" na edição {number}" if number else ""
        if str(hit.snippet) != f"Fala de <mark>{word}</mark>{told}.":
            yield f"{hit.title}: {hit.snippet}"


SERVING = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from kbwizard.content.live import LiveContent
from kbwizard.db import make_engine
from kbwizard.search.index import SearchIndex

folder = Path(sys.argv[1])
index = SearchIndex(folder / "index")
live = LiveContent(
    make_engine(f"sqlite:///{folder}/content.db"), folder / "decision_trees", folder / "articles",
    lambda: datetime.now(UTC), changed=lambda library: index.ensure(library) and None,
)
live.articles()
print("ready", flush=True)
for word in sys.stdin:
    until = time.monotonic() + 20
    began = time.monotonic()
    while not [hit for hit in index.search(word.strip()).hits if hit.slug == "luzes"]:
        assert time.monotonic() < until, word
        live.articles()
        time.sleep(0.02)
    print(word.strip(), time.monotonic() - began, flush=True)
"""


def test_every_process_finds_an_edit_within_two_looks(tmp_path: Path) -> None:
    """Three real processes over one folder. How soon is the content's to promise: one look, and
    the time to index one article; twenty seconds are only this test's patience."""
    _, articles = write_content(tmp_path, {})
    engine = make_engine(f"sqlite:///{tmp_path}/content.db")
    every_table(engine)
    engine.dispose()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SERVING, str(tmp_path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    try:
        assert [_line(process) for process in processes] == ["ready"] * 3
        for word in ("pitanga", "carambola"):
            file = articles / "luzes.md"
            file.write_text(page("As luzes", f"Agora {word}."), encoding="utf-8")
            for process in processes:
                assert process.stdin is not None
                process.stdin.write(f"{word}\n")
                process.stdin.flush()
            assert [_line(process).split()[0] for process in processes] == [word] * 3
    finally:
        for process in processes:
            process.communicate(timeout=20)
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert live.LOOK_AGAIN_S <= 0.5


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_trees_are_proved_once_while_articles_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LOOK_AGAIN_S", 0.0)
    proved: list[int] = []
    real = live.lint_trees
    monkeypatch.setattr(live, "lint_trees", lambda *a, **k: proved.append(1) or real(*a, **k))
    trees, articles = write_content(tmp_path, {})
    engine = make_engine(f"sqlite:///{tmp_path}/content.db")
    every_table(engine)
    content = LiveContent(engine, trees, articles, lambda: datetime.now(UTC))
    content.articles()
    untouched = content.articles()["luzes"]

    for number in range(3):
        (articles / "outra.md").write_text(page("Outra", f"Edição {number}."), encoding="utf-8")
        assert content.articles()["outra"].text == f"Edição {number}."

    assert len(proved) == 1
    assert content.articles()["luzes"] is untouched
    engine.dispose()
