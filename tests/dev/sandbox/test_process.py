"""The sandbox as a process: how it starts, what it survives, how it ends."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from dev.stack.databases import provide_databases
from dev.stack.environment import base_environment
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox, SandboxOptions, start_sandbox
from registration.database import schema
from tests.dev.sandbox.client import SERVICE_KEY, Platform
from tests.dev.sandbox.rows import Rows
from tests.plain_http import plain_http
from tests.waiting import eventually

pytestmark = pytest.mark.slow

CALM = SandboxOptions(profile="zero", account_spacing_seconds=0)


@asynccontextmanager
async def _running(url: str, folder: Path, options: SandboxOptions = CALM) -> AsyncGenerator[Sandbox]:
    sandbox = await start_sandbox(url, SERVICE_KEY, folder, base_environment(allow_external=False), options)
    try:
        yield sandbox
    finally:
        await sandbox.child.stop()


@asynccontextmanager
async def _client(sandbox: Sandbox, rows: Rows) -> AsyncGenerator[Platform]:
    async with plain_http(sandbox.url) as http:
        [row] = await rows.query("INSERT INTO organisations (name) VALUES ('Tester') RETURNING id")
        yield Platform(http, row["id"])


async def test_it_lives_without_a_database(short_folder: Path) -> None:
    """503 of the platform, while its own endpoints and the register answer."""
    async with (
        _running("postgresql://nobody@127.0.0.1:1/none", short_folder) as sandbox,
        plain_http(sandbox.url) as http,
    ):
        response = await Platform(http, uuid4()).post("configure-services", restaurantId=str(uuid4()))
        assert (response.status_code, response.json()["retryable"]) == (503, True)
        assert (await http.get("/companies/app/ui/pages/companies/search?q=kereru")).status_code == 200


async def test_without_a_database_the_platform_says_that_it_can_be_tried_again(short_folder: Path) -> None:
    """503 of its middleware, which looks at the flags first; where there are none the route fails by itself."""
    async with (
        _running("postgresql://nobody@127.0.0.1:1/none", short_folder) as sandbox,
        httpx.AsyncClient(base_url=sandbox.url) as http,
    ):
        platform = Platform(http, uuid4())
        asked = await platform.post("configure-services", restaurantId=str(uuid4()))
        images = await platform.post(f"/api/menus/{uuid4()}/upload-images")
        assert (asked.status_code, asked.json()["retryable"]) == (503, True)
        assert (images.status_code, images.json()["success"]) == (500, False)


async def test_it_survives_a_restart_of_postgres(short_folder: Path) -> None:
    """503 while it is away; afterwards the first call is answered as if nothing had been."""
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as postgres:
        urls = await provide_databases(postgres, Keys(short_folder / "keys.json"))
        schema.upgrade(SecretStr(urls.owner))
        async with (
            Rows(postgres.url("registration")) as rows,
            _running(urls.platform, short_folder) as sandbox,
            _client(sandbox, rows) as platform,
        ):
            restaurant_id = await rows.restaurant(platform.organisation_id)
            await platform.registered(restaurant_id)
            await postgres.stop()
            assert (await platform.post("configure-services", restaurantId=str(restaurant_id))).status_code == 503
            await postgres.start()
            assert (await platform.post("configure-services", restaurantId=str(restaurant_id))).status_code == 200


async def test_work_that_was_done_is_written_when_postgres_is_back(short_folder: Path) -> None:
    """A call that works while Postgres goes away waits for it, and is answered with success."""
    async with EmbeddedPostgres(short_folder / "postgres", durable=False) as postgres:
        urls = await provide_databases(postgres, Keys(short_folder / "keys.json"))
        schema.upgrade(SecretStr(urls.owner))
        async with (
            Rows(postgres.url("registration")) as rows,
            _running(urls.platform, short_folder) as sandbox,
            _client(sandbox, rows) as platform,
        ):
            restaurant_id = await rows.restaurant(platform.organisation_id)
            await platform.behave(profile="one_second")
            call = asyncio.create_task(platform.account(restaurant_id, "kai@owner.example"))
            begun = "SELECT 1 FROM pumpd_accounts WHERE registration_status = 'in_progress'"
            await eventually(lambda: rows.query(begun), "the account to be on its way")
            await postgres.stop()
            await postgres.start()
            assert (await call).status_code == 200
            found = await rows.query("SELECT email FROM pumpd_accounts")
            assert found == [{"email": "kai@owner.example"}]


async def test_what_it_did_is_kept_over_a_kill(own_sandbox: Sandbox, sandbox_rows: Rows, short_folder: Path) -> None:
    """With a state file the next process knows accounts, registrations and counts."""
    url = sandbox_rows.url
    async with _running(url, short_folder) as first, _client(first, sandbox_rows) as platform:
        restaurant_id = await sandbox_rows.restaurant(platform.organisation_id)
        await platform.registered(restaurant_id)
        before = (await platform.effects(restaurant_id), await platform.ask("status", restaurant_id))
        first.child.kill()
    async with _running(url, short_folder) as second, plain_http(second.url) as http:
        after = Platform(http, platform.organisation_id)
        assert (await after.effects(restaurant_id), await after.ask("status", restaurant_id)) == before


async def test_a_call_goes_on_when_its_client_dies(faithful: Platform, restaurant_id: UUID) -> None:
    """The platform works on without anybody who listens."""
    await faithful.registered(restaurant_id)
    await faithful.behave(profile="demo")
    faithful.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        await faithful.post("configure-services", restaurantId=str(restaurant_id))
    faithful.http.timeout = httpx.Timeout(20)

    async def done() -> bool:
        return bool((await faithful.effects(restaurant_id)).get("configure-services"))

    await eventually(done, "the call to have its effect")


async def test_it_ends_soon_although_a_call_hangs(short_folder: Path) -> None:
    """A polite signal is enough."""
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    async with _running(nowhere, short_folder) as sandbox, plain_http(sandbox.url) as http:
        await http.post("/sandbox/faults", json={"restaurant": "*", "endpoint": "register-search", "kind": "hang"})
        call = asyncio.create_task(http.get("/companies/app/ui/pages/companies/search?q=x", timeout=20))
        await _until_called(http, "endpoint")
        began = time.monotonic()
        await sandbox.child.stop()
        assert time.monotonic() - began < 5
        await asyncio.wait([call])


@pytest.mark.parametrize(
    "arguments, named",
    [
        (["--port", "many", "--speed", "0"], "database_url port speed"),
        (["--database-url", "postgresql://x", "--profile", "nowhere"], "nowhere"),
    ],
)
async def test_wrong_settings_are_named(arguments: list[str], named: str) -> None:
    """In the usage error of the command, exit code 2."""
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dev.sandbox", *arguments, stderr=asyncio.subprocess.PIPE
    )
    _, said = await command.communicate()
    assert command.returncode == 2
    assert all(name in said.decode().splitlines()[-1] for name in named.split())


async def test_it_says_where_it_is(short_folder: Path) -> None:
    """One line when it is ready, also with a port that it chose itself."""
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dev.sandbox", "--port", "0", "--database-url", "postgresql://nobody@127.0.0.1:1/none"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert command.stdout is not None
    line = (await command.stdout.readline()).decode()
    async with httpx.AsyncClient() as http:
        assert (await http.get(f"{line.split()[-1]}/sandbox/health")).json() == {"ok": True}
    command.send_signal(signal.SIGTERM)
    await command.wait()


async def _until_called(http: httpx.AsyncClient, known: str) -> None:
    """Wait for a call of which this much is known."""

    async def called() -> bool:
        return any(call[known] for call in (await http.get("/sandbox/calls")).json())

    await eventually(called, f"a call with its {known}")
