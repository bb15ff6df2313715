"""Open client connections, so that one of them can be cut like a broken network connection."""

import asyncio
from collections.abc import Callable

from fastapi import Request
from uvicorn.protocols.http.h11_impl import H11Protocol

Address = tuple[str, int]


class Connections:
    """The transports of all clients, by the client's address."""

    def __init__(self) -> None:
        self._transports: dict[Address, asyncio.Transport] = {}

    def opened(self, address: Address, transport: asyncio.Transport) -> Callable[[], None]:
        """Register a connection; returns the function that removes it."""
        self._transports[address] = transport
        return lambda: self._forget(address, transport)

    async def cut(self, request: Request) -> None:
        """Close the client's connection without an answer, and return once it is closed."""
        client = request.client
        if client is not None and (transport := self._transports.get((client.host, client.port))):
            transport.abort()
            await until_gone(request)

    def _forget(self, address: Address, transport: asyncio.Transport) -> None:
        if self._transports.get(address) is transport:
            del self._transports[address]


async def until_gone(request: Request) -> None:
    """Wait until the client has closed the connection; the client's request was read before."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def protocol_for(connections: Connections) -> type[H11Protocol]:
    """Protocol class for uvicorn: HTTP/1.1 that reports opened and closed connections to `connections`."""

    class KnownConnection(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._closed = connections.opened(transport.get_extra_info("peername"), transport)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            self._closed()

    return KnownConnection
