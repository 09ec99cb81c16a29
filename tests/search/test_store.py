"""The index on disk: swapped whole, opened only if it is ours and whole, shared by threads."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kbwizard.content.library import Library
from kbwizard.errors import SetupError
from kbwizard.search import store
from kbwizard.search.engine import Gone, load
from kbwizard.search.index import SearchIndex
from tests.helpers.asking import sixteen_asking
from tests.search.conftest import WriteLibrary


def pointer(root: Path) -> dict[str, object]:
    return dict(json.loads((root / store.POINTER).read_text("utf-8")))


def test_without_an_index_nothing_is_found_and_nothing_breaks(tmp_path: Path) -> None:
    assert SearchIndex(tmp_path / "none").search("boleto").hits == ()


def test_unchanged_content_is_not_indexed_again(tmp_path: Path, library: Library) -> None:
    index = SearchIndex(tmp_path / "index")

    assert [index.ensure(library), index.ensure(library)] == [True, False]
    assert SearchIndex(tmp_path / "index").ensure(library) is False


def test_changed_content_is_seen_by_an_index_that_is_open(
    tmp_path: Path, write_library: WriteLibrary, index: SearchIndex
) -> None:
    assert index.search("boleto").hits

    SearchIndex(tmp_path / "index").ensure(write_library({}))

    assert index.search("boleto").hits == ()


def test_old_generations_are_removed(tmp_path: Path, library: Library, index: SearchIndex) -> None:
    for _ in range(4):
        index.build(library)

    assert len(list((tmp_path / "index").glob("g-*"))) == 3


@pytest.mark.parametrize(
    "change",
    [{"made_by": "someone"}, {"format": 0}, {"folder": "../../etc"}, {"files": {}}, {"x": 1}],
)
def test_an_index_with_a_foreign_stamp_is_not_opened(
    tmp_path: Path, library: Library, index: SearchIndex, change: dict[str, object]
) -> None:
    file = tmp_path / "index" / store.POINTER
    file.write_text(json.dumps(pointer(tmp_path / "index") | change), encoding="utf-8")

    again = SearchIndex(tmp_path / "index")

    assert again.search("boleto").hits == ()
    assert again.ensure(library)
    assert again.search("boleto").hits


def test_an_index_whose_files_were_changed_is_never_unpickled(
    tmp_path: Path, library: Library, index: SearchIndex
) -> None:
    root = tmp_path / "index"
    toc = next((root / str(pointer(root)["folder"])).glob("*.toc"))
    ran = tmp_path / "ran"
    toc.write_bytes(f"cposix\nsystem\n(S'touch {ran}'\ntR.".encode())

    assert SearchIndex(root).search("boleto").hits == ()
    assert not ran.exists()
    assert SearchIndex(root).ensure(library)


def test_a_spoilt_new_generation_leaves_the_open_one_serving(
    tmp_path: Path, library: Library, index: SearchIndex
) -> None:
    assert index.search("boleto").hits

    store.write_generation(tmp_path / "index", [])
    root = tmp_path / "index"
    (root / str(pointer(root)["folder"]) / store.SYNONYMS).write_text("{", encoding="utf-8")

    assert index.search("boleto").hits


def test_a_build_that_fails_leaves_the_index_as_it_was(
    tmp_path: Path, index: SearchIndex, library: Library
) -> None:
    before = pointer(tmp_path / "index")

    with pytest.raises(AttributeError):
        store.write_generation(tmp_path / "index", [None])  # type: ignore[list-item]

    assert pointer(tmp_path / "index") == before
    assert len(list((tmp_path / "index").glob("g-*"))) == 1
    assert index.search("boleto").hits


def test_a_folder_that_cannot_be_written_is_a_setup_error(tmp_path: Path, library: Library) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    with pytest.raises(SetupError, match="reindex"):
        SearchIndex(tmp_path / "file" / "index").build(library)


def test_sixteen_threads_find_nothing_wrong_while_the_index_is_rebuilt(
    tmp_path: Path, write_library: WriteLibrary
) -> None:
    """Each topic word is in one article only; a mixed-up searcher would give another one."""
    words = ["amora", "banana", "caju", "damasco", "figo", "goiaba", "jaca", "kiwi"]
    page = "---\ntitle: Sobre {0}\nsummary: Nada.\ntopics: [dns]\naudience: [agent]\n---\nFala de {0}.\n"
    library = write_library({word: page.format(word) for word in words})
    index = SearchIndex(tmp_path / "index")
    index.build(library)

    def wrong(word: str) -> Iterator[str]:
        found = [hit.slug for hit in index.search(word, kinds=("article",)).hits]
        if found != [word]:
            yield f"{word}: {found}"

    with sixteen_asking(words, wrong):
        for _ in range(2):
            index.build(library)


def test_a_generation_removed_under_a_reader_is_left_for_the_one_in_force(
    tmp_path: Path, library: Library, index: SearchIndex
) -> None:
    root = tmp_path / "index"
    first = root / str(pointer(root)["folder"])
    assert index.search("boleto").hits
    index.build(library)
    shutil.rmtree(first)
    found = []

    thread = threading.Thread(target=lambda: found.append(index.search("boleto").hits))
    thread.start()
    thread.join()

    assert found[0]


@pytest.mark.parametrize("accident", ["deleted", "cut short"])
def test_what_happens_to_the_folder_does_not_reach_who_is_serving(
    tmp_path: Path, index: SearchIndex, accident: str
) -> None:
    """A mapped file that is cut short would end the whole process by SIGBUS."""
    assert index.search("boleto").hits
    if accident == "deleted":
        shutil.rmtree(tmp_path / "index")
    else:
        for file in (tmp_path / "index" / str(pointer(tmp_path / "index")["folder"])).iterdir():
            file.write_bytes(b"")
    found = []

    thread = threading.Thread(target=lambda: found.append(index.search("boleto").hits))
    thread.start()
    thread.join()

    assert found[0]
    assert index.search("luz").hits


@pytest.mark.parametrize("files", [{}, {"x.seg": b""}])
def test_files_that_are_no_index_say_so(files: dict[str, bytes]) -> None:
    with pytest.raises(Gone):
        load(files)


@pytest.mark.skipif(os.name != "posix", reason="needs fork")
def test_an_index_opened_before_a_fork_serves_the_child(index: SearchIndex) -> None:
    assert index.search("boleto").hits
    child = os.fork()
    if child == 0:
        os._exit(0 if index.search("luz").hits and index.search("boleto").hits else 1)

    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
