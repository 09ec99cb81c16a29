"""One server of two processes on one SQLite file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.helpers.installation import wait_for
from tests.nodes.attending import Call, outcome_shown
from tests.nodes.browser import Browser
from tests.nodes.conftest import Installation

LOOKS = 40


def test_a_call_goes_on_whichever_process_answers_and_when_one_is_killed(
    on_sqlite: Installation,
) -> None:
    node = on_sqlite.node()
    agent = Browser()
    agent.sign_in(node.port)
    wait_for(lambda: len(node.workers()) == 2, 10, "there are no two processes")
    call = Call(agent, (node.port,), agent.open_case(node.port, "marcos.cardoso"))
    call.go_on(lambda page: page.has("#call-step form.form [name='caller.name']"))
    killed = node.workers()[0]

    killed.kill()
    ended = call.go_on(outcome_shown)

    assert ended["#call-step h1"].startswith("Desfecho")
    wait_for(
        lambda: len({one.pid for one in node.workers()} - {killed.pid}) == 2,
        15,
        "no new process took the place of the killed one",
    )


def test_many_looks_at_once_are_all_answered(on_sqlite: Installation) -> None:
    node = on_sqlite.nodes[0] if on_sqlite.nodes else on_sqlite.node()
    agent = Browser()
    agent.sign_in(node.port)
    call = Call(agent, (node.port,), agent.open_case(node.port, "gabriel.ribeiro"))

    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda _n: call.look(), range(LOOKS)))

    assert len({page["#protocol"] for page in pages}) == 1
