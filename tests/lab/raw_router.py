"""A RouterOS client that shows every sentence as it came, for what libraries hide."""

from __future__ import annotations

import socket
from types import TracebackType

from kbwizard.lab.endpoints import DeviceEndpoint
from kbwizard.lab.words import pack_sentence


class RawRouter:
    def __init__(self, device: DeviceEndpoint, *, timeout_s: float = 3.0) -> None:
        self._socket = socket.create_connection((device.host, device.port), timeout_s)
        self._stream = self._socket.makefile("rb")
        self._device = device

    def __enter__(self) -> RawRouter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()
        self._socket.close()

    def login(self, *, write: bool = False) -> list[list[str]]:
        device = self._device
        user = device.write_user if write else device.user
        password = device.write_password if write else device.password
        return self.ask("/login", f"=name={user}", f"=password={password}")

    def send(self, *words: str) -> None:
        self._socket.sendall(pack_sentence(words))

    def ask(self, *words: str) -> list[list[str]]:
        """Every sentence up to `!done` or `!fatal`."""
        self.send(*words)
        sentences = []
        while True:
            sentences.append(self.sentence())
            if sentences[-1][0] in ("!done", "!fatal"):
                return sentences

    def rows(self, *words: str) -> list[dict[str, str]]:
        """The `!re` sentences as dictionaries."""
        return [
            dict(word[1:].split("=", 1) for word in sentence[1:])
            for sentence in self.ask(*words)
            if sentence[0] == "!re"
        ]

    def sentence(self) -> list[str]:
        words = []
        while word := self.word():
            words.append(word.decode("latin-1"))
        return words

    def word(self) -> bytes:
        size = self.read(1)[0]
        if size >= 0xC0:
            size = (size & 0x1F) << 16 | int.from_bytes(self.read(2), "big")
        elif size >= 0x80:
            size = (size & 0x3F) << 8 | self.read(1)[0]
        return self.read(size)

    def read(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise EOFError(data)
        return data
