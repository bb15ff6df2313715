"""What tests of the command line share: commands run in this process, for an organisation of one test alone."""

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
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The JSON that it printed."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Commands:
    """`registration …` as an operator of one organisation types it."""

    organisation_id: UUID
    database: Database
    folder: Path
    capsys: pytest.CaptureFixture[str]

    async def __call__(self, *arguments: str | UUID | Path) -> Said:
        """Run one command to its end."""
        self.capsys.readouterr()
        code = await asyncio.to_thread(run, [str(argument) for argument in arguments])
        said = self.capsys.readouterr()
        return Said(code, said.out, said.err)

    def file(self, name: str, content: str) -> Path:
        """A file of this test."""
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    async def restaurants(self, count: int) -> list[str]:
        """The ids of so many new restaurants, imported from a file."""
        rows = "".join(f"Kai {number},{number} Queen Street,Auckland,K-{number}\n" for number in range(1, count + 1))
        said = await self("import", self.file("kai.csv", HEADER + rows), "--json")
        assert said.code == 0, said.err
        return [restaurant["id"] for restaurant in said.json["restaurants"]]

    async def query(self, sql: str, **values: Any) -> list[dict[str, Any]]:
        """Rows of a statement, as this organisation."""
        async with self.database.transaction(self.organisation_id) as connection:
            found = await connection.execute(text(sql), values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []


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
    """The command line for an organisation that exists."""
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
    """The deployment register-batch/register-batch; nobody executes it here."""
    async with deployed(client) as found:
        yield found


@pytest_asyncio.fixture
async def runs(registration: Commands, client: PrefectClient, deployment: UUID) -> AsyncGenerator["Runs"]:
    """The flow runs of this test's organisation; deleted at its end."""
    made = Runs(client, registration.organisation_id)
    yield made
    for one in await made.all():
        await client.delete_flow_run(one.id)


class Runs:
    """Asks the server for the flow runs of one organisation."""

    def __init__(self, client: PrefectClient, organisation_id: UUID) -> None:
        self._client = client
        self._tags = FlowRunFilterTags(all_=[str(organisation_id)])

    async def all(self) -> list[FlowRun]:
        """Every one of them."""
        return await self._client.read_flow_runs(flow_run_filter=FlowRunFilter(tags=self._tags))
