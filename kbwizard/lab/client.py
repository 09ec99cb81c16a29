"""A small synchronous client of the control port, for tests, the command line and training."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

from kbwizard.errors import RequestError, SetupError


class LabClient:
    """Each call is one short connection. Raises `RequestError` with the lab's words."""

    def __init__(self, address: tuple[str, int], *, timeout_s: float = 5.0) -> None:
        self._address, self._timeout_s = address, timeout_s

    def call(self, verb: str, **arguments: object) -> Any:
        """Any verb of the control port; raises `SetupError` when nobody listens."""
        request = json.dumps({"verb": verb, **arguments}, ensure_ascii=False).encode() + b"\n"
        try:
            with socket.create_connection(self._address, self._timeout_s) as connection:
                connection.sendall(request)
                with connection.makefile("rb") as stream:
                    reply = json.loads(stream.readline())
        except (OSError, ValueError) as error:
            raise SetupError(
                f"O laboratório não responde em {self._address[0]}:{self._address[1]}."
            ) from error
        if not reply["ok"]:
            raise RequestError(reply["error"])
        return reply["result"]

    def status(self) -> dict[str, Any]:
        return dict(self.call("status"))

    def faults(self) -> dict[str, Any]:
        return dict(self.call("faults"))

    def subscribers(self) -> list[dict[str, Any]]:
        return list(self.call("subscribers"))

    def subscriber(self, login: str) -> dict[str, Any]:
        return dict(self.call("subscribers", login=login)[0])

    def set_fault(self, login: str, fault: str, *, age_s: float | None = None) -> None:
        self.call("set-fault", login=login, fault=fault, age_s=age_s)

    def clear_fault(self, login: str) -> None:
        self.call("clear-fault", login=login)

    def reset(self) -> None:
        """First faults again, and every device well behaved."""
        self.call("reset")

    def restart(self, login: str) -> None:
        """The customer unplugs everything and plugs it in again."""
        self.call("restart", login=login)

    def fix(self, login: str) -> None:
        """Somebody mends the cause; recovery takes its time."""
        self.call("fix", login=login)

    def drop_session(self, login: str) -> None:
        self.call("drop-session", login=login)

    def misbehave(self, device: str, what: str) -> None:
        self.call("misbehave", device=device, what=what)

    def behave(self, device: str, what: str = "") -> None:
        self.call("behave", device=device, what=what)

    def counts(self, *, reset: bool = False) -> dict[str, dict[str, int]]:
        return dict(self.call("counts", reset=reset))

    def speed(self, speed: float | None = None) -> float:
        return float(self.call("speed", speed=speed))

    def stop(self) -> None:
        self.call("stop")

    def wait_until(self, login: str, *, limit_s: float = 10.0, **wanted: object) -> dict[str, Any]:
        """Ask until the subscriber's description has these values; raises `TimeoutError`."""
        ends = time.monotonic() + limit_s
        while True:
            seen = self.subscriber(login)
            if all(seen[key] == value for key, value in wanted.items()):
                return seen
            if time.monotonic() > ends:
                raise TimeoutError(f"{login}: {seen}")
            time.sleep(0.02)
