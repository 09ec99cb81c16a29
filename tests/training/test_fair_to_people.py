"""What a good trainee would write or see, and what a first version judged or showed otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from kbwizard.errors import Conflict
from kbwizard.training.attempts import Attempt
from kbwizard.training.coach import question_at, why_of
from kbwizard.training.shelf import FOLDER
from kbwizard.training.written import Happened, check_order, check_record
from kbwizard.walks.service import Standing
from kbwizard.wizard.facts import Reading, Source
from kbwizard.wizard.model import Outcome
from kbwizard.wizard.position import Known, Need
from tests.training.conftest import School
from tests.training.trainee import Trainee
from tests.training.writing import happened_of


def begun(school: School, exercise: str) -> tuple[Attempt, Standing]:
    attempt = Trainee(school).begin(exercise, seed=4)
    return attempt, school.parts.training._tries.standing(attempt)


@pytest.fixture
def other_person(school: School) -> Iterator[tuple[Attempt, Standing]]:
    attempt, standing = begun(school, "bloqueio-com-outra-pessoa")
    yield attempt, standing
    school.parts.training._tries.end(attempt)


@pytest.fixture
def holder(school: School) -> Iterator[tuple[Attempt, Standing]]:
    attempt, standing = begun(school, "los-vermelha")
    yield attempt, standing
    school.parts.training._tries.end(attempt)


def with_fact(happened: Happened, fact: str, value: str) -> Happened:
    """The same try, where one fact is known to be this and no other number was read."""
    standing = happened.standing
    reading = Reading(fact, value, Source.NETWORK, standing.now)
    own = {name: known for name, known in standing.position.facts.items() if name != "onu.rx_dbm"}
    facts = {**own, fact: Known(reading)}
    return replace(
        happened, standing=replace(standing, position=replace(standing.position, facts=facts))
    )


def relation_is_right(school: School, begun: tuple[Attempt, Standing], text: str) -> bool:
    checks = check_record({"relation": text}, happened_of(school, *begun))
    return next(check.ok for check in checks if check.name == "relation")


def test_any_relative_is_known_not_to_be_the_holder(
    school: School, other_person: tuple[Attempt, Standing]
) -> None:
    for text in ("Sobrinha", "sobrinho do titular", "irmã", "Genro", "não é titular", "moradora"):
        assert relation_is_right(school, other_person, text), text
    for text in ("titular", "o próprio", ""):
        assert not relation_is_right(school, other_person, text), text


def test_the_holder_is_known_by_their_own_words_whatever_their_surname(
    school: School, holder: tuple[Attempt, Standing]
) -> None:
    for text in ("titular", "A própria", "ele mesmo", "Titular, Alba Paineira"):
        assert relation_is_right(school, holder, text), text
    for text in ("mãe do titular", ""):
        assert not relation_is_right(school, holder, text), text


def test_a_complaint_in_a_callers_short_words_is_one(
    school: School, holder: tuple[Attempt, Standing]
) -> None:
    happened = with_fact(happened_of(school, *holder), "symptom", "no_internet")

    for text, right in (("Sem net desde cedo", True), ("Caiu tudo", True), ("Boleto", False)):
        checks = check_record({"complaint": text}, happened)
        assert next(one.ok for one in checks if one.name == "complaint") is right, text


def test_readings_as_a_desk_writes_them_are_taken(
    school: School, holder: tuple[Attempt, Standing]
) -> None:
    happened = happened_of(school, *holder)
    for fact, value in (("onu.state", "los"), ("session.state", "offline")):
        happened = with_fact(happened, fact, value)
    happened = with_fact(happened, "contract.state", "active")

    for text, right in (
        ("SEM BLOQUEIO, ONU EM LOS, PPPOE OFFLINE", True),
        ("Contrato ativo, ONU sem luz, sessão desconectada", True),
        ("Tudo normal", False),
    ):
        checks = check_record({"readings": text}, happened)
        assert next(one.ok for one in checks if one.name == "readings") is right, text


def test_what_was_chosen_in_the_order_is_shown_in_words(
    school: School, holder: tuple[Attempt, Standing]
) -> None:
    chosen = {"fibre.pole": "undetermined", "skill": "indoor", "period": "morning"}

    shown = {one.name: one.written for one in check_order(chosen, happened_of(school, *holder), "")}

    assert [shown[name] for name in chosen] == ["INDETERMINADO", "rede interna", "manhã"]


def test_an_ending_is_not_offered_where_the_call_cannot_end(
    holder: tuple[Attempt, Standing],
) -> None:
    attempt, standing = holder
    tree = standing.bundle.trees[standing.position.tree]

    for seed in range(20):
        question = question_at(standing, attempt.exercise, seed)
        assert question is not None
        kinds = [tree.nodes.get(option.value) for option in question.options]
        assert not any(isinstance(node, Outcome) for node in kinds)


def test_what_comes_right_behind_a_silent_step_is_never_offered_as_wrong(
    holder: tuple[Attempt, Standing],
) -> None:
    attempt, standing = holder
    node = standing.bundle.node("dados-os", "fibra")
    at = replace(standing, position=replace(standing.position, tree="dados-os", node=node))

    for seed in range(20):
        question = question_at(at, attempt.exercise, seed)
        assert question is not None
        values = {option.value for option in question.options}
        assert "motivo" in values  # decides silently whether to ask why
        assert "motivo_texto" not in values


def test_nothing_is_asked_while_the_network_is_being_read(
    holder: tuple[Attempt, Standing],
) -> None:
    attempt, standing = holder
    pending = replace(standing.position.pending, need=Need.READINGS)
    reading = replace(standing, position=replace(standing.position, pending=pending))

    assert question_at(standing, attempt.exercise, 1) is not None
    assert question_at(reading, attempt.exercise, 1) is None


def test_a_why_has_no_sentence_that_says_nothing(holder: tuple[Attempt, Standing]) -> None:
    standing = holder[1]
    node = standing.bundle.node("fibra-los", "conector")
    at = replace(standing.position, tree="fibra-los", node=node)

    why = why_of(replace(standing, position=at), "reinicio")

    assert "Conector frouxo" in why
    assert "Regra da casa:" not in why


def test_who_answers_without_choosing_is_stopped(
    school: School, holder: tuple[Attempt, Standing]
) -> None:
    attempt, standing = holder
    visit = standing.position.visit

    with pytest.raises(Conflict, match="Primeiro diga na margem"):
        school.parts.training.check_deed(attempt, visit=visit)
    school.parts.training.check_deed(attempt, visit=visit - 1)  # stale: said by the call itself
    school.parts.training.check_deed(attempt, visit=None)


def test_a_try_whose_line_went_back_is_not_gone_on_with(
    school: School, holder: tuple[Attempt, Standing]
) -> None:
    attempt = holder[0]

    school.clock.leap_to(school.clock() + timedelta(hours=4, minutes=1))

    with pytest.raises(Conflict, match="já foi devolvida"):
        school.parts.training.check_deed(attempt, visit=None)


def test_the_other_person_speaks_of_nobody_by_a_wrong_gender() -> None:
    text = (FOLDER / "bloqueio-com-outra-pessoa.yaml").read_text(encoding="utf-8")
    assert "minha tia" not in text  # the holder's name is drawn: it may be a man's


WORDS: dict[str, tuple[str, ...]] = {
    "onu-que-nao-e-dele": ("não é o do cadastro", "aparelho errado"),
    "falta-luz-no-bairro": ("tem luz", "no escuro"),
    "visita-ja-marcada": ("já existe uma visita", "já vem"),
    "senha-recusada": ("não aceita",),
}


@pytest.mark.parametrize("exercise", WORDS)
def test_what_is_read_before_beginning_does_not_tell_the_finding(
    school: School, exercise: str
) -> None:
    made = school.parts.training.exercise(exercise)
    shown = f"{made.title} {made.summary}".lower()
    assert [word for word in WORDS[exercise] if word in shown] == []
