from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine, text

from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.readership.feedback import masked_kinds
from kbwizard.readership.service import Readership
from kbwizard.readership.values import LONGEST_TEXT, REASONS
from tests.helpers.clock import FrozenClock


def rate(readership: Readership, slug: str = "luz-los", **more: Any) -> int:
    said: dict[str, Any] = {"fingerprint": "v1", "where": "desk", "helpful": False, "by": "ana"}
    if not more.get("helpful"):
        said["reason"] = "wrong"
    return readership.rate(slug, **{**said, **more})


def test_a_no_with_its_reason_waits_for_the_owner(readership: Readership) -> None:
    rate(readership, text="A luz da\nV-SOL pisca.")

    (entry,) = readership.inbox()

    assert (entry.by, entry.reason, entry.text) == ("ana", "wrong", "A luz da\nV-SOL pisca.")
    assert entry.reason_words == REASONS["wrong"]
    assert readership.waiting() == 1


def test_a_yes_without_a_word_is_counted_and_asks_for_nothing(
    readership: Readership, frozen: FrozenClock
) -> None:
    rate(readership, helpful=True)

    assert readership.inbox() == []
    assert readership.opinions(frozen())["luz-los"].yes == 1


def test_a_yes_with_a_text_is_read_by_the_owner(readership: Readership) -> None:
    rate(readership, helpful=True, text="Falta só a foto.")

    assert [entry.text for entry in readership.inbox()] == ["Falta só a foto."]


@pytest.mark.parametrize("reason", ["", "feio"])
def test_a_no_needs_one_of_the_five_reasons(readership: Readership, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rate(readership, reason=reason)

    assert "reason" in refused.value.fields
    assert len(REASONS) == 5


def test_personal_data_is_masked_before_it_is_kept(readership: Readership, engine: Engine) -> None:
    said = "O cliente (11) 90000-0001, CPF 000.123.456-00, ana@exemplo.net disse que não"

    rate(readership, text=said)

    with engine.connect() as db:
        (kept,) = db.execute(text("SELECT * FROM article_feedback")).mappings()
    assert not any(word in str(kept) for word in ("90000", "123.456", "exemplo.net"))
    assert kept["text"].endswith("disse que não")
    assert masked_kinds(said) == ("telefone", "CPF", "e-mail")


def test_signs_that_nobody_sees_are_left_out(readership: Readership) -> None:
    rate(readership, text="a\u202eb\x07 c\n\n\n  d" + "x" * 5000)

    text_kept = readership.inbox()[0].text
    assert text_kept.startswith("ab c\nd")
    assert len(text_kept) == LONGEST_TEXT


def test_one_person_has_one_answer_per_version_and_a_change_replaces_it(
    readership: Readership, frozen: FrozenClock
) -> None:
    first = rate(readership, text="Errado")
    readership.answer(first, by="lia", text="Obrigada", state="done")

    changed = rate(readership, reason="hard", text="Na verdade só não entendi")
    other_version = rate(readership, fingerprint="v2")

    assert changed == first != other_version
    assert [(one.reason, one.answer) for one in readership.inbox()] == [("hard", ""), ("wrong", "")]
    assert readership.opinions(frozen())["luz-los"].no == 2


def test_the_same_answer_sent_twice_keeps_what_was_answered(readership: Readership) -> None:
    first = rate(readership, text="Errado")
    readership.answer(first, by="lia", text="Obrigada", state="done")

    rate(readership, text="Errado")

    assert readership.feedback(first).answer == "Obrigada"
    assert readership.inbox() == []


def test_customers_are_told_apart_by_what_their_browser_holds_and_it_is_not_kept(
    readership: Readership, engine: Engine
) -> None:
    one = rate(readership, where="help", by="", giver="segredo-do-navegador")
    again = rate(readership, where="help", by="", giver="segredo-do-navegador", reason="hard")
    other = rate(readership, where="help", by="", giver="outro")
    unknown = [rate(readership, where="help", by="") for _ in range(2)]

    assert one == again
    assert len({one, other, *unknown}) == 4
    with engine.connect() as db:
        assert "segredo" not in str(db.execute(text("SELECT * FROM article_feedback")).all())


def test_an_owner_sees_what_is_theirs_first_come_first_served(
    readership: Readership, frozen: FrozenClock
) -> None:
    for who in ("ana", "bia"):
        rate(readership, by=who)
        frozen.pass_time(minutes=1)
    rate(readership, "senha")

    assert [one.by for one in readership.inbox(slugs=["luz-los"])] == ["ana", "bia"]
    assert readership.inbox(slugs=[]) == []
    assert readership.waiting(slugs=["senha"]) == 1


def test_the_giver_sees_the_answer_of_the_article(
    readership: Readership, frozen: FrozenClock
) -> None:
    number = rate(readership, text="Está errado")
    frozen.pass_time(hours=1)

    readership.answer(number, by="lia", text="Corrigido, fale (11) 90000-0002", state="draft")

    seen = readership.said_by("ana", "luz-los")
    assert seen is not None
    assert (seen.state, seen.answer, seen.answered_by) == (
        "draft",
        "Corrigido, fale [removido]",
        "lia",
    )
    assert seen.answered_at == frozen()
    assert readership.said_by("bia", "luz-los") is None
    assert [one.id for one in readership.inbox(state="draft")] == [number]


def test_nobody_answers_what_they_have_not_read(readership: Readership) -> None:
    number = rate(readership, text="Errado")
    read = readership.feedback(number).revision
    rate(readership, text="Errado, e a foto também")

    with pytest.raises(Conflict):
        readership.answer(number, by="lia", text="Feito", state="done", revision=read)
    with pytest.raises(NotFound):
        readership.answer(999, by="lia", text="", state="done")
    with pytest.raises(InvalidInput):
        readership.answer(number, by="lia", text="", state="fechado")


def test_two_owners_at_once_one_answers(readership: Readership) -> None:
    number = rate(readership)

    def reply(by: str) -> bool:
        try:
            readership.answer(number, by=by, text=f"de {by}", state="done", revision=1)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        took = list(threads.map(reply, [f"dono{n}" for n in range(8)]))

    assert took.count(True) == 1


def test_sixteen_clicks_of_one_person_are_one_answer(readership: Readership) -> None:
    with ThreadPoolExecutor(16) as threads:
        numbers = set(threads.map(lambda n: rate(readership, text=f"vez {n}"), range(16)))

    assert len(numbers) == 1
    assert len(readership.inbox()) == 1


def test_opinions_are_counted_by_reason(readership: Readership, frozen: FrozenClock) -> None:
    for number, reason in enumerate(("wrong", "wrong", "hard")):
        rate(readership, by=f"p{number}", reason=reason)
    rate(readership, by="p9", helpful=True)
    early = frozen()
    frozen.pass_time(days=1)

    figures = readership.opinions(early)["luz-los"]

    assert (figures.yes, figures.no, figures.reasons) == (1, 3, {"wrong": 2, "hard": 1})
    assert readership.opinions(frozen()) == {}
