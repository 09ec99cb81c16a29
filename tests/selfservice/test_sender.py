"""Messages go to the operator's gateway, over a real connection, or to the terminal of the demo."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any

import pytest

from kbwizard.config import Secret, Settings
from kbwizard.selfservice.background import in_background
from kbwizard.selfservice.sender import CouldNotSend, LogSender, WebhookSender, make_sender
from tests.helpers.attending import settings_for

PHONE = "5511900000042"


@dataclass
class Gateway:
    """A real HTTP server that answers as it is told to."""

    status: int = 200
    delay_s: float = 0.0
    location: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    state = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.seen.append(
                {"path": self.path, "headers": dict(self.headers), "body": json.loads(body)}
            )
            sleep(state.delay_s)
            try:
                self.send_response(state.status)
                if state.location:
                    self.send_header("Location", state.location)
                self.end_headers()
            except OSError:
                return  # the caller did not wait

        def log_message(self, *_args: Any) -> None:
            return None

    setattr(Handler, "do_GET", Handler.do_POST)  # noqa: B010 - the library's name, not ours
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}/sms"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_message_is_posted_as_json_with_the_token(gateway: Gateway) -> None:
    WebhookSender(gateway.url, "segredo").send(PHONE, "123456 é o código")

    (seen,) = gateway.seen
    assert seen["body"] == {"phone": "+5511900000042", "text": "123456 é o código"}
    assert seen["headers"]["Authorization"] == "Bearer segredo"
    assert seen["headers"]["Content-Type"].startswith("application/json")


def test_without_a_token_none_is_sent(gateway: Gateway) -> None:
    WebhookSender(gateway.url).send(PHONE, "oi")

    assert "Authorization" not in gateway.seen[0]["headers"]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
def test_a_refusal_says_so_without_phone_or_token(gateway: Gateway, status: int) -> None:
    gateway.status = status

    with pytest.raises(CouldNotSend, match=f"respondeu {status}") as refusal:
        WebhookSender(gateway.url, "segredo").send(PHONE, "123456")

    assert "segredo" not in str(refusal.value)
    assert PHONE not in str(refusal.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(gateway: Gateway, status: int) -> None:
    gateway.status, gateway.location = status, gateway.url.replace("/sms", "/elsewhere")

    with pytest.raises(CouldNotSend):
        WebhookSender(gateway.url, "segredo").send(PHONE, "123456")

    assert [seen["path"] for seen in gateway.seen] == ["/sms"]


def test_a_gateway_that_does_not_answer_is_given_up(gateway: Gateway) -> None:
    gateway.delay_s = 1.0

    with pytest.raises(CouldNotSend):
        WebhookSender(gateway.url, timeout_s=0.2).send(PHONE, "123456")


def test_a_gateway_that_is_not_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(CouldNotSend, match="não respondeu"):
        WebhookSender(f"http://127.0.0.1:{port}/").send(PHONE, "123456")


def test_a_gateway_that_speaks_no_http_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble() -> None:
            caller, _ = server.accept()
            with caller:
                caller.recv(1000)
                caller.sendall(b"oi\r\n\r\n")

        thread = Thread(target=babble, daemon=True)
        thread.start()
        with pytest.raises(CouldNotSend):
            WebhookSender(f"http://127.0.0.1:{server.getsockname()[1]}/").send(PHONE, "123456")
        thread.join()


def test_the_demo_writes_to_the_log_and_says_that_it_is_simulated(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        LogSender().send(PHONE, "123456 é o código")

    assert "SIMULADO" in caplog.text
    assert "123456" in caplog.text
    assert PHONE not in caplog.text


def test_the_settings_choose_the_sender(tmp_path: Any) -> None:
    plain = settings_for(tmp_path)

    def with_sender(kind: str) -> Settings:
        return Settings(
            data_dir=plain.data_dir,
            database_url=plain.database_url,
            secret_key=plain.secret_key,
            credentials_key=plain.credentials_key,
            sender=kind,
            sender_url=Secret("https://sms.example/"),
        )

    assert make_sender(plain) is None
    assert isinstance(make_sender(with_sender("log")), LogSender)
    assert isinstance(make_sender(with_sender("webhook")), WebhookSender)


def test_what_is_done_later_does_not_keep_the_caller_waiting() -> None:
    done: list[bool] = []

    def slow() -> None:
        sleep(0.2)
        done.append(True)

    in_background(slow)

    assert done == []
    for _ in range(50):
        if done:
            break
        sleep(0.02)
    assert done == [True]
