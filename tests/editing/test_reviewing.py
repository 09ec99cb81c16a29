"""From a draft to the file: another person approves, the file says who and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kbwizard.content.articles import Article, read_article
from kbwizard.editing.templates import left_over
from kbwizard.editing.values import Clashes
from kbwizard.errors import Conflict, ContentError, Forbidden, InvalidInput
from tests.editing.conftest import Office


def article_of(office: Office, slug: str) -> Article:
    found = read_article(office.text(slug), f"articles/{slug}.md")
    assert isinstance(found, Article), found
    return found


def test_an_approved_draft_is_the_file(office: Office) -> None:
    draft = office.in_review(note="Mais claro")

    publication = office.editing.approve(draft.id, by="lia.lider")

    assert "Olhe bem. A luz LOS vermelha" in office.text("luzes")
    assert (publication.slug, publication.number, publication.notice) == ("luzes", 2, "")
    assert office.editing.draft(draft.id).state == "published"
    latest = office.editing.history("luzes")[0]
    assert (latest.by, latest.approved_by, latest.note) == ("aldo.autor", "lia.lider", "Mais claro")
    assert latest.source == office.text("luzes")


def test_the_file_says_who_verified_it_and_on_which_day_here(office: Office) -> None:
    office.clock.moment = office.clock().replace(hour=2)  # still the day before in São Paulo

    office.publish()

    article = article_of(office, "luzes")
    day = (office.clock() - timedelta(hours=3)).date()
    assert (article.verified_by, article.verified_at) == ("lia.lider", day)
    assert article.approved_by == ""


def test_a_public_article_carries_the_second_persons_approval(office: Office) -> None:
    draft = office.in_review("publico")

    office.editing.approve(draft.id, by="ada.admin")

    article = article_of(office, "publico")
    assert (article.approved_by, article.approved_at) == ("ada.admin", office.clock().date())
    assert article.public


def test_an_article_made_internal_loses_its_approval(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="publico")
    draft = office.change(draft, "[agent, trainee, customer]", "[agent, trainee]")
    office.editing.send(draft.id, by="aldo.autor")

    office.editing.approve(draft.id, by="lia.lider")

    assert "approved" not in office.text("publico")


def test_nobody_who_wrote_in_it_approves_it(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    draft = office.editing.save(
        draft.id, by="lia.lider", revision=draft.revision, source=draft.source + "Mais.\n"
    )
    office.editing.send(draft.id, by="aldo.autor")
    before = office.text("luzes")

    for writer in ("aldo.autor", "lia.lider"):
        with pytest.raises(Forbidden):
            office.editing.approve(draft.id, by=writer)

    assert office.text("luzes") == before


def test_the_owner_cannot_be_the_second_person(office: Office) -> None:
    draft = office.in_review("publico", by="lia.lider")

    with pytest.raises(ContentError, match="dono do artigo"):
        office.editing.approve(draft.id, by="aldo.autor")

    assert office.editing.draft(draft.id).state == "review"


def test_a_major_edit_is_another_edition(office: Office) -> None:
    office.publish(major=True)

    assert article_of(office, "luzes").edition == 2


def test_a_new_article_gets_its_author_as_owner(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", title="Cabo solto", template="symptom")
    source = draft.source.replace("topics: []", "topics: [fibra-los]").replace(
        "owner: aldo.autor\n", ""
    )
    draft = office.editing.save(
        draft.id, by="aldo.autor", revision=draft.revision, source=_filled(source)
    )
    office.editing.send(draft.id, by="aldo.autor")

    publication = office.editing.approve(draft.id, by="lia.lider")

    assert publication.slug == "cabo-solto"
    assert article_of(office, "cabo-solto").owner == "aldo.autor"
    assert office.editing.history("cabo-solto")[0].number == 1


def test_what_is_wrong_keeps_a_draft_from_review_and_its_text(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    draft = office.change(draft, "A luz LOS", "Ligue (11) 90000-0001. Veja [isto](nao-existe).")

    with pytest.raises(ContentError) as refused:
        office.editing.send(draft.id, by="aldo.autor")

    rules = {problem.rule for problem in refused.value.problems}
    assert rules == {"missing-article", "personal-data"}
    assert office.editing.draft(draft.id) == draft


def test_a_draft_that_moved_since_the_reviewer_read_it_is_not_approved(office: Office) -> None:
    draft = office.in_review()

    with pytest.raises(Conflict):
        office.editing.approve(draft.id, by="lia.lider", revision=draft.revision - 1)

    assert "Olhe bem" not in office.text("luzes")


def test_a_draft_given_back_goes_on_and_comes_again(office: Office) -> None:
    draft = office.in_review()

    with pytest.raises(InvalidInput):
        office.editing.give_back(draft.id, by="lia.lider", note=" ")
    back = office.editing.give_back(draft.id, by="lia.lider", note="Falta o motivo.")

    assert (back.state, back.reviewer, back.review_note) == (
        "returned", "lia.lider", "Falta o motivo.",
    )  # fmt: skip
    office.change(back, "Olhe bem.", "Olhe bem, por segurança.")
    again = office.editing.send(draft.id, by="aldo.autor")
    assert (again.state, again.review_note) == ("review", "Falta o motivo.")
    office.editing.approve(draft.id, by="lia.lider")
    assert "por segurança" in office.text("luzes")


def test_what_is_not_in_review_is_not_approved(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")

    with pytest.raises(Conflict):
        office.editing.approve(draft.id, by="lia.lider")


def test_publications_are_in_the_audit(office: Office) -> None:
    office.publish()

    assert ("lia.lider", "article.draft", "article:luzes") in office.audit()


def test_a_new_address_keeps_the_old_one_and_the_history(office: Office) -> None:
    office.publish()
    draft = office.editing.begin("aldo.autor", slug="luzes")
    draft = office.change(draft, "Olhe bem.", "Olhe.", slug="luzes-do-aparelho")
    office.editing.send(draft.id, by="aldo.autor")

    office.editing.approve(draft.id, by="lia.lider")

    assert office.names() == ["luzes-do-aparelho.md", "outro.md", "publico.md"]
    assert article_of(office, "luzes-do-aparelho").formerly == ("luzes",)
    assert [(one.slug, one.number) for one in office.editing.history("luzes-do-aparelho")] == [
        ("luzes-do-aparelho", 3),
        ("luzes", 2),
        ("luzes", 1),
    ]


def test_an_article_may_go_back_to_its_old_address(office: Office) -> None:
    for now, slug in (("luzes", "luzes-do-aparelho"), ("luzes-do-aparelho", "luzes")):
        draft = office.editing.begin("aldo.autor", slug=now)
        office.change(draft, "luz LOS", "boa luz LOS", slug=slug)
        office.editing.send(draft.id, by="aldo.autor")
        office.editing.approve(draft.id, by="lia.lider")

    assert article_of(office, "luzes").formerly == ("luzes-do-aparelho",)
    assert [one.number for one in office.editing.history("luzes")] == [3, 2, 1]


@pytest.mark.parametrize("slug", ["outro", "new", "Com Espaço", "../fora", "a" * 81])
def test_an_address_that_is_taken_or_none_is_refused(office: Office, slug: str) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    office.change(draft, "A luz LOS", "Veja a luz LOS", slug=slug)

    with pytest.raises(ContentError) as refused:
        office.editing.send(draft.id, by="aldo.autor")

    assert refused.value.problems[0].rule in ("slug-taken", "file-name")
    assert office.names() == ["luzes.md", "outro.md", "publico.md"]


def test_an_old_address_of_another_article_is_taken_too(office: Office) -> None:
    office.edit_by_hand("outro", "owner:", "formerly: [antigo]\nowner:")
    draft = office.editing.begin("aldo.autor", slug="luzes")
    office.change(draft, "A luz LOS", "Veja a luz LOS", slug="antigo")

    with pytest.raises(ContentError, match='já é do artigo "outro"'):
        office.editing.send(draft.id, by="aldo.autor")


def test_the_second_of_two_authors_gets_the_conflict(office: Office) -> None:
    first, second = office.in_review(), office.in_review(by="bia.autora")
    office.editing.approve(first.id, by="lia.lider")

    with pytest.raises(Clashes) as refused:
        office.editing.approve(second.id, by="lia.lider")

    assert refused.value.clash.mine == second.source
    assert office.editing.draft(second.id).state == "review"


def _filled(source: str) -> str:
    """With something written over every sentence of the template."""
    lines = source.split("\n")
    for number in left_over(source):
        lines[number - 1] = f"{lines[number - 1].partition(':')[0]}: escrito por quem sabe"
    return "\n".join(lines)
