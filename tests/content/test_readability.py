"""Syllables, sentences and the score, and the rules they serve."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbwizard.content.lint import lint_library
from kbwizard.content.lint.plainness import hard_screen
from kbwizard.content.readability import SIXTH_GRADE, blocks, prose
from kbwizard.content.syllables import syllables
from kbwizard.content.unavailable import unavailable_tree
from kbwizard.errors import Problem
from kbwizard.selfservice import notices
from kbwizard.wizard.facts import Registry
from tests.helpers.content import TREES, library_of

COUNTED = {
    1: "luz que não mãe põe pôr mais dois viu mãos",
    2: "rua dia água quatro quinze guarda ligue alguém ruim cair caiu país juiz duas voo real "
    "leão outro também baú iguais série abriu depois aqui porque guia possui Wi-Fi TV visões",
    3: "tomada região história família início internet cliente criança ainda rainha saúde ruído "
    "cuidado primeiro pessoa oitenta equipe tranquilo vermelha piscando construir saída moeda "
    "joelho heroico ideia Paraguai técnico conexões refeição traição",
    4: "energia aparelho situação necessário roteador maioria coordenar continue",
    5: "equipamento configuração automático distribuição",
    6: "atualização atualizando",
    7: "disponibilidade imediatamente temporariamente",
}

EASY = "Tire o fio da tomada. Conte até dez. Ligue de novo e veja se a luz fica acesa. "
HARD = (
    "A indisponibilidade temporária do equipamento caracteriza instabilidade operacional, "
    "demandando acompanhamento especializado da infraestrutura instalada. "
)
ARTICLE = """---
title: "Como ligar de novo"
summary: O que fazer quando a luz apaga.
topics: [fibra-los]
audience: [agent, trainee, customer]
owner: aldo.autor
verified_by: lia.lider
verified_at: 2026-11-20
review_every: 180
approved_by: lia.lider
approved_at: 2026-11-20
---

"""


@pytest.mark.parametrize(
    ("word", "count"), [(word, count) for count, words in COUNTED.items() for word in words.split()]
)
def test_syllables_are_counted_as_they_are_said(word: str, count: int) -> None:
    assert syllables(word) == count


@given(st.text(max_size=30))
def test_any_word_has_a_syllable_and_no_more_than_letters(word: str) -> None:
    assert 1 <= syllables(word) <= max(1, 2 * len(word))


def test_numbers_and_places_count_as_one_word_each() -> None:
    assert prose("Conte 30 segundos, até {deadline}.").sentences == (
        ("Conte", "30", "segundos", "até", "hora"),
    )


def test_a_sentence_runs_over_lines_and_never_over_items_or_headings() -> None:
    text = "## Antes\nTire o fio\nda tomada.\n\n1. Conte\n2. Ligue\n| a | b |"

    assert [(number, block.strip()) for number, block in blocks(text)] == [
        (0, "## Antes"),
        (1, "Tire o fio da tomada."),
        (4, "1. Conte"),
        (5, "2. Ligue"),
        (6, "| a | b |"),
    ]
    assert prose(text).sentences[1] == ("Tire", "o", "fio", "da", "tomada")


def test_the_score_is_the_formula_of_1996() -> None:
    read = prose("Olhe a luz. Ela está acesa.")

    # 6 words, 2 sentences, 11 syllables: o-lhe a luz, e-la es-tá a-ce-sa.
    assert read.score == pytest.approx(248.835 - 1.015 * 3 - 84.6 * 11 / 6)


def test_plain_words_are_easier_than_learned_ones_whatever_the_length() -> None:
    assert prose(EASY * 5).score > SIXTH_GRADE > 0 > prose(HARD * 5).score


def rules(folder: Path, body: str) -> list[Problem]:
    library = library_of(folder, {}, articles={"luzes": ARTICLE + body})
    return lint_library(library)


def test_a_plain_article_for_customers_passes(tmp_path: Path) -> None:
    assert rules(tmp_path, EASY * 8) == []


def test_a_hard_article_for_customers_is_told_where_and_why(tmp_path: Path) -> None:
    problems = rules(tmp_path, EASY + "\n\n" + HARD * 8)

    assert {problem.rule for problem in problems} == {"hard-to-read", "long-word"}
    assert {problem.line for problem in problems} == {13, 16}
    assert all(problem.remedy for problem in problems)


def test_an_article_that_is_not_for_customers_may_be_learned(tmp_path: Path) -> None:
    body = (ARTICLE + HARD * 8).replace(", customer]", "]")

    assert lint_library(library_of(tmp_path, {}, articles={"luzes": body})) == []


def test_a_sentence_too_long_is_found_in_a_list_item(tmp_path: Path) -> None:
    problems = rules(tmp_path, "1. Veja a luz.\n2. " + "Olhe bem " * 11 + "a luz.")

    assert [(problem.rule, problem.line) for problem in problems] == [("long-sentence", 15)]


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("Vermelha, intermitentemente", "long-word"),
        ("Está vermelha e pisca o tempo todo, sem parar, desde hoje de manhã cedo", "long-label"),
    ],
)
def test_a_label_that_customers_press_is_short_and_plain(
    label: str, rule: str, tmp_path: Path
) -> None:
    good = (TREES / "_facts.yaml").read_text(encoding="utf-8")
    bad = good.replace('red: "Vermelha"', f'red: {{agent: "Vermelha", customer: "{label}"}}', 1)

    assert [problem.rule for problem in lint_library(library_of(tmp_path, {}, registry=bad))] == [
        rule
    ]


@pytest.mark.parametrize(
    "text",
    [
        notices.FAILURE,
        notices.EVERYBODY,
        notices.PERHAPS,
        notices.NO_FORECAST,
        f"{notices.FAILURE} {notices.NO_FORECAST}",
        next(iter(unavailable_tree("t", Registry({})))).texts.customer,
    ],
)
def test_what_the_program_itself_says_of_outages_is_plain_too(text: str) -> None:
    assert list(hard_screen(text)) == []
