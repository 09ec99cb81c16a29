"""The whole base out and in: told before it is done, all or nothing, for who may."""

from __future__ import annotations

import zipfile
from io import BytesIO

from flask.testing import FlaskClient

from tests.conftest import SignedIn
from tests.helpers.articles import article_source
from tests.helpers.page import Page, get, send
from tests.web.kb.writing.conftest import Desk


def _zip(**files: str) -> BytesIO:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(f"articles/{name.replace('__', '-')}.md", text)
    out.seek(0)
    return out


def _import(client: FlaskClient, archive: BytesIO) -> Page:
    data = {"csrf_token": get(client, "/desk/exchange").token(), "archive": (archive, "a.zip")}
    return Page(client.post("/desk/exchange/imports", data=data, follow_redirects=True))


def test_everything_leaves_in_one_zip(desk: Desk, author: FlaskClient) -> None:
    token = get(author, "/desk/exchange").token()

    answer = author.post("/desk/exchange/export", data={"csrf_token": token})

    assert answer.headers["Content-Disposition"] == 'attachment; filename="artigos-2026-11-21.zip"'
    with zipfile.ZipFile(BytesIO(answer.data)) as packed:
        assert packed.read("articles/luzes.md").decode() == desk.file("luzes")


def test_what_would_change_is_told_and_nothing_is_done(desk: Desk, lead: FlaskClient) -> None:
    page = _import(lead, _zip(luzes=desk.file("luzes"), novo=article_source("Artigo novo")))

    assert page["h1"] == "O que o arquivo mudaria"
    assert page.all("details li") == ["novo"]
    assert "1 artigo igual" in page
    assert not (desk.folder / "novo.md").exists()


def test_confirming_brings_it_in_once(desk: Desk, lead: FlaskClient) -> None:
    told = _import(lead, _zip(novo=article_source("Artigo novo")))
    form = "form[action*='/exchange/imports/']"

    done = send(lead, told, form)
    again = send(lead, told, form)

    assert done["h1"] == "Artigos trazidos"
    assert "Artigo novo" in get(lead, "/desk/articles/novo")["h1"]
    assert again.status == 404
    assert "Escolha-o de novo" in again


def test_every_problem_is_told_and_nothing_can_be_confirmed(desk: Desk, lead: FlaskClient) -> None:
    page = _import(lead, _zip(novo="sem cabeçalho", outro="---\ntitle: Só isto\n---\nOi\n"))

    assert page["h1"] == "O arquivo não pode entrar"
    assert {"articles/novo.md:1"} <= set(page.all("tbody code"))
    assert len(page.all("tbody tr")) >= 3
    assert not page.has("form[action*='/exchange/imports/']")


def test_what_is_no_zip_is_told(lead: FlaskClient) -> None:
    page = _import(lead, BytesIO(b"isto nao e um zip"))

    assert page["h1"] == "O arquivo não pode entrar"
    assert "iguais" not in page["main"]


def test_an_empty_zip_says_that_it_is_empty(lead: FlaskClient) -> None:
    page = _import(lead, _zip())

    assert "Não há artigo nem imagem neste zip" in page[".notice"]
    assert "iguais" not in page["main"]


def test_what_is_to_be_confirmed_stands_before_the_warnings(lead: FlaskClient) -> None:
    page = _import(lead, _zip(luzes=article_source("Luzes", "Outro texto.", owner=None)))
    text = page["main"]

    assert page.find("details li a")["href"] == "/desk/articles/luzes"
    assert text.index("Trazer tudo isto") < text.index("A olhar")


def test_an_archive_of_somebody_else_cannot_be_confirmed(
    desk: Desk, lead: FlaskClient, client_as: SignedIn
) -> None:
    told = _import(lead, _zip(novo=article_source("Artigo novo")))
    path = told.response.request.path

    assert client_as("admin").get(path).status_code == 404


def test_authors_take_away_and_do_not_bring_in(author: FlaskClient) -> None:
    page = get(author, "/desk/exchange")
    refused = author.post(
        "/desk/exchange/imports",
        data={"csrf_token": page.token(), "archive": (_zip(x="y"), "a.zip")},
    )

    assert not page.has("input[type=file]")
    assert refused.status_code == 403
