"""A small library on disk, read by the real loader, and an index over it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kbwizard.content.library import Library, load_library
from kbwizard.search.index import SearchIndex

ARTICLES = {
    "conexao-lenta": """---
title: Conexões lentas
summary: O que medir quando o cliente diz que está devagar.
topics: [lentidao]
tags: [velocidade, medição]
aliases: [demora para abrir]
audience: [agent, trainee]
---
Meça primeiro no **cabo**, depois no Wi-Fi. Uma lâmpada não muda nada aqui.
""",
    "luz-vermelha": """---
title: Luz LOS vermelha
summary: A fibra não traz luz até o aparelho.
topics: [fibra-los]
tags: [los]
audience: [agent, customer, trainee]
owner: ana.autora
approved_by: rui.revisor
approved_at: 2026-11-20
---
Se a luz LOS está vermelha, o sinal da fibra não chega. <script>alert(1)</script> Use 5 < 6 & "aspas".
""",
    "segunda-via": """---
title: Boleto de novo
summary: Como enviar a 2ª via.
topics: [segunda-via]
tags: [boleto]
audience: [agent]
---
A segredaria interna envia pelo canal cadastrado. Abra a OS só quando preciso; os outros, não.
""",
}
FACTS = """format: 1
facts:
  led.los:
    label: "Luz LOS"
    type: enum
    values: {off: "Apagada", red: "Vermelha"}
    ask: customer
reserved: {protocol: "número do protocolo"}
deadlines: {n2: "até {deadline}"}
"""
TREE = """tree: fibra
title: "Fibra: luz vermelha"
owner: suporte
status: published
audiences: [agent, customer, trainee]
entry: luz
topics: [fibra-los]
keywords: [rompimento]
nodes:
  luz:
    question: led.los
    agent: "Protocolo {protocol}: como está a luz LOS no equipamento?"
    customer: "Olhe o aparelho. A luz LOS está acesa?"
    why: "Sem leitura da OLT, a evidenciazinha é a luz."
    go: {off: fim, red: interno}
    unknown: interno
  interno:
    instruction: true
    agent: "Consulte o painel reservado antes de falar."
    customer: ""
    goto: fim
  fim:
    outcome: solved
    disposition: FIM_TESTE
    agent: "Tudo certo, encerrado."
    customer: "Tudo certo por aqui."
"""

WriteLibrary = Callable[..., Library]


@pytest.fixture
def write_library(tmp_path: Path) -> WriteLibrary:
    def write(articles: dict[str, str] | None = None, tree: str = TREE) -> Library:
        trees_dir, articles_dir = tmp_path / "trees", tmp_path / "articles"
        for folder in (trees_dir, articles_dir):
            folder.mkdir(exist_ok=True)
            for old in folder.iterdir():
                old.unlink()
        (trees_dir / "_facts.yaml").write_text(FACTS, encoding="utf-8")
        (trees_dir / "fibra.yaml").write_text(tree, encoding="utf-8")
        for slug, text in (ARTICLES if articles is None else articles).items():
            (articles_dir / f"{slug}.md").write_text(text, encoding="utf-8")
        return load_library(trees_dir, articles_dir)

    return write


@pytest.fixture
def library(write_library: WriteLibrary) -> Library:
    library = write_library()
    assert [problem.message for problem in library.problems] == []
    return library


@pytest.fixture
def index(tmp_path: Path, library: Library) -> SearchIndex:
    index = SearchIndex(tmp_path / "index")
    index.build(library)
    return index
