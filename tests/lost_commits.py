"""A proxy to Postgres that loses a connection after a commit and before its answer."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import make_url

_BUFFER = 65536


@dataclass
class CommitLosingProxy:
    """Cuts the connection of the next transaction that contains `words`, after Postgres has answered its commit."""

    url: str
    words: bytes
    times: int
    lost: int = 0


@asynccontextmanager
async def losing_commits(url: str, words: str, times: int = 1) -> AsyncGenerator[CommitLosingProxy]:
    """A proxy with its own address of the database."""
    real = make_url(url)
    proxy = CommitLosingProxy("", words.encode(), times)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server = await asyncio.open_connection(real.host, real.port or 5432)
        await _ProxiedConnection(proxy, (reader, writer), server).forward()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        proxy.url = real.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)
        yield proxy


_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _ProxiedConnection:
    """One connection, forwarded in both directions."""

    def __init__(self, path: CommitLosingProxy, client: _Streams, server: _Streams) -> None:
        self._proxy, self._client, self._server = path, client, server
        self._matched = self._committing = False

    async def forward(self) -> None:
        ways = (asyncio.create_task(self._forward_requests()), asyncio.create_task(self._forward_responses()))
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        for _, writer in (self._client, self._server):
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _forward_requests(self) -> None:
        while data := await self._client[0].read(_BUFFER):
            self._matched = self._matched or self._proxy.words in data
            self._committing = self._matched and b"COMMIT" in data and self._proxy.lost < self._proxy.times
            self._server[1].write(data)

    async def _forward_responses(self) -> None:
        while data := await self._server[0].read(_BUFFER):
            if self._committing:
                self._proxy.lost += 1
                return
            self._client[1].write(data)
