"""The wire itself: replies, queries, tags, cancelling, permissions, generations."""

from __future__ import annotations

import re
import time

import pytest

from kbwizard.lab import RunningLab
from kbwizard.lab.command_words import matches
from kbwizard.lab.words import pack_length
from tests.lab.raw_router import RawRouter


def test_nothing_is_answered_before_the_login(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        assert router.ask("/ppp/active/print") == [["!fatal", "not logged in"]]


def test_quitting_is_fatal_and_the_connection_closes(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        assert router.ask("/quit") == [["!fatal", "session terminated on request"]]
        with pytest.raises(EOFError):
            router.sentence()


def test_an_empty_answer_says_so_only_since_7_18(lab: RunningLab) -> None:
    for name, expected in (("bng-1", [["!empty"], ["!done"]]), ("bng-2", [["!done"]])):
        with RawRouter(lab.endpoints.device(name)) as router:
            router.login()

            assert router.ask("/ppp/active/print", "?name=ninguem") == expected


def test_only_the_properties_asked_for_come(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        rows = router.rows("/ppp/active/print", "=.proplist=name,uptime", "?name=maria.gomes")

        assert [sorted(row) for row in rows] == [["name", "uptime"]]


def test_query_words_combine_on_a_stack(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        names = ("maria.gomes", "joao.freitas")

        either = router.rows("/ppp/active/print", *(f"?=name={name}" for name in names), "?#|")
        neither = router.rows("/ppp/active/print", *(f"?name={name}" for name in names), "?#|!")
        everyone = router.rows("/ppp/active/print")

        assert sorted(row["name"] for row in either) == sorted(names)
        assert len(neither) + len(either) == len(everyone)


@pytest.mark.parametrize(
    ("queries", "fits"),
    [
        (("name",), True),
        (("-name",), False),
        (("-comment",), True),
        ((">size=9",), True),
        (("<size=9",), False),
        (("on=yes",), True),
        (("name=a", "name=b"), False),
        (("name=b", "name=a", "#|"), True),
        (("name=b", "#!"), True),
        (("name=a", "size=10", "#&"), True),
        (("name=b", "name=a", "#1.!&"), False),
        ((), True),
    ],
)
def test_the_query_stack_is_true_when_all_that_is_left_is(
    queries: tuple[str, ...], fits: bool
) -> None:
    assert matches(queries, {"name": "a", "size": "10", "on": "true"}) is fits


def test_counting_answers_a_number_instead_of_rows(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        assert router.ask("/ppp/active/print", "=count-only=", "?name=maria.gomes") == [
            ["!done", "=ret=1"]
        ]


def test_unknown_commands_and_menus_are_two_traps(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        assert router.ask("/ppp/active/dance") == [["!trap", "=message=no such command"], ["!done"]]
        assert router.ask("/no/menu/print") == [
            ["!trap", "=message=no such command prefix"],
            ["!done"],
        ]


def test_an_endless_command_ends_by_cancelling_its_tag(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        router.send("/interface/monitor-traffic", "=interface=<pppoe-maria.gomes>", ".tag=10")
        first = router.sentence()

        router.send("/cancel", "=tag=10", ".tag=20")
        rest = [router.sentence()]
        while len(rest) < 3 or rest[-1][0] != "!done":
            rest.append(router.sentence())

        assert (first[0], first[-1]) == ("!re", ".tag=10")
        assert rest[-3:] == [
            ["!trap", "=category=2", "=message=interrupted", ".tag=10"],
            ["!done", ".tag=20"],
            ["!done", ".tag=10"],
        ]


def test_tagged_commands_run_beside_each_other(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        router.send("/ping", "=address=100.64.0.11", "=count=50", "=interval=1s", ".tag=slow")

        router.send("/system/identity/print", ".tag=quick")
        seen = [router.sentence() for _ in range(6)]

        assert ["!re", "=name=bng-1", ".tag=quick"] in seen


def test_ping_counts_as_it_goes_and_says_why_there_is_no_time(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        alive = router.rows("/ping", "=address=100.64.0.11", "=count=3")
        nobody = router.rows("/ping", "=address=100.64.0.250", "=count=1")
        large = router.rows(
            "/ping", "=address=100.64.0.11", "=count=1", "=size=1500", "=do-not-fragment="
        )
        wrong = router.ask("/ping", "=address=abc", "=count=1")

        assert [row["sent"] for row in alive] == ["1", "2", "3"]
        assert all(re.fullmatch(r"\dms\d+us", row["time"]) for row in alive)
        assert (nobody[0]["status"], "time" in nobody[0]) == ("timeout", False)
        assert large[0]["status"].startswith("packet too large")
        assert wrong[0][0] == "!trap"


def test_a_business_line_with_loss_loses_every_third_echo(lab: RunningLab) -> None:
    address = lab.client.subscriber("padaria.exemplo")["address"]
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        rows = router.rows("/ping", f"=address={address}", "=count=9")

        assert rows[-1]["packet-loss"] == "33"


def test_counters_grow_at_the_rate_that_is_shown(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        words = ("/interface/print", "=.proplist=tx-byte", "?name=<pppoe-maria.gomes>")
        before, started = int(router.rows(*words)[0]["tx-byte"]), time.monotonic()
        time.sleep(0.3)
        after, took = int(router.rows(*words)[0]["tx-byte"]), time.monotonic() - started

        rate = router.rows("/interface/monitor-traffic", "=interface=<pppoe-maria.gomes>", "=once=")

        assert (after - before) * 8 / took == pytest.approx(
            int(rate[0]["tx-bits-per-second"]), rel=0.2
        )


def test_an_unknown_interface_is_a_trap_of_category_one(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        answer = router.ask("/interface/monitor-traffic", "=interface=nada", "=once=")

        assert answer[0] == [
            "!trap",
            "=category=1",
            "=message=input does not match any value of interface",
        ]


def test_the_queue_carries_the_plan_upload_first(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        rows = router.rows("/queue/simple/print", "?name=<pppoe-maria.gomes>")

        assert rows[0]["max-limit"] == "500000000/1000000000"


def test_dates_and_uptimes_follow_the_generation(lab: RunningLab) -> None:
    lab.client.drop_session("dalva.pinto")
    new, old = (RawRouter(lab.endpoints.device(name)) for name in ("bng-1", "bng-2"))
    with new, old:
        new.login()
        old.login()

        assert re.fullmatch(r"\d{4}-\d\d-\d\d", new.rows("/system/clock/print")[0]["date"])
        assert re.fullmatch(r"[a-z]{3}/\d\d/\d{4}", old.rows("/system/clock/print")[0]["date"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d [\d:]{8}", new.rows("/log/print")[-1]["time"])
        assert re.fullmatch(r"[\d:]{8}", old.rows("/log/print")[-1]["time"])


def test_the_log_tells_refusals_and_who_logged_in(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        errors = router.rows("/log/print", "?topics=pppoe,ppp,error")
        logins = router.rows("/log/print", "?topics=system,info,account")

        assert any(
            row["message"].endswith("user 10000000003 authentication failed - wrong password")
            for row in errors
        )
        assert logins[-1]["message"] == "user kbwizard logged in from 127.0.0.1 via api"


def test_a_blocked_customer_is_in_the_address_list(lab: RunningLab) -> None:
    address = lab.client.subscriber("elaine.mendes")["address"]
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        rows = router.rows("/ip/firewall/address-list/print", f"?address={address}")

        assert [row["list"] for row in rows] == ["bloqueados"]


def test_a_line_without_pppoe_is_known_by_its_arp(lab: RunningLab) -> None:
    address = lab.client.subscriber("luciana.costa")["address"]
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        assert len(router.rows("/ip/arp/print", f"?address={address}")) == 1


def test_only_the_writing_user_may_end_a_session_and_another_begins(lab: RunningLab) -> None:
    device = lab.endpoints.device("bng-1")
    with RawRouter(device) as router, RawRouter(device) as writer:
        router.login()
        writer.login(write=True)
        row = router.rows("/ppp/active/print", "?name=maria.gomes")[0]

        refused = router.ask("/ppp/active/remove", f"=.id={row['.id']}")
        done = writer.ask("/ppp/active/remove", f"=.id={row['.id']}")
        gone = writer.ask("/ppp/active/remove", f"=.id={row['.id']}")
        lab.client.wait_until("maria.gomes", sessions=1)
        later = router.rows("/ppp/active/print", "?name=maria.gomes")[0]

        assert refused[0] == ["!trap", "=message=not enough permissions (9)"]
        assert done == [["!done"]]
        assert gone[0] == ["!trap", "=category=0", "=message=no such item"]
        assert later["session-id"] != row["session-id"]


def test_long_words_are_taken_and_control_bytes_end_the_connection(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        long = router.ask("/ppp/active/print", "?name=" + "x" * 20_000)

        router._socket.sendall(b"\xf9")
        with pytest.raises(EOFError):
            router.sentence()

        assert long == [["!empty"], ["!done"]]


@pytest.mark.parametrize(
    ("size", "coded"),
    [
        (0x7F, "7f"),
        (0x80, "8080"),
        (0x3FFF, "bfff"),
        (0x4000, "c04000"),
        (0x200000, "e0200000"),
        (0x10000000, "f010000000"),
    ],
)
def test_word_lengths_are_coded_by_the_book(size: int, coded: str) -> None:
    assert pack_length(size).hex() == coded


def test_logins_connections_and_commands_are_counted(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-2")) as router:
        router.login()
        router.ask("/system/identity/print")

        counts = lab.client.counts()["bng-2"]

    assert {name: counts[name] for name in ("logins", "connections", "commands", "open")} == {
        "logins": 1, "connections": 1, "commands": 2, "open": 1,
    }  # fmt: skip


def test_the_twenty_first_connection_is_refused_with_fatal(lab: RunningLab) -> None:
    device = lab.endpoints.device("bng-2")
    routers = [RawRouter(device) for _ in range(20)]
    for router in routers:
        router.login()

    with RawRouter(device) as one_more:
        assert one_more.sentence()[0] == "!fatal"
    for router in routers:
        router.__exit__(None, None, None)
