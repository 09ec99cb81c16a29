"""The guide for authors: its example is a good article, and it names every key and rule there is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from kbwizard.config import ROOT
from kbwizard.content import lint
from kbwizard.content.articles import Article, read_article
from kbwizard.content.library import Library, load_library
from kbwizard.content.lint.articles import check_article, company_of
from kbwizard.search.synonyms import read_synonyms

GUIDE = (ROOT / "docs" / "articles.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```markdown\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
ARTICLE_RULES = ("articles.py", "readers.py")


@pytest.fixture(scope="module")
def shipped() -> Library:
    return load_library(ROOT / "decision_trees", ROOT / "articles")


def part(title: str) -> str:
    """One section of the guide."""
    return GUIDE.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def first_column(section: str) -> set[str]:
    cells = re.findall(r"^\| ([^|]*) \|", section, re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([a-z_-]+)`", cell)}


def test_the_first_article_has_no_problem_beside_the_shipped_ones(shipped: Library) -> None:
    article = read_article(EXAMPLES[0], "articles/roteador-quente.md")

    assert isinstance(article, Article)
    assert check_article(article, company_of(shipped)) == []


def test_the_example_of_a_block_hides_its_words_from_customers() -> None:
    head = EXAMPLES[0].split("\n---\n", 1)[0].replace("agent, trainee", "agent, customer")
    article = read_article(f"{head}\n---\n\nPara todos.\n\n{EXAMPLES[1]}", "articles/bloco.md")

    assert isinstance(article, Article)
    assert "servidor" in article.view("agent").text
    assert article.view("customer").text == "Para todos."


def test_every_key_of_the_shipped_articles_is_explained(shipped: Library) -> None:
    used = {key for article in shipped.articles.values() for key in article.lines}

    assert used <= first_column(part("O cabeçalho, chave por chave"))


def test_every_key_that_is_explained_can_be_written() -> None:
    explained = first_column(part("O cabeçalho, chave por chave"))
    head, body = EXAMPLES[0].split("\n---\n", 1)
    written = {
        "approved_by: outra.pessoa",
        "approved_at: 2026-11-22",
        "must_read: true",
        "edition: 2",
        "formerly: [aparelho-quente]",
        "retired: 2026-11-22",
        "replaced_by: potencia-optica",
    }
    article = read_article("\n".join([head, *sorted(written), "---", body]), "articles/a.md")

    assert isinstance(article, Article)
    assert explained == set(article.lines)


def test_every_rule_on_articles_is_explained() -> None:
    folder = Path(lint.__file__).parent
    source = "".join((folder / name).read_text(encoding="utf-8") for name in ARTICLE_RULES)
    rules = set(re.findall(r'^\s+"([a-z]+(?:-[a-z]+)+)",$', source, re.MULTILINE))

    assert len(rules) >= 8
    assert rules <= first_column(part("O que a conferência diz"))


def test_the_example_of_synonyms_is_a_list_without_bad_lines() -> None:
    example = re.search(r"^```\n(# o que se digita.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert example is not None

    found = read_synonyms(example[1], "articles/_synonyms.txt")

    assert len(found.by_terms) == 2


def test_a_mistake_in_the_example_is_found(shipped: Library) -> None:
    article = read_article(EXAMPLES[0], "articles/roteador-quente.md")
    assert isinstance(article, Article)

    wrong = replace(article, related=("nao-existe",))

    assert [one.rule for one in check_article(wrong, company_of(shipped))] == ["missing-article"]
