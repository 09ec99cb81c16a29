"""Real servers on one PostgreSQL: whatever one begins, another goes on with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Row, select

from kbwizard.config import ROOT
from kbwizard.db import core_reading
from kbwizard.lab import RunningLab
from kbwizard.walks.log import EVENT
from kbwizard.walks.runs import CHECK
from tests.helpers.installation import Served, wait_for
from tests.helpers.postgres import Cluster
from tests.nodes.attending import Call, outcome_shown
from tests.nodes.browser import Browser
from tests.nodes.conftest import Installation, copied

Two = tuple[Served, Served]
OLT = "olt-huawei"
SAME_FAULT = "gustavo.rocha"
LATE = "late:2.5"
WORDS = "O protocolo deste atendimento é"
NEWER = "Anote o protocolo deste atendimento:"


@pytest.fixture
def agent(two_nodes: Two) -> Browser:
    """Signed in on the first node."""
    browser = Browser()
    browser.sign_in(two_nodes[0].port)
    return browser


@pytest.fixture
def slow_olt(lab: RunningLab) -> Iterator[None]:
    lab.client.misbehave(OLT, LATE)
    yield
    lab.client.behave(OLT)


def rows(installation: Installation, table: Any) -> list[Row[Any]]:
    """Of the newest walk."""
    with core_reading(installation.engine) as connection:
        found = connection.execute(select(table).order_by(table.c.walk_id)).all()
    return [row for row in found if row.walk_id == found[-1].walk_id]


def answers_of(installation: Installation) -> int:
    return [row.kind for row in rows(installation, EVENT)].count("answered")


def taken_by(row: Row[Any], node: Served) -> bool:
    """Whether a process of this node runs the check."""
    return int(row.taken_by.split(":")[1]) in {one.pid for one in node.family()}


def kill_all(node: Served) -> None:
    """As a machine that loses its power: nothing of it gets a last word."""
    for process in node.family():
        process.kill()
    node.kill()


def settled(installation: Installation) -> Callable[[], bool]:
    return lambda: all(row.written_at is not None for row in rows(installation, CHECK))


def test_a_call_that_moves_at_every_step_ends_as_one_that_stays(
    two_nodes: Two, agent: Browser, lab: RunningLab
) -> None:
    first, second = (node.port for node in two_nodes)
    lab.client.set_fault(SAME_FAULT, "los")
    stays = Call(agent, (first,), agent.open_case(first, "camila.gomes"))
    moves = Call(agent, (first, second, second), agent.open_case(second, SAME_FAULT))

    ended, moved = stays.go_on(outcome_shown), moves.go_on(outcome_shown)

    assert moved["#call-step h1"] == ended["#call-step h1"] == "Desfecho: Abrir ordem de serviço"


@pytest.mark.usefixtures("slow_olt")
def test_a_check_begun_on_one_is_polled_on_the_other_and_written_once(
    two_nodes: Two, on_postgresql: Installation, agent: Browser
) -> None:
    first, second = two_nodes
    call = Call(agent, (second.port,), agent.open_case(first.port, "bruno.martins"))
    begun = rows(on_postgresql, CHECK)

    def brought_in() -> bool:
        call.look()
        return settled(on_postgresql)()

    wait_for(brought_in, 20, "the reading was not brought in")
    written = [row.check_id for row in rows(on_postgresql, EVENT) if row.check_id]
    assert begun
    assert all(taken_by(row, first) for row in begun)
    assert set(written) >= {row.id for row in begun}
    assert len(written) == len(set(written))


def test_of_two_agents_on_one_step_the_later_is_told_and_loses_nothing(
    two_nodes: Two, on_postgresql: Installation, agent: Browser
) -> None:
    other = Browser()
    other.sign_in(two_nodes[1].port, "lia.lider")
    protocol = agent.open_case(two_nodes[0].port, "felipe.campos")
    call = Call(agent, (two_nodes[0].port,), protocol)
    call.go_on(lambda page: page.has("#call-step form.form [name='caller.name']"))
    before = answers_of(on_postgresql)
    form = "#call-step form.form"

    def answer(browser: Browser, node: Served, name: str) -> tuple[int, str]:
        page = browser.get(node.port, call.path)
        time.sleep(0.3)  # both have the page before either answers
        said = {"caller.name": name, "caller.is_holder": "true", "symptom": "no_internet"}
        typed = {key: value for key, value in said.items() if page.has(f"{form} [name='{key}']")}
        given = browser.send(node.port, page, form, **typed)
        return given.status, given.soup.get_text(" ")

    with ThreadPoolExecutor(2) as pool:
        told = list(
            pool.map(answer, (agent, other), two_nodes, ("Primeira Pessoa", "Segunda Pessoa"))
        )

    assert sorted(status for status, _page in told) == [200, 409]
    assert answers_of(on_postgresql) == before + 1
    late, name = next(
        (page, name)
        for (status, page), name in zip(told, ("Primeira Pessoa", "Segunda Pessoa"), strict=True)
        if status == 409
    )
    assert name in late


def test_a_sign_in_ended_on_one_is_over_on_the_other(two_nodes: Two) -> None:
    first, second = (node.port for node in two_nodes)
    browser = Browser()
    browser.sign_in(first)
    home = browser.get(second, "/desk/")

    browser.send(second, home, "form[action$='/sign-out']")

    assert browser.get(first, "/desk/").has("#field-password, [name=password]")


def test_a_version_published_by_one_is_walked_on_the_other(
    two_nodes: Two, on_postgresql: Installation, agent: Browser
) -> None:
    trees = copied(ROOT / "decision_trees", on_postgresql.folder / "newer")
    root = trees / "atendimento.yaml"
    text = root.read_text(encoding="utf-8")
    root.write_text(text.replace(WORDS, NEWER, 1), encoding="utf-8")
    assert root.read_text(encoding="utf-8") != text
    newer = on_postgresql.node(KBWIZARD_TREES_DIR=str(trees))

    pinned = Call(agent, (two_nodes[0].port,), agent.open_case(newer.port, "luciana.costa"))
    older = Call(agent, (newer.port,), agent.open_case(two_nodes[0].port, "rodrigo.teixeira"))

    assert NEWER in pinned.look()
    assert WORDS in older.look()
    newer.end()


@pytest.mark.usefixtures("slow_olt")
def test_a_check_of_a_node_killed_on_this_machine_is_taken_over_once(
    two_nodes: Two, on_postgresql: Installation, agent: Browser
) -> None:
    third = on_postgresql.node()
    call = Call(agent, (two_nodes[1].port,), agent.open_case(third.port, "aline.mendes"))

    kill_all(third)
    # Afterwards: a quick source may have answered until the very end.
    lost = [row.id for row in rows(on_postgresql, CHECK) if row.finished_at is None]

    def brought_in() -> bool:
        call.look()
        return settled(on_postgresql)()

    wait_for(brought_in, 25, "the reading was not taken over")
    again = [row for row in rows(on_postgresql, CHECK) if row.id in lost]
    assert again
    assert {row.attempt for row in again} == {2}
    assert all(taken_by(row, two_nodes[1]) for row in again)


@pytest.mark.usefixtures("slow_olt")
def test_a_check_of_a_node_killed_elsewhere_reads_as_interrupted(
    two_nodes: Two, on_postgresql: Installation, agent: Browser
) -> None:
    far = on_postgresql.node(elsewhere=True)
    call = Call(agent, (two_nodes[1].port,), agent.open_case(far.port, "lucas.rocha"))

    kill_all(far)
    lost = {row.id for row in rows(on_postgresql, CHECK) if row.finished_at is None}

    def brought_in() -> bool:
        call.look()
        return settled(on_postgresql)()

    assert lost
    wait_for(brought_in, 30, "the reading did not end")
    read = [row for row in rows(on_postgresql, EVENT) if row.check_id in lost]
    assert len(read) == len(lost)
    assert all("interrupted" in str(row.body) for row in read)
    assert {row.attempt for row in rows(on_postgresql, CHECK) if row.id in lost} == {1}


def test_a_database_that_goes_away_is_said_and_comes_back_by_itself(
    two_nodes: Two, agent: Browser, postgres: Cluster
) -> None:
    port = two_nodes[0].port

    postgres.stop()
    try:
        away = agent.get(port, "/desk/")
    finally:
        postgres.start()

    assert away.status == 503
    assert "banco de dados não atendeu" in away
    assert "127.0.0.1" not in away.soup.get_text()
    assert [agent.get(node.port, "/desk/").status for node in two_nodes] == [200, 200]
