"""What goes with the public articles: drawings, site map, feed, and what needs no network."""

from __future__ import annotations

from datetime import date
from functools import cache

from flask import Blueprint, Response, make_response, render_template, request

from kbwizard.content.articles import Article
from kbwizard.errors import NotFound
from kbwizard.web.article_images import send_image
from kbwizard.web.assets import FOLDER
from kbwizard.web.help.articles import CUSTOMER, FRESH, canonical, public_articles
from kbwizard.web.security import public
from kbwizard.web.services import services

blueprint = Blueprint("help_files", __name__)

NEWEST = 30
"""Entries of the feed."""
_IMAGE_KEPT = "public, max-age=3600"


@blueprint.get("/help/article-images/<name>")
@public
def image(name: str) -> Response:
    """A drawing that some public page shows; any other is as if it were not there."""
    if not any(name in shown_images(article) for article in public_articles().values()):
        raise NotFound("Esta imagem não existe.")
    return send_image(services().settings.articles_dir, name, cache=_IMAGE_KEPT)


def shown_images(article: Article) -> frozenset[str]:
    """Names of the drawings that customers see in an article."""
    return frozenset(name for name, _ in article.view(CUSTOMER).images)


@blueprint.get("/help/articles/sitemap.xml")
@public
def sitemap() -> Response:
    """For search engines: every public page, and when it was last looked at."""
    pages = [
        (canonical("help_articles.page", slug=one.slug), last_change(one))
        for one in _newest_first()
    ]
    return _xml("help/articles/sitemap.xml", pages=pages)


@blueprint.get("/help/articles/feed.xml")
@public
def feed() -> Response:
    """The newest public pages, for readers of feeds (Atom, RFC 4287)."""
    entries = [
        (one, canonical("help_articles.page", slug=one.slug), last_change(one))
        for one in _newest_first()[:NEWEST]
    ]
    return _xml(
        "help/articles/feed.xml",
        entries=entries,
        home=canonical("help_articles.index"),
        itself=canonical("help_files.feed"),
        updated=entries[0][2] if entries else date(2026, 1, 1),
    )


@blueprint.get("/help/articles/offline.html")
@public
def offline() -> Response:
    """What the browser shows by itself when there is no network."""
    response = make_response(render_template("help/articles/offline.html"))
    response.headers["Cache-Control"] = FRESH
    return response


@blueprint.get("/help/articles/sw.js")
@public
def worker() -> Response:
    """The script that keeps pages for a moment without network. It stands here because a browser
    lets it look after its own folder only."""
    response = Response(_worker(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = "/help/articles"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Search engines are shown the public pages and kept from everything else."""
    lines = ["User-agent: *", "Disallow: /", "Allow: /help$", "Allow: /help/articles"]
    lines += [f"Allow: {place}" for place in ("/help/article-images/", "/assets/")]
    lines += ["", f"Sitemap: {canonical('help_files.sitemap')}", ""]
    response = Response("\n".join(lines), mimetype="text/plain")
    response.headers["Cache-Control"] = FRESH
    return response


def last_change(article: Article) -> date | None:
    """The last day on which somebody answered for what it says."""
    return max((day for day in (article.approved_at, article.verified_at) if day), default=None)


def _newest_first() -> list[Article]:
    by_title = sorted(public_articles().values(), key=lambda one: one.title.casefold())
    return sorted(by_title, key=lambda one: last_change(one) or date.min, reverse=True)


@cache
def _worker() -> str:
    return (FOLDER / "help-worker.js").read_text(encoding="utf-8")


def _xml(template: str, **context: object) -> Response:
    kind = "application/atom+xml" if template.endswith("feed.xml") else "application/xml"
    response = Response(render_template(template, **context), mimetype=kind)
    response.headers["Cache-Control"] = FRESH
    response.headers["X-Robots-Tag"] = "noindex"
    return response
