"""Each circle of readers finds its own text, and no word of another is said to it in any way."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbwizard.search.index import SearchIndex
from kbwizard.search.results import SearchResult
from kbwizard.search.words import fold, terms
from tests.helpers.search_library import library_of_articles, page

BLOCKS = """Todos leem sobre antena.

## Parte comum

Texto comum sobre roteador e cabo.

::: interno
A bancada usa o gabarito confidencial.
:::

::: treinamento
O simulador de estudos mostra o gabaritinho.
:::

::: cliente
Chame a nossa central prateada.
:::

## Outra parte

Aqui se fala de garagem.
"""


def said(result: SearchResult) -> str:
    """Every word that a result shows."""
    hits = [f"{hit.title} {hit.snippet} {hit.section}" for hit in result.hits]
    whole = [*hits, result.corrected or "", result.suggestion or "", *result.completions]
    return fold(" ".join(whole).replace("<mark>", "").replace("</mark>", ""))


@pytest.fixture
def index(tmp_path: Path) -> SearchIndex:
    index = SearchIndex(tmp_path / "index")
    aliases, tags = ["trequinho de parede"], ["etiquetado"]
    index.build(
        library_of_articles(
            {"antena": page("Sobre a antena", BLOCKS, aliases=aliases, tags=tags, public=True)}
        )
    )
    return index


@pytest.mark.parametrize(
    ("word", "readers"),
    [
        ("roteador", {"agent", "trainee", "customer"}),
        ("confidencial", {"agent", "trainee"}),
        ("simulador", {"trainee"}),
        ("prateada", {"customer"}),
        ("trequinho", {"agent", "trainee", "customer"}),
        ("etiquetado", {"agent", "trainee", "customer"}),
    ],
)
def test_a_block_is_found_by_its_readers_only(
    index: SearchIndex, word: str, readers: set[str]
) -> None:
    audiences = ("agent", "trainee", "customer")

    assert {one for one in audiences if index.search(word, audience=one).hits} == readers


def test_an_article_read_alike_by_agents_and_trainees_is_one_document(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    library = library_of_articles({"a": page("Alfa", "Texto de todos."), "b": page("Beta", BLOCKS)})

    assert index.build(library) == 1 + 2
    assert [hit.slug for hit in index.search("comum", audience="trainee").hits] == ["b"]


def test_public_and_unapproved_is_not_found_by_customers(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    own = page("Alfa", "Texto.", public=True).replace("rui.revisor", "ana.autora")
    index.build(library_of_articles({"a": own}))

    assert index.search("alfa", audience="customer").hits == ()
    assert index.search("alfa", audience="agent").hits


@pytest.mark.parametrize(
    ("word", "section"), [("antena", ""), ("cabo", "parte-comum"), ("garagem", "outra-parte")]
)
def test_a_hit_says_in_which_section_its_words_stand(
    index: SearchIndex, word: str, section: str
) -> None:
    (hit,) = index.search(word, audience="agent").hits

    assert hit.section == section


def test_hits_may_be_of_some_topics_only(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    index.build(
        library_of_articles(
            {
                "a": page("Luz um", "Luz.", topics="dns"),
                "b": page("Luz dois", "Luz.", topics="voip"),
            }
        )
    )

    assert [hit.slug for hit in index.search("luz", topics=["voip"]).hits] == ["b"]
    assert index.search("luz", topics=[]).hits == ()


def test_words_are_completed_as_they_are_written_the_most_used_first(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    index.build(
        library_of_articles(
            {
                "a": page("Conexão lenta", "Conexões e conectores."),
                "b": page("Conexão caída", "Confira o contrato."),
            }
        )
    )

    found = index.search("minha con", as_you_type=True).completions

    assert found[0] == "conexão"
    assert {"contrato", "confira"} <= set(found)
    assert index.search("con").completions == ()
    assert index.search("c", as_you_type=True).completions == ()


def test_a_rare_word_beside_a_common_one_is_doubted_aloud(tmp_path: Path) -> None:
    sources = {f"n{n}": page(f"Boleto {n}", "O boleto do mês.") for n in range(12)}
    sources["raro"] = page("Boletos e bolero", "Música de bolero.")
    index = SearchIndex(tmp_path / "index")
    index.build(library_of_articles(sources))

    doubted = index.search("quero o bolero")

    assert doubted.suggestion == "quero o boleto"
    assert doubted.corrected is None
    assert doubted.hits[0].slug == "raro"
    assert index.search("boleto").suggestion is None


SYLLABLES = st.sampled_from(["ba", "ce", "dri", "fo", "gu", "lha", "mor", "ni", "pra", "tus"])
SECRET = st.lists(SYLLABLES, min_size=3, max_size=4).map(lambda found: "zx" + "".join(found))
OPEN = st.lists(SYLLABLES, min_size=2, max_size=4).map(lambda found: "vo" + "".join(found))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(SECRET, min_size=4, max_size=8, unique=True),
    st.lists(OPEN, min_size=3, max_size=6, unique=True),
    st.data(),
)
def test_no_secret_word_reaches_a_customer_whatever_is_typed(
    secret: list[str], public: list[str], data: st.DataObject
) -> None:
    inside, studied, alias, tag, *elsewhere = secret
    body = (
        f"{' '.join(public)} {inside[:-1]}.\n\n::: interno\nPalavra {inside}.\n:::\n\n"
        f"::: treinamento\nSó {studied}.\n:::\n"
    )
    opened = page(public[0], body, aliases=[f"{alias} {public[1]}"], tags=[tag], public=True)
    closed = page("Interno", " ".join(elsewhere) + " nada.")
    slips = [
        typed
        for word in (*secret, *public)
        for typed in (word, word[:-1], word[:-2], word[:3], word[1:], word.upper(), word + "s")
    ]
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder))
        index.build(library_of_articles({"aberto": opened, "fechado": closed}))
        index.search(secret[0], audience="agent")
        for typed in data.draw(st.lists(st.sampled_from(slips), min_size=20, max_size=60)):
            for as_you_type in (False, True):
                result = index.search(typed, audience="customer", as_you_type=as_you_type)
                shown = {word.strip(".,;…") for word in said(result).split()}
                assert shown.isdisjoint(set(secret) - {fold(typed)})
                assert {hit.slug for hit in result.hits} <= {"aberto"}


@pytest.mark.parametrize("typed", ["-25", "rx -25,5 hoje", "era -20 e agora \u221225"])
def test_a_negative_number_alone_is_a_power(typed: str, tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    sources = {"potencia": page("Potência", "O sinal em dBm."), "outro": page("Outro", "Nada.")}
    index.build(library_of_articles(sources))

    assert [hit.slug for hit in index.search(typed).hits] == ["potencia"]


@pytest.mark.parametrize("typed", ["das 20-25", "-75", "cto-25", "2026-11-22", "25"])
def test_other_numbers_with_a_dash_are_none(typed: str, tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    index.build(library_of_articles({"potencia": page("Potência", "O sinal em dBm.")}))

    assert index.search(typed).hits == ()


def test_the_first_hits_are_not_all_about_one_thing(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    wifi = {f"wifi{n}": ("Antena antena", "wifi-fraco") for n in range(4)}
    sources = {**wifi, "tv": ("Antena", "iptv")}
    index.build(
        library_of_articles(
            {slug: page(title, "Texto.", topics=topic) for slug, (title, topic) in sources.items()}
        )
    )

    hits = index.search("antena").hits

    assert [hit.slug for hit in hits][:3] == ["wifi0", "tv", "wifi1"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


WORDS = st.lists(st.sampled_from("abcdeilmnorstu"), min_size=4, max_size=7).map("".join)


def test_a_day_says_since_when_unless_there_is_nothing_else(tmp_path: Path) -> None:
    index = SearchIndex(tmp_path / "index")
    sources = {"visita": page("Domingo", "Aos domingos."), "luz": page("Outra", "Olhe a luz.")}
    index.build(library_of_articles(sources))

    first = [index.search(typed).hits[0].slug for typed in ("a luz desde domingo", "domingo")]

    assert first == ["luz", "visita"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(WORDS, min_size=1, max_size=3, unique=True), st.data())
def test_a_document_with_the_typed_word_stands_before_every_guess(
    typed: list[str], data: st.DataObject
) -> None:
    """Near words stand in titles and aliases, where they weigh most; the typed one in a body."""

    def slip(word: str) -> str:
        at = data.draw(st.integers(1, len(word) - 1))
        return word[:at] + data.draw(st.sampled_from("aeioz")) + word[at:]

    near = [slip(word) for word in typed for _ in range(2)]
    sources = {
        f"perto{n}": page(f"{word} {word}", f"{word}.", aliases=[word])
        for n, word in enumerate(near)
    }
    exact = data.draw(st.sampled_from(typed))
    sources["exato"] = page("Outro título comprido", f"Muito texto antes e afinal {exact}.")
    with tempfile.TemporaryDirectory() as folder:
        index = SearchIndex(Path(folder))
        index.build(library_of_articles(sources))
        hits = index.search(" ".join(typed), limit=50).hits
        stems = terms_of(typed)
        having = [bool(stems & terms_of([sources[hit.slug]])) for hit in hits]
        assert "exato" in [hit.slug for hit in hits]
        assert having == sorted(having, reverse=True)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def terms_of(texts: list[str]) -> set[str]:
    return {term for text in texts for term in terms(text)}
