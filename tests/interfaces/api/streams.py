"""Streams of server-sent events as a program reads them, from a server on loopback: a test client has no streams."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from interfaces.api.app import create_app
from interfaces.cli.commands.serve import Server
from registration.settings import Settings
from tests.interfaces.api.calling import SECRET
from tests.waiting import HANG

_UNLIMITED = httpx.Limits(max_connections=None, max_keepalive_connections=0)
"""A connection that was kept may be closed by the server at the moment of the next request."""

Event = tuple[str, Any]
"""Name and data."""


@asynccontextmanager
async def served(database_url: str, **settings: Any) -> AsyncGenerator[tuple[FastAPI, httpx.AsyncClient]]:
    """The API on a free port, and a client of it."""
    given = {"database_url": database_url, "api_jwt_secret": SECRET} | settings
    app = create_app(Settings.model_validate(given))
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=5)
    server = Server(config, app.state.feeds)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{listening.getsockname()[1]}", timeout=HANG, limits=_UNLIMITED
        ) as client:
            yield app, client
    finally:
        server.should_exit = True
        await serving


class Stream:
    """An open stream; `state` is its latest event by name."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self) -> Event | None:
        """The next event with data; None at the end of the stream."""
        fields = dict[str, str]()
        async for line in self._lines:
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
            elif "data" in fields:
                return fields["event"], json.loads(fields["data"])
            else:
                fields.clear()
        return None

    async def until(self, found: Callable[[str, Any], bool]) -> list[Event]:
        """The events up to the first for which `found` holds; fails at the end of the stream."""
        events = list[Event]()
        async with asyncio.timeout(HANG):
            while event := await self.next():
                events.append(event)
                if found(*event):
                    return events
        raise AssertionError(f"the stream ended after {events}")

    async def rest(self) -> list[Event]:
        """All events to the end of the stream."""
        events = list[Event]()
        async with asyncio.timeout(HANG):
            while event := await self.next():
                events.append(event)
        return events


@asynccontextmanager
async def reading(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> AsyncGenerator[Stream]:
    """The stream at this path."""
    async with client.stream("GET", path, headers=headers) as response:
        yield Stream(response)
