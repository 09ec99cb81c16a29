"""A new article's skeleton: what of it may stay, and what has to be written over."""

from __future__ import annotations

import pytest

from kbwizard.config import ROOT
from kbwizard.editing.templates import TEMPLATES, left_over, skeleton
from kbwizard.errors import ContentError
from tests.editing.conftest import ARTICLES, Office


def lines_of(source: str) -> list[str]:
    lines = source.split("\n")
    return [lines[number - 1] for number in left_over(source)]


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_sentence_of_a_template_is_known_and_no_heading(template: str) -> None:
    source = skeleton(template, title="", owner="aldo.autor")
    head, body = source.removeprefix("---\n").split("\n---\n")

    found = lines_of(source)

    spoken = [line for line in body.split("\n") if line and line[0] not in "#"]
    table = [line for line in spoken if line.startswith("|")][:2]
    assert found[0].startswith("title: ")
    assert found[1].startswith("summary: ")
    assert found[2:] == [line for line in spoken if line not in table]
    assert head.count("\n") > 2


def test_a_sentence_counts_wherever_it_stands_and_whatever_its_sign() -> None:
    text = (
        "Meu texto.\n\n4)  segundo  passo.\n* Frase pronta para o cliente, palavra por palavra.\n"
    )

    assert left_over(text) == [3, 4]
    assert left_over('---\ntitle: "Nome do procedimento"\nsummary: Meu.\n---\nOi.') == [2]
    assert left_over("---\ntags: [segundo passo.]\n---\nO segundo passo. E mais.\n") == []


def test_no_shipped_article_speaks_like_a_template() -> None:
    found = {
        file.name: lines_of(text)
        for file in (ROOT / "articles").glob("*.md")
        if left_over(text := file.read_text(encoding="utf-8"))
    }

    assert found == {}


def test_a_draft_that_still_has_them_is_not_sent_and_each_line_is_named(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", template="question", title="Por que cai?")
    draft = office.change(draft, "topics: []", "topics: [fibra-los]")
    draft = office.change(draft, "O motivo, com um exemplo.", "Porque o cabo está solto.")

    with pytest.raises(ContentError) as refused:
        office.editing.send(draft.id, by="aldo.autor")

    wrong = [one for one in refused.value.problems if one.rule == "left-over"]
    lines = draft.source.split("\n")
    assert [lines[one.line - 1] for one in wrong] == lines_of(draft.source)
    assert len(wrong) == 4
    assert "modelo" in wrong[0].message
    assert office.editing.draft(draft.id).state == "writing"


def test_written_over_it_goes_to_review_with_its_headings(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", template="symptom", title="Cabo solto")
    source = draft.source.replace("topics: []", "topics: [fibra-los]")
    for number, line in enumerate(lines_of(source)):
        source = source.replace(line, f"{line.partition(':')[0]}: escrito {number}")
    office.editing.save(draft.id, by="aldo.autor", revision=draft.revision, source=source)

    sent = office.editing.send(draft.id, by="aldo.autor")

    assert sent.state == "review"
    assert "## O que o cliente percebe" in sent.source


def test_an_article_that_is_already_there_is_not_about_templates(office: Office) -> None:
    assert [text for text in ARTICLES.values() if left_over(text)] == []
