"""A process killed at any step, a disk that refuses: the old article whole, the draft not lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from kbwizard.config import ROOT
from kbwizard.db import make_engine
from kbwizard.errors import SetupError
from tests.conftest import FreshDatabase
from tests.editing.conftest import ARTICLES, Office
from tests.editing.pictures import png
from tests.helpers.clock import FrozenClock
from tests.helpers.content import write_content
from tests.helpers.databases import every_table

MOST_STEPS = 120

Try = Callable[..., str]
Prepare = Callable[[Office], None]


@pytest.fixture(scope="module")
def dying() -> Iterator[subprocess.Popen[str]]:
    """Starts once: each try is a fork of it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.dying_process"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.communicate("", timeout=30)


@pytest.fixture
def offices(
    tmp_path: Path, backend: str, fresh_database: FreshDatabase
) -> Iterator[Callable[[Prepare], tuple[Office, str]]]:
    """As many offices as asked for, each prepared alike."""
    made: list[Office] = []

    def fresh(prepare: Prepare) -> tuple[Office, str]:
        root = tmp_path / f"office-{len(made)}"
        ready = tmp_path / "ready"
        if backend == "sqlite" and ready.exists():
            shutil.copytree(ready, root)
            url = f"sqlite:///{root / 'kbwizard.db'}"
            made.append(Office(make_engine(url), root, FrozenClock()))
            return made[-1], url
        root.mkdir()
        write_content(root, {}, articles=ARTICLES)
        url = fresh_database(every_table, root)
        made.append(Office(make_engine(url), root, FrozenClock()))
        prepare(made[-1])
        if backend == "sqlite":
            made[-1].engine.dispose()  # so that the file is all there is of the database
            shutil.copytree(root, ready)
        return made[-1], url

    yield fresh
    for office in made:
        office.engine.dispose()


@pytest.fixture
def kill_at_each_step(
    dying: subprocess.Popen[str], offices: Callable[[Prepare], tuple[Office, str]]
) -> Callable[[Prepare, str], Iterator[Office]]:
    """Offices as they stand after the deed was killed at its first step, its second, …, and done.

    Each was then looked at, as the next process does.
    """

    def killed(prepare: Prepare, deed: str) -> Iterator[Office]:
        for step in range(1, MOST_STEPS):
            office, url = offices(prepare)
            ended = ask(dying, office, url, deed, step)
            assert ended in ("killed", "done"), ended
            office.editing.look()
            yield office
            office.engine.dispose()
            if ended == "done":
                assert step > 5, "the steps were not counted"
                return
        raise AssertionError("it never came to its end")

    return killed


def ask(
    dying: subprocess.Popen[str], office: Office, url: str, deed: str, step: int, **more: Any
) -> str:
    wanted = {"root": str(office.root), "database": url, "deed": deed, "step": step, **more}
    assert dying.stdin is not None
    assert dying.stdout is not None
    office.engine.dispose()
    dying.stdin.write(json.dumps(wanted) + "\n")
    dying.stdin.flush()
    return str(json.loads(dying.stdout.readline())["ended"])


def with_picture_and_new_address(office: Office) -> None:
    """The draft with most steps: a picture comes, the file goes to another address."""
    draft = office.editing.begin("aldo.autor", slug="luzes")
    image = office.editing.add_image(draft.id, by="aldo.autor", filename="luz.png", data=png())
    office.change(
        draft, "A luz LOS", f"![a luz](images/{image.name})\n\nA luz LOS", slug="luzes-novas"
    )
    office.editing.send(draft.id, by="aldo.autor")


@pytest.mark.sqlite_only
def test_killed_at_any_step_a_publication_happened_or_did_not(
    kill_at_each_step: Callable[[Prepare, str], Iterator[Office]],
) -> None:
    seen = set()
    for office in kill_at_each_step(with_picture_and_new_address, "approve"):
        (draft,) = office.editing.drafts(states=["review", "published"])
        articles = [name for name in office.names() if name.endswith(".md")]
        pictures = [name for name in office.names() if name.startswith("images/")]

        if draft.state == "published":
            assert articles == ["luzes-novas.md", "outro.md", "publico.md"]
            assert len(pictures) == 1
            latest = office.editing.history("luzes-novas")[0]
            assert (latest.number, latest.source) == (2, office.text("luzes-novas"))
        else:
            assert office.text("luzes") == ARTICLES["luzes"]
            assert (articles, pictures) == (["luzes.md", "outro.md", "publico.md"], [])
            assert [one.number for one in office.editing.history("luzes")] == [1]
            assert "luzes-novas" in office.editing.approve(draft.id, by="lia.lider").slug
        assert [name for name in office.names() if ".kbwizard" in name] == []
        seen.add(draft.state)
    assert seen == {"review", "published"}


def test_killed_at_any_step_a_verification_happened_or_did_not(
    kill_at_each_step: Callable[[Prepare, str], Iterator[Office]],
) -> None:
    for office in kill_at_each_step(lambda _office: None, "verify"):
        latest = office.editing.history("luzes")[0]

        assert latest.source == office.text("luzes")
        assert (latest.origin == "web") == ("2026-11-21" in office.text("luzes"))


@pytest.mark.sqlite_only
def test_killed_at_any_step_an_import_happened_or_did_not(
    kill_at_each_step: Callable[[Prepare, str], Iterator[Office]],
) -> None:
    for office in kill_at_each_step(with_archive, "import"):
        texts = {slug: office.text(slug) for slug in ("luzes", "outro")}

        if "importado" in texts["outro"]:
            assert "importado" in texts["luzes"]
            assert "novo.md" in office.names()
            assert (office.folder / "_synonyms.txt").read_text(encoding="utf-8") == "caiu = queda\n"
            assert office.editing.history("novo")[0].origin == "import"
        else:
            assert texts == {slug: ARTICLES[slug] for slug in texts}
            assert office.names() == ["luzes.md", "outro.md", "publico.md"]
        for slug, text in texts.items():
            assert office.editing.history(slug)[0].source == text
        assert [name for name in office.names() if ".kbwizard" in name] == []


def with_archive(office: Office) -> None:
    """An archive that changes two articles and the synonyms, and brings an article and a picture."""
    other = office.root / "outra"
    other.mkdir()
    texts = {
        slug: ARTICLES[slug].replace("A luz LOS", "O artigo importado. A luz LOS")
        for slug in ("luzes", "outro")
    }
    texts["novo"] = (
        ARTICLES["outro"]
        .replace("Outro artigo", "Novo")
        .replace("A luz LOS", "![a luz](images/luz.png)\n\nA luz LOS")
    )
    write_content(other, {}, articles=texts)
    (other / "articles" / "images").mkdir()
    (other / "articles" / "images" / "luz.png").write_bytes(png())
    (other / "articles" / "_synonyms.txt").write_text("caiu = queda\n", encoding="utf-8")
    packed = Office(office.engine, other, office.clock).editing.export_zip()
    (office.root / "troca.zip").write_bytes(packed)
    shutil.rmtree(other)


def test_a_folder_that_refuses_leaves_everything_as_it_was(office: Office) -> None:
    with_picture_and_new_address(office)
    (draft,) = office.editing.drafts()
    (office.folder / "images").symlink_to(office.root / "nowhere")  # cannot be made, nor written in

    with pytest.raises(SetupError, match="Nada mudou"):
        office.editing.approve(draft.id, by="lia.lider")

    assert office.text("luzes") == ARTICLES["luzes"]
    assert office.editing.draft(draft.id) == draft
    assert [one.number for one in office.editing.history("luzes")] == [1]
    (office.folder / "images").unlink()
    assert office.editing.approve(draft.id, by="lia.lider").number == 2


def test_a_disk_that_is_full_half_way_leaves_everything_as_it_was(
    dying: subprocess.Popen[str], postgres_engine: Engine, tmp_path: Path, frozen: FrozenClock
) -> None:
    """On PostgreSQL, because what limits files in that process would limit SQLite's too."""
    write_content(tmp_path, {}, articles=ARTICLES)
    office = Office(postgres_engine, tmp_path, frozen)
    draft = office.editing.begin("aldo.autor", slug="luzes")
    image = office.editing.add_image(draft.id, by="aldo.autor", filename="luz.png", data=png())
    text = f"![a luz](images/{image.name})\n\n" + "Olhe a luz LOS.\n\n" * 2000
    office.change(draft, "A luz LOS", text + "A luz LOS")
    office.editing.send(draft.id, by="aldo.autor")
    url = postgres_engine.url.render_as_string(hide_password=False)

    ended = ask(dying, office, url, "approve", 0, largest_file=8000)

    assert "arquivo grande demais" in ended
    assert office.names() == ["luzes.md", "outro.md", "publico.md"]
    assert office.text("luzes") == ARTICLES["luzes"]
    assert [one.state for one in office.editing.drafts()] == ["review"]
