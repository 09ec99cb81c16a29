"""Articles as values, from front matter given as keywords, read by the real reader."""

from __future__ import annotations

from typing import Any

from kbwizard.content.articles import Article, read_article

HEAD: dict[str, Any] = {
    "summary": "O que fazer, em uma frase.",
    "topics": "[fibra-los]",
    "owner": "aldo.autor",
    "verified_by": "lia.lider",
    "verified_at": "2026-11-20",
    "review_every": 180,
}


def article_source(title: str, body: str = "Comece por olhar as luzes.", **head: Any) -> str:
    """An article's file; a key given as None is left out."""
    keys = {"title": title, **HEAD, **head}
    lines = [f"{key}: {value}" for key, value in keys.items() if value is not None]
    return "\n".join(["---", *lines, "---", "", body, ""])


def article(slug: str, title: str = "", **head: Any) -> Article:
    """A good article of this slug."""
    found = read_article(article_source(title or slug, **head), f"articles/{slug}.md")
    assert isinstance(found, Article), found
    return found
