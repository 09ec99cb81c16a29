"""Retired articles: out of everything that is read, their addresses with what replaces them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kbwizard.content.addresses import found_at, rearranged, referrers
from kbwizard.content.articles import Article, read_article
from kbwizard.content.library import Library, Read, load_library
from kbwizard.content.lint import lint_library
from kbwizard.errors import Problem
from tests.content.test_library import tree
from tests.helpers.articles import article_source
from tests.helpers.content import library_of, write_content

GONE = {"retired": "2026-11-22"}
PUBLIC = {
    "audience": "[agent, trainee, customer]",
    "approved_by": "lia.lider",
    "approved_at": "2026-11-20",
}


def source(title: str = "Luzes", body: str = "Comece por olhar as luzes.", **head: str) -> str:
    return article_source(title, body, **head)


def library(folder: Path, articles: Mapping[str, str], *trees: str) -> Library:
    made = {f"arvore{number}": text for number, text in enumerate(trees)}
    return library_of(folder, made, articles=articles)


def rules(found: list[Problem]) -> list[tuple[str, str]]:
    """What is wrong besides trees that have no scenario."""
    return [(one.file, one.rule) for one in found if one.rule != "uncovered-edge"]


def problems_of(**head: str) -> list[Problem]:
    found = read_article(source(**head), "articles/luzes.md")
    assert isinstance(found, list)
    return found


def test_the_day_and_the_replacement_are_read() -> None:
    article = read_article(source(**GONE, replaced_by="outro"), "articles/luzes.md")

    assert isinstance(article, Article)
    assert (str(article.retired), article.replaced_by) == ("2026-11-22", "outro")


@pytest.mark.parametrize(
    ("head", "rule", "key"),
    [
        ({"retired": "ontem"}, "date", "retired"),
        ({"retired": "true"}, "wrong-type", "retired"),
        ({"retired": "2026-11-31"}, "date", "retired"),
        ({"replaced_by": "outro"}, "missing-key", "replaced_by"),
        ({**GONE, "replaced_by": "Outro Artigo"}, "file-name", "replaced_by"),
        ({**GONE, "replaced_by": "[um, dois]"}, "wrong-type", "replaced_by"),
    ],
)
def test_a_badly_written_retirement_is_told_with_its_line(
    head: dict[str, str], rule: str, key: str
) -> None:
    (problem,) = problems_of(**head)

    lines = source(**head).split("\n")
    assert problem.rule == rule
    assert lines[problem.line - 1].startswith(f"{key}:")


def test_a_retired_article_is_kept_apart_and_its_text_too(tmp_path: Path) -> None:
    found = library(tmp_path, {"velho": source(**GONE), "outro": source("Outro")})

    assert set(found.articles) == {"outro"}
    assert set(found.retired) == {"velho"}
    assert set(found.article_sources) == {"velho", "outro"}
    assert rules(lint_library(found)) == []


def test_what_replaces_it_has_all_its_addresses(tmp_path: Path) -> None:
    old = source(**GONE, replaced_by="novo", formerly="[mais-velho]")
    found = library(tmp_path, {"velho": old, "novo": source(formerly="[antes]")})

    heir = found.articles["novo"]
    assert heir.formerly == ("antes", "velho", "mais-velho")
    assert heir.inherits == ("velho", "mais-velho")
    assert heir.own_addresses == ("novo", "antes")
    assert rules(lint_library(found)) == []


def test_a_replacement_of_a_replacement_has_the_addresses_of_both(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        {
            "um": source(**GONE, replaced_by="dois"),
            "dois": source(**GONE, replaced_by="antigo-tres"),
            "tres": source(formerly="[antigo-tres]"),
        },
    )

    assert sorted(found.articles["tres"].formerly) == ["antigo-tres", "dois", "um"]
    assert rules(lint_library(found)) == []


def test_an_address_that_another_article_has_stays_with_it(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        {
            "velho": source(**GONE, replaced_by="novo", formerly="[meu]"),
            "novo": source(),
            "dono": source(formerly="[meu]"),
        },
    )

    assert found.articles["novo"].formerly == ("velho",)
    assert {rule for _, rule in rules(lint_library(found))} == {"slug-taken"}


@pytest.mark.parametrize(
    ("articles", "wrong"),
    [
        ({"um": {**GONE, "replaced_by": "nada"}}, ["um:missing-article"]),
        ({"um": {**GONE, "replaced_by": "um"}}, ["um:retired-article"]),
        (
            {"um": {**GONE, "replaced_by": "dois"}, "dois": {**GONE, "replaced_by": "um"}},
            ["dois:retired-article", "um:retired-article"],
        ),
        ({"um": {**GONE, "replaced_by": "dois"}, "dois": GONE}, ["um:retired-article"]),
        (
            {
                "um": {**GONE, "replaced_by": "dois"},
                "dois": {**GONE, "replaced_by": "tres"},
                "tres": {**GONE, "replaced_by": "nada"},
            },
            ["dois:retired-article", "tres:missing-article", "um:retired-article"],
        ),
    ],
)
def test_a_replacement_that_leads_nowhere_is_an_error_at_its_line(
    tmp_path: Path, articles: dict[str, dict[str, str]], wrong: list[str]
) -> None:
    found = library(tmp_path, {slug: source(**head) for slug, head in articles.items()})

    problems = lint_library(found)

    assert found.articles == {}
    assert [f"{one.file[9:-3]}:{one.rule}" for one in problems] == wrong
    texts = {f"articles/{slug}.md": text for slug, text in found.article_sources.items()}
    for one in problems:
        assert texts[one.file].split("\n")[one.line - 1].startswith("replaced_by:")


def test_a_replacement_whose_file_is_broken_is_not_called_missing(tmp_path: Path) -> None:
    articles = {"um": source(**GONE, replaced_by="dois"), "dois": "sem cabeçalho"}

    assert rules(lint_library(library(tmp_path, articles))) == [
        ("articles/dois.md", "front-matter")
    ]


def test_whatever_leads_to_a_retired_article_is_told_so(tmp_path: Path) -> None:
    step = 'question: led.los\n    article: "velho#parte"'
    found = library(
        tmp_path,
        {
            "velho": source(**GONE, formerly="[antes]"),
            "link": source(body="Veja [isto](velho#parte)."),
            "lista": source(related="[antes]"),
        },
        tree("arvore0").replace("question: led.los", step),
        tree("arvore1").replace("entry: a", "articles: [antes]\nentry: a"),
    )

    problems = [one for one in lint_library(found) if one.rule == "retired-article"]

    assert [one.file for one in problems] == [
        "articles/link.md", "articles/lista.md",
        "decision_trees/arvore0.yaml", "decision_trees/arvore1.yaml",
    ]  # fmt: skip
    assert all("retirado em 22/11/2026" in one.message and one.line for one in problems)
    assert "missing-article" not in {one.rule for one in lint_library(found)}


def test_links_to_a_replaced_article_are_good_and_its_sections_are_its_heirs(
    tmp_path: Path,
) -> None:
    found = library(
        tmp_path,
        {
            "velho": source(body="## Velha\n\nSim.", **GONE, replaced_by="novo"),
            "novo": source(body="## Nova\n\nSim."),
            "link": source(body="Veja [isto](velho#nova) e [aquilo](velho#velha)."),
        },
    )

    assert [(one.rule, one.file) for one in lint_library(found)] == [
        ("missing-section", "articles/link.md")
    ]


def test_a_public_link_to_what_an_internal_article_replaced_is_an_error(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        {
            "velho": source(**PUBLIC, **GONE, replaced_by="novo"),
            "novo": source(),
            "link": source(body="Veja [isto](velho).", **PUBLIC),
        },
    )

    assert rules(lint_library(found)) == [("articles/link.md", "internal-link")]


@pytest.mark.parametrize("address", ["velho", "mais-velho"])
def test_a_public_link_to_an_internal_address_is_an_error_whatever_replaced_it(
    tmp_path: Path, address: str
) -> None:
    found = library(
        tmp_path,
        {
            "velho": source(**GONE, replaced_by="novo", formerly="[mais-velho]"),
            "novo": source(**PUBLIC),
            "link": source(body=f"Veja [isto]({address}).", **PUBLIC),
        },
    )

    assert found_at(found, address, "customer") is None
    assert rules(lint_library(found)) == [("articles/link.md", "internal-link")]


def test_an_address_that_a_public_article_had_itself_leads_to_it(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        {
            "velho": source(**GONE, replaced_by="novo", formerly="[antes]"),
            "novo": source(**PUBLIC, formerly="[antes, velho]"),
        },
    )

    reached = {slug: found_at(found, slug, "customer") for slug in ("antes", "velho")}

    assert reached == {"antes": found.articles["novo"], "velho": None}


def test_of_a_retired_article_only_what_is_kept_of_it_is_judged(tmp_path: Path) -> None:
    head = {**PUBLIC, **GONE, "starts": "nenhuma", "related": "[nada]"}
    text = source(body="A autenticação PPPoE. [Nada](nada) ![](images/nada.png)", **head)
    text = text.replace("review_every: 180", "review_every: 4000")
    found = library(tmp_path, {"velho": text})

    assert lint_library(found) == []


def test_personal_data_has_no_place_in_a_retired_article_either(tmp_path: Path) -> None:
    found = library(tmp_path, {"velho": source(body="Ligue (11) 90000-0001.", **GONE)})

    assert [one.rule for one in lint_library(found)] == ["personal-data"]


AT = {
    "interno": source(**GONE),
    "publico": source(**PUBLIC, **GONE),
    "publico-por-interno": source(**PUBLIC, **GONE, replaced_by="novo-interno"),
    "interno-por-publico": source(**GONE, replaced_by="novo-publico"),
    "publico-por-publico": source(**PUBLIC, **GONE, replaced_by="novo-publico"),
    "publico-por-corrente": source(**PUBLIC, **GONE, replaced_by="interno-por-publico"),
    "novo-interno": source(),
    "novo-publico": source(**PUBLIC),
}


@pytest.mark.parametrize(
    ("slug", "agent", "customer"),
    [
        ("interno", "interno", None),
        ("publico", "publico", "publico"),
        ("publico-por-interno", "novo-interno", "publico-por-interno"),
        ("interno-por-publico", "novo-publico", None),
        ("publico-por-publico", "novo-publico", "novo-publico"),
        ("publico-por-corrente", "novo-publico", "novo-publico"),
        ("novo-interno", "novo-interno", None),
        ("nada", None, None),
    ],
)
def test_an_address_leads_each_reader_only_to_what_they_may_read(
    tmp_path: Path, slug: str, agent: str | None, customer: str | None
) -> None:
    found = library(tmp_path, AT)

    here = [found_at(found, slug, audience) for audience in ("agent", "customer")]

    assert [one and one.slug for one in here] == [agent, customer]
    assert all(one is None or one.readable_by("agent") for one in here)


def test_a_change_is_tried_without_touching_the_library(tmp_path: Path) -> None:
    found = library(
        tmp_path, {"um": source(**GONE, replaced_by="dois"), "dois": source(formerly="[antes]")}
    )
    back = read_article(source(), "articles/um.md")
    assert isinstance(back, Article)

    after = rearranged(found, [back])

    assert set(after.articles) == {"um", "dois"}
    assert after.articles["dois"].formerly == ("antes",)
    assert found.articles["dois"].formerly == ("antes", "um")
    assert set(rearranged(found, [], without={"dois"}).articles) == set()


def test_who_leads_to_an_article_is_listed(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        {
            "luzes": source(body="Veja [aqui](luzes)."),
            "link": source("Com link", body="Veja [isto](antes)."),
            "lista": source("Com lista", related="[luzes]"),
        },
        tree("arvore0").replace("question: led.los", "question: led.los\n    article: luzes#a"),
    )

    listed = referrers(found, {"luzes", "antes"})

    assert [(one.kind, one.name, one.node) for one in listed] == [
        ("article", "link", ""), ("article", "lista", ""), ("tree", "arvore0", "a"),
    ]  # fmt: skip
    assert listed[0].line > listed[1].line > 1


def test_what_did_not_change_is_the_same_article_after_another_loading(tmp_path: Path) -> None:
    folders = write_content(
        tmp_path, {}, articles={"um": source(**GONE, replaced_by="dois"), "dois": source()}
    )
    read = Read()

    first, second = (load_library(*folders, read=read).articles["dois"] for _ in range(2))

    assert first is second
    assert first.inherits == ("um",)
