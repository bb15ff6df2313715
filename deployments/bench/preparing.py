"""Batches that stand right before the part that is measured, made by the pipeline's own functions."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from pydantic import SecretStr

from registration.batches import open_batch
from registration.clients import requests
from registration.clients.platform import PlatformClient
from registration.csv_import import NumberedRow, read_restaurants
from registration.decisions import decide
from registration.imports import import_restaurants
from registration.models.batch import NewBatch
from registration.models.decisions import Door, GateName, GivenAnswer, GoAhead
from registration.states import StepStatus
from registration.steps import Step
from registration.store.extraction import read_extractions
from registration.store.session import Database
from registration.store.snapshot import read_snapshot
from registration.store.steps import advance, arrive_at

_SECONDS = 60.0


@dataclass(frozen=True)
class PreparedBatch:
    """A batch of its own organisation, so that batches share nothing; ids in the batch's order."""

    organisation_id: UUID
    batch_id: UUID
    job_ids: tuple[UUID, ...]
    external_ids: tuple[str, ...]


class Preparation:
    """Makes one batch in an organisation that exists; the platform must answer at once."""

    def __init__(self, database: Database, organisation_id: UUID, platform: PlatformClient) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._platform = platform

    async def prepare(self, rows: tuple[NumberedRow, ...], *, decided: bool) -> PreparedBatch:
        """Everything before the configuration gate is done; with `decided` the gate as well."""
        imported = await import_restaurants(self._database, self._organisation_id, rows)
        restaurant_ids = tuple(one.id for one in imported if one.id is not None)
        async with asyncio.timeout(_SECONDS):
            await asyncio.gather(*map(self._extract, restaurant_ids, rows))
        new = NewBatch(restaurant_ids=restaurant_ids, created_by="benchmark")
        batch_id = await open_batch(self._database, self._organisation_id, new)
        async with self._database.transaction(self._organisation_id) as connection:
            view = await read_snapshot(connection, self._organisation_id, batch_id)
        for job_id in view.jobs:
            await self._reach_the_gate(job_id)
            if decided:
                await self._decide(job_id)
        external_ids = tuple(row.restaurant.external_id or "" for row in rows)
        return PreparedBatch(self._organisation_id, batch_id, tuple(view.jobs), external_ids)

    async def _extract(self, restaurant_id: UUID, row: NumberedRow) -> None:
        """Have menu and branding made by the platform."""
        menu = requests.start_menu_extraction(restaurant_id, row.restaurant.ubereats_url or "")
        branding = requests.start_branding_extraction(restaurant_id, row.restaurant.website_url or "")
        for request in (menu, branding):
            await self._platform.send(request, str(uuid4()), _SECONDS)
        while not await self._extracted(restaurant_id):
            await asyncio.sleep(0.1)

    async def _extracted(self, restaurant_id: UUID) -> bool:
        async with self._database.transaction(self._organisation_id) as connection:
            found = await read_extractions(connection, self._organisation_id, restaurant_id, None)
        return bool(found.restaurant.logo_url and found.newest and found.newest.status == "completed")

    async def _reach_the_gate(self, job_id: UUID) -> None:
        async with self._database.transaction(self._organisation_id) as connection:
            for step in (Step.EXTRACTION, Step.SEARCH, Step.COMPANY_SELECTION, Step.COMPANY_DETAILS):
                await advance(connection, self._organisation_id, job_id, step, StepStatus.COMPLETED)

    async def _decide(self, job_id: UUID) -> None:
        async with self._database.transaction(self._organisation_id) as connection:
            await arrive_at(connection, self._organisation_id, job_id, Step.YOLO_CONFIG)
        answer = GivenAnswer(
            job_id=job_id, gate=GateName.YOLO_CONFIG, visit=1, answer=GoAhead(), decided_by="benchmark", door=Door.CLI
        )
        verdict = await decide(self._database, self._organisation_id, answer)
        if not verdict.accepted:
            raise AssertionError(f"a made restaurant is refused at the configuration gate: {verdict.reason}")


async def made_restaurants(count: int, environment: Mapping[str, str]) -> tuple[NumberedRow, ...]:
    """So many restaurants of the sandbox's making."""
    command = [sys.executable, "-m", "sandbox.make_restaurants", str(count)]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    return read_restaurants(output.decode()).rows


def platform_client(environment: Mapping[str, str], organisation_id: UUID) -> PlatformClient:
    """The platform as the stack's own programs reach it."""
    key = SecretStr(environment["REGISTRATION_PLATFORM_KEY"])
    return PlatformClient(environment["REGISTRATION_PLATFORM_URL"], key, organisation_id)
