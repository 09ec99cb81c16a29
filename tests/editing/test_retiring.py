"""An author takes an article out of the base and brings it back, each time with a second person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest

from kbwizard.content.addresses import found_at
from kbwizard.content.lint import lint_library
from kbwizard.editing.disk import DiskContent
from kbwizard.editing.retiring import is_retired
from kbwizard.editing.service import Editing
from kbwizard.editing.values import Draft
from kbwizard.errors import Conflict, ContentError, Forbidden, InvalidInput, NotFound
from tests.content.test_library import tree
from tests.editing.conftest import ARTICLES, ZONE, Office
from tests.editing.test_exchange import packed
from tests.helpers.articles import article_source
from tests.helpers.content import write_content


def fill(office: Office, articles: Mapping[str, str], *trees: str) -> None:
    made = {f"arvore{number}": text for number, text in enumerate(trees)}
    write_content(office.root, made, articles=articles)
    office.content.reload()


def out(office: Office, slug: str = "luzes", replaced_by: str = "") -> Draft:
    """Retired by the author, approved by the lead."""
    draft = office.editing.retire(slug, by="aldo.autor", replaced_by=replaced_by)
    office.editing.send(draft.id, by="aldo.autor")
    office.editing.approve(draft.id, by="lia.lider")
    return draft


def refused(office: Office, draft: Draft) -> list[str]:
    with pytest.raises(ContentError) as error:
        office.editing.send(draft.id, by="aldo.autor")
    return [one.message for one in error.value.problems]


def test_a_retirement_is_a_draft_that_another_person_publishes(office: Office) -> None:
    draft = office.editing.retire("luzes", by="aldo.autor")
    office.editing.send(draft.id, by="aldo.autor")
    assert "luzes" in office.content.library().articles

    with pytest.raises(Forbidden):
        office.editing.approve(draft.id, by="aldo.autor")
    office.editing.approve(draft.id, by="lia.lider")

    assert set(office.content.library().retired) == {"luzes"}
    assert "luzes" not in office.content.library().articles
    assert "A luz LOS vermelha" in office.text("luzes")
    latest = office.editing.history("luzes")[0]
    assert (latest.by, latest.approved_by, latest.note) == (
        "aldo.autor", "lia.lider", "Retira o artigo",
    )  # fmt: skip
    assert ("lia.lider", "article.draft", "article:luzes") in office.audit()


def test_only_the_keys_are_set(office: Office) -> None:
    draft = office.editing.retire("luzes", by="aldo.autor", replaced_by="outro")

    added = set(draft.source.split("\n")) - set(ARTICLES["luzes"].split("\n"))
    assert added == {f"retired: {office.clock().date()}", "replaced_by: outro"}


def test_nobody_is_said_to_have_verified_what_goes_out(office: Office) -> None:
    office.clock.pass_time(days=3)
    before = office.content.library().articles["luzes"]

    out(office)

    after = office.content.library().retired["luzes"]
    assert (after.verified_by, after.verified_at) == (before.verified_by, before.verified_at)


def test_it_goes_out_on_the_day_of_its_publication(office: Office) -> None:
    draft = office.editing.retire("luzes", by="aldo.autor")
    office.editing.send(draft.id, by="aldo.autor")
    office.clock.pass_time(days=3)

    office.editing.approve(draft.id, by="lia.lider")

    day = (office.clock() - timedelta(hours=3)).date()
    assert office.content.library().retired["luzes"].retired == day


def test_an_edit_of_a_retired_article_leaves_its_day(office: Office) -> None:
    out(office)
    day = office.content.library().retired["luzes"].retired
    office.clock.pass_time(days=3)

    office.publish("luzes")

    assert office.content.library().retired["luzes"].retired == day


def test_its_addresses_lead_to_what_replaces_it(office: Office) -> None:
    out(office, replaced_by="outro")

    assert office.content.library().articles["outro"].formerly == ("luzes",)
    retirement = office.editing.retired_in("luzes")
    assert retirement is not None
    assert retirement.note == "Retira o artigo; outro o substitui"


def test_who_asks_again_goes_on_with_the_same_draft(office: Office) -> None:
    first = office.editing.retire("luzes", by="aldo.autor")

    again = office.editing.retire("luzes", by="aldo.autor", replaced_by="outro")

    assert again.id == first.id
    assert "replaced_by: outro" in again.source
    assert "replaced_by" not in office.editing.retire("luzes", by="aldo.autor").source


def test_one_that_was_sent_is_not_begun_a_second_time(office: Office) -> None:
    draft = office.editing.retire("luzes", by="aldo.autor")
    office.editing.send(draft.id, by="aldo.autor")

    with pytest.raises(Conflict, match="já foi enviado"):
        office.editing.retire("luzes", by="aldo.autor")

    office.editing.approve(draft.id, by="lia.lider")
    back = office.editing.bring_back("luzes", by="aldo.autor")
    office.editing.send(back.id, by="aldo.autor")
    assert office.editing.bring_back("luzes", by="aldo.autor").id == back.id


def test_what_somebody_was_writing_is_no_part_of_it(office: Office) -> None:
    writing = office.change(office.editing.begin("aldo.autor", slug="luzes"), "A luz", "Uma luz")

    draft = office.editing.retire("luzes", by="aldo.autor")

    assert "Uma luz" not in draft.source
    assert office.editing.draft(writing.id) == writing


@pytest.mark.parametrize("word", ["luzes", "nao-existe", "../outro", "retirado"])
def test_a_replacement_that_cannot_be_is_refused(office: Office, word: str) -> None:
    gone = article_source("Retirado", retired="2026-11-01")
    fill(office, {**ARTICLES, "retirado": gone})

    with pytest.raises(InvalidInput) as error:
        office.editing.retire("luzes", by="aldo.autor", replaced_by=word)

    assert "replaced_by" in error.value.fields
    assert office.editing.drafts() == []


def test_what_is_not_there_or_out_already_is_not_retired(office: Office) -> None:
    with pytest.raises(NotFound):
        office.editing.retire("nao-existe", by="aldo.autor")
    with pytest.raises(Conflict):
        office.editing.bring_back("luzes", by="aldo.autor")
    out(office)
    with pytest.raises(Conflict):
        office.editing.retire("luzes", by="aldo.autor")


def test_it_is_not_sent_while_something_leads_to_it(office: Office) -> None:
    fill(
        office,
        {**ARTICLES, "link": article_source("Com link", "Veja [isto](luzes).")},
        tree("arvore0").replace("question: led.los", "question: led.los\n    article: luzes"),
    )
    draft = office.editing.retire("luzes", by="aldo.autor")

    told = refused(office, draft)

    assert ["articles/link.md" in told[0], "arvore0.yaml" in told[1], len(told)] == [True, True, 2]
    retirement = office.editing.retirement(draft)
    assert retirement is not None
    assert [(one.kind, one.name, one.node) for one in retirement.referrers] == [
        ("article", "link", ""), ("tree", "arvore0", "a"),
    ]  # fmt: skip
    again = office.editing.retire("luzes", by="aldo.autor", replaced_by="outro")
    assert office.editing.send(again.id, by="aldo.autor").state == "review"


def test_a_replacement_without_the_section_that_others_lead_to_is_told(office: Office) -> None:
    whole = ARTICLES["luzes"] + "\n## Cores\n\nVerde é bom.\n"
    link = article_source("Com link", "Veja [isto](luzes#cores).")
    fill(office, {**ARTICLES, "luzes": whole, "link": link})

    draft = office.editing.retire("luzes", by="aldo.autor", replaced_by="outro")

    (told,) = refused(office, draft)
    assert 'não tem a seção "cores"' in told


def test_a_public_page_that_would_lead_inside_is_told(office: Office) -> None:
    public = {
        "audience": "[agent, trainee, customer]",
        "approved_by": "lia.lider",
        "approved_at": "2026-11-20",
    }
    link = article_source("Com link", "Veja [isto](publico).", **public)
    fill(office, {**ARTICLES, "link": link})

    draft = office.editing.retire("publico", by="aldo.autor", replaced_by="outro")

    (told,) = refused(office, draft)
    assert "é interno, e este é para clientes" in told


def test_what_replaces_another_is_not_left_without_replacement(office: Office) -> None:
    out(office, replaced_by="outro")

    draft = office.editing.retire("outro", by="aldo.autor")

    (told,) = refused(office, draft)
    assert told.startswith("articles/luzes.md")
    out(office, "outro", replaced_by="publico")
    assert sorted(office.content.library().articles["publico"].formerly) == ["luzes", "outro"]


def test_what_came_to_lead_to_it_meanwhile_stops_its_publication(office: Office) -> None:
    draft = office.editing.retire("luzes", by="aldo.autor")
    office.editing.send(draft.id, by="aldo.autor")
    office.edit_by_hand("outro", "owner:", "related: [luzes]\nowner:")

    with pytest.raises(ContentError, match="leva a este artigo"):
        office.editing.approve(draft.id, by="lia.lider")

    assert not is_retired(office.text("luzes"))


@pytest.mark.parametrize("replaced_by", ["", "outro"])
def test_it_is_brought_back_by_the_same_way(office: Office, replaced_by: str) -> None:
    out(office, replaced_by=replaced_by)

    draft = office.editing.bring_back("luzes", by="bia.autora")
    retirement = office.editing.retirement(draft)
    assert retirement is not None
    assert retirement.kind == "brings_back"
    office.editing.send(draft.id, by="bia.autora")
    with pytest.raises(Forbidden):
        office.editing.approve(draft.id, by="bia.autora")
    office.editing.approve(draft.id, by="lia.lider")

    library = office.content.library()
    assert set(library.articles) == set(ARTICLES)
    assert library.retired == {}
    assert all(one.formerly == () for one in library.articles.values())
    assert office.editing.retired_in("luzes") is None


def test_an_old_version_brings_it_back_too(office: Office) -> None:
    office.publish("luzes")
    out(office)

    draft = office.editing.restore("luzes", 2, by="bia.autora")
    office.editing.send(draft.id, by="bia.autora")
    office.editing.approve(draft.id, by="lia.lider")

    assert "Olhe bem" in office.content.library().articles["luzes"].text


def test_old_addresses_of_its_own_do_not_stop_its_coming_back(office: Office) -> None:
    office.edit_by_hand("luzes", "owner:", "formerly: [antigo]\nowner:")
    office.content.reload()
    out(office, replaced_by="outro")

    draft = office.editing.bring_back("luzes", by="aldo.autor")

    assert office.editing.problems(draft.id) == []


def test_a_hand_edit_is_as_good(office: Office) -> None:
    office.edit_by_hand("luzes", "owner:", "retired: 2026-11-21\nreplaced_by: outro\nowner:")
    office.content.reload()

    retirement = office.editing.retired_in("luzes")

    assert office.content.library().articles["outro"].formerly == ("luzes",)
    assert retirement is not None
    assert (retirement.by, retirement.origin) == ("", "file")


def test_a_retired_article_takes_no_small_change(office: Office) -> None:
    out(office)
    text = office.text("luzes")
    office.clock.pass_time(days=1)

    for change in (
        lambda: office.editing.verify("luzes", by="lia.lider"),
        lambda: office.editing.add_alias("luzes", "luz vermelha", by="lia.lider"),
    ):
        with pytest.raises(Conflict, match="retirado"):
            change()

    assert office.text("luzes") == text


def test_a_retirement_written_in_an_odd_way_is_told(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    office.change(draft, "owner:", "'retired': 2026-11-22\nowner:")

    (told,) = refused(office, draft)

    assert '"retired" está escrita de um jeito que não sabemos mudar' in told


@pytest.mark.sqlite_only
def test_retired_articles_travel_in_archives(office: Office) -> None:
    out(office, replaced_by="outro")
    archive = office.editing.export_zip()
    (office.folder / "luzes.md").write_text(ARTICLES["luzes"], encoding="utf-8")
    office.content.reload()

    report = office.editing.import_zip(BytesIO(archive), by="lia.lider", trusted=True)

    assert (report.errors, report.changed) == ((), ("luzes",))
    assert set(office.content.library().retired) == {"luzes"}
    assert office.content.library().articles["outro"].formerly == ("luzes",)


@pytest.mark.sqlite_only
def test_an_archive_that_retires_what_others_lead_to_is_refused(office: Office) -> None:
    linked = tree("arvore0").replace("question: led.los", "question: led.los\n    article: luzes")
    alone = article_source("Luzes", retired="2026-11-22")
    fill(office, ARTICLES, linked)

    report = office.editing.import_zip(packed({"articles/luzes.md": alone}), by="lia.lider")

    assert [(one.file, one.rule) for one in report.errors] == [
        ("decision_trees/arvore0.yaml", "retired-article")
    ]
    assert not is_retired(office.text("luzes"))


class Overtaken(DiskContent):
    """Content of a process that another one overtakes between a look and its turn to write."""

    def __init__(self, office: Office, meanwhile: Callable[[], object]) -> None:
        super().__init__(office.root / "decision_trees", office.folder)
        self._meanwhile = [meanwhile]

    def reload(self) -> None:
        super().reload()
        if self._meanwhile:
            self._meanwhile.pop()()


def test_two_processes_do_not_retire_each_others_replacement(office: Office) -> None:
    first = office.editing.retire("luzes", by="aldo.autor", replaced_by="outro")
    second = office.editing.retire("outro", by="bia.autora", replaced_by="luzes")
    for draft in (first, second):
        office.editing.send(draft.id, by=draft.author)
    content = Overtaken(office, lambda: office.editing.approve(second.id, by="lia.lider"))
    editing = Editing(office.engine, content, office.folder, office.clock, zone=ZONE)

    with pytest.raises(ContentError, match="nada o substitui"):
        editing.approve(first.id, by="lia.lider")

    office.content.reload()
    assert set(office.content.library().retired) == {"outro"}
    assert office.editing.draft(first.id).state == "review"


@pytest.mark.sqlite_only
def test_an_address_that_a_retired_article_had_stays_its_own(office: Office) -> None:
    fill(office, {"velho": article_source("Velho", formerly="[antigo]", retired="2026-11-01")})
    draft = office.editing.begin("aldo.autor", slug="antigo", title="Novo")

    told = {one.message for one in office.editing.problems(draft.id)}

    assert 'o endereço "antigo" já é do artigo "velho"' in told


@pytest.mark.sqlite_only
def test_an_imported_retired_article_asks_for_no_approval(office: Office) -> None:
    source = article_source(
        "Velho", retired="2026-11-01", audience="[agent, trainee, customer]",
        approved_by="bia.autora", approved_at="2026-11-01",
    )  # fmt: skip

    report = office.editing.import_zip(packed({"articles/velho.md": source}), by="lia.lider")

    office.content.reload()
    assert report.unapproved == ("velho",)
    assert found_at(office.content.library(), "velho", "customer") is None
    assert lint_library(office.content.library()) == []


def test_touches_at_the_same_moment_begin_one_draft(office: Office) -> None:
    with ThreadPoolExecutor(4) as hands:
        asked = [hands.submit(office.editing.retire, "luzes", by="aldo.autor") for _ in range(4)]
        found = {one.result().id for one in asked}

    assert [one.id for one in office.editing.drafts()] == list(found)
