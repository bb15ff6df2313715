"""A tenant for a test: an organisation of its own in real Postgres, and the sandbox."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.models import NewBatch
from registration.batches.opening import open_batch
from registration.database.session import Database
from registration.effects import EffectRows, Ledger
from registration.effects.evidence import PlatformEvidence
from registration.platform import requests
from registration.platform.client import PlatformClient
from registration.platform.requests import PlatformRequest
from registration.settings import Settings
from registration.workflow.lease import Lease
from registration.workflow.watch import BatchWatch
from tests.plain_http import plain_http
from tests.registration.database.rows import add
from tests.registration.job_process import ITEMS, PASSWORD, SERVICE_KEY, JobProcess

_SCALE = 0.004
"""Five minutes are 1.2 s."""

_MENU_ITEMS = text(
    "insert into menu_items (menu_id, name, tags) select :menu, 'Dish', array['Vegan'] from generate_series(1, :items)"
)


@dataclass(frozen=True)
class Tenant:
    """An organisation of one test alone, its database, and the sandbox."""

    database: Database
    everything: AsyncConnection
    url: str
    organisation_id: UUID

    async def restaurant(self, **columns: Any) -> tuple[UUID, UUID]:
        """A restaurant with a menu of twelve items: both ids."""
        values = {"name": f"Kai {uuid4().hex[:6]}", "email": f"{uuid4().hex[:8]}@example.nz", "phone": "+6493791234"}
        values |= {"primary_color": "#102030", "secondary_color": "#405060"}
        restaurant_id = await add(self.everything, "restaurants", self.organisation_id, **values | columns)
        menu_id = await add(self.everything, "menus", self.organisation_id, restaurant_id=restaurant_id)
        await self.everything.execute(_MENU_ITEMS, {"menu": menu_id, "items": ITEMS})
        return restaurant_id, menu_id

    async def batch(self, *restaurant_ids: UUID, **fields: Any) -> tuple[UUID, dict[UUID, UUID]]:
        """A batch of restaurants: its id, and the job of each restaurant."""
        new = NewBatch(restaurant_ids=restaurant_ids, created_by="Mere", **fields)
        batch_id = await open_batch(self.database, self.organisation_id, new)
        async with self.database.transaction(self.organisation_id) as transaction:
            query = text("select restaurant_id, id from registration_jobs where batch_job_id = :batch")
            rows = await transaction.execute(query, {"batch": batch_id})
            return batch_id, {row.restaurant_id: row.id for row in rows}

    @asynccontextmanager
    async def process(
        self, batch_id: UUID, job_id: UUID, *, url: str | None = None, lease_seconds: float = 60, **settings: Any
    ) -> AsyncGenerator[JobProcess]:
        """A process that holds the batch's lease and works on one of its jobs."""
        lease = await Lease.acquire(self.database, self.organisation_id, batch_id, uuid4(), lease_seconds)
        assert isinstance(lease, Lease)
        watch = BatchWatch(self.database, self.organisation_id, batch_id, interval=0.05)
        job = (await watch.refresh()).jobs[job_id]
        values: dict[str, Any] = {"time_scale": _SCALE, "account_spacing_seconds": 0}
        kept = Settings.model_validate(values | settings)
        rows = EffectRows(lease, watch, kept)
        platform = PlatformClient(url or self.url, SERVICE_KEY, self.organisation_id, question_patience=1)
        found = await self._of(job.restaurant_id)
        async with platform, plain_http(self.url) as control:
            watching = asyncio.create_task(watch.run())
            try:
                yield JobProcess(
                    self.organisation_id,
                    batch_id,
                    job_id,
                    job.restaurant_id,
                    found["menu"],
                    found["email"],
                    self.database,
                    platform,
                    lease,
                    watch,
                    rows,
                    Ledger(platform, rows),
                    PlatformEvidence(kept.platform_evidence, platform, lease.reading),
                    control,
                )
            finally:
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
                await lease.release()

    async def _of(self, restaurant_id: UUID) -> RowMapping:
        query = text(
            "select r.email, (select m.id from menus m where m.restaurant_id = r.id limit 1) as menu"
            " from restaurants r where r.id = :restaurant"
        )
        async with self.database.transaction(self.organisation_id) as transaction:
            return (await transaction.execute(query, {"restaurant": restaurant_id})).mappings().one()


async def register_directly(work: JobProcess) -> None:
    """Have the restaurant registered on the platform already, and nothing of it counted as ours."""
    kind = requests.RegistrationType.NEW_ACCOUNT_WITH_RESTAURANT
    body = {
        "restaurantId": str(work.restaurant_id),
        "registrationType": kind.value,
        "email": work.email,
        "password": PASSWORD.get_secret_value(),
        "restaurantName": "Kai",
        "address": "1 Queen Street",
        "phone": "+6493791234",
        "hours": [{"day": "Friday", "hours": {"open": "11:00", "close": "21:00"}}],
        "city": "Auckland",
    }
    request = PlatformRequest("/api/registration/register-restaurant", body, frozenset({"password"}))
    await work.platform.send(request, 10)
