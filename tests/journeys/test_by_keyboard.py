"""What an agent does around the step: change, go back, jump, note, read, leave; never by mouse."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.at_the_desk import BROWSER_TESTS, AtTheDesk
from tests.journeys.conftest import WithoutLight

pytestmark = BROWSER_TESTS


def at_the_light(desk: AtTheDesk, login: str) -> None:
    """A customer without light, at the first question about it."""
    desk.open(login)
    desk.greet("Dalva")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.asked("Alguma luz acesa")


def test_an_earlier_answer_is_changed_from_the_history_and_later_ones_stay(desk: AtTheDesk) -> None:
    at_the_light(desk, "dalva.pinto")
    desk.answer("Tem luz acesa")
    desk.told("Vamos olhar o cabo")
    desk.tab_to("#call-path a:has-text('Queixa')")
    desk.press("Enter")
    expect(desk.page.locator("#call-step h1")).to_have_text("Alterar uma resposta")
    desk.tab_to("#call-step select")
    desk.page.keyboard.type("Cai")
    desk.tab_to("#call-step .button--main")
    desk.send()

    assert "Cai e volta" in desk.page.locator("#call-path").inner_text()
    assert "Tem luz acesa" in desk.page.locator("#call-path").inner_text()
    desk.act("Backspace")
    expect(desk.page.locator("#call-path")).not_to_contain_text("Cai e volta")


def test_backspace_takes_back_and_never_leaves_the_page(
    desk: AtTheDesk, without_light: WithoutLight
) -> None:
    at_the_light(desk, without_light("antonio.lima"))
    protocol = desk.protocol
    for _ in range(4):
        desk.press("Escape")  # in a field, Backspace belongs to the text
        desk.act("Backspace")
    for _ in range(3):
        desk.press("Backspace")  # there is nothing left to take back
        desk.page.wait_for_timeout(200)

    desk.asked("Protocolo informado")
    assert desk.protocol == protocol
    assert desk.page.url.endswith(f"/desk/cases/{protocol}")


def test_a_jump_past_the_gates_shows_a_stripe_and_opens_no_order(desk: AtTheDesk) -> None:
    desk.open("ana.lima")
    desk.asked("Protocolo informado")
    desk.press("/")
    desk.page.keyboard.type("luz los como está")
    hits = desk.page.locator("#search-results form button")
    expect(hits.first).to_be_visible()
    desk.page.locator("#call").evaluate("call => { call.dataset.seen = '1' }")
    desk.press("ArrowDown")
    desk.tab_to("#search-results form button")
    desk.press("Enter")
    expect(desk.page.locator("#call[data-seen]")).to_have_count(0)

    expect(desk.page.locator("#search")).to_be_hidden()
    expect(desk.page.locator("#call-step .stripe")).to_contain_text(
        "Verificações iniciais pendentes"
    )
    desk.all_in_sight()


def test_a_note_is_kept_while_readings_arrive_and_answers_are_given(desk: AtTheDesk) -> None:
    desk.open("kelly.pereira")
    desk.asked("Protocolo informado")
    desk.press("n")
    note = desk.page.locator("#note-text")
    expect(note).to_be_focused()
    desk.page.keyboard.type("Cliente idosa, 1 aparelho")
    desk.page.wait_for_timeout(2500)  # the first readings arrive meanwhile
    expect(note).to_be_focused()
    expect(note).to_have_value("Cliente idosa, 1 aparelho")

    desk.press("Escape")
    desk.answer("Informado")
    desk.asked("Na linha")
    expect(note).to_have_value("Cliente idosa, 1 aparelho")

    desk.press("Escape")
    desk.press("n")
    desk.act("Control+Enter")
    expect(note).to_have_value("")
    expect(desk.page.locator("#record-text")).to_contain_text("Cliente idosa, 1 aparelho")


def test_the_article_stands_beside_the_step_and_goes_by_esc(desk: AtTheDesk) -> None:
    desk.open("joao.pinto")
    desk.asked("Protocolo informado")
    desk.press("a")
    article = desk.page.locator("#article-open")
    expect(article).to_be_visible()
    desk.all_in_sight()

    desk.press("Escape")
    expect(article).to_have_count(0)
    desk.press("?")
    expect(desk.page.locator("#keys")).to_be_visible()
    desk.press("Escape")
    expect(desk.page.locator("#keys")).to_be_hidden()
    desk.answer("Informado")
    desk.asked("Na linha")


def test_silence_offence_and_a_supervisor_are_one_key_away(desk: AtTheDesk) -> None:
    desk.open("silvana.pinto")
    desk.asked("Protocolo informado")
    desk.act("s")
    desk.told("Está me ouvindo?")
    desk.send()
    expect(desk.page.locator("#call-step [role=timer]")).to_be_visible()
    desk.act("x")
    desk.asked("Voltou a falar")
    desk.answer("Respondeu")
    desk.asked("Protocolo informado")

    desk.act("o")
    desk.told("vou precisar desligar")
    desk.send()
    desk.press("n")
    desk.press("Escape")
    desk.act("e")
    desk.contact()
    desk.asked("Desfecho: Retorno combinado")
    assert "supervisão" in desk.step


def test_a_name_typed_before_its_field_is_there_is_not_lost(desk: AtTheDesk) -> None:
    desk.open("leandro.lima")
    desk.asked("Protocolo informado")
    desk.press("1")
    desk.page.keyboard.type("Leandro da Silva", delay=15)

    expect(desk.page.locator("#field-caller-name")).to_have_value("Leandro da Silva")
    expect(desk.page.locator("#article-open")).to_have_count(0)


def test_a_held_enter_answers_one_step_only(desk: AtTheDesk) -> None:
    desk.open("cintia.barbosa")
    desk.asked("Protocolo informado")
    desk.press("ArrowDown")
    desk.press("ArrowUp")
    desk.page.keyboard.down("Enter")
    for _ in range(12):
        desk.page.keyboard.down("Enter")  # held: the browser repeats it
        desk.page.wait_for_timeout(30)
    desk.page.keyboard.up("Enter")

    desk.asked("Na linha")


def test_readings_that_arrive_leave_the_focus_where_it_is(desk: AtTheDesk) -> None:
    desk.open("otavio.campos")
    desk.asked("Protocolo informado")
    desk.press("ArrowDown")
    focused = desk.page.locator("#call-step .answer").nth(1)
    expect(focused).to_be_focused()
    expect(desk.page.locator("#call-readings")).to_contain_text("Online")
    desk.page.wait_for_timeout(1500)

    expect(focused).to_be_focused()


def test_what_the_customer_and_the_network_say_apart_is_shown(desk: AtTheDesk) -> None:
    desk.open("10000000027")
    desk.greet("Jonas")
    desk.asked("Está no local")
    desk.answer("Está no local")
    desk.asked("Aparelhos sem internet")
    desk.answer("Não sabe")
    desk.told("Desligue da tomada")
    desk.send()  # said to be done, and nothing was unplugged

    stripe = desk.page.locator("#call-step .stripe--attention")
    expect(stripe).to_contain_text("não reiniciou", timeout=15_000)
    desk.all_in_sight()
