"""A tutor's morning: how a trainee does, a note to them, a closed case made into an exercise."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.at_the_desk import BROWSER_TESTS, AtTheDesk
from tests.journeys.conftest import OpenDesk, WithoutLight

pytestmark = BROWSER_TESTS
NOTE = "Você ouviu bem. Da próxima vez, diga o prazo antes da taxa."


def tried(trainee: AtTheDesk, exercise: str) -> None:
    """One try, stopped at its first step: something for a tutor to look at."""
    trainee.page.goto(f"{trainee.address}/study")
    trainee.tab_to(f".tile form[action$='/{exercise}/begin'] button")
    trainee.press("Enter")
    trainee.page.wait_for_url("**/study/desk/cases/T*")


def test_a_tutor_looks_without_touching_and_writes_a_note(open_desk: OpenDesk) -> None:
    trainee, tutor = open_desk("tito.treino"), open_desk("lia.lider")
    tried(trainee, "tomada-desligada")
    page = tutor.page

    page.goto(f"{tutor.address}/study/tutor")
    tutor.tab_to("table a:has-text('Tudo apagado na sala')")
    tutor.press("Enter")
    page.wait_for_url("**/study/desk/cases/T*")
    expect(page.locator("#call-step")).to_contain_text("só quem treina responde")
    expect(page.locator("#study-coach .answer, #call-step .answer")).to_have_count(0)

    page.goto(f"{tutor.address}/study/tutor")
    tutor.tab_to("table a:has-text('tito.treino')")
    tutor.press("Enter")
    tutor.tab_to("#study-notes textarea")
    page.keyboard.type(NOTE)
    tutor.tab_to("#study-notes button")
    tutor.press("Enter")
    expect(page.locator("#study-notes .speech").first).to_contain_text(NOTE)
    expect(page).to_have_url(f"{tutor.address}/study/tutor/people/tito.treino")

    trainee.page.goto(f"{trainee.address}/study")
    expect(trainee.page.locator("#study-notes")).to_contain_text(NOTE)
    trainee.tab_to("button:has-text('Parar e ver')")
    trainee.press("Enter")
    expect(trainee.page.locator("main")).to_contain_text("A única coisa a mudar")


def test_a_closed_case_becomes_an_exercise_that_a_trainee_begins(
    open_desk: OpenDesk, without_light: WithoutLight
) -> None:
    lead = open_desk("lia.lider")
    page = lead.page
    lead.open(without_light("rodrigo.teixeira"))
    lead.greet("Rodrigo")
    lead.asked("Está no local")
    lead.answer("Está no local")
    lead.asked("Alguma luz acesa")
    lead.answer("Tem luz acesa")
    lead.told("Vamos olhar o cabo")
    lead.send()
    lead.asked("Cabo fino")
    lead.answer("Dobrado")
    lead.order("31/12")
    lead.asked("Desfecho")
    lead.conclude()
    lead.tab_to("summary:has-text('Encerrar este atendimento')")
    lead.press("Enter")
    lead.tab_to("[name=closing]")
    lead.press("Space")
    lead.tab_to("#field-confirmed_by")
    page.keyboard.type("Rodrigo")
    lead.tab_to("#field-text")
    page.keyboard.type("Cabo trocado, cliente confirmou")
    lead.tab_to("button:has-text('Encerrar atendimento')")
    lead.act("Enter")

    lead.tab_to("a:has-text('Virar exercício')")
    lead.press("Enter")
    made = page.locator("#made-text")
    expect(made).to_contain_text("OS_FIBRA")
    for word in ("Rodrigo", "rodrigo.teixeira", "Teixeira", "90000-0020"):
        expect(made).not_to_contain_text(word)
    expect(page.get_by_role("button", name="Guardar para quem treina")).to_be_focused()
    lead.press("Enter")
    page.wait_for_url("**/study#*")
    expect(page.locator(".tile form[action*='/caso-']")).to_have_count(1)

    trainee = open_desk("tito.treino")
    trainee.tab_to(".tile form[action*='/caso-'] button")
    trainee.press("Enter")
    trainee.page.wait_for_url("**/study/desk/cases/T*")
    trainee.asked("Protocolo informado")
    trainee.page.goto(f"{trainee.address}/study")
    trainee.tab_to("button:has-text('Parar e ver')")
    trainee.press("Enter")
    expect(trainee.page.locator("main")).to_contain_text("Um caso que aconteceu")
