"""Articles over the API: what each token may read, and nothing of what it may not."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine

import kbwizard.app
from kbwizard.accounts.tokens import Scope, make_token
from kbwizard.web.services import Services
from tests.helpers.articles import article_source
from tests.helpers.clock import START
from tests.helpers.content import write_content
from tests.web.api.conftest import Bot, conforms


@pytest.fixture
def site(app: Flask, engine: Engine) -> Bot:
    """The provider's own web site: public articles only."""
    token = make_token(
        engine, name="site", scopes=(Scope.ARTICLES,), days=None, now=START, by="ada.admin"
    )
    return Bot(app.test_client(), token)


def test_a_token_for_articles_reads_the_public_ones(site: Bot, app: Flask) -> None:
    articles = app.extensions["kbwizard.kb"].live.articles()

    listed = site.ask("GET", "/articles").json["articles"]

    assert {one["slug"] for one in listed} == {slug for slug, one in articles.items() if one.public}
    assert all(one["fingerprint"] is None for one in listed)


def test_what_is_internal_is_not_found_by_it(site: Bot, app: Flask) -> None:
    articles = app.extensions["kbwizard.kb"].live.articles()
    internal = next(slug for slug, one in articles.items() if not one.public)

    assert site.ask("GET", f"/articles/{internal}").status_code == 404
    assert site.ask("GET", f"/articles/{internal}?audience=agent").status_code == 403
    assert site.ask("GET", "/articles?audience=agent").status_code == 403
    assert site.ask("GET", "/article-search?q=olt&audience=agent").status_code == 403
    hits = site.ask("GET", "/article-search?q=luz+vermelha").json["hits"]
    assert hits
    assert all(articles[hit["slug"]].public for hit in hits)


def test_a_page_comes_without_the_blocks_of_others(site: Bot, bot: Bot, app: Flask) -> None:
    articles = app.extensions["kbwizard.kb"].live.articles()
    both = [one for one in articles.values() if one.public and "::: interno" in one.source]
    assert both

    for article in both:
        public = site.ask("GET", f"/articles/{article.slug}").json
        internal = bot.ask("GET", f"/articles/{article.slug}?audience=agent").json

        assert conforms("WholeArticle", public) == conforms("WholeArticle", internal) == []
        assert public["html"] == article.view("customer").html != internal["html"]
        assert public["text"] == article.view("customer").text != internal["text"]
        assert all(articles[slug].public for slug in public["related"])


def test_no_search_of_a_public_token_says_an_internal_word(site: Bot, app: Flask) -> None:
    articles = [one for one in app.extensions["kbwizard.kb"].live.articles().values() if one.public]
    open_words = words("\n".join(f"{one.title} {one.view('customer').text}" for one in articles))
    hidden = words("\n".join(one.text for one in articles)) - open_words
    assert hidden

    for word in sorted(hidden)[:: max(1, len(hidden) // 40)]:
        found = site.ask("GET", f"/article-search?q={word}").json

        said = words("\n".join(f"{hit['title']} {hit['snippet']}" for hit in found["hits"]))
        assert said.isdisjoint(hidden)


@pytest.mark.parametrize(
    ("slug", "customer", "agent"),
    [
        ("saiu", 410, 410),
        ("saiu-por-dentro", 410, "dentro"),
        ("saiu-por-outra", "outra", "outra"),
        ("dentro-saiu", 404, 410),
        ("dentro-por-outra", 404, "outra"),
    ],
)
def test_a_retired_article_is_gone_and_a_replaced_one_is_its_heir(
    shelf: Flask, engine: Engine, slug: str, customer: int | str, agent: int | str
) -> None:
    scopes = (Scope.ARTICLES, Scope.INTERNAL_ARTICLES)
    token = make_token(engine, name="tudo", scopes=scopes, days=None, now=START, by="ada.admin")
    bot = Bot(shelf.test_client(), token)

    for audience, expected in (("customer", customer), ("agent", agent)):
        answer = bot.ask("GET", f"/articles/{slug}?audience={audience}")
        if isinstance(expected, str):
            assert (answer.status_code, answer.json["slug"]) == (200, expected)
        else:
            assert answer.status_code == expected
            assert "segredo" not in answer.text


def test_a_retired_article_is_in_no_list_and_no_search_of_a_token(
    shelf: Flask, engine: Engine
) -> None:
    scopes = (Scope.ARTICLES, Scope.INTERNAL_ARTICLES)
    token = make_token(engine, name="tudo", scopes=scopes, days=None, now=START, by="ada.admin")
    bot = Bot(shelf.test_client(), token)

    for audience in ("customer", "agent"):
        listed = bot.ask("GET", f"/articles?audience={audience}")
        found = bot.ask("GET", f"/article-search?q=segredo&audience={audience}")
        assert "segredo" not in listed.text
        assert found.json["hits"] == []


@pytest.fixture
def shelf(services: Services) -> Flask:
    """An app over a few articles, some of them retired."""
    public = {
        "audience": "[agent, trainee, customer]",
        "approved_by": "lia.lider",
        "approved_at": "2026-11-20",
    }
    gone = {"retired": "2026-11-22"}
    hidden = ("Segredo", "O segredo de antes.")
    trees, articles = write_content(
        services.settings.data_dir,
        {},
        articles={
            "dentro": article_source("Dentro"),
            "outra": article_source("Outra", **public),
            "saiu": article_source(*hidden, **public, **gone),
            "saiu-por-dentro": article_source(*hidden, **public, **gone, replaced_by="dentro"),
            "saiu-por-outra": article_source(*hidden, **public, **gone, replaced_by="outra"),
            "dentro-saiu": article_source(*hidden, **gone),
            "dentro-por-outra": article_source(*hidden, **gone, replaced_by="outra"),
        },
    )
    settings = replace(services.settings, trees_dir=trees, articles_dir=articles)
    bundle = replace(services, settings=settings)
    return kbwizard.app.create_app(services=bundle)


def words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 4}


def test_a_token_for_walks_reads_no_article(app: Flask, engine: Engine) -> None:
    token = make_token(
        engine, name="so-percursos", scopes=(Scope.WALK,), days=None, now=START, by="ada.admin"
    )

    assert Bot(app.test_client(), token).ask("GET", "/articles").status_code == 403


@pytest.mark.parametrize("path", ["/article-search", "/article-search?q=", "/articles?audience=eu"])
def test_a_question_that_is_none_is_told_which_field(path: str, site: Bot) -> None:
    answer = site.ask("GET", path)

    assert answer.status_code == 422
    assert answer.json["fields"]
