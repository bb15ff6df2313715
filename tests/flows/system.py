"""The running system of whole-flow tests, opened once for a session."""

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from io import StringIO
from itertools import count
from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient

from dev.sandbox.generated import GeneratedRestaurant, generated
from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.database.session import Database
from registration.restaurants.csv_import import read_restaurants
from registration.restaurants.importing import import_restaurants
from tests.flows.gates import COMPANY, CONFIG, Gates
from tests.flows.harness import Ended, Host
from tests.flows.records import Platform, Records

_NUMBERS = count(1)


@dataclass(frozen=True)
class OpenedBatch:
    """An open batch of restaurants that no other test has."""

    organisation_id: UUID
    batch_id: UUID
    names: tuple[str, ...]
    gates: Gates


@dataclass(frozen=True)
class RunningSystem:
    """A process for runs, its Prefect server, its database and the platform."""

    host: Host
    client: PrefectClient
    database: Database
    records: Records
    platform: Platform

    async def restaurants(self, organisation_id: UUID, how_many: int) -> dict[str, UUID]:
        """New restaurants, imported from a CSV file; their ids by name."""
        imported = await import_restaurants(self.database, organisation_id, read_restaurants(_csv(how_many)).rows)
        return {one.name: one.id for one in imported if one.id is not None}

    async def batch(self, how_many: int, **options: Any) -> OpenedBatch:
        """A batch of new restaurants of a new organisation."""
        organisation_id = await self.records.organisation()
        restaurants = await self.restaurants(organisation_id, how_many)
        new = NewBatch(
            restaurant_ids=tuple(restaurants.values()), created_by="test", options=BatchOptions.model_validate(options)
        )
        batch_id = await open_batch(self.database, organisation_id, new)
        return OpenedBatch(organisation_id, batch_id, tuple(restaurants), Gates(self.client, batch_id, self.records))

    async def carry_out(self, batch: OpenedBatch) -> Ended:
        """Run a batch to its end, with every form answered as proposed."""
        run = self.host.start(batch.organisation_id, batch_id=batch.batch_id)
        for gate in (COMPANY, CONFIG):
            await batch.gates.answer(await batch.gates.form(gate, *batch.names))
        return await run.ended()


def _csv(how_many: int) -> str:
    """The next restaurants of the sandbox that no test has used, as CSV."""
    to = StringIO()
    writer = csv.DictWriter(to, [field.name for field in fields(GeneratedRestaurant)])
    writer.writeheader()
    writer.writerows(asdict(one) for one in _next(how_many))
    return to.getvalue()


def _next(how_many: int) -> Iterator[GeneratedRestaurant]:
    return (generated(next(_NUMBERS)) for _ in range(how_many))
