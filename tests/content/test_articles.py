"""Articles: front matter with lines, safe HTML, sections, and the text that search reads."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbwizard.content.articles import Article, read_article
from kbwizard.content.markdown_html import _TAGS, render_markdown
from kbwizard.errors import Problem

HEAD = """---
title: "Luzes"
summary: O que cada luz diz.
topics: [fibra-los]
tags: [los, pon]
aliases:
  - luz vermelha
related: [energia]
---
"""

BODY = """
A luz **LOS** vermelha. Veja [Energia](energia) e [o topo](#onde-olhar).

## Onde olhar

Atrás do aparelho.

!!! warning "Segurança"
    Não olhe para a ponta.

### Cores

| luz | quer dizer |
|---|---|
| LOS | sem luz |

## Veja também

- [Conector](conector-e-seguranca)
"""


def article(text: str = HEAD + BODY) -> Article:
    found = read_article(text, "articles/luzes.md")
    assert isinstance(found, Article), found
    return found


def problems_of(text: str, file: str = "articles/luzes.md") -> list[Problem]:
    found = read_article(text, file)
    assert isinstance(found, list)
    return found


def test_an_article_is_internal_unless_it_says_otherwise() -> None:
    assert article().audience == ("agent", "trainee")
    assert not article().readable_by("customer")


@pytest.mark.parametrize(
    ("approval", "read"),
    [
        ("approved_by: lia.lider", True),
        ("owner: aldo.autor\napproved_by: lia.lider", True),
        ("owner: aldo.autor", False),
        ("owner: aldo.autor\napproved_by: aldo.autor", False),
    ],
)
def test_customers_read_what_a_second_person_approved(approval: str, read: bool) -> None:
    head = HEAD.replace("related:", f"audience: [customer, agent]\n{approval}\nrelated:")

    assert article(head + BODY).readable_by("customer") is read


def test_sections_have_anchors_that_the_page_has_too() -> None:
    found = article()

    assert [(s.id, s.title, s.level) for s in found.sections] == [
        ("onde-olhar", "Onde olhar", 2),
        ("cores", "Cores", 3),
        ("veja-tambem", "Veja também", 2),
    ]
    assert all(f'id="{section.id}"' in found.html for section in found.sections)
    assert found.sections[0].text == "Atrás do aparelho. Não olhe para a ponta."


def test_the_text_for_search_leaves_out_see_also_and_callout_labels() -> None:
    text = article().text

    assert "Atrás do aparelho" in text
    assert "sem luz" in text
    assert "Conector" not in text
    assert "Segurança" not in text


def test_links_to_other_articles_are_known_with_their_lines() -> None:
    found = article()

    lines = (HEAD + BODY).splitlines()
    assert [slug for _, slug, _ in found.links] == ["energia", "conector-e-seguranca"]
    assert all(slug in lines[line - 1] for line, slug, _ in found.links)


def test_callouts_and_tables_survive() -> None:
    html = article().html

    assert 'class="admonition warning"' in html
    assert "<table>" in html
    assert html.count('tabindex="0"') == html.count("<table>") == html.count("</table></div>")


@pytest.mark.parametrize(
    ("find", "put", "rule", "line"),
    [
        ('title: "Luzes"', "titulo: Luzes", "unknown-key", 2),
        ('title: "Luzes"\n', "", "missing-key", 2),
        ("[fibra-los]", "[fibra-loss]", "unknown-value", 4),
        ("tags: [los, pon]", "tags: {los: 1}", "wrong-type", 5),
        ("related: [energia]", "audience: [cliente]", "unknown-value", 8),
        ('title: "Luzes"', "title: Luzes: todas", "yaml", 2),
        ("tags: [los, pon]", "tags: []\ntags: []", "duplicate-key", 6),
    ],
)
def test_problems_of_the_head_name_the_line_of_the_file(
    find: str, put: str, rule: str, line: int
) -> None:
    problems = problems_of(HEAD.replace(find, put) + BODY)

    assert (rule, line) in [(problem.rule, problem.line) for problem in problems]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("# Sem cabeçalho\n", "front-matter"),
        ("---\ntitle: x\n", "front-matter"),
        (HEAD, "empty-value"),
        (HEAD + "# Título de novo\n\ntexto\n", "heading"),
    ],
)
def test_articles_without_head_or_body_are_refused(text: str, rule: str) -> None:
    assert rule in [problem.rule for problem in problems_of(text)]


def test_a_file_name_that_is_no_address_is_refused() -> None:
    assert "file-name" in [p.rule for p in problems_of(HEAD + BODY, "articles/Luz Vermelha.md")]


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "script in link": "[x](javascript:alert(1))",
    "mixed case": "[x](JaVaScRiPt:alert(1))",
    "entity": "[x](&#106;avascript:alert(1))",
    "data link": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "data image": "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "vbscript": "[x](vbscript:msgbox)",
    "handler": '<img src="x" onerror="alert(1)">',
    "svg": '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    "math": '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    "frame": '<iframe src="https://example.net"></iframe>',
    "object": '<object data="x"></object><embed src="x">',
    "style": '<p style="position:fixed">x</p><style>*{display:none}</style>',
    "form": '<form action="https://example.net"><input name="senha"><button>x</button></form>',
    "meta": '<meta http-equiv="refresh" content="0;url=https://example.net">',
    "base": '<base href="https://example.net/">',
    "htmx": '<div hx-get="/x" hx-on:click="alert(1)" data-hx-get="/x">x</div>',
    "attribute list": "parágrafo\n{: onclick=alert(1) style=color:red }",
    "heading attributes": '## Título {#ok onclick="alert(1)"}',
    "comment": "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "unclosed": "<img src=x onerror=alert(1)//",
    "template": "<template><script>alert(1)</script></template>",
}


SCHEMES = ("http", "https", "mailto", "tel")


class Live(HTMLParser):
    """What a browser would make of it: tags, and attributes that could do something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.harm: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _TAGS:
            self.harm.append(tag)
        for name, value in attrs:
            if name not in ("href", "src", "title", "alt", "id", "class", "rel", "align"):
                self.harm.append(f"{tag} {name}")
            scheme, colon, _ = (value or "").split("/")[0].partition(":")
            if name in ("href", "src") and colon and scheme.lower() not in SCHEMES:
                self.harm.append(f"{name} {value}")

    def handle_comment(self, data: str) -> None:
        self.harm.append("comment")

    def handle_decl(self, decl: str) -> None:
        self.harm.append("declaration")


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_markdown_comes_out_harmless(source: str) -> None:
    html = render_markdown(f"antes\n\n{source}\n\ndepois\n").html

    assert "antes" in html
    assert Live(html).harm == []


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="<>\"'=/()[]{}!#*_`:;& \nabjsonclickmgr", max_size=80))
def test_any_body_renders_to_harmless_html(source: str) -> None:
    assert Live(render_markdown(source).html).harm == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_file_is_an_article_or_problems(text: str) -> None:
    assert isinstance(read_article(text, "articles/luzes.md"), (Article, list))
