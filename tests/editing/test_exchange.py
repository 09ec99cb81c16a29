"""All articles in a zip and back: the same, whole or not at all, and nothing hostile gets in."""

from __future__ import annotations

import json
import stat
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest

from kbwizard.content.articles import Article, read_article
from kbwizard.editing.values import ImportReport
from kbwizard.errors import SetupError
from tests.editing.conftest import ARTICLES, Office
from tests.editing.pictures import encoded, photograph, png
from tests.helpers.content import write_content

pytestmark = pytest.mark.sqlite_only  # an archive is judged before any database

Entries = list[tuple[str | zipfile.ZipInfo, bytes]]
NEW = ARTICLES["outro"].replace("Outro artigo", "Artigo novo")


def packed(entries: Entries | dict[str, str]) -> BytesIO:
    """A zip of those entries, as hostile as they are."""
    out = BytesIO()
    listed = (
        [(name, text.encode()) for name, text in entries.items()]
        if isinstance(entries, dict)
        else entries
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in listed:
            archive.writestr(name, data)
    return out


def entry(name: str, **more: int) -> zipfile.ZipInfo:
    """An entry's head, its fields as given; the name is not made safe."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    info.compress_type = zipfile.ZIP_DEFLATED
    for key, value in more.items():
        setattr(info, key, value)
    return info


def take_in(office: Office, stream: BytesIO, **more: bool) -> ImportReport:
    return office.editing.import_zip(stream, by="lia.lider", **more)


def untouched(office: Office) -> bool:
    return office.names() == ["luzes.md", "outro.md", "publico.md"] and all(
        office.text(slug) == text for slug, text in ARTICLES.items()
    )


def test_what_is_exported_is_imported_as_the_same(office: Office, tmp_path: Path) -> None:
    (office.folder / "images").mkdir()
    (office.folder / "images" / "luz.png").write_bytes(png())
    office.editing.add_synonym("net", "internet", by="lia.lider")
    data = office.editing.export_zip()
    other = elsewhere(office, tmp_path)

    report = take_in(other, BytesIO(data), trusted=True)

    assert report.done
    assert report.problems == ()
    assert (sorted(report.added), report.images) == (sorted(ARTICLES), ("luz.png",))
    assert other.editing.export_zip() == data
    again = take_in(other, BytesIO(data), trusted=True)
    assert (again.added, again.changed, again.images) == ((), (), ())
    assert sorted(again.same) == sorted(ARTICLES)


def elsewhere(office: Office, tmp_path: Path) -> Office:
    """Another installation, empty, on the same database (its history is of no matter here)."""
    root = tmp_path / "elsewhere"
    root.mkdir()
    write_content(root, {}, articles={})
    return Office(office.engine, root, office.clock)


def test_the_same_base_gives_the_same_bytes(office: Office) -> None:
    first = office.editing.export_zip()
    for file in office.folder.glob("*.md"):
        file.touch()

    assert office.editing.export_zip() == first


def test_the_manifest_names_every_file(office: Office) -> None:
    with zipfile.ZipFile(BytesIO(office.editing.export_zip())) as archive:
        told = json.loads(archive.read("manifest.json"))

        assert told["format"] == "kbwizard-articles"
        assert {"manifest.json", *told["files"]} == set(archive.namelist())


def test_a_rehearsal_tells_the_same_and_writes_nothing(office: Office) -> None:
    stream = packed({"articles/novo.md": NEW, "articles/luzes.md": ARTICLES["luzes"] + "Mais.\n"})

    report = office.editing.check_import(stream)

    assert (report.added, report.changed, report.done) == (("novo",), ("luzes",), False)
    assert untouched(office)
    assert take_in(office, stream).added == report.added


def test_an_import_is_in_the_history_the_audit_and_git(checkout: Office) -> None:
    take_in(checkout, packed({"articles/novo.md": NEW}))

    (version,) = checkout.editing.history("novo")
    assert (version.origin, version.by) == ("import", "lia.lider")
    assert ("lia.lider", "article.import", "article:novo") in checkout.audit()
    assert checkout.git("show", "--format=%s", "--name-only", "HEAD").split("\n")[:3] == [
        "Importa 1 artigos e 0 imagens", "", "articles/novo.md",
    ]  # fmt: skip


def test_over_the_web_a_changed_public_article_waits_for_a_second_person(office: Office) -> None:
    changed = ARTICLES["publico"].replace("A luz LOS", "Olhe: a luz LOS")

    report = take_in(office, packed({"articles/publico.md": changed}))

    assert (report.done, report.unapproved) == (True, ("publico",))
    assert not _article(office, "publico").public
    office.editing.approve_public("publico", by="ada.admin")
    assert _article(office, "publico").public


def test_over_the_web_nobody_brings_their_own_approval(office: Office) -> None:
    text = ARTICLES["publico"].replace("Luzes, para você", "Luzes, de novo")

    take_in(office, packed({"articles/novo.md": text}))

    assert "approved" not in office.text("novo")


SLY = {
    "quoted": ("approved_by: lia.lider", '"approved_by": lia.lider'),
    "quoted once": ("approved_by: lia.lider", "'approved_by' : lia.lider"),
    "escaped": ("approved_by: lia.lider", '"approved\\x5fby": lia.lider'),
    "asked": ("approved_by: lia.lider", "? approved_by\n: lia.lider"),
    "twice": ("approved_by: lia.lider", 'approved_by: lia.lider\n"approved_by": ada.admin'),
    "below": ("approved_by: lia.lider", "approved_by:\n  lia.lider"),
}


@pytest.mark.parametrize("name", [*SLY, "flow"])
def test_an_approval_written_slyly_does_not_get_in(office: Office, name: str) -> None:
    text = ARTICLES["publico"].replace("Luzes, para você", "Luzes, de novo")
    if name == "flow":
        head, body = text.removeprefix("---\n").split("\n---\n", 1)
        text = "---\n{" + head.replace("\n", ", ") + "}\n---\n" + body
    else:
        old, new = SLY[name]
        assert old in text
        text = text.replace(old, new)

    report = take_in(office, packed({"articles/novo.md": text}))

    assert report.errors or not _article(office, "novo").public
    assert report.errors == () or untouched(office)


def test_a_public_article_that_is_the_same_keeps_its_approval(office: Office) -> None:
    report = take_in(office, packed({"articles/publico.md": ARTICLES["publico"]}))

    assert (report.same, report.unapproved) == (("publico",), ())
    assert _article(office, "publico").public


def test_trusted_archives_keep_their_approvals(office: Office) -> None:
    changed = ARTICLES["publico"].replace("A luz LOS", "Olhe: a luz LOS")

    report = take_in(office, packed({"articles/publico.md": changed}), trusted=True)

    assert report.unapproved == ()
    assert _article(office, "publico").public


def test_articles_that_lead_to_each_other_come_together(office: Office) -> None:
    one = NEW.replace("A luz LOS", "Veja [dois](dois). A luz LOS")
    two = NEW.replace("Artigo novo", "Dois").replace("A luz LOS", "Veja [um](um). A luz LOS")

    assert take_in(office, packed({"articles/um.md": one, "articles/dois.md": two})).done


def test_every_problem_of_every_file_is_told_and_nothing_is_written(office: Office) -> None:
    stream = packed(
        {
            "articles/um.md": NEW.replace("A luz LOS", "Veja [x](nao-existe). A luz LOS"),
            "articles/dois.md": "sem cabeçalho",
            "articles/tres.md": NEW.replace("A luz", "Ligue (11) 90000-0001. A luz"),
            "articles/_synonyms.txt": "sem sinal de igual",
            "articles/quatro.md": NEW,
            "articles/Nome Ruim.md": NEW,
        }
    )

    report = take_in(office, stream)

    assert {(one.file, one.rule) for one in report.errors} == {
        ("articles/um.md", "missing-article"),
        ("articles/dois.md", "front-matter"),
        ("articles/tres.md", "personal-data"),
        ("articles/_synonyms.txt", "synonym"),
        ("articles/Nome Ruim.md", "archive"),
    }
    assert not report.done
    assert untouched(office)


def test_what_would_break_an_article_that_stays_is_told(office: Office) -> None:
    office.edit_by_hand("outro", "A luz LOS", "Veja [a seção](luzes#cores). A luz LOS")
    office.edit_by_hand("luzes", "A luz LOS vermelha", "## Cores\n\nA luz LOS vermelha")

    report = take_in(office, packed({"articles/luzes.md": ARTICLES["luzes"]}))

    assert [(one.file, one.rule) for one in report.errors] == [
        ("articles/outro.md", "missing-section")
    ]


def test_pictures_from_outside_are_cleaned(office: Office) -> None:
    secret = b"RUA DAS FLORES"
    sent = encoded(photograph(), "JPEG", comment=secret)

    report = take_in(office, packed([("articles/images/luz.jpg", sent)]))

    assert report.images == ("luz.jpg",)
    assert secret not in (office.folder / "images" / "luz.jpg").read_bytes()
    assert take_in(office, packed([("articles/images/luz.jpg", sent)])).images == ()


def test_a_folder_that_refuses_half_way_gets_back_what_it_had(office: Office) -> None:
    (office.folder / "images").symlink_to(office.root / "nowhere")
    stream = packed([("articles/images/luz.png", png()), ("articles/novo.md", NEW.encode())])

    with pytest.raises(SetupError):
        take_in(office, stream)

    (office.folder / "images").unlink()
    assert untouched(office)


LINK = entry("articles/luzes.md", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
PIPE = entry("articles/novo.md", external_attr=(stat.S_IFIFO | 0o777) << 16, create_system=3)
HOSTILE: dict[str, Entries] = {
    "up": [("articles/../../fora.md", NEW.encode())],
    "up from the top": [("../fora.md", NEW.encode())],
    "absolute": [(entry("/etc/cron.d/x.md"), b"x")],
    "drive": [(entry("C:/fora.md"), b"x")],
    "drive without slash": [(entry("c:fora.md"), b"x")],
    "backslash": [(entry("articles\\..\\fora.md"), b"x")],
    "backslash only": [(entry("..\\..\\fora.md"), b"x")],
    "dot": [("articles/./luzes.md", b"x")],
    "empty part": [("articles//luzes.md", b"x")],
    "control": [(entry("articles/lu\x1bzes.md"), b"x")],
    "newline": [(entry("articles/luzes\n.md"), b"x")],
    "nul": [(entry("articles/luzes.md\0.txt"), b"x")],
    "right to left": [(entry("articles/luz\u202edm.md"), b"x")],
    "too long": [("articles/" + "a" * 300 + ".md", b"x")],
    "slug too long": [("articles/" + "a" * 90 + ".md", NEW.encode())],
    "link": [(LINK, b"/etc/passwd")],
    "pipe": [(PIPE, b"x")],
    "twice": [("articles/novo.md", NEW.encode()), ("articles/novo.md", NEW.encode())],
    "case": [("articles/images/a.png", png()), ("articles/images/A.png", png())],
    "nested zip": [("articles/mais.zip", b"PK\x03\x04")],
    "nested tar": [("articles/images/a.tar.gz", b"\x1f\x8b")],
    "program": [("articles/run.exe", b"MZ")],
    "page": [("articles/a.html", b"<script>")],
    "elsewhere": [("decision_trees/_facts.yaml", b"format: 1")],
    "hidden": [("articles/.kbwizard.lock", b"")],
    "deeper": [("articles/a/b.md", NEW.encode())],
    "image in the wrong place": [("articles/a.png", png())],
    "reserved": [("articles/new.md", NEW.encode())],
    "not a picture": [("articles/images/a.png", b"<script>alert(1)</script>")],
    "other type": [("articles/images/a.jpg", png())],
    "svg with script": [("articles/images/a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")],
    "gif": [("articles/images/a.gif", b"GIF89a")],
    "no text": [("articles/a.md", b"\xff\xfe\x00")],
    "nul in text": [("articles/a.md", b"---\ntitle: a\x00\n---\n")],
    "bomb": [("articles/a.md", b"a" * 600_000)],
    "bomb of zeros": [("articles/images/a.png", b"\0" * 20_000_000)],
    "many": [(f"articles/a{n}.md", b"") for n in range(5001)],
    "manifest of another": [("manifest.json", b'{"format": "outro"}')],
    "manifest that is none": [("manifest.json", b"[" * 100_000)],
    "manifest that misses": [
        ("manifest.json", b'{"format": "kbwizard-articles", "version": 1, "files": {"articles/x.md": ""}}')
    ],
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_is_refused_with_its_name_and_what_to_do(office: Office, name: str) -> None:
    stream = packed([*HOSTILE[name], ("articles/bom.md", NEW.encode())])
    began = process_time()

    report = take_in(office, stream, trusted=True)

    assert report.errors
    assert all(one.file and one.message and one.file.isprintable() for one in report.errors)
    assert not report.done
    assert untouched(office)
    assert list(office.root.glob("fora*")) == []
    assert process_time() - began < 10


def damaged(at: bytes, more: int, put: bytes) -> BytesIO:
    """A good zip with bytes changed, counted from the last place where `at` stands."""
    data = bytearray(packed({"articles/novo.md": NEW, "articles/mais.md": NEW}).getvalue())
    place = data.rfind(at) + more
    data[place : place + len(put)] = put
    return BytesIO(bytes(data))


BROKEN = {
    "nothing": BytesIO(b""),
    "no zip": BytesIO(b"isto nao e um zip"),
    "half": BytesIO(packed({"articles/novo.md": NEW * 9}).getvalue()[:200]),
    "head only": BytesIO(packed({"articles/novo.md": NEW}).getvalue()[:60]),
    "with a password": damaged(b"PK\x01\x02", 8, b"\x01\x00"),
    "unknown method": damaged(b"PK\x01\x02", 10, b"\x63\x00"),
    "lies about its size": damaged(b"PK\x01\x02", 24, struct.pack("<I", 5)),
    "lies about its sum": damaged(b"PK\x01\x02", 16, b"\0\0\0\0"),
    "points behind the end": damaged(b"PK\x01\x02", 42, struct.pack("<I", 10**9)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_zip_is_told_and_nothing_is_written(office: Office, name: str) -> None:
    report = take_in(office, BROKEN[name])

    assert report.errors
    assert untouched(office)


def test_a_zip_with_any_byte_damaged_is_taken_whole_or_refused(office: Office) -> None:
    good = office.editing.export_zip()
    for place in range(0, len(good), 7):
        bad = bytearray(good)
        bad[place] ^= 0x5A

        report = office.editing.check_import(BytesIO(bytes(bad)), trusted=True)

        assert report.errors or not (report.changed or report.images)


def test_what_a_system_leaves_in_zips_is_left_out_with_a_word(office: Office) -> None:
    litter: Entries = [("__MACOSX/articles/._novo.md", b"x"), ("articles/.DS_Store", b"x")]

    report = take_in(office, packed([*litter, ("articles/novo.md", NEW.encode())]))

    assert (report.done, report.errors) == (True, ())
    assert [one.severity for one in report.problems] == ["warning", "warning"]
    assert office.names() == ["luzes.md", "novo.md", "outro.md", "publico.md"]


def _article(office: Office, slug: str) -> Article:
    found = read_article(office.text(slug), f"articles/{slug}.md")
    assert isinstance(found, Article), found
    return found
