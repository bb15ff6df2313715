"""A way to Postgres on which a connection is lost after a commit and before its answer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import make_url

_BUFFER = 65536


@dataclass
class LosesCommits:
    """Cuts the connection of the next transaction that says `words`, once Postgres has answered its commit."""

    url: str
    words: bytes
    times: int
    lost: int = 0


@asynccontextmanager
async def losing_commits(url: str, words: str, times: int = 1) -> AsyncGenerator[LosesCommits]:
    """The address of the same database, by way of this process."""
    real = make_url(url)
    path = LosesCommits("", words.encode(), times)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = await asyncio.open_connection(real.host, real.port or 5432)
        await _Way(path, (reader, writer), server).carry()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        path.url = real.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        yield path


_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Way:
    """One connection, there and back."""

    def __init__(self, path: LosesCommits, client: _Streams, server: _Streams) -> None:
        self._path, self._client, self._server = path, client, server
        self._said = self._committing = False

    async def carry(self) -> None:
        ways = (asyncio.create_task(self._there()), asyncio.create_task(self._back()))
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for _, writer in (self._client, self._server):
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _there(self) -> None:
        while data := await self._client[0].read(_BUFFER):
            self._said = self._said or self._path.words in data
            self._committing = self._said and b"COMMIT" in data and self._path.lost < self._path.times
            self._server[1].write(data)

    async def _back(self) -> None:
        while data := await self._server[0].read(_BUFFER):
            if self._committing:
                self._path.lost += 1
                return
            self._client[1].write(data)
