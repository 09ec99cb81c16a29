"""One connection against a server that breaks the protocol in every way we know of."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kbwizard.checks.adapters import routeros_queries as queries
from kbwizard.checks.adapters.routeros_access import LoginMethod, RouterAccess, tls_context
from kbwizard.checks.adapters.routeros_connection import (
    RouterConnection,
    Row,
    open_connection,
)
from kbwizard.checks.adapters.routeros_trouble import RouterTrap, RouterTrouble
from kbwizard.config import Secret
from kbwizard.errors import InvalidInput
from kbwizard.wizard.facts import Reason
from tests.helpers.certificates import Certificate, make_certificate
from tests.helpers.router_double import (
    Manner,
    RouterDouble,
    drips,
    late,
    says,
    says_and_hangs_up,
    sentence,
    silence,
)
from tests.helpers.routers import access, active, after, concentrator

PRINT = "/ppp/active/print"


async def connect(to: RouterAccess, *, within_s: float = 2.0) -> RouterConnection:
    tls = tls_context(to) if to.tls else None
    return await open_connection(
        to, tls, user=to.user, password=to.password, deadline=after(within_s)
    )


async def asked(double: RouterDouble, login: str, *, within_s: float = 2.0) -> list[Row]:
    connection = await connect(access(double))
    try:
        return await queries.active_sessions(connection, login, deadline=after(within_s))
    finally:
        connection.drop()
        await asyncio.sleep(0)


def rows_of(
    *sessions: Row, login: str, setup: Callable[[RouterDouble], None] | None = None
) -> list[Row]:
    async def scenario() -> list[Row]:
        async with concentrator(*sessions) as double:
            if setup:
                setup(double)
            return await asked(double, login)

    return asyncio.run(scenario())


def trouble_when(manner: Manner, *, within_s: float = 2.0) -> RouterTrouble:
    async def scenario() -> None:
        async with concentrator() as double:
            double.manners[PRINT] = manner
            await asked(double, "ana", within_s=within_s)

    with pytest.raises(RouterTrouble) as caught:
        asyncio.run(scenario())
    return caught.value


@pytest.mark.parametrize("login", ["12345678909", "007", "1e5", "true", "yes", "no", "a=b", "joão"])
def test_a_login_that_looks_like_something_else_stays_text(login: str) -> None:
    rows = rows_of(
        active(login),
        login=login,
        setup=lambda d: d.manners.update(
            {
                PRINT: says(
                    sentence("!re", f"=name={login}", "=.id=*1", "=radius=true") + sentence("!done")
                )
            }
        ),
    )

    assert rows == [{"name": login, ".id": "*1", "radius": "true"}]


def test_only_the_login_asked_for_is_asked_for() -> None:
    async def scenario() -> list[str]:
        async with concentrator(active("ana"), active("bia")) as double:
            await asked(double, "bia")
            return double.asked(PRINT)[0]

    words = asyncio.run(scenario())

    assert "?name=bia" in words
    assert any(word.startswith("=.proplist=") for word in words)


def test_no_row_is_an_answer() -> None:
    assert rows_of(login="ana") == []


def test_an_old_router_that_answers_done_alone_says_no_row_too() -> None:
    rows = rows_of(login="ana", setup=lambda d: d.manners.update({PRINT: says(sentence("!done"))}))

    assert rows == []


@pytest.mark.parametrize("name", [b"Jo\xc3\xa3o", b"Jo\xe3o"])
def test_bytes_are_read_as_utf8_and_else_as_latin1(name: bytes) -> None:
    reply = sentence("!re", b"=name=" + name) + sentence("!done")

    rows = rows_of(login="João", setup=lambda d: d.manners.update({PRINT: says(reply)}))

    assert rows == [{"name": "João"}]


def test_another_customers_row_is_refused_and_the_connection_dropped() -> None:
    async def scenario() -> bool:
        async with concentrator() as double:
            double.manners[PRINT] = says(sentence("!re", "=name=bia") + sentence("!done"))
            connection = await connect(access(double))
            with pytest.raises(RouterTrouble) as caught:
                await queries.active_sessions(connection, "ana", deadline=after(2))
            assert caught.value.reason is Reason.BAD_REPLY
            return connection.is_dropped

    assert asyncio.run(scenario())


def test_a_trap_leaves_the_connection_usable() -> None:
    async def scenario() -> list[Row]:
        async with concentrator(active("ana")) as double:
            connection = await connect(access(double))
            with pytest.raises(RouterTrap) as caught:
                await connection.ask("/no/such/print", deadline=after(2))
            assert caught.value.reason is Reason.NO_SUCH_OBJECT
            rows = await queries.active_sessions(connection, "ana", deadline=after(2))
            connection.drop()
            return rows

    assert len(asyncio.run(scenario())) == 1


@pytest.mark.parametrize(
    "words",
    [
        ("!trap",),
        ("!trap", "=message=5"),
        ("!trap", "=category=2", "=message=interrupted", "=more=x"),
    ],
)
def test_a_trap_of_any_shape_is_a_trap(words: tuple[str, ...]) -> None:
    trouble = trouble_when(says(sentence(*words) + sentence("!done")))

    assert isinstance(trouble, RouterTrap)


def test_several_traps_are_one_refusal() -> None:
    twice = sentence("!trap", "=message=not enough permissions (9)") * 2 + sentence("!done")

    trouble = trouble_when(says(twice))

    assert isinstance(trouble, RouterTrap)
    assert trouble.reason is Reason.AUTH


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (sentence("!re", "=name=ana", ".tag=5") + sentence("!done"), Reason.BAD_REPLY),
        (sentence("!re", "=name"), Reason.BAD_REPLY),
        (sentence("!re", "name=ana"), Reason.BAD_REPLY),
        (sentence("!what", "=name=ana") + sentence("!done"), Reason.BAD_REPLY),
        (sentence("!fatal"), Reason.BAD_REPLY),
        (b"\0", Reason.BAD_REPLY),
        (b"\xf8\x00\x00", Reason.BAD_REPLY),
        (
            b"HTTP/1.1 400 Bad Request\r\nServer: x\r\nContent-Type: text/html\r\n" + b"\0" * 60,
            Reason.BAD_REPLY,
        ),
        (sentence("!fatal", "too many sessions"), Reason.REFUSED),
    ],
)
def test_garbage_is_a_bad_reply_and_never_an_exception_of_the_library(
    reply: bytes, reason: Reason
) -> None:
    assert trouble_when(says(reply)).reason is reason


def test_a_reply_cut_in_the_middle_of_a_word_is_a_bad_reply() -> None:
    half = sentence("!re", "=name=ana", "=address=100.64.0.7")[:-9]

    assert trouble_when(says_and_hangs_up(half)).reason is Reason.BAD_REPLY


def test_rows_before_a_trap_are_not_an_answer() -> None:
    reply = sentence("!re", "=name=ana") + sentence("!trap", "=message=x") + sentence("!done")

    assert isinstance(trouble_when(says(reply)), RouterTrap)


@pytest.mark.parametrize("manner", [silence, drips(0.02)])
def test_the_deadline_is_wall_clock_even_when_the_router_drips(manner: Manner) -> None:
    async def scenario() -> float:
        async with concentrator() as double:
            double.manners[PRINT] = manner
            started = asyncio.get_running_loop().time()
            with pytest.raises(RouterTrouble) as caught:
                await asked(double, "ana", within_s=0.3)
            assert caught.value.reason is Reason.TIMEOUT
            return asyncio.get_running_loop().time() - started

    assert asyncio.run(scenario()) < 0.8


def test_a_connection_that_timed_out_answers_nothing_any_more() -> None:
    async def scenario() -> int:
        async with concentrator() as double:
            double.manners[PRINT] = late(0.3, [active("ana"), active("bia")])
            connection = await connect(access(double))
            with pytest.raises(RouterTrouble):
                await queries.active_sessions(connection, "ana", deadline=after(0.1))
            await asyncio.sleep(0.3)
            with pytest.raises(RouterTrouble):
                await connection.ask("/system/identity/print", deadline=after(1))
            return double.open_now

    assert asyncio.run(scenario()) == 0


def test_a_cancelled_question_closes_the_socket() -> None:
    async def scenario() -> int:
        async with concentrator() as double:
            double.manners[PRINT] = silence
            task = asyncio.create_task(asked(double, "ana", within_s=30))
            while not double.asked(PRINT):
                await asyncio.sleep(0.01)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await asyncio.sleep(0.05)
            return double.open_now

    assert asyncio.run(scenario()) == 0


def test_words_that_came_unasked_make_a_connection_not_quiet() -> None:
    async def scenario() -> tuple[bool, bool]:
        async with concentrator() as double:
            double.manners[PRINT] = says(sentence("!done") + sentence("!re", "=name=bia"))
            connection = await connect(access(double))
            before = await connection.is_quiet()
            await connection.ask(PRINT, deadline=after(1))
            await asyncio.sleep(0.05)
            result = before, await connection.is_quiet()
            connection.drop()
            return result

    assert asyncio.run(scenario()) == (True, False)


def login_trouble(
    double: RouterDouble, *, within_s: float = 1.0, **changes: Any
) -> tuple[RouterTrouble, int]:
    async def scenario() -> tuple[RouterTrouble, int]:
        async with double:
            with pytest.raises(RouterTrouble) as caught:
                await connect(access(double, **changes), within_s=within_s)
            await asyncio.sleep(0.05)
            return caught.value, double.open_now

    return asyncio.run(scenario())


def test_a_wrong_password_is_auth_and_leaves_no_socket() -> None:
    trouble, still_open = login_trouble(RouterDouble(), password=Secret("errada"))

    assert (trouble.reason, still_open) == (Reason.AUTH, 0)
    assert "errada" not in trouble.detail


def test_both_logins_work() -> None:
    async def scenario() -> int:
        async with RouterDouble(token_only=True) as old, RouterDouble() as new:
            for double, method in ((old, LoginMethod.TOKEN), (new, LoginMethod.PLAIN)):
                connection = await connect(access(double, login_method=method))
                connection.drop()
            return old.logins + new.logins

    assert asyncio.run(scenario()) == 2


def test_the_token_login_at_a_router_without_challenges_is_auth() -> None:
    double = RouterDouble(manners={"/login": says(sentence("!done"))})

    trouble, _ = login_trouble(double, login_method=LoginMethod.TOKEN)

    assert trouble.reason is Reason.AUTH


def test_a_server_that_accepts_and_stays_silent_is_a_timeout() -> None:
    trouble, still_open = login_trouble(RouterDouble(greeting=silence), within_s=0.3)

    assert (trouble.reason, still_open) == (Reason.TIMEOUT, 0)


def test_a_closed_port_is_refused() -> None:
    async def scenario() -> Reason:
        async with RouterDouble() as double:
            gone = access(double)
        with pytest.raises(RouterTrouble) as caught:
            await connect(gone)
        return caught.value.reason

    assert asyncio.run(scenario()) is Reason.REFUSED


def test_the_password_is_not_logged_even_at_debug(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with RouterDouble() as double:
            (await connect(access(double))).drop()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(scenario())

    assert "senha-lab" not in caplog.text


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def over_tls(double: RouterDouble, **changes: Any) -> list[Row]:
    async def scenario() -> list[Row]:
        async with double:
            connection = await connect(access(double, tls=True, **changes))
            rows = await connection.ask("/system/identity/print", deadline=after(1))
            connection.drop()
            await asyncio.sleep(0.02)
            return rows

    return asyncio.run(scenario())


def secure(certificate: Certificate) -> RouterDouble:
    double = concentrator()
    double.tls = certificate.server
    return double


def test_tls_with_the_right_authority_works(certificate: Certificate) -> None:
    assert over_tls(secure(certificate), ca_pem=certificate.ca_pem) == [{"name": "bng-teste"}]


def test_tls_with_the_pinned_certificate_works(certificate: Certificate) -> None:
    rows = over_tls(secure(certificate), fingerprint=certificate.fingerprint)

    assert rows == [{"name": "bng-teste"}]


@pytest.mark.parametrize("changes", [{}, {"fingerprint": "0" * 64}])
def test_a_certificate_nobody_vouches_for_is_refused_before_login(
    certificate: Certificate, changes: dict[str, str]
) -> None:
    double = secure(certificate)

    with pytest.raises(RouterTrouble) as caught:
        over_tls(double, **changes)

    assert caught.value.reason is Reason.BAD_REPLY
    assert double.commands == []


@pytest.mark.parametrize("wrong", [{"name": "outro.example"}, {"expired": True}])
def test_a_wrong_name_or_an_expired_certificate_is_refused(
    tmp_path: Path, wrong: dict[str, Any]
) -> None:
    certificate = make_certificate(tmp_path, **wrong)

    with pytest.raises(RouterTrouble) as caught:
        over_tls(secure(certificate), ca_pem=certificate.ca_pem)

    assert "certificado" in caught.value.detail


def test_the_name_to_expect_can_be_another_than_the_host(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, name="bng.example")

    rows = over_tls(secure(certificate), ca_pem=certificate.ca_pem, server_name="bng.example")

    assert rows == [{"name": "bng-teste"}]


@pytest.mark.parametrize("pinned", ["", "0" * 64])
def test_anonymous_key_exchange_is_refused(certificate: Certificate, pinned: str) -> None:
    import ssl

    double = concentrator()
    double.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    double.tls.maximum_version = ssl.TLSVersion.TLSv1_2
    double.tls.set_ciphers("ADH:@SECLEVEL=0")

    with pytest.raises(RouterTrouble) as caught:
        over_tls(double, ca_pem=certificate.ca_pem, fingerprint=pinned)

    assert caught.value.reason is Reason.BAD_REPLY


def test_a_plain_server_where_tls_is_expected_is_no_agreement(certificate: Certificate) -> None:
    double = RouterDouble(greeting=says_and_hangs_up(b"not tls at all, sorry\r\n"))

    with pytest.raises(RouterTrouble) as caught:
        over_tls(double, ca_pem=certificate.ca_pem)

    assert caught.value.reason is Reason.BAD_REPLY


def test_a_silent_server_where_tls_is_expected_is_a_timeout(certificate: Certificate) -> None:
    trouble, still_open = login_trouble(
        RouterDouble(greeting=silence), within_s=0.3, tls=True, ca_pem=certificate.ca_pem
    )

    assert (trouble.reason, still_open) == (Reason.TIMEOUT, 0)


def test_an_authority_that_is_no_pem_is_told_when_the_device_is_set_up() -> None:
    with pytest.raises(InvalidInput, match="PEM"):
        tls_context(access(RouterDouble(), tls=True, ca_pem="-----BEGIN CERTIFICATE-----\nxx\n"))
