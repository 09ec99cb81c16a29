"""Beside the text: what each reader gets of it, pictures that are put in, articles to lead to."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from kbwizard.web.kb.writing_preview import IMAGE_BYTES
from tests.conftest import SignedIn
from tests.editing.pictures import png
from tests.helpers.page import Page, get
from tests.web.kb.writing.conftest import FORM, Desk

BODY = (
    "Para todos.\n\n::: interno\nSó da casa.\n:::\n\n::: cliente\nSó de fora.\n:::\n\n"
    "::: treinamento\nSó quem treina.\n:::\n"
)


def _preview(client: FlaskClient, page: Page, see: str, **typed: object) -> Page:
    values = {**page.values(FORM), "see": see, **typed}
    return Page(client.post(f"{page.response.request.path}/preview", data=values))


@pytest.mark.parametrize(
    ("see", "read"),
    [
        ("agent", ["Para todos.", "Só da casa."]),
        ("trainee", ["Para todos.", "Só da casa.", "Só quem treina."]),
        ("customer", ["Para todos.", "Só de fora."]),
    ],
)
def test_a_tab_shows_exactly_what_its_reader_gets(
    desk: Desk, author: FlaskClient, see: str, read: list[str]
) -> None:
    shown = _preview(
        author, desk.begin(author), see, body=BODY, audience=["agent", "trainee", "customer"]
    )

    assert shown.all(".prose p") == read


def test_it_shows_what_is_typed_and_saves_nothing(desk: Desk, author: FlaskClient) -> None:
    shown = _preview(author, desk.begin(author), "agent", body="Ainda não salvo.\n")

    assert "Ainda não salvo." in shown
    assert "Ainda não salvo." not in desk.editing.drafts()[0].source


def test_the_customers_tab_of_an_internal_article_says_so(desk: Desk, author: FlaskClient) -> None:
    shown = _preview(author, desk.begin(author), "customer")

    assert "hoje não lê este artigo" in shown[".stripe"]


def test_a_block_left_open_shows_nothing_and_says_where(desk: Desk, author: FlaskClient) -> None:
    shown = _preview(author, desk.begin(author), "customer", body="Sim.\n\n::: interno\nNão.\n")

    assert not shown.has(".prose")
    assert "não foi fechado" in shown[".notice"]
    assert "Não." not in shown


def test_hostile_markdown_comes_out_harmless(desk: Desk, author: FlaskClient) -> None:
    hostile = (
        '<script>alert(1)</script>\n\n<img src=x onerror="alert(1)">\n\n[x](javascript:alert)\n'
    )

    shown = _preview(author, desk.begin(author), "agent", body=hostile)

    html = str(shown.find(".prose"))
    assert not any(word in html for word in ("<script", "onerror", "javascript:"))


def test_the_preview_says_that_the_sign_in_ran_out_and_stays(
    desk: Desk, author: FlaskClient
) -> None:
    page = desk.begin(author)
    desk.clock.pass_time(hours=13)

    answer = author.post(
        f"{page.response.request.path}/preview",
        data=page.values(FORM),
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


def test_a_pasted_picture_is_kept_shown_and_named(desk: Desk, author: FlaskClient) -> None:
    page = desk.begin(author)
    data = {"image": (BytesIO(png()), "luz acesa.png"), "csrf_token": page.token()}

    answer = author.post(
        str(page.find(FORM)["data-images"]), data=data, headers={"HX-Request": "true"}
    )
    name = answer.get_json()["name"]
    body = f"![luz acesa](images/{name})\n"
    shown = _preview(author, page, "customer", body=body, audience=["agent", "customer"])
    image = author.get(str(shown.find("img")["src"]))

    assert name.startswith("luz-acesa-")
    assert (image.status_code, image.mimetype) == (200, "image/png")
    assert "sandbox" in image.headers["Content-Security-Policy"]


def test_without_scripts_a_picture_goes_to_the_end_of_the_text(
    desk: Desk, author: FlaskClient
) -> None:
    page = desk.begin(author)
    typed = {**page.values(FORM), "body": "Texto novo.", "image_alt": "A luz [LOS] acesa"}
    data = {**typed, "image": (BytesIO(png()), "luz.png")}

    author.post(str(page.find(FORM)["data-images"]), data=data)

    source = desk.editing.drafts()[0].source
    assert "Texto novo.\n\n![A luz [LOS acesa](images/luz-" in source


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("pagina.png", b"<html><script>alert(1)</script>"),
        ("vazia.png", b""),
        ("desenho.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(
    desk: Desk, author: FlaskClient, name: str, data: bytes
) -> None:
    page = desk.begin(author)
    sent = {"image": (BytesIO(data), name), "csrf_token": page.token()}

    answer = author.post(
        str(page.find(FORM)["data-images"]), data=sent, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 422
    assert len(Page(answer)["p"]) > 30


def _send(
    client: FlaskClient,
    page: Page,
    fields: dict[str, Any],
    picture: bytes,
    *,
    by_script: bool = False,
) -> TestResponse:
    """Encoded here: the client would leave a large body in a file that nobody closes."""
    sent = FileStorage(BytesIO(picture), filename="foto.jpg")
    boundary, body = encode_multipart({**fields, "image": sent})
    return client.post(
        str(page.find(FORM)["data-images"]),
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
        headers={"HX-Request": "true"} if by_script else {},
    )


def test_a_picture_too_large_is_refused_with_its_limit(desk: Desk, author: FlaskClient) -> None:
    page = desk.begin(author)

    answer = _send(author, page, {"csrf_token": page.token()}, b"\0" * 9_000_000, by_script=True)

    assert answer.status_code == 422
    assert "passa de 8 MB" in Page(answer)["p"]


def test_a_picture_that_cannot_even_arrive_is_refused_with_the_limit_in_megabytes(
    desk: Desk, author: FlaskClient
) -> None:
    page = desk.begin(author)

    answer = author.post(
        str(page.find(FORM)["data-images"]),
        data=b"\0" * (IMAGE_BYTES + 1),
        content_type="multipart/form-data; boundary=x",
        headers={"HX-Request": "true", "X-CSRFToken": page.token()},
    )

    assert answer.status_code == 413
    assert f"passa de {IMAGE_BYTES // 1024**2} MB" in Page(answer)["p"]


@pytest.mark.parametrize("data", [b"\0" * 9_000_000, b"nada", b""])
def test_without_scripts_a_refused_picture_takes_no_typed_word_away(
    desk: Desk, author: FlaskClient, data: bytes
) -> None:
    page = desk.begin(author)
    typed = {**page.values(FORM), "body": "Ainda não salvo.", "title": "Título novo"}

    answer = _send(author, page, typed, data)
    again = Page(answer)

    assert answer.status_code == 422
    assert [text.strip() for text in again.values(FORM)["body"]] == ["Ainda não salvo."]
    assert "Título novo" in again.values(FORM)["title"]
    assert "o que você digitou continua" in str(again.find("[role=alert]")).lower()


def test_pictures_of_drafts_are_for_those_who_write(desk: Desk, client_as: SignedIn) -> None:
    assert client_as("agent").get("/desk/drafts/images/luz.png").status_code == 403


def test_a_link_is_found_as_one_types(author: FlaskClient) -> None:
    found = get(author, "/desk/drafts/links?q=senha")

    assert found.find("[data-link]")["data-link"] == "senha"


def test_nothing_found_says_so(author: FlaskClient) -> None:
    assert "Nenhum artigo" in get(author, "/desk/drafts/links?q=xyzxyz")
