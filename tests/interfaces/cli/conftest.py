"""Fixtures of the command line's tests: commands run in this process, for an organisation of the test alone."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from dev.stack.prefect_server import PrefectAddress
from interfaces.cli.main import run
from registration.database.session import Database
from registration.settings import settings
from tests.flows.deployed import deployed
from tests.prefect_clients import client_of
from tests.registration.conftest import organisation

__all__ = ["organisation"]

HEADER = "name,address,city,external_id\n"


@dataclass(frozen=True)
class CommandResult:
    """The exit code and the output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The printed JSON."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Commands:
    """Runs `registration …` for one organisation."""

    organisation_id: UUID
    database: Database
    folder: Path
    capsys: pytest.CaptureFixture[str]

    async def __call__(self, *arguments: str | UUID | Path) -> CommandResult:
        """Run one command and wait for its end."""
        self.capsys.readouterr()
        code = await asyncio.to_thread(run, [str(argument) for argument in arguments])
        captured = self.capsys.readouterr()
        return CommandResult(code, captured.out, captured.err)

    def file(self, name: str, content: str) -> Path:
        """Write a file of this test."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    async def restaurants(self, count: int) -> list[str]:
        """Import new restaurants from a file, and return their ids."""
        rows = "".join(f"Kai {number},{number} Queen Street,Auckland,K-{number}\n" for number in range(1, count + 1))
        result = await self("import", self.file("kai.csv", HEADER + rows), "--json")
        assert result.code == 0, result.err
        return [restaurant["id"] for restaurant in result.json["restaurants"]]

    async def query(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """The rows of a statement, in a transaction of this organisation."""
        async with self.database.transaction(self.organisation_id) as transaction:
            result = await transaction.execute(text(sql), values)
            return [dict(row) for row in result.mappings()] if result.returns_rows else []


@pytest_asyncio.fixture
async def registration(
    organisation: UUID,
    everything: AsyncConnection,
    database: Database,
    database_urls: DatabaseUrls,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncGenerator[Commands]:
    """The command line for an existing organisation."""
    await everything.execute(text("insert into organisations (id, name) values (:id, 'Kai')"), {"id": organisation})
    monkeypatch.setenv("DATABASE_URL", database_urls.app)
    monkeypatch.setenv("REGISTRATION_ORGANISATION", str(organisation))
    settings.cache_clear()
    yield Commands(organisation, database, tmp_path, capsys)
    settings.cache_clear()


@pytest_asyncio.fixture
async def client(prefect_server: PrefectAddress) -> AsyncGenerator[PrefectClient]:
    """A client of the test session's Prefect server."""
    async with client_of(prefect_server) as client:
        yield client


@pytest_asyncio.fixture
async def deployment(client: PrefectClient) -> AsyncGenerator[UUID]:
    """The deployment register-batch/register-batch, without a worker."""
    async with deployed(client) as deployment_id:
        yield deployment_id


@pytest_asyncio.fixture
async def runs(registration: Commands, client: PrefectClient, deployment: UUID) -> AsyncGenerator["Runs"]:
    """The flow runs of this test's organisation; deleted at the end."""
    made = Runs(client, registration.organisation_id)
    yield made
    for run_ in await made.all():
        await client.delete_flow_run(run_.id)


class Runs:
    """Reads the flow runs of one organisation."""

    def __init__(self, client: PrefectClient, organisation_id: UUID) -> None:
        self._client = client
        self._tags = FlowRunFilterTags(all_=[str(organisation_id)])

    async def all(self) -> list[FlowRun]:
        """All flow runs."""
        return await self._client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=self._tags))
