"""The library: good files load, a broken one costs itself only, versions follow the content."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbwizard.content.library import Read, load_library
from kbwizard.content.lint import lint_library, refused_trees
from kbwizard.errors import SetupError
from tests.helpers.content import ARTICLE, PUBLIC, TREES, library_of, write_content

TREE = """tree: NOME
title: "Teste"
audiences: [agent]
entry: a
nodes:
  a:
    question: led.los
    agent: "Como está a luz LOS?"
    go: {off: fim, red: fim, blinking: fim}
    unknown: fim
  fim:
    outcome: escalate
    disposition: N2_TESTE
    level: n2
    deadline: n2
    agent: "O N2 liga até {deadline}."
"""


def tree(name: str) -> str:
    return TREE.replace("NOME", name)


def test_a_broken_tree_costs_only_itself(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"boa": tree("boa"), "ma": "tree: ma\n\tx: 1\n"})

    assert set(library.bundle.trees) == {"boa"}
    assert library.broken == {"ma"}
    assert [problem.file for problem in library.problems] == ["decision_trees/ma.yaml"]


def test_a_broken_article_costs_only_itself(tmp_path: Path) -> None:
    articles = {"luzes": ARTICLE, "ma": "sem cabeçalho"}

    library = library_of(tmp_path, {"boa": tree("boa")}, articles=articles)

    assert set(library.articles) == {"luzes"}
    assert set(library.bundle.trees) == {"boa"}
    assert [problem.rule for problem in library.problems] == ["front-matter"]


def test_every_broken_file_is_reported_at_once(tmp_path: Path) -> None:
    trees = {"um": "[", "dois": tree("dois").replace("red: fim", "pink: fim")}

    library = library_of(tmp_path, trees, articles={"ma": "x"})

    assert {problem.file for problem in library.problems} == {
        "decision_trees/um.yaml",
        "decision_trees/dois.yaml",
        "articles/ma.md",
    }


def test_a_broken_registry_leaves_no_tree_but_still_reads_them(tmp_path: Path) -> None:
    broken = tree("ma").replace("unknown: fim", "unknown: fin")

    library = library_of(tmp_path, {"boa": tree("boa"), "ma": broken}, registry="format: 9\n")

    assert library.bundle.trees == {}
    assert library.broken == {"boa", "ma"}
    assert {"format", "missing-node"} <= {problem.rule for problem in library.problems}


def test_a_missing_registry_is_a_problem_of_its_own(tmp_path: Path) -> None:
    trees_dir, articles_dir = write_content(tmp_path, {"boa": tree("boa")})
    (trees_dir / "_facts.yaml").unlink()

    library = load_library(trees_dir, articles_dir)

    assert "falta o registro de fatos" in [problem.message for problem in library.problems]


def test_only_what_changed_is_read_again(tmp_path: Path) -> None:
    folders = write_content(
        tmp_path,
        {"boa": tree("boa")},
        articles={"luzes": ARTICLE, "outra": ARTICLE, "vai": ARTICLE},
    )
    read = Read()
    before = load_library(*folders, read=read)

    (folders[1] / "luzes.md").write_text(ARTICLE + "\nMais.\n", encoding="utf-8")
    (folders[1] / "vai.md").unlink()
    (folders[1] / "nova.md").write_text("sem cabeçalho", encoding="utf-8")
    after = load_library(*folders, read=read)

    assert after.bundle is before.bundle
    assert after.articles["outra"] is before.articles["outra"]
    assert after.articles["luzes"].text.endswith("Mais.")
    assert set(after.articles) == {"luzes", "outra"}
    assert [problem.file for problem in after.problems] == ["articles/nova.md"]


def test_a_tree_that_changed_is_read_again_and_the_problem_of_a_mended_one_goes(
    tmp_path: Path,
) -> None:
    folders = write_content(tmp_path, {"boa": tree("boa"), "ma": "["})
    read = Read()
    assert load_library(*folders, read=read).broken == {"ma"}

    (folders[0] / "ma.yaml").write_text(tree("ma"), encoding="utf-8")
    after = load_library(*folders, read=read)

    assert set(after.bundle.trees) == {"boa", "ma"}
    assert after.problems == ()


def test_what_was_remembered_is_what_would_be_read(tmp_path: Path) -> None:
    folders = write_content(
        tmp_path, {"boa": tree("boa"), "ma": "["}, articles={"a": ARTICLE, "b": "x"}
    )
    (folders[1] / "_synonyms.txt").write_text("net = internet\nerrada\n", encoding="utf-8")
    read = Read()
    load_library(*folders, read=read)

    assert load_library(*folders, read=read) == load_library(*folders)


def test_a_missing_folder_stops_with_one_readable_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="não existe"):
        load_library(tmp_path / "nada", tmp_path)


def test_the_version_follows_meaning_and_not_blanks(tmp_path: Path) -> None:
    first = library_of(tmp_path, {"boa": tree("boa")}).bundle.version

    blanks = library_of(tmp_path, {"boa": tree("boa").replace("\n", "  \n") + "\n\n"})
    edited = library_of(tmp_path, {"boa": tree("boa").replace("Teste", "Outro")})

    assert blanks.bundle.version == first
    assert edited.bundle.version != first
    assert len(first) == 64


def test_the_version_follows_the_registry_too(tmp_path: Path) -> None:
    first = library_of(tmp_path, {"boa": tree("boa")}).bundle.version
    facts = (TREES / "_facts.yaml").read_text(encoding="utf-8").replace("ttl: 600", "ttl: 60", 1)

    assert library_of(tmp_path, {"boa": tree("boa")}, registry=facts).bundle.version != first


def test_binary_and_huge_files_are_problems_not_tracebacks(tmp_path: Path) -> None:
    trees_dir, articles_dir = write_content(tmp_path, {"boa": tree("boa")})
    (trees_dir / "lixo.yaml").write_bytes(bytes(range(256)) * 8)
    (trees_dir / "grande.yaml").write_bytes(b"a: 1\n" * 200_000)
    (articles_dir / "lixo.md").write_bytes(b"---\n\xff\xfe\n---\n")

    library = load_library(trees_dir, articles_dir)

    assert set(library.bundle.trees) == {"boa"}
    assert len(library.problems) == 3


def test_lint_goes_on_with_the_other_files_after_a_structural_error(tmp_path: Path) -> None:
    gap = tree("lacuna").replace("    unknown: fim\n", "")

    library = library_of(tmp_path, {"ma": "[", "lacuna": gap, "boa": tree("boa")})

    problems = lint_library(library, scenarios=False)

    assert {(p.file, p.rule) for p in problems} == {
        ("decision_trees/ma.yaml", "yaml"),
        ("decision_trees/lacuna.yaml", "missing-unknown"),
    }
    assert refused_trees(library, problems) == {"ma", "lacuna"}


def test_a_customer_article_may_not_lead_to_an_internal_one(tmp_path: Path) -> None:
    public = PUBLIC + "\n[x](interno)\n"
    articles = {"luzes": public, "interno": ARTICLE + "\n[y](nada)\n"}

    problems = lint_library(library_of(tmp_path, {}, articles=articles))

    assert {(p.file, p.rule) for p in problems} == {
        ("articles/luzes.md", "internal-link"),
        ("articles/interno.md", "missing-article"),
    }


def test_forbidden_words_in_a_customer_article_name_their_line(tmp_path: Path) -> None:
    text = PUBLIC + "\nA OLT caiu.\n"

    problems = lint_library(library_of(tmp_path, {}, articles={"luzes": text}))

    assert [(p.rule, text.splitlines()[p.line - 1]) for p in problems] == [
        ("forbidden-word", "A OLT caiu.")
    ]


def test_a_broken_tree_is_known_by_the_name_it_gives_itself(tmp_path: Path) -> None:
    library = library_of(tmp_path, {"arquivo": "tree: fibra-los\n\t[\n"})

    assert library.broken == {"fibra-los"}


PARENT = """tree: raiz
title: "Raiz"
audiences: [agent]
entry: a
nodes:
  a:
    subtree: filha
    returns: {passed: fim}
  fim:
    outcome: escalate
    disposition: N2_FIM
    level: n2
    deadline: n2
    requires: [led.los]
    agent: "O N2 liga."
scenarios:
  - {name: "passa", answers: {led.los: off}, expect: {outcome: fim}}
"""
CHILD = tree("filha").replace("off: fim", "off: passou") + "  passou:\n    outcome: passed\n"


def test_a_broken_child_does_not_take_its_parent_with_it(tmp_path: Path) -> None:
    whole = library_of(tmp_path, {"raiz": PARENT, "filha": CHILD})
    assert refused_trees(whole, lint_library(whole, scenarios=False)) == frozenset()

    torn = library_of(tmp_path, {"raiz": PARENT, "filha": CHILD + "x: [\n"})

    problems = lint_library(torn)
    assert {problem.file for problem in problems} == {"decision_trees/filha.yaml"}
    assert refused_trees(torn, problems) == {"filha"}


def rules_of(folder: Path, articles: dict[str, str]) -> list[tuple[str, str, str]]:
    """(file, rule, the line it is told on) of everything wrong with such articles."""
    found = lint_library(library_of(folder, {}, articles=articles))
    return [
        (one.file, one.rule, articles[Path(one.file).stem].splitlines()[one.line - 1])
        for one in found
        if one.file.startswith("articles/")
    ]


@pytest.mark.parametrize(
    ("find", "put", "rule"),
    [
        ("A luz LOS", "[x](luzes#nada) A luz LOS", "missing-section"),
        ("A luz LOS", "![x](images/nada.svg) A luz LOS", "missing-image"),
        ("A luz LOS", "![x](https://example.net/a.png) A luz LOS", "outside-image"),
        ("A luz LOS", "Ligue (11) 90000-0001. A luz LOS", "personal-data"),
        ("A luz LOS", "CPF 123.456.789-09. A luz LOS", "personal-data"),
        ("A luz LOS", "### Sem nível dois", "heading-order"),
        ("review_every: 180", "review_every: 3", "unknown-value"),
        ("review_every: 180", "starts: nada", "missing-tree"),
        ("review_every: 180", "related: [nada]", "missing-article"),
        ("review_every: 180", "tags: [fulano@example.com]", "personal-data"),
        ("summary: O que", f"summary: {'muito ' * 40}o que", "too-long"),
    ],
)
def test_each_fault_of_an_article_is_told_on_its_line(
    find: str, put: str, rule: str, tmp_path: Path
) -> None:
    text = ARTICLE.replace(find, put)

    found = rules_of(tmp_path, {"luzes": text})

    assert (("articles/luzes.md", rule), True) in [((a, b), put[:12] in c) for a, b, c in found]


def test_a_section_told_twice_is_found(tmp_path: Path) -> None:
    text = ARTICLE + "\n## Luz\n\na\n\n## Luz\n\nb\n"

    assert [rule for _, rule, _ in rules_of(tmp_path, {"luzes": text})] == ["heading-twice"]


def test_an_old_address_belongs_to_one_article(tmp_path: Path) -> None:
    former = ARTICLE.replace("review_every: 180", "review_every: 180\nformerly: [b]")

    found = rules_of(tmp_path, {"a": former, "b": ARTICLE})

    assert [(file, rule) for file, rule, _ in found] == [("articles/a.md", "slug-taken")]


def test_an_old_address_still_leads_to_the_article(tmp_path: Path) -> None:
    former = ARTICLE.replace("review_every: 180", "review_every: 180\nformerly: [b]")
    linked = ARTICLE + "\n[x](b)\n"

    assert rules_of(tmp_path, {"a": former, "c": linked}) == []


def test_what_nobody_answers_for_is_a_warning(tmp_path: Path) -> None:
    text = ARTICLE.replace("owner: aldo.autor\n", "")

    found = lint_library(library_of(tmp_path, {}, articles={"luzes": text}))

    assert [(one.rule, one.severity) for one in found] == [("unanswered", "warning")]


@pytest.mark.parametrize("approved", ["", "approved_by: aldo.autor\napproved_at: 2026-11-20\n"])
def test_a_page_for_customers_needs_a_second_person(approved: str, tmp_path: Path) -> None:
    text = PUBLIC.replace("approved_by: lia.lider\napproved_at: 2026-11-20\n", approved)

    found = lint_library(library_of(tmp_path, {}, articles={"luzes": text}))

    assert [(one.rule, one.severity) for one in found] == [("not-approved", "error")]


def test_a_page_for_customers_with_nothing_for_them_is_found(tmp_path: Path) -> None:
    head, _, body = PUBLIC.rpartition("---\n")
    text = f"{head}---\n\n::: interno\n{body}:::\n"

    found = rules_of(tmp_path, {"luzes": text})

    assert [rule for _, rule, _ in found] == ["empty-value"]


def test_an_internal_block_of_a_page_for_customers_may_speak_our_language(tmp_path: Path) -> None:
    text = PUBLIC + "\n::: interno\nA OLT diz LOS: veja o [roteiro](interno).\n:::\n"

    assert rules_of(tmp_path, {"luzes": text, "interno": ARTICLE}) == []


def test_images_are_those_that_do_no_harm(tmp_path: Path) -> None:
    folder = write_content(tmp_path, {})[1] / "images"
    folder.mkdir()
    good = '<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>'
    (folder / "boa.svg").write_text(good)
    (folder / "ma.svg").write_text(good.replace("<title>", '<title onclick="x()">'))
    (folder / "foto.bmp").write_bytes(b"BM")

    library = load_library(tmp_path / "decision_trees", tmp_path / "articles")

    assert library.images == {"boa.svg"}
    assert {one.file for one in library.problems} == {"images/ma.svg", "images/foto.bmp"}
