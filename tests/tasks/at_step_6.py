"""Restaurants of one batch at step 6: the real tasks' functions, without Prefect's engine."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from cryptography.fernet import Fernet
from prefect.client.schemas.objects import State
from pydantic import SecretStr
from sqlalchemy import text

from registration.accounts.passwords import Cipher
from registration.batches.models import BatchOptions
from registration.batches.queries import read_batch
from registration.companies.website.client import CompaniesOfficeWebsite
from registration.companies.website.http import HttpVisitors
from registration.configuration.models import AccountSection, MenuSection, RestaurantSection, YoloConfig
from registration.database.session import Database
from registration.effects.set_up_queries import save_config
from registration.kit.opening_hours_text import parse_opening_hours
from registration.platform.client import PlatformClient
from registration.settings import Settings
from registration.workflow.lease import Lease
from registration.workflow.sub_steps import SubStepName
from tasks.context import JobRef, Resources, open_resources
from tasks.set_up.sub_steps import TASKS
from tests.plain_http import plain_http
from tests.registration.job_process import SERVICE_KEY
from tests.registration.tenant import Tenant
from tests.waiting import eventually

CIPHER = Cipher([SecretStr(Fernet.generate_key().decode())])
"""One key for all processes of the tests."""

ACCOUNT, REGISTRATION = SubStepName.CLOUDWAITRESS_ACCOUNT, SubStepName.RESTAURANT_REGISTRATION


@dataclass(frozen=True)
class AtStep6:
    """One restaurant whose configuration is frozen."""

    job: JobRef
    restaurant_id: UUID
    menu_id: UUID
    email: str
    database: Database
    context: Resources
    control: httpx.AsyncClient

    async def run(self, name: SubStepName) -> State[Any]:
        """Run the task body of a sub-step."""
        return await TASKS[name].fn(self.job)

    async def row(self, name: str) -> Mapping[str, Any]:
        """The sub-step as it is stored."""
        [row] = await self.query("select * from registration_sub_steps where job_id = :job and name = :name", name=name)
        return row

    async def until_row(self, name: SubStepName, column: str) -> None:
        """Wait until a column of the sub-step is filled."""

        async def is_filled() -> bool:
            return (await self.row(name))[column] is not None

        await eventually(is_filled, f"{column} of {name}")

    async def credential(self) -> Mapping[str, Any]:
        """The account's row."""
        [row] = await self.query("select * from registration_credentials where email = :email", email=self.email)
        return row

    async def is_now(self, name: SubStepName, status: str) -> None:
        """Set the status of a sub-step."""
        change = "update registration_sub_steps set status = :status where job_id = :job and name = :name"
        await self.query(change, name=name, status=status)

    async def query(self, sql: str, **values: Any) -> list[Mapping[str, Any]]:
        """Rows of a statement about this job."""
        async with self.database.transaction(self.job.organisation_id) as transaction:
            found = await transaction.execute(text(sql), {"job": self.job.job_id} | values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []

    async def change_config(self, path: str, value: str) -> None:
        """Change the frozen configuration: JSON at a path of it."""
        await self.query(
            "update registration_jobs set execution_config = jsonb_set(execution_config, cast(:path as text[]),"
            " cast(:value as jsonb)) where id = :job",
            path=path,
            value=value,
        )

    async def misbehave(self, endpoint: str, kind: str, times: int | None = 1, **fields: Any) -> None:
        """Make the sandbox misbehave for this restaurant."""
        fault = {"restaurant": str(self.restaurant_id), "endpoint": endpoint, "kind": kind, "times": times}
        (await self.control.post("/sandbox/faults", json=fault | fields)).raise_for_status()

    async def done(self, endpoint: str) -> int:
        """How often the platform had this effect for this restaurant."""
        effects = (await self.control.get("/sandbox/effects")).raise_for_status().json()
        mine = (str(self.restaurant_id), endpoint)
        return sum(one["count"] for one in effects if (one["restaurant_id"], one["effect"]) == mine)


@asynccontextmanager
async def at_step_6(
    tenant: Tenant, *emails: str, max_parallel: int | None = None, **settings: Any
) -> AsyncGenerator[tuple[AtStep6, ...]]:
    """A process with a batch of restaurants at step 6, one per e-mail, in this order; `settings` belong to
    the process.
    """
    menus = dict([await tenant.restaurant(email=email) for email in emails])
    restaurants = list(menus)
    batch_id, jobs = await tenant.batch(*restaurants, options=BatchOptions(max_parallel=max_parallel))
    lease = await Lease.acquire(tenant.database, tenant.organisation_id, batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        batch = await read_batch(transaction, batch_id)
        for restaurant, email in zip(restaurants, emails, strict=True):
            await save_config(transaction, jobs[restaurant], _config(email))
    platform = PlatformClient(tenant.url, SERVICE_KEY, tenant.organisation_id, question_patience=2)
    register = CompaniesOfficeWebsite(tenant.url, HttpVisitors())
    values: dict[str, Any] = {"time_scale": 0.02, "account_spacing_seconds": 0, "browser_limit": 0}
    kept = Settings.model_validate(values | settings)
    async with (
        plain_http(tenant.url) as control,
        open_resources(batch, platform, register, CIPHER, lease, kept) as context,
    ):
        watching = asyncio.create_task(context.watch.run())
        yield tuple(
            AtStep6(
                JobRef(tenant.organisation_id, batch_id, jobs[restaurant], "Kai"),
                restaurant,
                menus[restaurant],
                email,
                tenant.database,
                context,
                control,
            )
            for restaurant, email in zip(restaurants, emails, strict=True)
        )
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def _config(email: str) -> YoloConfig:
    return YoloConfig(
        account=AccountSection(email=email, phone="+6493791234"),
        restaurant=RestaurantSection(
            name=f"Kai {email[:8]}",
            address="1 Queen Street",
            city="Auckland",
            phone="+6493791234",
            opening_hours=parse_opening_hours("Fri 11:00-21:00"),
        ),
        menu=MenuSection(selected_menu_id=uuid4()),
    )
