"""A server between a measured process and the Prefect server, which counts the requests that pass."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from dev.stack.network import free_port

_END_OF_REQUEST_LINE = b" HTTP/1.1\r\n"
_MOST_AT_ONCE = 65536


@dataclass
class RequestCounter:
    """The port to be used in place of the server's, and the number of requests until now."""

    port: int
    requests: int = 0

    def note(self, seen: bytes) -> None:
        """Count the requests that begin in these bytes; bodies are JSON, which has no bare line ends."""
        self.requests += seen.count(_END_OF_REQUEST_LINE)


@asynccontextmanager
async def counting_requests(to: int) -> AsyncGenerator[RequestCounter]:
    """Pass everything on to port `to` of this machine during the block. WebSockets are one request each."""
    counter = RequestCounter(free_port())

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there, back = await asyncio.open_connection("127.0.0.1", to)
            await asyncio.gather(_pass(reader, back, counter), _pass(there, writer, None))

    server = await asyncio.start_server(serve, "127.0.0.1", counter.port)
    try:
        yield counter
    finally:
        server.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, counter: RequestCounter | None) -> None:
    last = b""
    with suppress(OSError):
        while data := await reader.read(_MOST_AT_ONCE):
            if counter is not None:
                # A request line may be cut between two readings.
                seen = last + data
                counter.note(seen)
                last = seen[-len(_END_OF_REQUEST_LINE) + 1 :]
            writer.write(data)
            await writer.drain()
    writer.close()
