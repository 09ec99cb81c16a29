"""Every misbehaviour of a concentrator does what it says, and ends when told."""

from __future__ import annotations

import time

import pytest

from kbwizard.errors import RequestError
from kbwizard.lab import RunningLab
from tests.lab.raw_router import RawRouter


def test_silence_accepts_and_never_answers(lab: RunningLab) -> None:
    lab.client.misbehave("bng-1", "silence")

    with (
        RawRouter(lab.endpoints.device("bng-1"), timeout_s=0.2) as router,
        pytest.raises(TimeoutError),
    ):
        router.login()


def test_refusing_cuts_who_is_there_and_keeps_the_port(lab: RunningLab) -> None:
    device = lab.endpoints.device("bng-1")
    with RawRouter(device) as router:
        router.login()
        lab.client.misbehave("bng-1", "refuse")

        with pytest.raises((ConnectionResetError, EOFError)):
            router.ask("/system/identity/print")
    with pytest.raises(ConnectionRefusedError):
        RawRouter(device)
    lab.client.behave("bng-1")

    with RawRouter(device) as again:
        assert again.login() == [["!done"]]


def test_late_answers_come_after_the_client_gave_up(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        lab.client.misbehave("bng-1", "late:0.3")
        started = time.monotonic()

        router.ask("/system/identity/print")

        assert time.monotonic() - started >= 0.28


def test_slow_drips_byte_by_byte(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        lab.client.misbehave("bng-1", "slow:0.01")
        started = time.monotonic()

        router.ask("/system/identity/print")

        assert time.monotonic() - started >= 0.01 * 20


def test_half_cuts_in_the_middle_of_a_word(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        lab.client.misbehave("bng-1", "half")

        with pytest.raises(EOFError):
            router.ask("/system/identity/print")


@pytest.mark.parametrize("form", ["0", "1"])
def test_garbage_is_no_reply(lab: RunningLab, form: str) -> None:
    with RawRouter(lab.endpoints.device("bng-1"), timeout_s=0.3) as router:
        router.login()
        lab.client.misbehave("bng-1", f"garbage:{form}")
        router.send("/system/identity/print")

        first = router.read(1)

        assert first in (b"\xff", b"\x04")


def test_wrong_name_answers_somebody_elses_row(lab: RunningLab) -> None:
    lab.client.misbehave("bng-1", "wrong_name")
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        rows = router.rows("/ppp/active/print", "?name=maria.gomes")
        interfaces = router.rows("/interface/print", "?name=<pppoe-maria.gomes>")

        assert [row["name"] != "maria.gomes" for row in rows] == [True]
        assert [row["name"] != "<pppoe-maria.gomes>" for row in interfaces] == [True]


def test_fatal_ends_the_connection_with_its_text(lab: RunningLab) -> None:
    lab.client.misbehave("bng-1", "fatal")

    with RawRouter(lab.endpoints.device("bng-1")) as router:
        assert router.login() == [["!fatal", "too many sessions"]]


def test_traps_with_and_without_words(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()
        lab.client.misbehave("bng-1", "trap")
        spoken = router.ask("/system/identity/print")
        lab.client.misbehave("bng-1", "bare_trap")
        bare = router.ask("/system/identity/print")

        assert spoken[0] == ["!trap", "=category=4", "=message=internal error"]
        assert bare[0] == ["!trap", "=category=4"]


def test_comments_come_as_latin_1(lab: RunningLab) -> None:
    with RawRouter(lab.endpoints.device("bng-2")) as router:
        router.login()
        before = router.rows("/ppp/secret/print", "?name=nilo.souza")[0]["comment"]
        lab.client.misbehave("bng-2", "latin1")
        after = router.rows("/ppp/secret/print", "?name=nilo.souza")[0]["comment"]

        assert before.encode("latin-1").decode() == after == "Conexão de nilo.souza - instalação"


def test_a_session_vanishes_between_reading_and_removing(lab: RunningLab) -> None:
    lab.client.misbehave("bng-1", "vanish")
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login(write=True)
        row = router.rows("/ppp/active/print", "?name=maria.gomes")[0]

        answer = router.ask("/ppp/active/remove", f"=.id={row['.id']}")

        assert answer[0] == ["!trap", "=category=0", "=message=no such item"]


def test_a_crowd_of_sessions(lab: RunningLab) -> None:
    lab.client.misbehave("bng-1", "crowd:5000")
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        answer = router.ask("/ppp/active/print", "=count-only=")

        assert int(answer[0][1].removeprefix("=ret=")) > 5000


def test_a_short_log_forgets(lab: RunningLab) -> None:
    lab.client.misbehave("bng-1", "short_log:5")
    with RawRouter(lab.endpoints.device("bng-1")) as router:
        router.login()

        assert len(router.rows("/log/print")) == 5


def test_misbehaviours_add_up_and_one_can_be_taken_back(lab: RunningLab) -> None:
    lab.client.misbehave("bng-1", "short_log:5")
    lab.client.misbehave("bng-1", "trap")

    lab.client.behave("bng-1", "trap")

    assert lab.client.status()["mischief"]["bng-1"] == {"short_log": "5"}


@pytest.mark.parametrize(
    ("device", "what", "words"),
    [
        ("bng-1", "sentinels", "não sabe"),
        ("olt-huawei", "trap", "não sabe"),
        ("bng-9", "silence", "Não há o equipamento"),
        ("bng-1", "late:logo", "ponha um número"),
        ("olt-zte", "no_such_column:abc", "OID"),
    ],
)
def test_what_a_device_cannot_do_is_said(
    lab: RunningLab, device: str, what: str, words: str
) -> None:
    with pytest.raises(RequestError, match=words):
        lab.client.misbehave(device, what)
