"""Clients of the Prefect servers of tests."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from prefect.client.orchestration import PrefectClient, get_client

from dev.stack.prefect_server import PrefectAddress


@asynccontextmanager
async def client_of(server: PrefectAddress) -> AsyncGenerator[PrefectClient]:
    """A client of the server to which this process's settings lead; it must be the given server."""
    async with get_client() as client:
        assert str(client.api_url).rstrip("/") == server.api_url
        yield client
