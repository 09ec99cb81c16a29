"""The analyser, the stemmer, synonyms and correction, each by itself."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

from kbwizard.search.snippets import LENGTH, snippet
from kbwizard.search.spelling import Speller, distance
from kbwizard.search.stem import stem
from kbwizard.search.synonyms import FILE, parse_synonyms, shipped
from kbwizard.search.words import fold, kept_words, terms, words


@pytest.mark.parametrize(
    "family",
    [
        "conexao conexoes conectar conecta conectado",
        "sinal sinais",
        "lento lenta lentidao",
        "reinicia reiniciar reiniciou reinicio reiniciando",
        "bloqueio bloqueado bloquear bloqueados",
        "pagamento pagar pago paguei pagou",
        "instalacao instalar instalado",
        "piscando pisca piscar",
        "roteador roteadores",
        "mudanca mudar mudei mudou",
        "agendar agendamento agendada",
        "caiu cai cair caindo",
        "luz luzes luzinha",
        "reducao reduzida reduzido reduzir",
        "sessao sessoes",
    ],
)
def test_the_forms_of_a_word_have_one_stem(family: str) -> None:
    assert len({stem(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("rede", "reducao"),
        ("fibra", "febre"),
        ("senha", "sem"),
        ("porta", "ponto"),
        ("mais", "mal"),
        ("conta", "conte"),
        ("casa", "caso"),
        ("mudo", "mudar"),
        ("ponte", "ponta"),
        ("sabado", "saber"),
        ("radius", "radio"),
        ("tomada", "tom"),
    ],
)
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["los", "onu", "rx", "691", "os", "rx1310", "ip", "dns", "sem"])
def test_short_words_and_numbers_are_left_alone(word: str) -> None:
    assert stem(word) == word


def test_words_that_carry_a_complaint_are_not_stop_words() -> None:
    assert terms("sem sinal, não conecta, só fora do ar, mais") == [
        "sem", "sinal", "nao", "conect", "so", "fora", "ar", "mais",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["2via", "2 via", "2a via", "2ª via"])
def test_the_second_copy_is_one_thing_however_it_is_written(typed: str) -> None:
    assert terms(typed) == ["segund", "via"]


def test_the_work_order_is_kept_and_the_article_is_not() -> None:
    assert kept_words("Abra a OS para os clientes") == ["abra", "os", "clientes"]


def test_folding_keeps_every_place() -> None:
    text = "Ação: 2ª via — ÍNDICE, coração; ﬁbra ß ǆ"

    assert len(fold(text)) == len(text)
    assert fold("ÁÉÍÓÚÂÊÔÃÕÇÜ") == "aeiouaeoaocu"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bolteo", "boleto"),
        ("boletto", "boleto"),
        ("voleto", "boleto"),
        ("conectaodr", "conectador"),
    ],
)
def test_a_near_word_is_found(typed: str, meant: str) -> None:
    speller = Speller({"boleto": 5, "conectador": 2, "roteador": 9})

    assert speller.correct(typed) == meant


@pytest.mark.parametrize("typed", ["casa", "bo", "bol", "xxxxxxxx", "b0leto", ""])
def test_a_far_or_short_word_is_not(typed: str) -> None:
    assert Speller({"boleto": 5, "roteador": 9}).correct(typed) is None


def test_between_equally_near_words_the_commoner_wins() -> None:
    assert Speller({"senha": 1, "lenha": 9, "senda": 5}).correct("senxa") == "senda"
    assert Speller({"cabos": 1, "cabot": 7}).correct("cabox") == "cabot"


@pytest.mark.parametrize("typed", ["cache", "final", "aferir"])
def test_another_first_letter_is_seldom_a_slip(typed: str) -> None:
    assert Speller({"ache": 9, "sinal": 9, "ferir": 9}).correct(typed) is None


def test_a_letter_that_should_be_doubled_is_the_likeliest_slip() -> None:
    assert Speller({"bairro": 1, "baixo": 9}).correct("bairo") == "bairro"


def test_distance_counts_a_swap_as_one() -> None:
    assert distance("abcd", "abdc", 2) == 1
    assert distance("abcd", "wxyz", 2) == 3


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("sinal -27dBm", ["sinal", "27", "dbm"]),
        ("300mega", ["300", "mega"]),
        ("54mbps", ["54", "mbps"]),
        ("5ghz", ["5ghz"]),
        ("sala12mb", ["sala12mb"]),
    ],
)
def test_a_unit_against_its_number_is_a_word_of_its_own(typed: str, parts: list[str]) -> None:
    assert [word.text for word in words(typed)] == parts


@pytest.mark.parametrize(
    ("typed", "never"),
    [
        ("a porta do roteador", "portabil"),
        ("o problema não foi resolvido", "dns"),
        ("o telefone dá ocupado", "lent"),
        ("sem internet desde sábado", "visit"),
        ("acabou a internet no bairro", "viabil"),
        ("discordo da cobrança", "jog"),
        ("quero negociar a dívida", "cab"),
        ("a rede do cliente está lenta", "senh"),
    ],
)
def test_a_shipped_synonym_does_not_take_every_word_of_its_stem(typed: str, never: str) -> None:
    assert never in {term for meant in shipped().by_terms.values() for term in meant}
    assert never not in shipped().added(terms(typed))


def test_the_shipped_synonyms_can_all_be_read() -> None:
    assert len(shipped().by_terms) > 100
    assert "lent" in shipped().added(["devag"])


def test_synonyms_go_one_way_and_are_not_chained() -> None:
    synonyms, _ = parse_synonyms("net = internet\ninternet = rede\n", "x")

    assert list(synonyms.added(["net"])) == ["internet"]
    assert synonyms.added(["red"]) == {}


def test_a_phrase_is_a_synonym_only_as_a_whole() -> None:
    synonyms, _ = parse_synonyms("vai e volta = queda\n", "x")

    assert list(synonyms.added(terms("a net vai e volta"))) == ["qued"]
    assert synonyms.added(terms("vai amanhã")) == {}


def test_an_expression_is_worth_more_than_its_words() -> None:
    synonyms, _ = parse_synonyms("vizinho = parada\nvizinho usando = senha\n", "x")

    assert list(synonyms.added(terms("meu vizinho usando"))) == ["senh"]
    assert list(synonyms.added(terms("o vizinho também"))) == ["par"]


def test_what_stands_for_words_of_no_text_is_worth_more() -> None:
    synonyms, _ = parse_synonyms("choke = jogos\npartida = jogos\n", "x")

    strange = synonyms.added(["chok"], known={"partida"})
    usual = synonyms.added(["partida"], known={"partida"})

    assert strange.keys() == usual.keys() == {"jog"}
    assert strange["jog"] > 1.0 > usual["jog"]


def test_every_bad_line_of_a_list_is_told_and_the_good_ones_count() -> None:
    synonyms, problems = parse_synonyms("# nada\nsó isto\nnet = internet\n= vazio\n", FILE.name)

    assert [problem.line for problem in problems] == [2, 4]
    assert list(synonyms.added(["net"])) == ["internet"]


def test_a_snippet_shows_the_stretch_with_most_of_the_words() -> None:
    text = "sinal " + "nada de novo " * 40 + "aqui o sinal da fibra caiu " + "e segue " * 60

    shown = snippet(text, {"sinal", "fibr", "cai"})

    assert "<mark>sinal</mark> da <mark>fibra</mark> <mark>caiu</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < LENGTH + 100


@pytest.mark.parametrize("text", ["", "a", "x" * 5000, "<b>&" * 200, "wi-fi " * 90])
def test_a_snippet_of_odd_text_is_short_and_safe(text: str) -> None:
    shown = snippet(text, {"wifi", "b"})

    assert len(shown) < 4000
    assert "<b>" not in shown


@pytest.mark.parametrize("module", ["words", "stem", "spelling"])
def test_the_examples_in_docstrings_hold(module: str) -> None:
    found = doctest.testmod(import_module(f"kbwizard.search.{module}"))

    assert found.attempted > 0
    assert found.failed == 0
