"""The environment of whole-flow tests: Prefect server with our blocks, Postgres, the sandbox, a process that runs
batches.
"""

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID

import pytest_asyncio
from cryptography.fernet import Fernet
from prefect.client.orchestration import PrefectClient
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from deployments.prefect_server.blocks import provide_blocks
from dev.stack.databases import DatabaseUrls
from dev.stack.environment import base_environment
from dev.stack.locks import FileLock
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.prefect_server import PrefectAddress
from dev.stack.sandbox import Sandbox
from registration.accounts.passwords import Cipher
from registration.database.session import Database
from registration.settings import Settings
from tests.flows.deployed import deployed
from tests.flows.harness import host
from tests.flows.records import Platform, Records
from tests.flows.system import RunningSystem
from tests.plain_http import plain_http
from tests.prefect_clients import client_of
from tests.servers import BLOCK_DOCUMENTS, DATABASE
from tests.waiting import HANG

# Waiting times are a twentieth of the real ones, but the lease's and an extraction's limit, which no busy machine may
# pass. A round waits long for restaurants that are about to arrive: tests answer them together. No batch is left to
# people, unless a test is about that.
CLOCK = {
    "REGISTRATION_TIME_SCALE": "0.05",
    "REGISTRATION_LEASE_SECONDS": "300",
    "REGISTRATION_EXTRACTION_LIMIT_SECONDS": "12000",
    "REGISTRATION_OUTAGE_PATIENCE_SECONDS": "80",
    "REGISTRATION_ACCOUNT_SPACING_SECONDS": "0",
    "REGISTRATION_GATE_GATHER_SECONDS": "120",
    "REGISTRATION_GATE_HOLD_MINUTES": "1000",
}


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prefect_client(prefect_server: PrefectAddress) -> AsyncGenerator[PrefectClient]:
    """A client of the test session's Prefect server."""
    async with client_of(prefect_server) as client:
        yield client


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def secrets() -> list[SecretStr]:
    """The encryption keys of stored passwords."""
    return [SecretStr(Fernet.generate_key().decode())]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cipher(secrets: list[SecretStr]) -> Cipher:
    """The cipher of stored passwords."""
    return Cipher(secrets)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def installed(
    prefect_client: PrefectClient,
    database_urls: DatabaseUrls,
    sandbox: Sandbox,
    secrets: list[SecretStr],
    servers_folder: Path,
) -> None:
    """Blocks on the server that point to this session's database and sandbox.

    One process at a time: if two register the schema of a block concurrently, Prefect's server refuses one with 409.
    """
    settings = Settings(
        database_url=SecretStr(database_urls.app),
        platform_url=sandbox.url,
        platform_key=SecretStr("test-service-key"),
        register_url=sandbox.url,
        register_driver="http",
        register_requests_a_minute=0,
        encryption_keys=secrets,
    )
    async with FileLock(servers_folder / "blocks.lock").held(HANG):
        await provide_blocks(prefect_client, settings)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def host_environment(prefect_server: PrefectAddress, sandbox: Sandbox, installed: None) -> dict[str, str]:
    """The environment of a process that runs batches."""
    where = {
        "REGISTRATION_REGISTER_URL": sandbox.url,
        "REGISTRATION_BLOCK_DOCUMENTS": BLOCK_DOCUMENTS,
    }
    return base_environment(allow_external=False) | prefect_server.client_environment() | where | CLOCK


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def records(postgres: EmbeddedPostgres, superusers: AsyncEngine) -> Records:
    """The registration database."""
    return Records(postgres.url(DATABASE), superusers)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(
    host_environment: dict[str, str],
    prefect_client: PrefectClient,
    database: Database,
    records: Records,
    sandbox: Sandbox,
    stack_folder: Path,
) -> AsyncGenerator[RunningSystem]:
    """The whole environment, with one process for all runs of the session."""
    async with (
        host(host_environment, stack_folder / "host.log") as running,
        plain_http(sandbox.url) as http,
    ):
        yield RunningSystem(running, prefect_client, database, records, Platform(http))


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def no_batch_goes_on(records: Records) -> AsyncGenerator[None]:
    """Stop every batch that a failing test left open, so that it takes no time from the tests that follow."""
    yield
    await records.query("update registration_jobs set stop_requested_at = clock_timestamp() where completed_at is null")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def deployment(system: RunningSystem) -> AsyncGenerator[UUID]:
    """The deployment register-batch; no worker executes its runs."""
    async with deployed(system.client) as found:
        yield found
