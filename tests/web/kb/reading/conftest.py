"""The base over the shipped trees and a few articles of these tests' own; one app for all."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlmodel import SQLModel

import kbwizard.app  # every table is known before the first database is made
from kbwizard.config import read_settings
from kbwizard.content.live import LiveContent
from kbwizard.db import make_engine
from kbwizard.demo import CUSTOMERS
from kbwizard.directory.importer import import_file
from kbwizard.readership.service import Readership
from kbwizard.web.kb.parts import KbParts
from kbwizard.web.services import Services
from tests.conftest import SignedIn
from tests.helpers.articles import article_source
from tests.helpers.clock import FrozenClock
from tests.helpers.page import Page, get

SECRET_TRAINEE = "xaropinho"
SECRET_CUSTOMER = "jabuticaba"
SECRET_AGENT = "paralelepipedo"
"""Words that stand in one circle's block only, and nowhere else."""

SIGNAL = f"""O sinal fraco aparece antes de a internet parar.

## Medir

Leia a ONU.

| RX | Decisão |
|---|---|
| −25 | boa |

## Arrumar

1. Veja o cabo.
2. Aperte o conector.
3. Leia de novo.

> {{saudacao}}! Aqui é {{atendente}}, da {{empresa}}. O protocolo é {{protocolo}}, volto às {{hora}}.

Veja [as luzes](luzes#as-cores).

![Uma curva que cabe num copo](images/curva.svg)

::: treinamento
A palavra do treino é {SECRET_TRAINEE}.
:::
"""
LIGHTS = f"""A luz diz se a fibra chega.

## As cores

Verde é bom.

::: interno
Só a equipe sabe do {SECRET_AGENT}.
:::

::: cliente
A palavra do cliente é {SECRET_CUSTOMER}.
:::
"""
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" role="img">'
    "<title>Uma curva</title><path d='M0 0L9 9'/></svg>"
)
ARTICLES = {
    "sinal": article_source(
        "Sinal fraco na fibra",
        SIGNAL,
        topics="[sinal-optico-fraco, fibra-los]",
        aliases='["atenuação alta"]',
        related="[luzes, so-treino]",
        formerly="[sinal-antigo]",
        starts="fibra-los#luz_los",
    ),
    "luzes": article_source(
        "Luzes do aparelho",
        LIGHTS,
        formerly="[luzes-antigas]",
        audience="[agent, trainee, customer]",
        approved_by="lia.lider",
        approved_at="2026-11-20",
    ),
    "atrasado": article_source("Trocar o roteador", topics="[wifi-fraco]", verified_at="2026-01-10"),
    "nunca": article_source(
        "Mudar o canal", topics="[wifi-fraco]", formerly="[canal-antigo]", verified_by=None, verified_at=None
    ),
    "so-treino": article_source(
        "Como se aprende", f"Leia e {SECRET_TRAINEE}.", audience="[trainee]", topics="[protocolo]"
    ),
}  # fmt: skip
Fragment = Callable[..., Page]


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory, demo_database: Path) -> Iterator[Services]:
    """A desk without devices, with the demo's people and customers."""
    folder = tmp_path_factory.mktemp("reading") / "data"
    settings = read_settings({"KBWIZARD_DATA_DIR": str(folder)}, demo=True)
    shutil.copy(demo_database, settings.data_dir / "kbwizard.db")
    articles = folder / "articles"
    (articles / "images").mkdir(parents=True)
    (articles / "images" / "curva.svg").write_text(DRAWING, encoding="utf-8")
    for slug, source in ARTICLES.items():
        (articles / f"{slug}.md").write_text(source, encoding="utf-8")
    trees = _trees(settings.trees_dir, folder / "decision_trees")
    engine, clock = make_engine(settings.database_url), FrozenClock()
    SQLModel.metadata.create_all(engine)
    shutil.copy(settings.data_dir / "kbwizard.db", settings.data_dir / "training.db")
    assert import_file(engine, settings, CUSTOMERS, now=clock()).problems == ()
    yield Services(replace(settings, articles_dir=articles, trees_dir=trees), engine, clock)
    engine.dispose()


def _trees(shipped: Path, folder: Path) -> Path:
    """The shipped trees with our articles: every step about lights has one, no other has any.

    One tree as a whole has one. Trees name both as they were called before.
    """
    folder.mkdir()
    for path in shipped.iterdir():
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(?m)^( +article: )luzes-da-onu.*$", r"\1luzes-antigas#as-cores", text)
        text = re.sub(r"(?m)^ +article: (?!luzes-antigas#).*\n", "", text)
        own = "articles: [canal-antigo]\n" if path.name == "um-site.yaml" else ""
        text = re.sub(r"(?m)^articles: .*\n", own, text)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def engine(services: Services) -> Engine:
    return services.engine


@pytest.fixture(scope="session")
def app(services: Services) -> Flask:
    return kbwizard.app.create_app(services=services)


@pytest.fixture
def kb(app: Flask) -> KbParts:
    found: KbParts = app.extensions["kbwizard.kb"]
    assert isinstance(found.live, LiveContent)
    return found


@pytest.fixture
def readership(kb: KbParts) -> Readership:
    return kb.readership


@pytest.fixture
def agent(client_as: SignedIn) -> FlaskClient:
    return client_as("agent")


@pytest.fixture
def trainee(client_as: SignedIn) -> FlaskClient:
    return client_as("trainee")


@pytest.fixture
def author(client_as: SignedIn) -> FlaskClient:
    return client_as("author")


def beside(client: FlaskClient, address: str) -> Page:
    """What htmx would put beside the step."""
    return get(client, address, **{"HX-Request": "true"})


def typed(client: FlaskClient, q: str, **fields: object) -> Page:
    """What stands in the dialog after typing this."""
    token = get(client, "/desk/articles").token()
    return Page(
        client.post(
            "/desk/search",
            data={"q": q, "csrf_token": token, **fields},
            headers={"HX-Request": "true"},
        )
    )


def open_case(client: FlaskClient, login: str = "maria.gomes") -> Page:
    """Search, and open the case of the first line found."""
    home = get(client, "/desk/")
    found = Page(client.post("/desk/customers", data={"who": login, "csrf_token": home.token()}))
    fields = found.fields("#customers form")
    return Page(client.post("/desk/cases", data=fields, follow_redirects=True))
