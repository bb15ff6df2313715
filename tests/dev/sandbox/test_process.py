"""The sandbox as a process: start, robustness, end."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from dev.stack.databases import provide_databases
from dev.stack.environment import base_environment
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox, SandboxOptions, start_sandbox
from dev.stack.temporary import temporary_folder
from registration.database import schema
from tests.dev.sandbox.client import SERVICE_KEY, Platform
from tests.dev.sandbox.rows import Rows
from tests.logs import logs_in
from tests.plain_http import plain_http
from tests.waiting import HANG, eventually

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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def own_postgres() -> AsyncGenerator[tuple[EmbeddedPostgres, Sandbox, Rows]]:
    """A migrated Postgres that a test may stop, and a sandbox on it."""
    with temporary_folder() as folder, logs_in(folder):
        async with EmbeddedPostgres(folder / "postgres", durable=False) as postgres:
            urls = await provide_databases(postgres, Keys(folder / "keys.json"))
            schema.upgrade(SecretStr(urls.owner))
            async with Rows(postgres.url("registration")) as rows, _running(urls.platform, folder) as sandbox:
                yield postgres, sandbox, rows


async def test_without_a_database_the_platform_says_that_it_can_be_tried_again(short_folder: Path) -> None:
    """503 of the middleware, which reads the flags first; a route without flags fails by itself.

    Control endpoints and register work.
    """
    async with (
        _running("postgresql://nobody@127.0.0.1:1/none", short_folder) as sandbox,
        httpx.AsyncClient(base_url=sandbox.url) as http,
    ):
        platform = Platform(http, uuid4())
        answer = await platform.post("configure-services", restaurantId=str(uuid4()))
        images = await platform.post(f"/api/menus/{uuid4()}/upload-images")
        assert (answer.status_code, answer.json()["retryable"]) == (503, True)
        assert (images.status_code, images.json()["success"]) == (500, False)
        assert (await http.get("/companies/app/ui/pages/companies/search?q=kereru")).status_code == 200


async def test_it_survives_a_restart_of_postgres(own_postgres: tuple[EmbeddedPostgres, Sandbox, Rows]) -> None:
    """503 during the outage; afterwards the first request succeeds."""
    postgres, sandbox, rows = own_postgres
    async with _client(sandbox, rows) as platform:
        restaurant_id = await rows.restaurant(platform.organisation_id)
        await platform.registered(restaurant_id)
        await postgres.stop()
        try:
            assert (await platform.post("configure-services", restaurantId=str(restaurant_id))).status_code == 503
        finally:
            await postgres.start()
        assert (await platform.post("configure-services", restaurantId=str(restaurant_id))).status_code == 200


async def test_work_that_was_done_is_written_when_postgres_is_back(
    own_postgres: tuple[EmbeddedPostgres, Sandbox, Rows],
) -> None:
    """A request in progress waits for Postgres, and then succeeds."""
    postgres, sandbox, rows = own_postgres
    async with _client(sandbox, rows) as platform:
        restaurant_id = await rows.restaurant(platform.organisation_id)
        await platform.behave(profile="one_second")
        call = asyncio.create_task(platform.account(restaurant_id, "hana@owner.example"))
        begun = "SELECT 1 FROM pumpd_accounts WHERE registration_status = 'in_progress'"
        await eventually(lambda: rows.query(begun), "the account to be on its way")
        await postgres.stop()
        await postgres.start()
        assert (await call).status_code == 200
        found = await rows.query("SELECT email FROM pumpd_accounts WHERE email = 'hana@owner.example'")
        assert found == [{"email": "hana@owner.example"}]
        await platform.behave(profile="zero")


async def test_what_it_did_is_kept_over_a_kill(own_sandbox: Sandbox, sandbox_rows: Rows, short_folder: Path) -> None:
    """With a state file the next process has accounts, registrations and counts."""
    url = sandbox_rows.url
    async with _running(url, short_folder) as first, _client(first, sandbox_rows) as platform:
        restaurant_id = await sandbox_rows.restaurant(platform.organisation_id)
        await platform.registered(restaurant_id)
        before = (await platform.effects(restaurant_id), await platform.ask("status", restaurant_id))
        first.child.kill()
    async with _running(url, short_folder) as second, plain_http(second.url) as http:
        after = Platform(http, platform.organisation_id)
        assert (await after.effects(restaurant_id), await after.ask("status", restaurant_id)) == before


async def test_a_call_goes_on_when_its_client_dies(sandbox_platform: Platform, restaurant_id: UUID) -> None:
    """The effect happens without its client."""
    await sandbox_platform.registered(restaurant_id)
    await sandbox_platform.behave(profile="demo")
    sandbox_platform.http.timeout = httpx.Timeout(HANG, read=0.2)
    with pytest.raises(httpx.ReadTimeout):
        await sandbox_platform.post("configure-services", restaurantId=str(restaurant_id))
    sandbox_platform.http.timeout = httpx.Timeout(20)

    async def done() -> bool:
        return bool((await sandbox_platform.effects(restaurant_id)).get("configure-services"))

    await eventually(done, "the call to have its effect")


async def test_it_ends_soon_although_a_call_hangs(short_folder: Path) -> None:
    """SIGTERM is enough."""
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    async with _running(nowhere, short_folder) as sandbox, plain_http(sandbox.url) as http:
        await http.post("/sandbox/faults", json={"restaurant": "*", "endpoint": "register-search", "kind": "hang"})
        call = asyncio.create_task(http.get("/companies/app/ui/pages/companies/search?q=x", timeout=20))
        await _until_called(http, "endpoint")
        await sandbox.child.stop(HANG)
        assert sandbox.child.popen.returncode != -signal.SIGKILL
        await asyncio.wait([call])


@pytest.mark.parametrize(
    "arguments, named",
    [
        (["--port", "many", "--speed", "0"], "database_url port speed"),
        (["--database-url", "postgresql://x", "--profile", "nowhere"], "nowhere"),
    ],
)
async def test_wrong_settings_are_named(arguments: list[str], named: str) -> None:
    """In the usage error, with exit code 2."""
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "dev.sandbox", *arguments, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await command.communicate()
    assert command.returncode == 2
    assert all(name in errors.decode().splitlines()[-1] for name in named.split())


async def test_it_says_where_it_is(short_folder: Path) -> None:
    """One line when it is ready, also for a port that the system chose."""
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
    """Wait for a request with these values."""

    async def called() -> bool:
        return any(call[known] for call in (await http.get("/sandbox/calls")).json())

    await eventually(called, f"a call with its {known}")
