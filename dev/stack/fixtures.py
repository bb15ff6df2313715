"""Batches right before a step, made by the pipeline's own functions, for tests and programmes that start there."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from uuid import UUID

from pydantic import SecretStr

from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.database.session import Database
from registration.gates.decide import decide
from registration.gates.decisions import Channel, GoAhead, SubmittedAnswer
from registration.platform.client import PlatformClient
from registration.platform.extraction_requests import start_branding_extraction, start_menu_extraction
from registration.restaurants.csv_import import NumberedRow, read_restaurants
from registration.restaurants.extraction import Extractions
from registration.restaurants.extraction_queries import read_extractions
from registration.restaurants.importing import import_restaurants
from registration.states import StepStatus
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import GateName, Step

_SECONDS = 60.0


class Next(IntEnum):
    """The next step of a batch: everything before it is done."""

    EXTRACTION = Step.EXTRACTION
    SEARCH = Step.SEARCH
    CONFIGURATION = Step.YOLO_CONFIG
    SET_UP = Step.SET_UP


@dataclass(frozen=True)
class PreparedBatch:
    """A batch right before a step; ids in the batch's order."""

    organisation_id: UUID
    batch_id: UUID
    job_ids: tuple[UUID, ...]
    restaurant_ids: tuple[UUID, ...]
    external_ids: tuple[str, ...]


class Preparation:
    """Prepares batches in an existing organisation; the platform must answer at once. `by` is recorded as the actor."""

    def __init__(self, database: Database, organisation_id: UUID, platform: PlatformClient, by: str) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._platform = platform
        self._by = by

    async def prepare(
        self, rows: Sequence[NumberedRow], before: Next, options: BatchOptions | None = None
    ) -> PreparedBatch:
        """Create a batch of new restaurants for which everything before a step is done."""
        imported = await import_restaurants(self._database, self._organisation_id, rows)
        restaurant_ids = tuple(restaurant.id for restaurant in imported if restaurant.id is not None)
        if before > Next.EXTRACTION:
            async with asyncio.timeout(_SECONDS):
                await asyncio.gather(*map(self._extract, restaurant_ids, rows))
        new = NewBatch(restaurant_ids=restaurant_ids, created_by=self._by, options=options or BatchOptions())
        batch_id = await open_batch(self._database, self._organisation_id, new)
        async with self._database.transaction(self._organisation_id) as transaction:
            view = await read_snapshot(transaction, batch_id)
        for job_id in view.jobs:
            await self._bring(job_id, before)
        external_ids = tuple(row.restaurant.external_id or "" for row in rows)
        return PreparedBatch(self._organisation_id, batch_id, tuple(view.jobs), restaurant_ids, external_ids)

    async def _extract(self, restaurant_id: UUID, row: NumberedRow) -> None:
        """Let the platform extract menu and branding."""
        restaurant = (await self._extractions(restaurant_id)).restaurant
        menu = start_menu_extraction(restaurant_id, restaurant.name, row.restaurant.ubereats_url or "")
        branding = start_branding_extraction(restaurant, row.restaurant.website_url or "")
        for request in (menu, branding):
            await self._platform.send(request, _SECONDS)
        while not await self._extracted(restaurant_id):
            await asyncio.sleep(0.1)

    async def _extracted(self, restaurant_id: UUID) -> bool:
        found = await self._extractions(restaurant_id)
        return bool(found.restaurant.has_logo and found.newest and found.newest.completed)

    async def _extractions(self, restaurant_id: UUID) -> Extractions:
        async with self._database.transaction(self._organisation_id) as transaction:
            return await read_extractions(transaction, restaurant_id, None)

    async def _bring(self, job_id: UUID, before: Next) -> None:
        async with self._database.transaction(self._organisation_id) as transaction:
            for step in (Step.EXTRACTION, Step.SEARCH, Step.COMPANY_SELECTION, Step.COMPANY_DETAILS):
                if step < before:
                    await advance(transaction, job_id, step, StepStatus.COMPLETED)
        if before is Next.SET_UP:
            await self._decide(job_id)

    async def _decide(self, job_id: UUID) -> None:
        async with self._database.transaction(self._organisation_id) as transaction:
            await arrive_at(transaction, job_id, Step.YOLO_CONFIG)
        answer = SubmittedAnswer(
            job_id=job_id,
            gate=GateName.YOLO_CONFIG,
            visit=1,
            answer=GoAhead(),
            decided_by=self._by,
            channel=Channel.CLI,
        )
        verdict = await decide(self._database, self._organisation_id, answer)
        if not verdict.accepted:
            raise AssertionError(f"a generated restaurant is refused at the configuration gate: {verdict.reason}")


async def made_restaurants(count: int, environment: Mapping[str, str]) -> tuple[NumberedRow, ...]:
    """The first restaurants that the sandbox can generate, as imported rows."""
    command = [sys.executable, "-m", "dev.sandbox.make_restaurants", str(count)]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return read_restaurants(output.decode()).rows


def of_its_own(row: NumberedRow, number: int) -> NumberedRow:
    """The restaurant with a name and an e-mail that are unique to its number.

    The platform has one subdomain per name and one onboarding user per e-mail over all organisations.
    """
    restaurant = row.restaurant
    own = {"name": f"{restaurant.name} {number}", "email": restaurant.email and f"batch-{number}-{restaurant.email}"}
    return replace(row, restaurant=restaurant.model_copy(update=own))


def platform_client(environment: Mapping[str, str], organisation_id: UUID) -> PlatformClient:
    """A client of the stack's platform, configured as in the stack's own programs."""
    key = SecretStr(environment["REGISTRATION_PLATFORM_KEY"])
    return PlatformClient(environment["REGISTRATION_PLATFORM_URL"], key, organisation_id)
