"""The commands of a person for a batch, and waiting for their effect in the rows."""

from dataclasses import dataclass
from typing import LiteralString
from uuid import UUID

from registration.effects.evidence import Observation, Presence
from registration.operations.by_hand import Stated, finish_by_hand
from registration.operations.cancel import Cancelled, cancel_batch, cancel_job
from registration.operations.job_state import JobState
from registration.operations.resolve import Resolution, Resolved, resolve
from registration.operations.retry import Retried, retry
from registration.operations.retry_request import RetryRequest
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution
from tests.flows.system import OpenedBatch, RunningSystem
from tests.waiting import eventually

_STOP_OF_BATCH: LiteralString = """
    select stop_requested_at is not null as stops from registration_batch_jobs where id = %(batch)s
"""
MERE = Attribution("Mere Walker", "she looked")


@dataclass(frozen=True)
class Operator:
    """A person at the command line, for one batch."""

    system: RunningSystem
    batch: OpenedBatch

    async def job(self, restaurant: str) -> UUID:
        """The id of a restaurant's job."""
        return (await self.system.records.jobs(self.batch.batch_id))[restaurant]["id"]

    async def retry(self, restaurant: str, *sub_steps: str, redo: tuple[str, ...] = ()) -> Retried:
        """`registration retry`; the platform is never read."""
        asked = RetryRequest.read(None, sub_steps, redo)
        job_id = await self.job(restaurant)
        return await retry(self.system.database, self.batch.organisation_id, job_id, asked, MERE, _gone)

    async def resolve(self, restaurant: str, name: str, resolution: Resolution) -> Resolved:
        """`registration resolve`."""
        job_id = await self.job(restaurant)
        return await resolve(self.system.database, self.batch.organisation_id, job_id, name, resolution, MERE)

    async def finish(self, restaurant: str, name: SubStepName) -> Stated:
        """`registration resolve --done-by-hand`; the platform shows nothing of it."""
        key = (self.system.database, self.batch.organisation_id, await self.job(restaurant), name, MERE)
        return await finish_by_hand(*key, _nothing_shown)

    async def cancel(self, restaurant: str | None = None) -> Cancelled:
        """`registration cancel` of one restaurant, or of the batch."""
        database, organisation_id = self.system.database, self.batch.organisation_id
        if restaurant is None:
            return await cancel_batch(database, organisation_id, self.batch.batch_id, MERE)
        return await cancel_job(database, organisation_id, await self.job(restaurant), MERE)

    async def becomes(self, restaurant: str, status: str) -> None:
        """Wait until the restaurant has a status."""

        async def is_so() -> bool:
            return (await self.system.records.statuses(self.batch.batch_id))[restaurant] == status

        await eventually(is_so, f"{restaurant} is {status}")

    async def is_to_stop(self, restaurant: str | None = None) -> None:
        """Wait until a cancel of the restaurant, or of the batch, is recorded."""

        async def is_so() -> bool:
            if restaurant is not None:
                job = (await self.system.records.jobs(self.batch.batch_id))[restaurant]
                return job["stop_requested_at"] is not None
            [row] = await self.system.records.query(_STOP_OF_BATCH, batch=self.batch.batch_id)
            return row["stops"]

        await eventually(is_so, f"{restaurant or 'the batch'} is to stop")

    async def effect_becomes(self, restaurant: str, name: str, status: str) -> None:
        """Wait until an effect has a status; `sent` means in progress and in flight."""

        async def is_so() -> bool:
            row = (await self.system.records.effects(self.batch.batch_id, restaurant))[name]
            if status == "sent":
                return row["status"] == "in_progress" and row["sent_at"] is not None
            return row["status"] == status

        await eventually(is_so, f"{name} of {restaurant} is {status}")

    async def restaurant_ids(self) -> dict[str, UUID]:
        """The restaurants by name."""
        jobs = await self.system.records.jobs(self.batch.batch_id)
        return {name: job["restaurant_id"] for name, job in jobs.items()}


async def _gone(_job: JobState, _name: SubStepName) -> str | None:
    return None


async def _nothing_shown(_job: JobState, _name: SubStepName) -> Observation:
    return Observation(Presence.UNKNOWN, "the platform shows nothing of it")
