"""One demo for all journeys, and an agent who has just signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.journeys.at_the_desk import DESK_SIZE, AtTheDesk
from tests.journeys.running import Demo

OpenDesk = Callable[..., AtTheDesk]
WithoutLight = Callable[[str], str]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The product, running. Each journey has customers of its own."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    folder.mkdir()
    running = Demo(folder)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(autouse=True)
def _no_suspicion(demo: Demo) -> None:
    """The calls of other journeys are no outage: several of one district became a suspicion."""
    demo.sql(
        "UPDATE outage SET ended_at = started_at WHERE kind = 'suspected' AND ended_at IS NULL"
    )


@pytest.fixture
def without_light(demo: Demo) -> Iterator[WithoutLight]:
    """`without_light(login)`: that customer's fibre is dark until the test ends, and only that
    one: several on one PON would be an outage."""
    dark: list[str] = []

    def darken(login: str) -> str:
        demo.lab.set_fault(login, "los")
        dark.append(login)
        return login

    yield darken
    for login in dark:
        demo.lab.clear_fault(login)


@pytest.fixture
def open_desk(demo: Demo, browser: Browser) -> Iterator[OpenDesk]:
    """`open_desk("lia.lider")`: a browser of somebody's own; nothing may break the CSP or throw."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(name: str = "ana.agente", *, fits: bool = True, **options: Any) -> AtTheDesk:
        options = {"viewport": DESK_SIZE, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.address)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if "Security" in said.text else None,
        )
        desk = AtTheDesk(page, demo.address, fits=fits)
        desk.sign_in(name)
        return desk

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def desk(open_desk: OpenDesk) -> AtTheDesk:
    """Ana, an agent of the first level."""
    return open_desk()
