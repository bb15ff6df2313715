"""A process at work on a batch: real Postgres, the real sandbox over HTTP, and no Prefect."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr
from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches import open_batch
from registration.clients import requests
from registration.clients.platform import PlatformClient
from registration.clients.platform_request import PlatformRequest
from registration.effects import Effect, Ledger
from registration.entry import Entry, LedgerEntries
from registration.evidence import Asked, look, read_back
from registration.leases import Lease
from registration.models.batch import NewBatch
from registration.models.outputs import OUTPUTS
from registration.settings import Settings
from registration.slots import account_key
from registration.store.effects import LedgerRow, read_effect
from registration.store.session import Database
from registration.sub_steps import SUB_STEPS, SubStepName
from registration.watch import BatchWatch
from tests.registration.store.rows import add

SERVICE_KEY = SecretStr("test-service-key")
PASSWORD = SecretStr("Correct.Horse-7Battery")
ITEMS = 12
_SCALE = 0.004
"""Five minutes are 1.2 s."""


@dataclass(frozen=True)
class AtWork:
    """One restaurant's job, and everything that one process works on it with."""

    organisation_id: UUID
    batch_id: UUID
    job_id: UUID
    restaurant_id: UUID
    menu_id: UUID
    email: str
    database: Database
    platform: PlatformClient
    lease: Lease
    watch: BatchWatch
    entries: LedgerEntries
    ledger: Ledger
    control: httpx.AsyncClient

    def effect(self, name: SubStepName, request: PlatformRequest, **fields: Any) -> Effect:
        """An effect as step 6 makes it."""
        row = SUB_STEPS[name]
        effect = Effect(
            name=name,
            kind=row.effect,
            limit_seconds=row.limit_seconds,
            request=request,
            look=lambda entry: look(name, self.platform, self.asked(entry)),
            read_back=lambda entry: read_back(name, self.platform, self.asked(entry)),
            read=OUTPUTS[name].model_validate,
        )
        return replace(effect, **fields)

    def menu_import(self, **fields: Any) -> Effect:
        """A create effect that the platform would happily do twice."""
        request = requests.import_menu(self.restaurant_id, self.menu_id)
        return self.effect(SubStepName.MENU_IMPORT, request, **fields)

    def services(self, **fields: Any) -> Effect:
        """A set effect."""
        return self.effect(SubStepName.SERVICES_CONFIG, requests.configure_services(self.restaurant_id), **fields)

    def account(self, **fields: Any) -> Effect:
        """The creation of the restaurant's account, spaced."""
        request = requests.register_account(self.restaurant_id, self.email, PASSWORD, "+6493791234")
        spaced = {"spacing_key": account_key(self.organisation_id)}
        return self.effect(SubStepName.CLOUDWAITRESS_ACCOUNT, request, **spaced | fields)

    async def row(self, name: str = SubStepName.MENU_IMPORT) -> LedgerRow:
        """An effect's row as it is stored."""
        async with self.database.transaction(self.organisation_id) as connection:
            return await read_effect(connection, self.organisation_id, self.job_id, name)

    async def until_row(self, holds: Callable[[LedgerRow], object], name: str = SubStepName.MENU_IMPORT) -> LedgerRow:
        """The row once something holds of it."""
        async with asyncio.timeout(20):
            while not holds(row := await self.row(name)):
                await asyncio.sleep(0.02)
        return row

    async def job(self) -> tuple[str, str | None]:
        """The job's status and error."""
        query = "select status, error_message from registration_jobs where id = :job"
        found = await self.query(query, job=self.job_id)
        return found[0]["status"], found[0]["error_message"]

    async def query(self, sql: str, **values: Any) -> list[Mapping[str, Any]]:
        """Rows of a statement, as this organisation."""
        async with self.database.transaction(self.organisation_id) as connection:
            found = await connection.execute(text(sql), values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    async def misbehave(self, endpoint: str, kind: str, times: int | None = 1, **fields: Any) -> None:
        """Have the sandbox make mistakes for this restaurant."""
        fault = {"restaurant": str(self.restaurant_id), "endpoint": endpoint, "kind": kind, "times": times}
        (await self.control.post("/sandbox/faults", json=fault | fields)).raise_for_status()

    async def done(self, endpoint: str = "import-menu-direct") -> int:
        """How often the platform really did it for this restaurant."""
        effects = (await self.control.get("/sandbox/effects")).raise_for_status().json()
        mine = (str(self.restaurant_id), endpoint)
        return sum(one["count"] for one in effects if (one["restaurant_id"], one["effect"]) == mine)

    async def calls(self, endpoint: str = "import-menu-direct") -> list[dict[str, Any]]:
        """The calls that arrived for this restaurant, oldest first."""
        arrived = (await self.control.get("/sandbox/calls")).raise_for_status().json()
        mine = (str(self.restaurant_id), endpoint)
        return [one for one in arrived if (one["restaurant_id"], one["endpoint"]) == mine]

    def asked(self, entry: Entry) -> Asked:
        """What is asked for, as a look needs it."""
        return Asked(
            restaurant_id=self.restaurant_id,
            email=self.email,
            menu_id=self.menu_id,
            menu_items=ITEMS,
            idempotency_key=entry.idempotency_key,
            sent_at=entry.sent_at,
            ever_sent=entry.ever_sent or entry.sent_at is not None,
        )


@dataclass(frozen=True)
class Place:
    """Where work can be done: a database, the sandbox, and an organisation of one test alone."""

    database: Database
    everything: AsyncConnection
    url: str
    organisation_id: UUID

    async def restaurant(self, **columns: Any) -> tuple[UUID, UUID]:
        """A restaurant with a menu of twelve items: both ids."""
        values = {"name": f"Kai {uuid4().hex[:6]}", "email": f"{uuid4().hex[:8]}@example.nz", "phone": "+6493791234"}
        restaurant_id = await add(self.everything, "restaurants", self.organisation_id, **values | columns)
        menu_id = await add(self.everything, "menus", self.organisation_id, restaurant_id=restaurant_id)
        items = text(
            "insert into menu_items (menu_id, name, tags) select :menu, 'Dish', array['Vegan'] from generate_series(1, :items)"
        )
        await self.everything.execute(items, {"menu": menu_id, "items": ITEMS})
        return restaurant_id, menu_id

    async def batch(self, *restaurant_ids: UUID, **fields: Any) -> tuple[UUID, dict[UUID, UUID]]:
        """A batch of restaurants: its id, and the job of each restaurant."""
        new = NewBatch(restaurant_ids=restaurant_ids, created_by="Mere", **fields)
        batch_id = await open_batch(self.database, self.organisation_id, new)
        async with self.database.transaction(self.organisation_id) as connection:
            query = text("select restaurant_id, id from registration_jobs where batch_job_id = :batch")
            rows = await connection.execute(query, {"batch": batch_id})
            return batch_id, {row.restaurant_id: row.id for row in rows}

    @asynccontextmanager
    async def process(
        self, batch_id: UUID, job_id: UUID, *, url: str | None = None, lease_seconds: float = 60, **settings: Any
    ) -> AsyncGenerator[AtWork]:
        """A process that holds the batch's lease and works on one of its jobs."""
        lease = await Lease.acquire(self.database, self.organisation_id, batch_id, uuid4(), lease_seconds)
        assert isinstance(lease, Lease)
        watch = BatchWatch(self.database, self.organisation_id, batch_id, interval=0.05)
        job = (await watch.refresh()).jobs[job_id]
        values: dict[str, Any] = {"time_scale": _SCALE, "account_spacing_seconds": 0}
        kept = Settings.model_validate(values | settings)
        entries = LedgerEntries(self.database, lease, watch, kept)
        platform = PlatformClient(url or self.url, SERVICE_KEY, self.organisation_id, question_patience=1)
        found = await self._of(job.restaurant_id)
        async with platform, httpx.AsyncClient(base_url=self.url, trust_env=False) as control:
            watching = asyncio.create_task(watch.run())
            try:
                yield AtWork(
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
                    entries,
                    Ledger(platform, entries),
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
        async with self.database.transaction(self.organisation_id) as connection:
            return (await connection.execute(query, {"restaurant": restaurant_id})).mappings().one()


async def register_directly(work: AtWork) -> None:
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
    await work.platform.send(request, "before", 10)
