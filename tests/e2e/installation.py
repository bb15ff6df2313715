"""A complete installation for tests of the UI: batches of unused restaurants, and their processes."""

import csv
import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from io import StringIO
from itertools import count
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun

from dev.sandbox.generated import GeneratedRestaurant, generated
from dev.stack.fixtures import Next, Preparation, platform_client
from dev.stack.stack import LocalStack
from registration.batches.models import NewBatch
from registration.batches.opening import open_batch
from registration.database.session import Database
from registration.restaurants.csv_import import NumberedRow, read_restaurants
from registration.restaurants.importing import import_restaurants
from tests.flows.gates import CONFIG, Gates
from tests.flows.records import Records
from tests.waiting import eventually

_NUMBERS = count(101)
BY = "Mere Walker"


@dataclass(frozen=True)
class StartedBatch:
    """A batch and the run that works on it; `titles` are the restaurants' titles in the forms."""

    id: UUID
    run_id: UUID
    name: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Installation:
    """A running stack, with clients of its Prefect server and its database."""

    stack: LocalStack
    client: PrefectClient
    database: Database
    records: Records

    @property
    def organisation(self) -> UUID:
        """The organisation of the installation."""
        return UUID(self.stack.settings()["REGISTRATION_ORGANISATION"])

    async def deployment(self) -> UUID:
        """The id of the deployment register-batch."""
        return (await self.client.read_deployment_by_name("register-batch/register-batch")).id

    async def restaurants(self, how_many: int) -> dict[str, UUID]:
        """Import new restaurants, and return their ids by name."""
        imported = await import_restaurants(self.database, self.organisation, _rows(how_many))
        return {restaurant.name: restaurant.id for restaurant in imported if restaurant.id is not None}

    async def start(self, name: str, how_many: int, before: Next = Next.SEARCH) -> StartedBatch:
        """Start a batch of new restaurants; `before` prepares everything up to a step."""
        rows = _rows(how_many)
        batch_id = await (self._prepared(rows) if before is Next.CONFIGURATION else self._opened(rows))
        await self.records.query(
            "update registration_batch_jobs set name = %(name)s where id = %(id)s", name=name, id=batch_id
        )
        titles = tuple(f"{row.restaurant.name} ({row.restaurant.city})" for row in rows)
        return StartedBatch(batch_id, await self.run(batch_id), name, titles)

    async def run(self, batch_id: UUID) -> UUID:
        """Start register-batch for an existing batch, and return the run's id."""
        parameters = {"organisation_id": str(self.organisation), "batch_id": str(batch_id)}
        started = await self.client.create_flow_run_from_deployment(await self.deployment(), parameters=parameters)
        return started.id

    async def wait_for_end(self, run_id: UUID) -> FlowRun:
        """Wait until a run has ended, and return it."""

        async def final() -> FlowRun | None:
            run = await self.client.read_flow_run(run_id)
            return run if run.state is not None and run.state.is_final() else None

        return await eventually(final, "the flow run has ended")

    async def wait_for_completed(self, batch_id: UUID, restaurants: Iterable[str]) -> None:
        """Wait until all restaurants of a batch are completed."""
        expected = dict.fromkeys(restaurants, "completed")

        async def all_are() -> bool:
            return await self.records.statuses(batch_id) == expected

        await eventually(all_are, "the restaurants are completed")

    async def kill(self, run_id: UUID) -> None:
        """Kill the process of a run by SIGKILL, and wait until the worker reports the crash."""
        running = await self.client.read_flow_run(run_id)
        assert running.infrastructure_pid is not None
        os.kill(int(running.infrastructure_pid.rsplit(":", 1)[-1]), signal.SIGKILL)
        crashed = await self.wait_for_end(run_id)
        assert crashed.state is not None
        assert crashed.state.is_crashed()

    async def wait_for_lease_end(self, batch_id: UUID) -> None:
        """Wait until the lease of a killed process has expired."""
        lease = "select 1 from registration_leases where batch_job_id = %(batch)s and expires_at > clock_timestamp()"

        async def ended() -> bool:
            return not await self.records.query(lease, batch=batch_id)

        await eventually(ended, "the lease has ended")

    async def wait_for_other_gate(self, batch_id: UUID, before: str) -> None:
        """Wait until a gate of the batch waits in another run than before."""

        async def open_elsewhere() -> bool:
            form = await Gates(self.client, batch_id, self.records).form(CONFIG)
            return str(form.run.id) != before

        await eventually(open_elsewhere, "the gate waits in another run")

    async def _opened(self, rows: tuple[NumberedRow, ...]) -> UUID:
        imported = await import_restaurants(self.database, self.organisation, rows)
        ids = tuple(restaurant.id for restaurant in imported if restaurant.id is not None)
        return await open_batch(self.database, self.organisation, NewBatch(restaurant_ids=ids, created_by=BY))

    async def _prepared(self, rows: tuple[NumberedRow, ...]) -> UUID:
        platform = platform_client(self.stack.environment(), self.organisation)
        preparation = Preparation(self.database, self.organisation, platform, BY)
        return (await preparation.prepare(rows, Next.CONFIGURATION)).batch_id


def _rows(how_many: int) -> tuple[NumberedRow, ...]:
    """Rows of restaurants of the sandbox that no test has used."""
    to = StringIO()
    writer = csv.DictWriter(to, [field.name for field in fields(GeneratedRestaurant)])
    writer.writeheader()
    writer.writerows(asdict(restaurant) for restaurant in _next(how_many))
    return read_restaurants(to.getvalue()).rows


def _next(how_many: int) -> Iterator[GeneratedRestaurant]:
    return (generated(next(_NUMBERS)) for _ in range(how_many))
