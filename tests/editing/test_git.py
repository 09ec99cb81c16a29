"""What is published is committed, that path alone; git is never in the way."""

from __future__ import annotations

from pathlib import Path
from time import monotonic

import pytest

from kbwizard.accounts.demo import make_demo_users
from kbwizard.editing import git as our_git
from tests.editing.conftest import Office, git
from tests.editing.pictures import png
from tests.helpers.clock import START

pytestmark = pytest.mark.sqlite_only  # what git does is the same whatever keeps the drafts


def test_a_publication_is_a_commit_of_its_writer(checkout: Office) -> None:
    make_demo_users(checkout.engine, now=START)

    checkout.publish(note="Mais claro")

    log = checkout.git("log", "-1", "--format=%an|%ae|%cn|%s|%b", "--name-only")
    assert log.startswith("Aldo Autor|aldo.autor@localhost|kbwizard|luzes: Mais claro|")
    assert "aprovado por lia.lider" in log
    assert "articles/luzes.md" in log
    assert checkout.git("status", "--porcelain", "articles/luzes.md") == ""


def test_other_changes_of_the_work_tree_stay_out_of_the_commit(checkout: Office) -> None:
    checkout.edit_by_hand("outro", "Outro artigo", "Mudado")
    (checkout.folder / "nova.md").write_text("nova", encoding="utf-8")
    checkout.git("add", "nova.md")
    (checkout.folder / "solta.md").write_text("solta", encoding="utf-8")

    checkout.publish()

    assert checkout.git("show", "--format=", "--name-only", "HEAD").split() == ["articles/luzes.md"]
    status = checkout.git("status", "--porcelain").splitlines()
    assert {" M articles/outro.md", "A  articles/nova.md", "?? articles/solta.md"} <= set(status)


def test_a_new_address_and_its_picture_are_one_commit(checkout: Office) -> None:
    draft = checkout.editing.begin("aldo.autor", slug="luzes")
    image = checkout.editing.add_image(draft.id, by="aldo.autor", filename="luz.png", data=png())
    checkout.change(draft, "A luz LOS", f"![luz](images/{image.name})\n\nA luz LOS", slug="nova")
    checkout.editing.send(draft.id, by="aldo.autor")

    assert checkout.editing.approve(draft.id, by="lia.lider").notice == ""

    shown = checkout.git("show", "--format=", "--name-status", "--no-renames", "HEAD").split("\n")
    assert {line for line in shown if line} == {
        f"A\tarticles/images/{image.name}", "A\tarticles/nova.md", "D\tarticles/luzes.md",
    }  # fmt: skip


def test_outside_a_work_tree_nothing_is_said(office: Office) -> None:
    assert office.publish().notice == ""


def test_a_git_that_refuses_is_told_and_undoes_nothing(checkout: Office) -> None:
    (checkout.root / ".git" / "index.lock").write_text("", encoding="utf-8")

    publication = checkout.publish()

    assert "git não registrou" in publication.notice
    assert "Olhe bem." in checkout.text("luzes")
    assert checkout.editing.history("luzes")[0].number == publication.number == 2


def test_no_hook_of_the_repository_runs(checkout: Office) -> None:
    for name in ("pre-commit", "commit-msg", "post-commit", "prepare-commit-msg"):
        hook = checkout.root / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {checkout.root}/ran-{name}\nexit 1\n", encoding="utf-8")
        hook.chmod(0o755)

    assert checkout.publish().notice == ""
    assert list(checkout.root.glob("ran-*")) == []


def test_a_git_that_hangs_is_stopped(
    checkout: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = tmp_path / "bin"
    slow.mkdir()
    (slow / "git").write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    (slow / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(slow))
    monkeypatch.setattr(our_git, "TIMEOUT_S", 0.5)
    began = monotonic()

    publication = checkout.publish()

    assert "não terminou" in publication.notice
    assert monotonic() - began < 30
    assert "Olhe bem." in checkout.text("luzes")


def test_a_machine_without_git_says_so(checkout: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert "não está instalado" in checkout.publish().notice
    assert "Olhe bem." in checkout.text("luzes")


def test_an_ignored_folder_is_told(checkout: Office) -> None:
    (checkout.root / ".gitignore").write_text("articles/images/\n", encoding="utf-8")
    draft = checkout.editing.begin("aldo.autor", slug="luzes")
    image = checkout.editing.add_image(draft.id, by="aldo.autor", filename="luz.png", data=png())
    checkout.change(draft, "A luz LOS", f"![luz](images/{image.name})\n\nA luz LOS")
    checkout.editing.send(draft.id, by="aldo.autor")

    assert "git não registrou" in checkout.editing.approve(draft.id, by="lia.lider").notice


@pytest.mark.parametrize("name", ["Ana <x@y>", "", "Zé\n--amend", "-x"])
def test_a_strange_name_is_only_a_name(checkout: Office, name: str) -> None:
    file = checkout.folder / "luzes.md"
    file.write_text("outro texto", encoding="utf-8")

    notice = our_git.commit(checkout.folder, [file], by="ana.a", name=name, message="-m x\n\ny")

    assert notice == ""
    assert git(checkout.folder, "log", "-1", "--format=%ae|%s").strip() == "ana.a@localhost|-m x"


def test_a_folder_that_is_a_link_into_a_work_tree_is_committed_there(checkout: Office) -> None:
    elsewhere = checkout.root.parent / f"{checkout.root.name}-data"
    elsewhere.mkdir()
    (elsewhere / "articles").symlink_to(checkout.folder)
    (elsewhere / "decision_trees").symlink_to(checkout.root / "decision_trees")
    linked = Office(checkout.engine, elsewhere, checkout.clock)

    done = linked.publish()

    assert done.notice == ""
    assert checkout.git("log", "--format=%an").split("\n")[0] == "aldo.autor"
    assert checkout.git("status", "--porcelain", "--untracked-files=no") == ""


def test_a_note_cannot_add_lines_to_what_git_is_told(checkout: Office) -> None:
    checkout.publish(note="Mudei\n\nEscrito por ninguem; aprovado por todos.")

    lines = checkout.git("show", "--no-patch", "--format=%B").strip().split("\n")

    assert lines[0].startswith("luzes: Mudei Escrito por ninguem")
    assert lines[1:] == ["", "Escrito por aldo.autor; aprovado por lia.lider."]
