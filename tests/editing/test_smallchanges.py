"""Changes of a line: verification, another name, synonyms, an approval of what is there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kbwizard.content.articles import Article, read_article
from kbwizard.editing.texts import fingerprint
from kbwizard.errors import Conflict, ContentError, Forbidden, InvalidInput, NotFound
from tests.editing.conftest import ARTICLES, Office


def article_of(office: Office, slug: str) -> Article:
    found = read_article(office.text(slug), f"articles/{slug}.md")
    assert isinstance(found, Article), found
    return found


def test_one_click_verifies_and_changes_two_lines_only(office: Office) -> None:
    day = office.editing.verify("luzes", by="ada.admin")

    assert office.text("luzes") == ARTICLES["luzes"].replace(
        "verified_by: lia.lider\nverified_at: 2026-11-20",
        f"verified_by: ada.admin\nverified_at: {day}",
    )
    latest = office.editing.history("luzes")[0]
    assert (latest.by, latest.note) == ("ada.admin", "Verificado")
    assert ("ada.admin", "article.verify", "article:luzes") in office.audit()


def test_verifying_twice_on_a_day_is_once(office: Office) -> None:
    office.editing.verify("luzes", by="ada.admin")
    office.editing.verify("luzes", by="ada.admin")

    assert len(office.editing.history("luzes")) == 2


def test_a_key_that_is_written_in_another_way_breaks_no_article(office: Office) -> None:
    for old in ("verified_by: lia.lider", '"verified_by": lia.lider'):
        new = '"verified_by": lia.lider' if old[0] == "v" else "? verified_by\n: lia.lider"
        office.edit_by_hand("luzes", old, new)
        before = office.text("luzes")
        try:
            office.editing.verify("luzes", by="ada.admin")
        except ContentError:
            assert office.text("luzes") == before
            continue
        assert article_of(office, "luzes").verified_by == "ada.admin"
        office.edit_by_hand("luzes", "verified_by: ada.admin", '"verified_by": lia.lider')


def test_what_does_not_exist_or_cannot_be_read_is_not_verified(office: Office) -> None:
    (office.folder / "torto.md").write_text("sem cabeçalho", encoding="utf-8")

    for slug in ("nada", "../luzes", "_synonyms"):
        with pytest.raises((NotFound, ContentError)):
            office.editing.verify(slug, by="ada.admin")
    with pytest.raises(ContentError):
        office.editing.verify("torto", by="ada.admin")


def test_another_name_is_one_more_item(office: Office) -> None:
    office.edit_by_hand("luzes", "owner:", "aliases:\n  - luz vermelha # do chat\nowner:")

    publication = office.editing.add_alias("luzes", "  modem  piscando ", by="ada.admin")

    assert publication is not None
    assert "  - luz vermelha # do chat\n  - modem piscando\nowner" in office.text("luzes")
    assert article_of(office, "luzes").aliases == ("luz vermelha", "modem piscando")


@pytest.mark.parametrize(
    "alias", ["Modem Piscando", "as luzes do aparelho", "AS LUZES DO APARELHO"]
)
def test_a_name_that_it_has_is_not_added(office: Office, alias: str) -> None:
    office.edit_by_hand("luzes", "owner:", "aliases: [modem piscando]\nowner:")
    before = office.text("luzes")

    assert office.editing.add_alias("luzes", alias, by="ada.admin") is None
    assert office.text("luzes") == before


@pytest.mark.parametrize("alias", ["", " ", "a" * 81])
def test_a_name_must_be_one(office: Office, alias: str) -> None:
    with pytest.raises(InvalidInput):
        office.editing.add_alias("luzes", alias, by="ada.admin")


def test_a_name_with_personal_data_is_refused(office: Office) -> None:
    with pytest.raises(ContentError, match="dado pessoal"):
        office.editing.add_alias("luzes", "cliente 111.222.333-96", by="ada.admin")

    assert office.text("luzes") == ARTICLES["luzes"]


def test_synonyms_are_a_file_with_a_history(office: Office) -> None:
    assert office.editing.synonyms() == ""

    office.editing.save_synonyms("caiu = queda\r\n", by="ada.admin", base="")
    office.editing.add_synonym("net", "internet", by="lia.lider")

    assert office.editing.synonyms() == "caiu = queda\nnet = internet\n"
    assert (office.folder / "_synonyms.txt").read_text(encoding="utf-8") == (
        "caiu = queda\nnet = internet\n"
    )
    assert [one.by for one in office.editing.history("_synonyms")] == ["lia.lider", "ada.admin"]
    assert ("ada.admin", "article.synonyms", "article:_synonyms") in office.audit()


def test_a_list_that_moved_is_not_overwritten(office: Office) -> None:
    office.editing.add_synonym("net", "internet", by="lia.lider")

    with pytest.raises(Conflict):
        office.editing.save_synonyms("caiu = queda\n", by="ada.admin", base="")

    base = office.editing.synonyms()
    assert office.editing.save_synonyms(
        base + "caiu = queda\n", by="ada.admin", base=fingerprint(base)
    )


@pytest.mark.parametrize(("typed", "meant"), [("", "x"), ("a", " "), ("a=b", "c"), ("a", "b # c")])
def test_what_is_no_synonym_is_refused(office: Office, typed: str, meant: str) -> None:
    with pytest.raises(InvalidInput):
        office.editing.add_synonym(typed, meant, by="ada.admin")


def test_a_bad_line_of_the_list_is_told(office: Office) -> None:
    with pytest.raises(ContentError) as refused:
        office.editing.save_synonyms("caiu = queda\nsem sinal de igual\n", by="a", base="")

    assert refused.value.problems[0].line == 2
    assert office.editing.synonyms() == ""


def test_a_synonym_that_is_there_is_not_added_again(office: Office) -> None:
    office.editing.add_synonym("net", "internet", by="lia.lider")

    assert office.editing.add_synonym(" net ", "internet", by="ada.admin") is None


def test_synonyms_of_eight_threads_are_all_there(office: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(
            pool.map(
                lambda n: office.editing.add_synonym(f"palavra{n}", "queda", by="a"), range(16)
            )
        )

    assert sorted(office.editing.synonyms().split()) == sorted(
        word for n in range(16) for word in (f"palavra{n}", "=", "queda")
    )


def test_a_second_person_approves_what_is_in_the_folder(office: Office) -> None:
    office.edit_by_hand("publico", "approved_by: lia.lider\napproved_at: 2026-11-20\n", "")
    assert not article_of(office, "publico").public

    with pytest.raises(Forbidden):
        office.editing.approve_public("publico", by="aldo.autor")  # its owner
    office.editing.approve_public("publico", by="ada.admin")

    assert article_of(office, "publico").public
    assert ("ada.admin", "article.approve", "article:publico") in office.audit()


def test_who_wrote_the_last_text_does_not_approve_it(office: Office) -> None:
    office.editing.add_alias("publico", "outra luz", by="ada.admin")

    with pytest.raises(Forbidden):
        office.editing.approve_public("publico", by="ada.admin")


def test_what_is_not_for_customers_is_not_approved_for_them(office: Office) -> None:
    with pytest.raises(InvalidInput):
        office.editing.approve_public("luzes", by="ada.admin")


def test_restoring_is_a_new_draft_with_the_old_text(office: Office) -> None:
    office.publish()
    open_one = office.editing.begin("aldo.autor", slug="luzes")

    draft = office.editing.restore("luzes", 1, by="aldo.autor")

    assert draft.id != open_one.id
    assert (draft.source, draft.note) == (ARTICLES["luzes"], "Volta à versão 1")
    office.editing.send(draft.id, by="aldo.autor")
    office.editing.approve(draft.id, by="lia.lider")
    assert "Olhe bem." not in office.text("luzes")
    assert office.editing.history("luzes")[0].number == 3


def test_two_versions_are_compared(office: Office) -> None:
    office.publish()

    lines = office.editing.compare("luzes", 1, 2)

    changed = next(one for one in lines if one.kind == "changed" and "Olhe" in one.text)
    assert ("added", "Olhe bem. ") in [(part.kind, part.text) for part in changed.parts]
    assert {one.kind for one in office.editing.compare("luzes", 0, 1)} <= {
        "added",
        "same",
        "changed",
    }


def test_a_version_that_is_none_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        office.editing.version("luzes", 99)
    for slug in ("nada", "../luzes"):
        with pytest.raises(NotFound):
            office.editing.history(slug)


@pytest.mark.parametrize("audience", ["agent", "customer", "trainee"])
def test_a_preview_shows_what_that_audience_would_see(office: Office, audience: str) -> None:
    source = ARTICLES["publico"] + "\n::: interno\nsegredo\n:::\n"

    view = office.editing.preview(source, audience)

    assert not isinstance(view, list)
    assert ("segredo" in view.html) == (audience != "customer")


@pytest.mark.parametrize(
    "head", ["", "---\ntitle:\ntopics: []\n---\n", "---\n: : :\n---\n", "---\n"]
)
def test_a_preview_does_not_wait_for_the_front_matter(office: Office, head: str) -> None:
    view = office.editing.preview(head + "## Uma seção\n\nTexto.\n", "agent")

    assert not isinstance(view, list)
    assert "Texto." in view.html


def test_a_block_that_is_left_open_is_told_at_its_line(office: Office) -> None:
    found = office.editing.preview("---\ntitle: a\n---\nTexto.\n::: interno\nsegredo\n", "customer")

    assert isinstance(found, list)
    assert found[0].line == 5
