"""A trainee's hour: one whole exercise by keyboard, its review, another try, a quiz."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.at_the_desk import BROWSER_TESTS, DESK_SIZE, AtTheDesk
from tests.journeys.conftest import OpenDesk

pytestmark = BROWSER_TESTS
EXERCISE = "parada-declarada"
EXPLANATION = "Há um rompimento na OLT da sua região. A equipe já está lá, com previsão de volta."


class InTraining(AtTheDesk):
    """The same desk with the coach's margin: ask, choose, then answer; never by mouse."""

    @classmethod
    def at(cls, desk: AtTheDesk) -> InTraining:
        return cls(desk.page, desk.address, fits=desk.fits)

    @property
    def margin(self) -> str:
        return " ".join(self.page.locator("#study-coach").inner_text().split())

    def begin(self, exercise: str) -> None:
        """From the first page, by Tab and Enter."""
        self.page.goto(f"{self.address}/study")
        self.tab_to(f".tile form[action$='/{exercise}/begin'] button")
        self.press("Enter")
        self.page.wait_for_url("**/study/desk/cases/T*")

    def hear(self) -> str:
        """Ask the customer the question of this step; their words."""
        self.act("p")
        return self.page.locator("#study-talk .speech--new").inner_text()

    def choose(self, words: str) -> None:
        """The option of the margin with these words, by its key."""
        option = self.page.locator("#study-coach .answer", has_text=words).first
        self.act(str(option.get_attribute("data-key")))

    def choose_wrongly(self, right: str) -> None:
        """Any other option."""
        options = self.page.locator("#study-coach .answer")
        wrong = next(
            one for one in options.all() if right not in one.inner_text().replace("\n", " ")
        )
        self.act(str(wrong.get_attribute("data-key")))

    def write(self, **fields: str) -> None:
        for name, text in fields.items():
            self.tab_to(f"#field-record__{name}")
            self.page.keyboard.type(text)

    def finish(self) -> None:
        self.tab_to("#study-written button:has-text('Terminar')")
        self.press("Enter")
        self.page.wait_for_url("**/study/attempts/*")


def to_the_outcome(desk: InTraining) -> str:
    """The declared outage, with one wrong choice and one hint; who called."""
    desk.asked("Protocolo informado")
    expect(desk.page.locator("#call-step .answer")).to_have_count(0)
    assert "protocolo" in desk.hear()
    desk.choose_wrongly("Na linha")
    assert "Não era este o passo" in desk.margin
    desk.answer("Informado")

    desk.asked("Na linha")
    caller = re.search(r"Aqui é (\w+)", desk.hear())
    assert caller is not None
    desk.act("i")
    assert "Dica:" in desk.margin
    desk.choose("Queixa")
    assert "Isso mesmo" in desk.margin
    desk.fill(caller[1], "↓0")
    desk.send()

    desk.asked("Queixa")
    assert "internet" in desk.hear()
    desk.choose("Pré-atendimento")
    desk.answer("Sem internet")
    desk.asked("Desfecho: Parada em andamento")
    return caller[1]


def test_an_exercise_by_keyboard_to_its_review_and_again(open_desk: OpenDesk) -> None:
    desk = InTraining.at(open_desk("tito.treino"))
    expect(desk.page).to_have_url(re.compile("/study$"))
    desk.begin(EXERCISE)
    protocol = desk.protocol
    caller = to_the_outcome(desk)
    deadline = re.search(r"Prazo a dizer: até (\S+)", desk.step)
    desk.send()
    expect(desk.page.locator("#call-step h1")).to_contain_text("A ligação acabou")
    expect(desk.page.locator("#record-text")).to_have_count(0)
    desk.write(
        explanation=EXPLANATION,
        protocol=protocol,
        caller=caller,
        relation="titular",
        complaint="Sem internet desde cedo",
        readings="ONU sem luz na fibra, sessão desconectada, parada declarada",
        done="Nada a fazer com o cliente",
        asked="Perguntou a que horas volta; pedi que aguarde",
        agreed=f"Volta até {deadline[1]}" if deadline else "Aguardar a volta da região",
    )
    desk.finish()

    review = desk.page.locator("main")
    expect(review).to_contain_text("A falha que já tem aviso")
    expect(review.locator("section[aria-label=Linguagem]")).to_contain_text("OLT")
    expect(review.locator(".bars")).to_contain_text("1 pedida")
    expect(review.locator("section[aria-label=Caminho]")).to_contain_text(
        "a primeira escolha não foi a certa"
    )
    points = int(review.locator(".score").inner_text().split()[0])
    assert 50 <= points < 95

    expect(desk.page.locator("[data-focus]").first).to_be_focused()
    desk.press("Enter")  # try again, with another customer
    desk.page.wait_for_url("**/study/desk/cases/T*")
    desk.asked("Protocolo informado")
    assert desk.protocol != protocol
    desk.page.goto(f"{desk.address}/study")
    desk.tab_to("button:has-text('Parar e ver')")
    desk.press("Enter")
    expect(desk.page.locator("main")).to_contain_text("Ainda não passou")
    desk.page.goto(f"{desk.address}/study")
    expect(desk.page.locator(f".tile:has(form[action$='/{EXERCISE}/begin'])")).to_contain_text(
        f"{points} pontos"
    )


def test_a_quiz_by_keyboard_with_the_why_after_each_answer(open_desk: OpenDesk) -> None:
    desk = open_desk("tito.treino")
    page = desk.page
    desk.tab_to("form[action='/study/quizzes'] button")
    desk.press("Enter")
    for number in range(10):
        expect(page.locator("h1 + .num")).to_have_text(f"{number} de 10")
        desk.press("1")
        expect(page.locator(".notice[role=status]")).to_be_visible()
    expect(page.locator("section[aria-label=Resultado]")).to_contain_text("certas de 10")
    desk.press("Enter")  # other questions
    expect(page.locator("h1 + .num")).to_have_text("0 de 10")


def test_an_exercise_works_without_scripts_and_on_a_phone(open_desk: OpenDesk) -> None:
    page = open_desk(
        "tito.treino", java_script_enabled=False, viewport={"width": 390, "height": 844}
    ).page
    page.goto(page.url.partition("/study")[0] + "/study")
    page.locator(".tile form[action$='/linha-muda/begin'] button").click()
    page.get_by_role("button", name="Perguntar ao cliente").click()
    expect(page.locator("#study-talk .speech--new")).to_be_visible()
    page.locator("#study-coach .answer").first.click()
    margin, step = (page.locator(one).bounding_box() for one in ("#study-coach", "#call-step"))

    assert margin is not None
    assert step is not None
    assert margin["y"] < step["y"]
    assert page.locator("html").evaluate("html => html.scrollWidth") == 390
    expect(page.locator("#call-step .answer").first).to_be_visible()
    page.goto(page.url.partition("/study")[0] + "/study")
    page.get_by_role("button", name="Parar e ver a revisão").first.click()
    expect(page.locator("h1")).to_have_text("Ninguém do outro lado")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_the_trainees_screens(
    open_desk: OpenDesk, scheme: str
) -> None:
    desk = InTraining.at(open_desk("tito.treino", viewport=DESK_SIZE, color_scheme=scheme))
    page, found = desk.page, {}
    found["home"] = serious(page)
    desk.begin("linha-muda")
    desk.asked("Protocolo informado")
    found["before"] = serious(page)
    desk.hear()
    desk.act("i")
    desk.act("1")
    found["after"] = serious(page)
    page.goto(f"{desk.address}/study")
    desk.tab_to("button:has-text('Parar e ver')")
    desk.press("Enter")
    expect(page.locator("main")).to_contain_text("Ainda não passou")
    found["review"] = serious(page)
    page.goto(f"{desk.address}/study")
    desk.tab_to("form[action='/study/quizzes'] button")
    desk.press("Enter")
    expect(page.locator("h1 + .num")).to_have_text("0 de 10")
    desk.press("1")
    expect(page.locator(".notice[role=status]")).to_be_visible()
    found["quiz"] = serious(page)

    assert {name: problems for name, problems in found.items() if problems} == {}


def serious(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [
        f"{problem['id']}: {problem['nodes'][0]['html'][:150]}"
        for problem in violations
        if problem["impact"] in ("serious", "critical")
    ]
