"""A proxy that holds one response of a server until it is released, so that a test can act in between."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from tests.waiting import HANG


class HeldResponse:
    """The first response to a request that contains `words`."""

    def __init__(self, port: int, words: bytes) -> None:
        self._server_port = port
        self._words = words
        self._held, self._released = asyncio.Event(), asyncio.Event()
        self.port = 0

    async def wait_until_held(self) -> None:
        """Wait until the server has responded."""
        async with asyncio.timeout(HANG):
            await self._held.wait()

    def release(self) -> None:
        """Deliver the response."""
        self._released.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one connection in both directions."""
        from_server, to_server = await self._connection()
        matched = asyncio.Event()
        with suppress(ConnectionError):
            await asyncio.gather(
                self._forward_requests(reader, to_server, matched),
                self._forward_responses(from_server, writer, matched),
            )
        for connection in (to_server, writer):
            connection.close()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._server_port)

    async def _forward_requests(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, matched: asyncio.Event
    ) -> None:
        while data := await reader.read(65536):
            if self._words in data:
                matched.set()
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _forward_responses(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, matched: asyncio.Event
    ) -> None:
        while data := await reader.read(65536):
            if matched.is_set():
                self._held.set()
                await self._released.wait()
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def holding_first_response(port: int, text: str) -> AsyncGenerator[HeldResponse]:
    """A proxy port to the server on `port`."""
    answer = HeldResponse(port, text.encode())
    async with await asyncio.start_server(answer.serve, "127.0.0.1", 0) as listening:
        answer.port = listening.sockets[0].getsockname()[1]
        yield answer
        answer.release()
