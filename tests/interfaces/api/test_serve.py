"""`registration serve` and `registration token`, as an engineer runs them."""

import asyncio
import os
import re
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import httpx
import jwt
import pytest

from dev.stack.databases import DatabaseUrls
from interfaces.cli.commands.serve import listen
from interfaces.cli.main import run
from registration.settings import settings
from tests.interfaces.api.calling import BATCHES, SECRET
from tests.registration.tenant import Tenant
from tests.waiting import HANG

PROGRAM = Path(sys.executable).parent / "registration"


@asynccontextmanager
async def _serving(environment: dict[str, str]) -> AsyncGenerator[tuple[Process, str]]:
    """The program on a free port, and its address; killed at the end if it still runs."""
    command = (str(PROGRAM), "serve", "--port", "0")
    process = await asyncio.create_subprocess_exec(*command, stderr=PIPE, env=os.environ | environment)
    try:
        assert process.stderr is not None
        line = (await asyncio.wait_for(process.stderr.readline(), HANG)).decode()
        address = re.search(r"http://\S+:\d+", line)
        assert address is not None, line
        yield process, address[0]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _environment(urls: DatabaseUrls, organisation: UUID) -> dict[str, str]:
    return {
        "DATABASE_URL": urls.app,
        "REGISTRATION_API_JWT_SECRET": SECRET,
        "REGISTRATION_ORGANISATION": str(organisation),
    }


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, organisation: UUID, database_urls: DatabaseUrls) -> dict[str, str]:
    """The settings of an installation, also those of this process."""
    environment = _environment(database_urls, organisation)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    return environment


@pytest.mark.slow
async def test_a_token_opens_the_api_until_it_is_terminated(
    given: dict[str, str], tenant: Tenant, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the loopback address. It ends with a signal's code; what it logs has neither the token nor what is asked."""
    assert run(["token", "--as", "mere@example.nz"]) == 0
    token = capsys.readouterr().out.strip()
    async with _serving(given) as (process, url), httpx.AsyncClient(base_url=url) as client:
        assert url.startswith("http://127.0.0.1:")
        answer = await client.get(f"{BATCHES}?search=hush-hush", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["batch_jobs"]) == (200, [])
        assert "server" not in answer.headers
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        said = (await asyncio.wait_for(process.stderr.read(), HANG)).decode()
        assert await asyncio.wait_for(process.wait(), HANG) == 128 + signal.SIGTERM
    assert f"GET {BATCHES} query=search 200" in said
    assert "hush" not in said
    assert token not in said
    assert tenant.organisation_id


async def test_a_port_that_is_taken_is_one_line(given: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Not a traceback."""
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    assert given
    assert await asyncio.to_thread(run, ["serve", "--port", str(port)]) == 2
    server.close()
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"cannot listen at 127.0.0.1 port {port}" in said


def _claims(token: str) -> dict[str, object]:
    return jwt.decode(token.strip(), SECRET, algorithms=["HS256"])


def test_a_token_names_person_and_organisation(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The claims are where the settings say; it lives as long as was asked for."""
    monkeypatch.setenv("REGISTRATION_API_ORG_CLAIM", "app_metadata.org_id")
    monkeypatch.setenv("REGISTRATION_API_ROLE_CLAIM", "app_metadata.role")
    settings.cache_clear()
    assert run(["token", "--as", "Mere", "--role", "admin", "--days", "0.5"]) == 0
    claims = _claims(capsys.readouterr().out)
    metadata = {"org_id": given["REGISTRATION_ORGANISATION"], "role": "admin"}
    assert (claims["sub"], claims["name"], claims["app_metadata"]) == ("Mere", "Mere", metadata)
    begin, end = claims["iat"], claims["exp"]
    assert isinstance(begin, int)
    assert isinstance(end, int)
    assert end - begin == 12 * 3600


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--days", "2"], "REGISTRATION_API_TOKEN_HOURS"),
        (["--role", "queen"], "there is no role queen"),
        (["--role", "admin"], "REGISTRATION_API_ROLE_CLAIM"),
    ],
)
def test_a_token_that_would_not_be_taken_is_not_printed(
    given: dict[str, str], capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """It says which setting decides that."""
    assert given
    assert run(["token", "--as", "Mere", *arguments]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err


def test_the_body_of_an_answer_does_not_wait_for_the_acknowledgement_of_its_head() -> None:
    """The two are two writes; a client acknowledges the first after 40 ms, if no more comes."""
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
