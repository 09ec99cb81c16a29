"""The public centre: what customers and search engines get, and what they never get."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

import kbwizard.app
from kbwizard.config import ROOT
from kbwizard.db import make_engine
from kbwizard.selfservice.subject import complaint_for
from kbwizard.web.services import Services
from kbwizard.web.services import Services as Bundle

SECRET = "zebra"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><title>x</title></svg>'
HEAD = """---
title: "{title}"
summary: O que fazer quando a luz fica vermelha.
topics: [fibra-los]
tags: [{secret}tag]
aliases: ["{secret}alias nao funciona"]
audience: [agent, trainee{customer}]
owner: aldo.autor
verified_by: lia.lider
verified_at: 2026-11-20
review_every: 180
{more}---

"""
APPROVED = "approved_by: lia.lider\napproved_at: 2026-11-20\n"
BODY = f"""A luz vermelha diz que falta luz no cabo.

## O que olhar

![Uma luz vermelha](images/aberta.svg)

1. Olhe o cabo fino.

::: interno
## Só para {SECRET}dentro

A {SECRET}palavra interna, e ![dela](images/{SECRET}.svg).
:::

::: treinamento
Para {SECRET}aprender.
:::
"""


RETIRED = (
    ("retirada", "", True),
    ("retirada-por-dentro", "por-dentro", True),
    ("retirada-por-outra", "lenta", True),
    ("interna-retirada", "", False),
    ("interna-por-outra", "lenta", False),
    ("retirada-em-corrente", "interna-por-outra", True),
)
"""(slug, what replaces it, whether customers read it)."""


def write(folder: Path, slug: str, title: str, *, public: bool, more: str = "") -> None:
    head = HEAD.format(
        title=title,
        secret=SECRET,
        customer=", customer" if public else "",
        more=more,
    )
    (folder / f"{slug}.md").write_text(head + BODY, encoding="utf-8")


@pytest.fixture(scope="module")
def articles_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("centre") / "articles"
    (folder / "images").mkdir(parents=True)
    for name in ("aberta", SECRET, f"{SECRET}2"):
        (folder / "images" / f"{name}.svg").write_text(DRAWING)
    lead = (
        APPROVED
        + "formerly: [luz-velha]\nrelated: [por-dentro, retirada-por-outra, retirada-em-corrente]\nstarts: lentidao\n"
    )
    write(folder, "luz-vermelha", "Luz vermelha no aparelho", public=True, more=lead)
    write(folder, "lenta", "Internet lenta", public=True, more=APPROVED)
    write(
        folder, "por-dentro", f"Roteiro {SECRET}", public=False, more="formerly: [velho-interno]\n"
    )
    write(folder, "sem-aprovar", f"Rascunho {SECRET}", public=True)
    alone = "approved_by: aldo.autor\napproved_at: 2026-11-20\n"
    write(folder, "por-si-so", f"Sozinho {SECRET}", public=True, more=alone)
    gone = "retired: 2026-11-22\n"
    for slug, heir, public in RETIRED:
        more = gone + (f"replaced_by: {heir}\n" if heir else "") + (APPROVED if public else "")
        write(folder, slug, f"Retirado {SECRET}", public=public, more=more)
    return folder


@pytest.fixture(scope="module")
def centre(
    services: Services, articles_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("centre-data")
    shutil.copy(services.settings.data_dir / "kbwizard.db", folder / "kbwizard.db")
    engine = make_engine(f"sqlite:///{folder / 'kbwizard.db'}")
    settings = replace(
        services.settings,
        data_dir=folder,
        database_url=f"sqlite:///{folder / 'kbwizard.db'}",
        articles_dir=articles_dir,
        public_url="https://ajuda.example",
    )
    app = kbwizard.app.create_app(
        services=Bundle(settings=settings, engine=engine, clock=services.clock)
    )
    app.extensions["kbwizard-limiter"].enabled = False
    yield app
    engine.dispose()


@pytest.fixture
def browser(centre: Flask) -> FlaskClient:
    return centre.test_client()


INTERNAL = (
    *("por-dentro", "sem-aprovar", "por-si-so", "velho-interno", "nao-existe"),
    *("interna-retirada", "interna-por-outra"),
)
GONE = ("retirada", "retirada-por-dentro")
EVERYWHERE = (
    "/help/articles",
    "/help/articles/",
    "/help/articles/luz-vermelha",
    "/help/articles/luz-vermelha/opiniao",
    "/help/articles/luz-vermelha/obrigado",
    "/help/articles/sitemap.xml",
    "/help/articles/feed.xml",
    "/help/articles/offline.html",
    "/help/articles?q=luz+vermelha",
    "/help/articles?q=interna",
    "/help?sobre=luz-vermelha",
    "/help?sobre=por-dentro",
    "/robots.txt",
    *(f"/help/articles/{slug}" for slug in INTERNAL),
    *(f"/help/articles/{slug}/opiniao" for slug in INTERNAL),
    *(f"/help/articles/{slug}" for slug, _, _ in RETIRED),
    *(f"/help/articles/{slug}/opiniao" for slug in GONE),
    *(f"/help?sobre={slug}" for slug in GONE),
)


@pytest.mark.parametrize("address", EVERYWHERE)
def test_nothing_internal_leaves_by_any_way_out(address: str, browser: FlaskClient) -> None:
    answer = browser.get(address, follow_redirects=True)

    told = answer.get_data(as_text=True) + str(answer.headers)
    assert SECRET not in told.replace(address, "")


@pytest.mark.parametrize("word", ["palavra", "dentro", "alias", "tag", "aprender"])
def test_a_search_for_an_internal_word_shows_none(word: str, browser: FlaskClient) -> None:
    for typed in (f"{SECRET}{word}", f"{SECRET}{word}"[:-1], SECRET, f"{SECRET}alias nao funciona"):
        page = BeautifulSoup(browser.get(f"/help/articles?q={typed}").data, "html.parser")
        for field in page.select("input, title"):
            field.decompose()
        told = page.get_text().replace(f"“{typed}”", "")

        assert SECRET not in told


@pytest.mark.parametrize("slug", INTERNAL)
def test_what_is_internal_is_answered_like_what_is_not_there(
    slug: str, browser: FlaskClient
) -> None:
    there = browser.get(f"/help/articles/{slug}")
    nowhere = browser.get("/help/articles/outra-que-nao-existe")

    assert (there.status_code, there.data) == (404, nowhere.data)
    assert there.headers["X-Robots-Tag"] == nowhere.headers["X-Robots-Tag"]


def leads_on(page: BeautifulSoup) -> bool:
    """Whether there is a search, and the way to all pages."""
    search = "form[role=search][action='/help/articles'] input[name=q]"
    return bool(page.select_one(search) and page.select_one("main a[href='/help/articles']"))


@pytest.mark.parametrize("slug", GONE)
def test_a_page_that_went_out_says_so_and_leads_to_the_others(
    slug: str, browser: FlaskClient
) -> None:
    answer = browser.get(f"/help/articles/{slug}")
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")

    assert answer.status_code == 410
    assert page.select_one("h1").text == "Este artigo saiu do ar"
    assert leads_on(page)
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("slug", ["retirada-por-outra", "retirada-em-corrente"])
def test_a_page_that_was_replaced_leads_on_and_not_for_ever(
    slug: str, browser: FlaskClient
) -> None:
    answer = browser.get(f"/help/articles/{slug}")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/help/articles/lenta")
    assert answer.headers["Cache-Control"] == "public, max-age=60"  # it may come back


@pytest.mark.parametrize("address", ["nao-existe", "por-dentro", "luz-vermelha/nada"])
def test_a_page_that_is_not_there_leads_to_the_search_and_to_all_pages(
    address: str, browser: FlaskClient
) -> None:
    answer = browser.get(f"/help/articles/{address}")
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")

    assert answer.status_code == 404
    assert leads_on(page)
    assert page.select_one("a[href='/help/pessoa']")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("aberta.svg", 200),
        (f"{SECRET}.svg", 404),
        (f"{SECRET}2.svg", 404),
        ("nada.svg", 404),
        ("..%2fluz-vermelha.md", 404),
        ("../por-dentro.md", 404),
    ],
)
def test_a_drawing_is_given_if_a_public_page_shows_it(
    name: str, status: int, browser: FlaskClient
) -> None:
    assert browser.get(f"/help/article-images/{name}").status_code == status


def test_a_drawing_opened_alone_can_do_nothing(browser: FlaskClient) -> None:
    answer = browser.get("/help/article-images/aberta.svg")

    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = browser.get(
        "/help/article-images/aberta.svg", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_an_old_address_leads_to_the_new_one_for_good(browser: FlaskClient) -> None:
    answer = browser.get("/help/articles/luz-velha")

    assert (answer.status_code, answer.headers["Location"]) == (301, "/help/articles/luz-vermelha")


def test_a_page_says_what_it_is_to_a_search_engine(browser: FlaskClient) -> None:
    answer = browser.get("/help/articles/luz-vermelha")
    page = BeautifulSoup(answer.data, "html.parser")

    canonical = "https://ajuda.example/help/articles/luz-vermelha"
    assert page.select_one("link[rel=canonical]")["href"] == canonical
    assert page.select_one("meta[name=description]")["content"].startswith("O que fazer")
    assert page.select_one('[itemtype="https://schema.org/TechArticle"] h1[itemprop=headline]')
    assert page.select_one("time[itemprop=dateModified]")["datetime"] == "2026-11-20"
    assert answer.headers["X-Robots-Tag"] == "all"
    assert len(page.select("h1")) == 1


def test_pages_carry_no_cookie_and_may_be_kept(browser: FlaskClient) -> None:
    answer = browser.get("/help/articles/luz-vermelha")

    assert "Set-Cookie" not in answer.headers
    assert "public" in answer.headers["Cache-Control"]
    again = browser.get(
        "/help/articles/luz-vermelha", headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert again.status_code == 304


def test_pages_are_light_and_without_scripts_of_their_own(browser: FlaskClient) -> None:
    answer = browser.get("/help/articles/luz-vermelha", headers={"Accept-Encoding": "gzip"})
    page = BeautifulSoup(browser.get("/help/articles/luz-vermelha").data, "html.parser")

    assert len(answer.data) < 4000
    assert all(script.get("src") and not script.string for script in page.select("script"))
    assert not page.select("[style], [onclick]")


def test_the_site_map_and_the_feed_hold_the_public_pages_only(browser: FlaskClient) -> None:
    for address in ("/help/articles/sitemap.xml", "/help/articles/feed.xml"):
        text = browser.get(address).get_data(as_text=True)
        ElementTree.fromstring(text)

        found = set(re.findall(r"/help/articles/([a-z-]+)[<\"]", text))
        assert found == {"luz-vermelha", "lenta"}


def test_search_engines_are_shown_where_to_look(browser: FlaskClient) -> None:
    text = browser.get("/robots.txt").get_data(as_text=True)

    assert "Disallow: /\n" in text
    assert "Sitemap: https://ajuda.example/help/articles/sitemap.xml" in text


def test_related_pages_are_public_ones_by_the_address_they_have_now(browser: FlaskClient) -> None:
    page = BeautifulSoup(browser.get("/help/articles/luz-vermelha").data, "html.parser")

    assert [link["href"] for link in page.select("section[aria-labelledby=related] a")] == [
        "/help/articles/lenta"
    ]


def test_a_search_finds_pages_in_peoples_words(browser: FlaskClient) -> None:
    page = BeautifulSoup(browser.get("/help/articles?q=luz+vermelha").data, "html.parser")
    link = page.select_one(".pages a")

    assert link["href"].startswith("/help/articles/luz-vermelha")
    assert browser.get(link["href"]).status_code == 200


def test_a_search_with_a_document_in_it_is_not_remembered(
    centre: Flask, browser: FlaskClient
) -> None:
    page = BeautifulSoup(
        browser.get("/help/articles?q=luz+vermelha+123.456.789-09").data, "html.parser"
    )

    assert all("b=" not in link["href"] for link in page.select(".pages a"))


def test_an_opinion_is_kept_without_what_is_personal(centre: Flask, browser: FlaskClient) -> None:
    form = BeautifulSoup(browser.get("/help/articles/lenta/opiniao?ajudou=nao").data, "html.parser")
    token = form.select_one("input[name=csrf_token]")["value"]
    given = {
        "csrf_token": token,
        "helped": "nao",
        "reason": "hard",
        "text": "Meu CPF é 123.456.789-09",
    }

    thanks = browser.post("/help/articles/lenta/opiniao", data=given, follow_redirects=True)

    kept = centre.extensions["kbwizard.kb"].readership.inbox(slugs=["lenta"])
    assert [(one.reason, one.helpful, one.by) for one in kept] == [("hard", False, "")]
    assert "123" not in kept[0].text
    assert "Tiramos do seu texto" in thanks.get_data(as_text=True)


def test_a_browser_has_one_opinion_of_a_page(centre: Flask, browser: FlaskClient) -> None:
    form = BeautifulSoup(browser.get("/help/articles/luz-vermelha/opiniao").data, "html.parser")
    token = form.select_one("input[name=csrf_token]")["value"]
    for reason in ("hard", "wrong"):
        given = {"csrf_token": token, "helped": "nao", "reason": reason}
        browser.post("/help/articles/luz-vermelha/opiniao", data=given)

    kept = centre.extensions["kbwizard.kb"].readership.inbox(slugs=["luz-vermelha"])

    assert [one.reason for one in kept] == ["wrong"]


def test_an_opinion_without_a_reason_loses_nothing(browser: FlaskClient) -> None:
    form = BeautifulSoup(browser.get("/help/articles/lenta/opiniao").data, "html.parser")
    token = form.select_one("input[name=csrf_token]")["value"]
    given = {"csrf_token": token, "helped": "nao", "text": "faltou a foto"}

    answer = browser.post("/help/articles/lenta/opiniao", data=given)

    assert answer.status_code == 422
    assert "faltou a foto" in answer.get_data(as_text=True)


def first_step(browser: FlaskClient, about: str) -> str:
    """The first thing that somebody who came from an article is asked."""
    welcome = BeautifulSoup(browser.get(f"/help?sobre={about}").data, "html.parser")
    token = welcome.select_one("input[name=csrf_token]")["value"]
    browser.post("/help/comecar", data={"csrf_token": token, "about": about})
    browser.post("/help/bairro", data={"csrf_token": token, "district": ""})
    return browser.get("/help/passo", follow_redirects=True).get_data(as_text=True)


def test_who_comes_from_a_page_about_a_tree_is_not_asked_what_is_happening(app: Flask) -> None:
    """On the shipped trees and articles."""
    articles = app.extensions["kbwizard.kb"].live.articles().values()
    about = next(one.slug for one in articles if one.public and one.starts.startswith("fibra-los"))

    assert "O que está acontecendo" in first_step(app.test_client(), "")
    assert "O que está acontecendo" not in first_step(app.test_client(), about)


def test_each_tree_for_customers_is_reached_by_a_complaint() -> None:
    from kbwizard.content.library import load_library

    library = load_library(ROOT / "decision_trees", ROOT / "articles")
    root = library.bundle.trees["autoatendimento"]

    assert complaint_for("lentidao", root) == "slow"
    assert complaint_for("wifi", root) == "wifi"
    assert complaint_for("fibra-los", root) == "no_internet"
    assert complaint_for("nada", root) is None
