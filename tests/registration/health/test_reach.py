"""Why an address gives no answer, told apart over real sockets."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from dev.stack.network import free_port
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox
from registration.health.finding import Finding, Level
from registration.health.reach import Endpoint, probe
from tests.registration.health.answering import answering, untrusted

SETTING = "REGISTRATION_PLATFORM_URL"


async def trouble(url: str, limit: float = 5) -> str:
    """What is said of an address at which nobody answers."""
    found = await probe(Endpoint("platform", url, SETTING), limit=limit)
    assert isinstance(found, Finding)
    assert (found.about, found.level) == ("platform", Level.ERROR)
    assert SETTING in (found.next_step or "")
    assert "hidden" not in repr(found)
    return found.says


@asynccontextmanager
async def silent() -> AsyncGenerator[str]:
    """A server that takes connections and never answers."""

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        writer.close()

    async with await asyncio.start_server(wait, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_host_that_there_is_not() -> None:
    """By its name alone."""
    assert await trouble("https://user:hidden@nowhere.invalid/hidden") == "host not found: nowhere.invalid"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_nobody_listens(host: str) -> None:
    """However many addresses the host has."""
    assert "connection refused" in await trouble(f"http://user:hidden@{host}:{free_port()}/hidden")


async def test_https_where_only_http_is_spoken() -> None:
    """TLS is what fails."""
    async with answering(200) as url:
        assert "makes no trusted TLS connection" in await trouble(url.replace("http:", "https:"))


async def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    """Said in the words of TLS."""
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=untrusted(tmp_path)) as server:
        port = server.sockets[0].getsockname()[1]
        assert "TLS connection (self-signed certificate)" in await trouble(f"https://127.0.0.1:{port}")


async def test_a_server_that_says_nothing() -> None:
    """It is not waited for long."""
    async with silent() as url:
        assert "does not answer in time" in await trouble(url, limit=0.2)


async def test_a_server_that_speaks_something_else(postgres: EmbeddedPostgres) -> None:
    """As a database does."""
    assert "does not answer (" in await trouble(f"http://127.0.0.1:{postgres.port}")


@pytest.mark.parametrize("url", ["", "http://[", "nonsense", "ftp://host", "http://", "http://127.0.0.1:99999"])
async def test_what_is_no_address(url: str) -> None:
    """Nothing is sent anywhere, and nothing of it is repeated."""
    assert await trouble(url) == "its address is invalid"


async def test_an_answer_is_handed_on(sandbox: Sandbox) -> None:
    """Whatever it is."""
    answer = await probe(Endpoint("platform", sandbox.url, SETTING), "/nothing/here")
    assert isinstance(answer, httpx.Response)
    assert answer.status_code == 404
