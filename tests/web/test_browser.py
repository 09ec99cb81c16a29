"""What the scripts do, in a real browser: keys, focus, copying, messages, and axe on our screens."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, render_template_string, request
from playwright.sync_api import Page, expect

from kbwizard.errors import StaleForm
from kbwizard.web import htmx
from kbwizard.web.security import public
from tests.helpers.clock import FrozenClock

pytestmark = pytest.mark.browser

STEP = """
<div id="step"><span data-announce class="unseen">Passo {{ number }}</span>
  <form method="post" action="/try/step" hx-post="/try/step" hx-target="#step">{{ csrf() }}
    <div class="answers" data-arrows>
      {{ answer("1", "Vermelha", "led", "red", first=true) }}
      {{ answer("2", "Apagada", "led", "off") }}
      {{ answer("9", "Passo velho", "led", "stale") }}
    </div>
  </form>
</div>
"""
IMPORTS = '{% from "components/button.html" import answer, button, copy_button, csrf %}'
PAGE = (
    '{% extends "layouts/desk.html" %}'
    + IMPORTS
    + "{% block title %}Teste{% endblock %}"
    + '{% block step %}<h1 class="ask">Teste</h1>'
    + STEP
    + '<label for="note">Nota</label><textarea id="note" data-key="n"></textarea>{% endblock %}'
    + '{% block evidence %}<p id="record">LOS=vermelha</p>'
    + '{{ copy_button(source="#record", label="Copiar", key="c") }}'
    + '<p class="num" data-since="{{ server_time() }}">00:00</p>{% endblock %}'
    + "{% block path %}<p>Percurso</p>{% endblock %}{% block keys %}<p>Teclas</p>{% endblock %}"
)


@public
def step_page() -> Response:
    return Response(render_template_string(PAGE, number=1))


@public
def next_step() -> Response:
    if request.form.get("led") == "stale":
        raise StaleForm("O percurso já saiu deste passo.")
    text = f"{IMPORTS}{STEP}<p id='got'></p>"
    return Response(render_template_string(text, number=f"2, {request.form['led']}"))


@pytest.fixture
def app(app: Flask) -> Flask:
    app.add_url_rule("/try", "try.page", step_page)
    app.add_url_rule("/try/step", "try.step", next_step, methods=["POST"])
    return app


@pytest.fixture
def opened(page: Page, site: str) -> Iterator[Page]:
    """The step's page at the size of the desk; nothing may break the CSP or throw meanwhile."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console", lambda said: complaints.append(said.text) if "Security" in said.text else None
    )
    page.set_viewport_size({"width": 1366, "height": 650})
    page.goto(f"{site}/try")
    yield page
    assert complaints == []


def test_the_first_answer_has_the_focus(opened: Page) -> None:
    expect(opened.locator(".answer").first).to_be_focused()


def test_one_key_answers_and_the_next_step_gets_the_focus(opened: Page) -> None:
    opened.keyboard.press("2")

    expect(opened.locator("#announce")).to_have_text("Passo 2, off")
    expect(opened.locator(".answer").first).to_be_focused()


def test_arrows_and_enter_answer_too(opened: Page) -> None:
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("Enter")

    expect(opened.locator("#announce")).to_have_text("Passo 2, off")


def test_keys_are_letters_again_while_somebody_types(opened: Page) -> None:
    opened.keyboard.press("n")
    opened.keyboard.type("12c")

    expect(opened.locator("#note")).to_have_value("12c")
    expect(opened.locator("#announce")).to_have_text("")

    opened.keyboard.press("Escape")
    opened.keyboard.press("1")
    expect(opened.locator("#announce")).to_have_text("Passo 2, red")


def test_copying_takes_the_text_and_says_so(opened: Page, site: str) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)

    opened.keyboard.press("c")

    expect(opened.locator("#announce")).to_have_text("Copiado.")
    assert opened.evaluate("navigator.clipboard.readText()") == "LOS=vermelha"


def test_an_error_is_shown_and_the_step_stays(opened: Page) -> None:
    opened.keyboard.press("9")

    expect(opened.locator("#messages")).to_contain_text("O percurso já saiu deste passo.")
    expect(opened.locator(".answer")).to_have_count(3)

    opened.keyboard.press("1")
    expect(opened.locator("#messages")).to_be_empty()


def test_a_lost_server_is_said_and_the_step_stays(opened: Page) -> None:
    opened.context.set_offline(True)

    opened.keyboard.press("1")

    expect(opened.locator("#messages")).to_contain_text("Sem contato com o servidor.")
    expect(opened.locator(".answer")).to_have_count(3)


def test_the_calls_clock_runs(opened: Page) -> None:
    expect(opened.locator("[data-since]")).to_have_text(re.compile(r"00:0[1-9]"), timeout=4000)


def test_the_desk_does_not_scroll(opened: Page) -> None:
    sizes = opened.evaluate(
        "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]"
    )

    assert sizes == [650, 1366]


def test_the_desk_may_stand_in_an_element_of_its_own(opened: Page) -> None:
    # As the call does: the frame is one element that htmx swaps whole.
    opened.evaluate(
        """() => {
          const frame = document.createElement("div");
          frame.className = "desk";
          document.body.className = "";
          frame.append(...document.querySelectorAll("[class^=desk-]"));
          document.querySelector(".skip").after(frame);
        }"""
    )

    assert opened.evaluate("document.documentElement.scrollHeight") == 650


def test_the_page_fits_a_phone(opened: Page) -> None:
    opened.set_viewport_size({"width": 390, "height": 844})

    assert opened.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_our_screens(page: Page, site: str, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{site}/account/sign-in")
    found = {"sign-in": _violations(page)}
    page.fill("#field-name", "tito.treino")
    page.fill("#field-password", "demonstracao")
    page.keyboard.press("Enter")
    page.wait_for_url("**/study")
    found["study"] = _violations(page)
    for name, path in (("account", "/account"), ("error", "/nothing"), ("desk", "/try")):
        page.goto(site + path)
        found[name] = _violations(page)

    assert [name for name, problems in found.items() if problems] == [], found


def test_a_form_sent_too_late_survives_the_whole_way(
    page: Page, site: str, frozen: FrozenClock
) -> None:
    page.goto(f"{site}/account/sign-in?next=/sample/note")
    _enter(page)
    page.fill("#note textarea", "volta às 18h")
    frozen.pass_time(hours=13)
    page.evaluate("document.querySelector('#note').requestSubmit()")
    page.wait_for_url("**/account/sign-in**")

    _enter(page)
    expect(page.locator("h2")).to_have_text("Você tinha enviado isto às 03:02")
    page.get_by_role("button", name="Enviar agora").click()

    page.wait_for_url("**/sample/note")


def _enter(page: Page) -> None:
    page.fill("#field-name", "ana.agente")
    page.fill("#field-password", "demonstracao")
    page.keyboard.press("Enter")


def _violations(page: Page) -> list[str]:
    result = Axe().run(page)
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in result.response["violations"]]


def test_the_live_region_is_the_one_that_errors_are_sent_to(opened: Page) -> None:
    expect(opened.locator(htmx.MESSAGES)).to_have_count(1)
