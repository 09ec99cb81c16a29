"""Nobody alone has customers read something: whatever way one person takes, another must agree."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest

from kbwizard.content.articles import Article, read_article
from kbwizard.content.library import Library
from kbwizard.editing.service import Editing
from kbwizard.errors import Conflict, ContentError, Forbidden
from tests.editing.conftest import ARTICLES, ZONE, Office
from tests.editing.pictures import encoded, photograph, png

pytestmark = pytest.mark.sqlite_only  # what is judged here is text, not rows

PUBLIC = ARTICLES["publico"]


def zipped(**files: bytes) -> BytesIO:
    """A zip of these files of the folder; `_` before a name's ending stands for a dot."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            place, _, kind = name.rpartition("_")
            archive.writestr(f"articles/{place.replace('__', '/')}.{kind}", data)
    return out


def article(office: Office, slug: str) -> Article:
    found = read_article(office.text(slug), f"articles/{slug}.md")
    assert isinstance(found, Article), found
    return found


def quoted(text: str) -> str:
    return text.replace("approved_by:", '"approved_by":')


def indented(text: str) -> str:
    head, body = text.removeprefix("---\n").split("\n---\n", 1)
    lines = "\n".join(f"  {line}" for line in head.split("\n"))
    return f"---\n{lines}\n---\n{body}"


def behind_a_decoy(text: str) -> str:
    decoy = 'summary: "O que dizem\napproved_by: ninguem\nas luzes."\n'
    lines = [line for line in text.split("\n") if not line.startswith("summary:")]
    return "\n".join(lines).replace("---\n", f"---\n{decoy}", 1)


def asked(text: str) -> str:
    return text.replace("approved_by: lia.lider", "? approved_by\n: lia.lider")


@pytest.mark.parametrize("written", [quoted, indented, behind_a_decoy, asked])
def test_an_approval_written_in_an_odd_way_does_not_come_in_with_an_archive(
    office: Office, written: Callable[[str], str]
) -> None:
    text = written(PUBLIC.replace("Luzes, para você", "Luzes, de novo"))

    office.editing.import_zip(zipped(novo_md=text.encode()), by="ada.admin")

    assert "novo.md" not in office.names() or not article(office, "novo").public


def test_a_picture_of_a_public_page_is_not_exchanged_behind_its_approval(office: Office) -> None:
    (office.folder / "images").mkdir()
    (office.folder / "images" / "luz.png").write_bytes(png())
    office.edit_by_hand("publico", "A luz LOS", "![Luz acesa](images/luz.png)\n\nA luz LOS")
    office.content.reload()
    other = encoded(photograph(), "PNG")

    report = office.editing.import_zip(zipped(images__luz_png=other), by="ada.admin")

    assert report.done
    assert report.unapproved == ("publico",)
    assert not article(office, "publico").public


class Meanwhile:
    """Content that lets somebody do something just before it is looked at again."""

    def __init__(self, office: Office) -> None:
        self._content = office.content
        self.act: Callable[[], object] | None = None

    def library(self) -> Library:
        return self._content.library()

    def reload(self) -> None:
        act, self.act = self.act, None
        if act is not None:
            act()
        self._content.reload()


@pytest.mark.parametrize("later", [False, True])
def test_a_draft_exchanged_while_it_is_being_approved_is_not_published(
    office: Office, later: bool
) -> None:
    draft = office.in_review("publico")
    content = Meanwhile(office)
    reviewing = Editing(office.engine, content, office.folder, office.clock, zone=ZONE)

    def exchange() -> None:
        office.editing.withdraw(draft.id, by="aldo.autor")
        now = office.editing.draft(draft.id)
        office.change(now, "Olhe bem.", "Desligue tudo.")
        office.editing.send(draft.id, by="aldo.autor")

    content.act = exchange
    at = office.clock() + timedelta(hours=1) if later else None

    with pytest.raises(Conflict):
        reviewing.approve(draft.id, by="lia.lider", publish_at=at, revision=draft.revision)

    assert office.editing.draft(draft.id).state == "review"
    assert office.text("publico") == PUBLIC


def test_who_comes_to_write_in_it_meanwhile_does_not_approve_it(office: Office) -> None:
    draft = office.in_review("publico")
    content = Meanwhile(office)
    reviewing = Editing(office.engine, content, office.folder, office.clock, zone=ZONE)

    def write_in_it() -> None:
        office.editing.withdraw(draft.id, by="aldo.autor")
        now = office.editing.draft(draft.id)
        office.editing.save(
            draft.id, by="lia.lider", revision=now.revision, source=now.source + "Mais.\n"
        )
        office.editing.send(draft.id, by="lia.lider")

    content.act = write_in_it
    with pytest.raises((Conflict, Forbidden)):
        reviewing.approve(draft.id, by="lia.lider")

    assert office.text("publico") == PUBLIC


def test_a_verification_by_another_does_not_let_the_importer_approve(office: Office) -> None:
    changed = PUBLIC.replace("A luz LOS", "Olhe: a luz LOS")
    office.editing.import_zip(zipped(publico_md=changed.encode()), by="ada.admin")
    office.editing.verify("publico", by="lia.lider")

    with pytest.raises(Forbidden):
        office.editing.approve_public("publico", by="ada.admin")

    assert not article(office, "publico").public
    office.editing.approve_public("publico", by="lia.lider")
    assert article(office, "publico").public


def test_another_name_by_another_does_not_let_the_importer_approve(office: Office) -> None:
    changed = PUBLIC.replace("A luz LOS", "Olhe: a luz LOS")
    office.editing.import_zip(zipped(publico_md=changed.encode()), by="ada.admin")
    office.editing.add_alias("publico", "outra luz", by="lia.lider")

    with pytest.raises(Forbidden):
        office.editing.approve_public("publico", by="ada.admin")


@pytest.mark.parametrize("written", [quoted, behind_a_decoy])
def test_an_approval_typed_in_an_odd_way_keeps_a_draft_from_review(
    office: Office, written: Callable[[str], str]
) -> None:
    draft = office.editing.begin("aldo.autor", slug="publico")
    draft = office.editing.save(
        draft.id, by="aldo.autor", revision=draft.revision, source=written(PUBLIC)
    )

    with pytest.raises(ContentError) as refused:
        office.editing.send(draft.id, by="aldo.autor")

    assert {"front-matter"} == {one.rule for one in refused.value.problems}
    assert office.text("publico") == PUBLIC
