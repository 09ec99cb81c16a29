"""Drafts: begun once, saved often, and nothing typed is lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from kbwizard.editing.values import Draft, DraftMoved
from kbwizard.errors import Conflict, InvalidInput, NotFound
from tests.editing.conftest import ARTICLES, Office


def test_a_draft_begins_with_the_article_as_it_is(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")

    assert (draft.source, draft.slug, draft.article) == (ARTICLES["luzes"], "luzes", "luzes")
    assert (draft.title, draft.state, draft.writers) == (
        "As luzes do aparelho", "writing", ("aldo.autor",),
    )  # fmt: skip


def test_one_goes_on_with_ones_own_open_draft(office: Office) -> None:
    first = office.editing.begin("aldo.autor", slug="luzes")
    saved = office.change(first, "A luz", "Uma luz")

    assert office.editing.begin("aldo.autor", slug="luzes") == saved
    assert office.editing.begin("bia.autora", slug="luzes").id != first.id


def test_after_publication_the_next_draft_is_a_new_one(office: Office) -> None:
    first = office.in_review()
    office.editing.approve(first.id, by="lia.lider")

    again = office.editing.begin("aldo.autor", slug="luzes")

    assert again.id != first.id
    assert again.source == office.text("luzes")


@pytest.mark.parametrize("template", ["procedure", "symptom", "question"])
def test_a_new_article_begins_from_a_template_with_its_title_as_address(
    office: Office, template: str
) -> None:
    draft = office.editing.begin("aldo.autor", template=template, title="Não navega: e agora?")

    assert draft.slug == "nao-navega-e-agora"
    assert draft.title == "Não navega: e agora?"
    assert "## O que dizer" in draft.source
    rules = {one.rule for one in office.editing.problems(draft.id)}
    assert rules <= {"empty-value", "missing-key", "left-over"}


def test_two_new_articles_are_two_drafts(office: Office) -> None:
    one, other = (office.editing.begin("aldo.autor", title=title) for title in ("Um", "Dois"))

    assert one.id != other.id


@pytest.mark.parametrize("slug", ["nao-existe", "../luzes", "luzes.md", "LUZES", "", "new"])
def test_there_is_no_draft_of_what_is_no_article(office: Office, slug: str) -> None:
    if slug:
        with pytest.raises(NotFound):
            office.editing.begin("aldo.autor", slug=slug)
    else:
        assert office.editing.begin("aldo.autor").slug == ""


def test_saving_from_a_second_tab_keeps_both_texts(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    office.change(draft, "A luz", "Primeira aba: a luz")

    with pytest.raises(DraftMoved) as refused:
        office.change(draft, "A luz", "Segunda aba: a luz")

    assert "Primeira aba" in refused.value.draft.source
    (copy,) = office.editing.side_copies(draft.id)
    assert copy == refused.value.copy
    assert "Segunda aba" in copy.source


def test_a_tab_that_stays_behind_has_one_copy_with_its_last_text(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    office.change(draft, "A luz", "Primeira aba: a luz")

    for text in ("um", "um dois", "um dois três"):
        with pytest.raises(DraftMoved):
            office.editing.save(draft.id, by="aldo.autor", revision=1, source=text)

    assert [one.source for one in office.editing.side_copies(draft.id)] == ["um dois três"]


def test_the_same_saving_sent_twice_is_one(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    saved = office.change(draft, "A luz", "Uma luz")

    assert office.change(draft, "A luz", "Uma luz") == saved
    assert office.editing.side_copies(draft.id) == []


@pytest.mark.parametrize("state", ["review", "published", "discarded"])
def test_what_is_typed_into_a_draft_that_takes_no_text_is_kept_aside(
    office: Office, state: str
) -> None:
    draft = office.in_review()
    if state == "published":
        office.editing.approve(draft.id, by="lia.lider")
    elif state == "discarded":
        office.editing.discard(draft.id, by="aldo.autor")

    with pytest.raises(DraftMoved):
        office.change(draft, "Olhe bem.", "Ainda digitando.")

    assert "Ainda digitando" in office.editing.side_copies(draft.id)[0].source
    assert office.editing.draft(draft.id).source == draft.source


def test_a_draft_taken_out_of_review_takes_text_again(office: Office) -> None:
    draft = office.in_review()

    back = office.editing.withdraw(draft.id, by="aldo.autor")

    assert office.change(back, "Olhe bem.", "Olhe.").revision == back.revision + 1


def test_text_from_a_browser_is_kept_as_a_file_has_it(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")

    saved = office.editing.save(
        draft.id, by="aldo.autor", revision=1, source="um\r\ndo\u200bis\r\u202etr\xadês\x00\ud83d\n"
    )

    assert office.editing.draft(saved.id).source == "um\ndois\ntrês\n"


def test_a_text_too_large_for_an_article_is_refused(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")

    with pytest.raises(InvalidInput, match="512 KB"):
        office.editing.save(draft.id, by="aldo.autor", revision=1, source="á" * 300_000)


def test_lists_hold_what_is_open_the_last_saved_first(office: Office) -> None:
    old = office.editing.begin("aldo.autor", slug="luzes")
    office.clock.pass_time(minutes=1)
    gone = office.editing.begin("aldo.autor", slug="outro")
    office.clock.pass_time(minutes=1)
    new = office.editing.begin("bia.autora", slug="outro")
    office.editing.discard(gone.id, by="aldo.autor")

    assert [one.id for one in office.editing.drafts()] == [new.id, old.id]
    assert [one.id for one in office.editing.drafts(author="aldo.autor")] == [old.id]
    assert [one.id for one in office.editing.drafts(states=["discarded"])] == [gone.id]


def test_a_draft_that_does_not_exist_is_not_found(office: Office) -> None:
    for ask in (office.editing.draft, office.editing.side_copies, office.editing.problems):
        with pytest.raises(NotFound):
            ask(999)


def test_a_discarded_draft_stays_discarded(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    office.editing.discard(draft.id, by="aldo.autor")

    with pytest.raises(Conflict):
        office.editing.discard(draft.id, by="aldo.autor")


def test_eight_threads_saving_lose_nothing(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")

    def save(number: int) -> Draft | None:
        try:
            return office.editing.save(
                draft.id, by="aldo.autor", revision=draft.revision, source=f"texto {number}"
            )
        except DraftMoved:
            return None

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(save, range(24)))

    (kept,) = [one for one in answers if one is not None]
    assert office.editing.draft(draft.id) == kept
    assert kept.revision == draft.revision + 1
    # One screen that is behind keeps its last text; which of the threads that was is chance.
    (copy,) = office.editing.side_copies(draft.id)
    assert copy.source.startswith("texto ")
    assert copy.source != kept.source


def test_eight_people_in_one_draft_all_find_their_text(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")

    def save(number: int) -> None:
        try:
            office.editing.save(
                draft.id, by=f"pessoa.{number}", revision=draft.revision, source=f"texto {number}"
            )
        except DraftMoved:
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(8)))

    texts = [office.editing.draft(draft.id).source]
    texts += [one.source for one in office.editing.side_copies(draft.id)]
    assert sorted(texts) == [f"texto {number}" for number in range(8)]


def test_eight_threads_beginning_get_one_draft(office: Office) -> None:
    with ThreadPoolExecutor(8) as pool:
        begun = list(
            pool.map(lambda _n: office.editing.begin("aldo.autor", slug="luzes").id, range(16))
        )

    assert len(set(begun)) == 1
