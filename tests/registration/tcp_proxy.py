"""A proxy to a server whose connection can be cut and restored, also between a commit and its confirmation."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress


class TcpProxy:
    """Passes bytes on between a port of its own and a server, and counts those that the server sends."""

    def __init__(self, host: str, port: int) -> None:
        self._there = (host, port)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._lose_confirmation_of: bytes | None = None
        self.port = 0
        self.lost_confirmations = 0
        self.received_bytes = 0

    async def mend(self) -> None:
        """Be there, at the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse new connections and break those that are open."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()

    def lose_confirmation_of(self, statement: bytes) -> None:
        """Break the connection after the next commit of this statement, before the client hears of it."""
        self._lose_confirmation_of = statement

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(*self._there)
        self._writers |= {writer, there_writer}
        committed = asyncio.Event()
        with suppress(ConnectionError):
            await asyncio.gather(
                self._out(reader, there_writer, committed), self._back(there_reader, writer, committed)
            )
        for one in (writer, there_writer):
            self._writers.discard(one)
            one.close()

    async def _out(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, committed: asyncio.Event) -> None:
        seen = False
        while data := await reader.read(65536):
            wanted = self._lose_confirmation_of
            seen = seen or (wanted is not None and wanted in data)
            if seen and b"COMMIT" in data:
                self._lose_confirmation_of = None
                committed.set()
            writer.write(data)
            await writer.drain()
        writer.close()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, committed: asyncio.Event) -> None:
        while data := await reader.read(65536):
            self.received_bytes += len(data)
            if committed.is_set():
                self.lost_confirmations += 1
                writer.transport.abort()
                return
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def tcp_proxy(host: str, port: int) -> AsyncGenerator[TcpProxy]:
    """A line that is there; cut at the end."""
    line = TcpProxy(host, port)
    await line.mend()
    yield line
    await line.cut()
