"""Front matter that says who answers for an article, and until when."""

from __future__ import annotations

from datetime import date

import pytest

from kbwizard.content.articlehead import is_slug
from kbwizard.content.articles import Article, read_article
from tests.helpers.content import ARTICLE, PUBLIC


def article(text: str) -> Article:
    found = read_article(text, "articles/luzes.md")
    assert isinstance(found, Article), found
    return found


def test_an_article_is_due_so_many_days_after_it_was_verified() -> None:
    found = article(ARTICLE)

    assert found.due_on == date(2027, 5, 19)
    assert found.standing(date(2027, 5, 18)) == "verified"
    assert found.standing(date(2027, 5, 19)) == "due"


def test_without_a_day_or_a_person_nobody_verified_it() -> None:
    for key in ("verified_by: lia.lider\n", "verified_at: 2026-11-20\n"):
        assert article(ARTICLE.replace(key, "")).standing(date(2026, 11, 21)) == "never"


def test_what_never_ages_is_never_due() -> None:
    found = article(ARTICLE.replace("review_every: 180\n", ""))

    assert found.due_on is None
    assert found.standing(date(2040, 1, 1)) == "verified"


@pytest.mark.parametrize(
    ("find", "put", "rule"),
    [
        ("2026-11-20", "20/11/2026", "date"),
        ("2026-11-20", "2026-02-30", "date"),
        ("2026-11-20", "20261120", "wrong-type"),
        ("aldo.autor", '"Aldo Autor"', "person"),
        ("review_every: 180", "review_every: muito", "wrong-type"),
        ("review_every: 180", "edition: 0", "wrong-type"),
        ("review_every: 180", "edition: 1000000", "wrong-type"),
        ("review_every: 180", "must_read: sim", "wrong-type"),
        ("review_every: 180", "formerly: [Luz Vermelha]", "file-name"),
        ("review_every: 180", "formerly: [new]", "file-name"),
        ("review_every: 180", "starts: fibra los", "unknown-value"),
    ],
)
def test_each_wrong_value_is_named_on_its_line(find: str, put: str, rule: str) -> None:
    text = ARTICLE.replace(find, put)

    found = read_article(text, "articles/luzes.md")

    assert isinstance(found, list)
    lines = text.splitlines()
    assert [(one.rule, put in lines[one.line - 1]) for one in found] == [(rule, True)]


def test_the_fingerprint_is_of_the_whole_file() -> None:
    assert article(ARTICLE).fingerprint == article(ARTICLE).fingerprint
    assert article(ARTICLE).fingerprint != article(ARTICLE + "\n").fingerprint


@pytest.mark.parametrize("word", ["new", "a--b", "-a", "A", "á", "a b", "a/b", "..", "x" * 81, ""])
def test_what_is_no_address_is_refused(word: str) -> None:
    assert not is_slug(word)


def test_links_and_drawings_lead_where_their_readers_are() -> None:
    text = PUBLIC + "\n[x](outro#parte) ![duas luzes](images/luz.svg)\n"

    found = article(text)

    assert 'href="/desk/articles/outro#parte"' in found.view("agent").html
    assert 'src="/desk/article-images/luz.svg"' in found.view("agent").html
    assert 'href="/help/articles/outro#parte"' in found.view("customer").html
    assert 'src="/help/article-images/luz.svg"' in found.view("customer").html
    assert found.view("customer").images == (("luz.svg", "duas luzes"),)


def test_drawings_from_elsewhere_are_not_shown() -> None:
    for source in (
        "https://example.net/x.png",
        "/etc/x.png",
        "images/../x.png",
        "images/%2e/x.png",
    ):
        assert "src=" not in article(ARTICLE + f"\n![x]({source})\n").html
