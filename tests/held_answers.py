"""A way to a server on which one answer is held until it is released: what happens meanwhile happens between."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from tests.waiting import HANG


class HeldAnswer:
    """The first answer to a request that says `words`."""

    def __init__(self, port: int, words: bytes) -> None:
        self._server_port = port
        self._words = words
        self._held, self._released = asyncio.Event(), asyncio.Event()
        self.port = 0

    async def held(self) -> None:
        """Return once the server has given the answer."""
        async with asyncio.timeout(HANG):
            await self._held.wait()

    def release(self) -> None:
        """Let the answer arrive."""
        self._released.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection, there and back."""
        there, back = await self._connection()
        said = asyncio.Event()
        with suppress(ConnectionError):
            await asyncio.gather(self._ask(reader, back, said), self._answer(there, writer, said))
        for one in (back, writer):
            one.close()

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._server_port)

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if self._words in data:
                said.set()
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, said: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if said.is_set():
                self._held.set()
                await self._released.wait()
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def holding_the_answer(port: int, words: str) -> AsyncGenerator[HeldAnswer]:
    """A port that leads to the server on `port`."""
    answer = HeldAnswer(port, words.encode())
    async with await asyncio.start_server(answer.serve, "127.0.0.1", 0) as listening:
        answer.port = listening.sockets[0].getsockname()[1]
        yield answer
        answer.release()
