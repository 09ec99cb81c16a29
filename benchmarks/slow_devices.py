"""OLTs and routers that accept everything and answer after some seconds, as their own process.

Prints one line of JSON with the ports and runs until its standard input closes. Only loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import cast

NO_SUCH_INSTANCE, END_OF_MIB = b"\x81\x00", b"\x82\x00"
GET, GET_BULK, RESPONSE = 0xA0, 0xA5, 0xA2


def header(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the BER element at `at` begins and ends."""
    size, start = data[at + 1], at + 2
    if size & 0x80:
        count = size & 0x7F
        size, start = int.from_bytes(data[start : start + count], "big"), start + count
    return start, start + size


def nothing_there(request: bytes) -> bytes:
    """The answer to a GET or GETBULK of an agent that has none of it: same names, no values."""
    answer = bytearray(request)
    at, _ = header(request, 0)
    for _ in range(2):  # version, community
        _, at = header(request, at)
    value = END_OF_MIB if request[at] == GET_BULK else NO_SUCH_INSTANCE
    answer[at] = RESPONSE
    at, _ = header(request, at)
    _, at = header(request, at)  # the request id stays
    for _ in range(2):  # where a GETBULK has its counts, an answer has its error: none
        start, end = header(request, at)
        answer[start:end] = bytes(end - start)
        at = end
    at, last = header(request, at)
    while at < last:
        start, end = header(request, at)
        _, name_ends = header(request, start)
        answer[name_ends:end] = value
        at = end
    return bytes(answer)


class SlowOlt(asyncio.DatagramProtocol):
    """Answers every datagram `late_s` seconds after it came."""

    def __init__(self, late_s: float) -> None:
        self._late_s = late_s

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(self._late_s, self._transport.sendto, nothing_there(data), addr)


async def slow_router(
    late_s: float, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Takes any login at once; every other command is done, with no rows, `late_s` later."""
    try:
        while True:
            words = []
            while size := (await reader.readexactly(1))[0]:
                words.append(await reader.readexactly(size))
            if words and words[0] != b"/login":
                await asyncio.sleep(late_s)
            writer.write(b"\x05!done\x00")
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        writer.close()  # the client left, or the benchmark is over


async def serve(olts: int, routers: int, late_s: float) -> None:
    loop = asyncio.get_running_loop()
    olt_ports, router_ports = [], []
    for _ in range(olts):
        transport, _ = await loop.create_datagram_endpoint(
            lambda: SlowOlt(late_s), local_addr=("127.0.0.1", 0)
        )
        olt_ports.append(transport.get_extra_info("sockname")[1])
    servers = []
    for _ in range(routers):
        server = await asyncio.start_server(
            lambda reader, writer: slow_router(late_s, reader, writer), "127.0.0.1", 0
        )
        servers.append(server)
        router_ports.append(server.sockets[0].getsockname()[1])
    print(json.dumps({"olts": olt_ports, "routers": router_ports}), flush=True)
    await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--olts", type=int, default=50)
    parser.add_argument("--routers", type=int, default=25)
    parser.add_argument("--late", type=float, default=3.0)
    args = parser.parse_args()
    asyncio.run(serve(args.olts, args.routers, args.late))


if __name__ == "__main__":
    main()
