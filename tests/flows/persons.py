"""What a person tells a batch, as the command line does, and what is asked of the rows afterwards."""

from dataclasses import dataclass
from uuid import UUID

from registration.operations.cancel import Cancelled, cancel_batch, cancel_job
from registration.operations.job_state import JobState
from registration.operations.resolve import Resolution, Resolved, resolve
from registration.operations.retry import Retried, retry
from registration.operations.retry_request import RetryAsked
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution
from tests.flows.stage import Opened, Stage
from tests.waiting import eventually

MERE = Attribution("Mere Walker", "she looked")


@dataclass(frozen=True)
class Person:
    """Somebody at the command line, for one batch."""

    stage: Stage
    batch: Opened

    async def job(self, restaurant: str) -> UUID:
        """The id of a restaurant's job."""
        return (await self.stage.records.jobs(self.batch.batch_id))[restaurant]["id"]

    async def retry(self, restaurant: str, *sub_steps: str, redo: tuple[str, ...] = ()) -> Retried:
        """`registration retry`; the platform is never asked."""
        asked = RetryAsked.read(None, sub_steps, redo)
        job_id = await self.job(restaurant)
        return await retry(self.stage.database, self.batch.organisation_id, job_id, asked, MERE, _gone)

    async def resolve(self, restaurant: str, name: str, resolution: Resolution) -> Resolved:
        """`registration resolve`."""
        job_id = await self.job(restaurant)
        return await resolve(self.stage.database, self.batch.organisation_id, job_id, name, resolution, MERE)

    async def cancel(self, restaurant: str | None = None) -> Cancelled:
        """`registration cancel` of one restaurant, or of the batch."""
        database, organisation_id = self.stage.database, self.batch.organisation_id
        if restaurant is None:
            return await cancel_batch(database, organisation_id, self.batch.batch_id, MERE)
        return await cancel_job(database, organisation_id, await self.job(restaurant), MERE)

    async def becomes(self, restaurant: str, status: str) -> None:
        """Wait until the restaurant has a status."""

        async def is_so() -> bool:
            return (await self.stage.records.statuses(self.batch.batch_id))[restaurant] == status

        await eventually(is_so, f"{restaurant} is {status}")

    async def effect_becomes(self, restaurant: str, name: str, status: str) -> None:
        """Wait until an effect has a status; `sent` is in progress and out."""

        async def is_so() -> bool:
            row = (await self.stage.records.effects(self.batch.batch_id, restaurant))[name]
            if status == "sent":
                return row["status"] == "in_progress" and row["sent_at"] is not None
            return row["status"] == status

        await eventually(is_so, f"{name} of {restaurant} is {status}")

    async def restaurant_ids(self) -> dict[str, UUID]:
        """The restaurants by name."""
        jobs = await self.stage.records.jobs(self.batch.batch_id)
        return {name: job["restaurant_id"] for name, job in jobs.items()}


async def _gone(_job: JobState, _name: SubStepName) -> str | None:
    return None
