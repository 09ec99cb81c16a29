"""Searching: what is found, by whom, and what is never shown."""

from __future__ import annotations

import pytest

from kbwizard.content.library import Library
from kbwizard.search.documents import read_documents
from kbwizard.search.index import SearchIndex
from kbwizard.search.results import SearchResult
from tests.search.conftest import TREE, WriteLibrary


def slugs(result: SearchResult) -> list[str]:
    return [hit.slug for hit in result.hits]


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("conexao lenta", "conexao-lenta"),
        ("CONEXÕES LENTAS", "conexao-lenta"),
        ("lentidão", "conexao-lenta"),
        ("wi-fi", "conexao-lenta"),
        ("wifi", "conexao-lenta"),
        ("2a via", "segunda-via"),
        ("segunda via", "segunda-via"),
        ("boletos", "segunda-via"),
        ("demora abrir", "conexao-lenta"),
        ("OS", "segunda-via"),
        ("los vermelha", "luz-vermelha"),
    ],
)
def test_words_are_found_however_they_are_typed(index: SearchIndex, query: str, slug: str) -> None:
    assert slugs(index.search(query, kinds=("article",)))[0] == slug


@pytest.mark.parametrize(
    ("typed", "understood", "slug"),
    [
        ("bolteo", "boleto", "segunda-via"),
        ("velocidde alta", "velocidade alta", "conexao-lenta"),
        ("luz vermlha", "luz vermelha", "luz-vermelha"),
    ],
)
def test_a_mistyped_word_is_corrected_and_told(
    index: SearchIndex, typed: str, understood: str, slug: str
) -> None:
    result = index.search(typed, kinds=("article",))

    assert result.corrected == understood
    assert slugs(result)[0] == slug


def test_short_words_and_numbers_are_never_corrected(index: SearchIndex) -> None:
    for typed in ("lis", "691", "rx13", "xyz"):
        assert index.search(typed).corrected is None


def test_slang_leads_to_the_words_of_the_articles(index: SearchIndex) -> None:
    result = index.search("devagar")

    assert slugs(result)[0] == "conexao-lenta"
    assert index.search("carnê").corrected is None


@pytest.mark.parametrize("typed", ["ver", "luz ve", "LUZ VERM", "ros boleto nov"])
def test_the_word_being_typed_is_found_by_its_beginning(index: SearchIndex, typed: str) -> None:
    assert index.search(typed, as_you_type=True).hits


def test_the_word_being_typed_is_not_corrected(index: SearchIndex) -> None:
    assert index.search("bolteo", as_you_type=True).corrected is None
    assert index.search("bolteo ", as_you_type=True).corrected == "boleto"


def test_an_exact_match_comes_before_a_corrected_one(
    write_library: WriteLibrary, index: SearchIndex
) -> None:
    page = "---\ntitle: {}\nsummary: Nada.\ntopics: [dns]\naudience: [agent]\n---\nTexto.\n"
    index.build(write_library({"a": page.format("Modelo roteado"), "b": page.format("Roteador")}))

    assert slugs(index.search("roteado", kinds=("article",)))[0] == "a"
    assert index.search("roteado").corrected is None


def test_words_of_talk_do_not_push_what_was_corrected_out_of_sight(
    write_library: WriteLibrary, index: SearchIndex
) -> None:
    page = "---\ntitle: {}\nsummary: Nada.\ntopics: [dns]\naudience: [agent]\n---\n{}\n"
    index.build(
        write_library(
            {
                "a": page.format("Quando o cliente quer", "Quero."),
                "b": page.format("Boleto", "Via."),
            }
        )
    )

    assert slugs(index.search("quero o bolteo", kinds=("article",)))[0] == "b"


def test_a_customer_finds_only_what_is_marked_for_customers(index: SearchIndex) -> None:
    found = {hit.slug for word in ("luz", "boleto", "painel", "lento", "certo", "rompimento")
             for hit in index.search(word, audience="customer").hits}  # fmt: skip

    assert found == {"luz-vermelha", "fibra", "fibra#luz", "fibra#fim"}


@pytest.mark.parametrize(
    "secret", ["painel reservado", "equipamento", "evidenciazinha", "FIM_TESTE"]
)
def test_internal_words_neither_find_nor_show_nor_correct_for_customers(
    index: SearchIndex, secret: str
) -> None:
    for query in (secret, secret[:-1], "luz los", "tudo certo"):
        result = index.search(query, audience="customer")
        said = " ".join(hit.snippet + hit.title for hit in result.hits) + (result.corrected or "")
        assert secret.split()[0].lower() not in said.lower()
    assert slugs(index.search(secret, audience="agent"))[0].startswith("fibra#")


def test_an_audience_outside_an_article_does_not_find_it(index: SearchIndex) -> None:
    assert slugs(index.search("boleto", audience="agent")) == ["segunda-via"]
    assert index.search("boleto", audience="trainee").hits == ()
    assert index.search("boleto", audience="nobody").hits == ()


def test_a_node_hit_says_where_it_is(index: SearchIndex) -> None:
    (hit, *_) = index.search("como está a luz los", kinds=("node",)).hits

    assert (hit.kind, hit.slug, hit.tree, hit.node) == ("node", "fibra#luz", "fibra", "luz")
    assert hit.topics == ("fibra-los",)
    assert hit.title.startswith("Fibra: luz vermelha · Protocolo …: como está")


def test_a_draft_tree_is_not_found(write_library: WriteLibrary, index: SearchIndex) -> None:
    index.build(write_library(tree=TREE.replace("status: published", "status: draft")))

    assert {hit.kind for hit in index.search("luz").hits} == {"article"}


def test_no_tree_crowds_out_the_rest_of_a_mixed_list(
    write_library: WriteLibrary, index: SearchIndex
) -> None:
    nodes = "".join(
        f'  n{n}:\n    outcome: solved\n    disposition: FIM\n    agent: "Luz {n}."\n    customer: "Luz."\n'
        for n in range(9)
    )
    library = write_library(tree=TREE + nodes)
    index.build(library)

    assert sum(hit.kind == "node" for hit in index.search("luz", limit=50).hits) == 3
    assert len(index.search("luz", kinds=("node",), limit=50).hits) > 3


def test_snippets_mark_words_whatever_their_accents_and_are_escaped(index: SearchIndex) -> None:
    (hit,) = index.search("lampadas", kinds=("article",)).hits
    (other, *_) = index.search("sinais aspas", kinds=("article",)).hits

    assert "<mark>lâmpada</mark>" in hit.snippet
    assert "<mark>sinal</mark>" in other.snippet
    assert "5 &lt; 6 &amp; &#34;<mark>aspas</mark>&#34;" in other.snippet
    assert "<script" not in other.snippet


def test_the_limit_is_kept(index: SearchIndex) -> None:
    assert len(index.search("luz", limit=1).hits) == 1
    assert index.search("luz", limit=0).hits == ()


@pytest.mark.parametrize(
    "query",
    ["", "   ", "de a o", "\x00", "*", "?", "AND OR NOT", "terms:x^9", "💡", "(" * 500, "ß" * 9],
)
def test_odd_queries_break_nothing(index: SearchIndex, query: str) -> None:
    for as_you_type in (False, True):
        assert isinstance(index.search(query, as_you_type=as_you_type), SearchResult)


def test_an_absurdly_long_query_is_cut(index: SearchIndex) -> None:
    result = index.search("boleto " + "palavra " * 100_000)

    assert slugs(result)[0] == "segunda-via"


def test_every_article_and_published_node_is_a_document(library: Library) -> None:
    keys = {document.key for document in read_documents(library)}

    assert len(keys) == 3 + 1 + 2 + 3 + 2  # articles, one of them twice; tree twice; nodes
