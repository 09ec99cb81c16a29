"""Libraries of articles alone, made in memory, and pages to put in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kbwizard.content.articles import Article, read_article
from kbwizard.content.library import Library, make_bundle
from kbwizard.wizard.facts import Registry


def library_of_articles(sources: Mapping[str, str], *, synonyms: str = "") -> Library:
    """A library of these files, by slug, with no tree."""
    articles = {slug: _article(slug, source) for slug, source in sources.items()}
    bundle = make_bundle({}, Registry({}), "", {})
    return Library(bundle=bundle, articles=articles, problems=(), synonyms_source=synonyms)


def _article(slug: str, source: str) -> Article:
    article = read_article(source, f"articles/{slug}.md")
    assert isinstance(article, Article), article
    return article


def page(
    title: str,
    body: str,
    *,
    summary: str = "Nada.",
    aliases: Sequence[str] = (),
    tags: Sequence[str] = (),
    topics: str = "dns",
    public: bool = False,
) -> str:
    """The text of an article file."""
    head = [
        "---",
        f"title: {title}",
        f"summary: {summary}",
        f"topics: [{topics}]",
        f"tags: [{', '.join(tags)}]" if tags else "",
        f"aliases: [{', '.join(aliases)}]" if aliases else "",
        "owner: ana.autora",
        *(
            ("audience: [agent, trainee, customer]", "approved_by: rui.revisor")
            if public
            else ("audience: [agent, trainee]",)
        ),
        "---",
    ]
    return "\n".join([*filter(None, head), body, ""])


FRUIT = ("amora", "banana", "caju", "damasco", "figo", "goiaba", "jaca", "kiwi")


def fruit(**others: str) -> Library:
    """One article for each fruit, in which no other fruit is named; and these others."""
    sources = {word: page(f"Sobre {word}", f"Fala de {word}.") for word in FRUIT}
    return library_of_articles(sources | others)
