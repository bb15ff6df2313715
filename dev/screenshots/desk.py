"""Batches in every state for pictures of the console: written straight into the database, nothing is registered."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import text

from dev.screenshots.places import Place, places
from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.configuration.proposals import propose
from registration.database.session import Database, Transaction
from registration.restaurants.extraction_queries import read_extractions
from registration.workflow.sub_steps import SUB_STEPS

_DONE: Final = ("completed",) * 5
_PATTERNS: Final = (
    # The six steps, the twelve sub-steps by letters in the order of the table, the job's status, and its error.
    ("done", "cccccccccccc", "completed", None),
    ("running", "ccccciicpppp", "in_progress", None),
    ("company", "pppppppppppp", "action_required", None),
    ("done", "ccccccccfsss", "failed", "Pumpd Account Setup: menuImport: success was reported, no item is there"),
    ("running", "ciicpppppppp", "in_progress", None),
    ("configuration", "pppppppppppp", "action_required", None),
    ("unknown", "ccccupppppps", "action_required", None),
    ("searching", "pppppppppppp", "in_progress", None),
    ("done", "ccccccccccfc", "partially_completed", "Pumpd Account Setup: optionSets: the script ended with status 1"),
    ("running", "rpicpppppppp", "in_progress", None),
    ("extracting", "pppppppppppp", "in_progress", None),
    ("done", "xxxxxxxxxxxx", "cancelled", None),
)
_LETTERS: Final = {
    "c": "completed",
    "p": "pending",
    "i": "in_progress",
    "f": "failed",
    "s": "skipped",
    "u": "unknown",
    "r": "retrying",
    "x": "cancelled",
}
_RESTAURANT = text(
    "insert into restaurants (organisation_id, name, address, city, cuisine, email, phone, contact_name, website_url)"
    " values (:organisation, :name, :address, :city, :cuisine, :email, :phone, 'Mere Walker', :website) returning id"
)
_START = text(
    "update registration_batch_jobs set created_at = clock_timestamp() - interval '8 minutes',"
    " started_at = clock_timestamp() - interval '7 minutes' where id = :id"
)
_JOBS = text("select id, position, restaurant_id from registration_jobs where batch_job_id = :id order by position")
_JOB = text(
    """
    update registration_jobs set status = :status, error_message = :error,
        execution_config = cast(nullif(:config, '') as jsonb),
        started_at = clock_timestamp() - interval '6 minutes',
        completed_at = case when :ended then clock_timestamp() - interval '1 minute' end
    where id = :job
    """
)
_STEP = text(
    """
    update registration_job_steps set status = :status, error_message = :error,
        started_at = case when :begun then clock_timestamp() - interval '90 seconds' end,
        arrived_at = case when :waits then clock_timestamp() - interval '4 minutes' end
    where job_id = :job and step_number = :step
    """
)
_SUB_STEP = text(
    """
    update registration_sub_steps set status = :status, attempt = :repeats,
        needs_person = :unknown, error_message = :error,
        sent_at = case when :sent then clock_timestamp() - make_interval(secs => :age - 2) end,
        started_at = case when :begun then clock_timestamp() - make_interval(secs => :age) end,
        completed_at = case when :ended then clock_timestamp() - make_interval(secs => :age - 19) end
    where job_id = :job and name = :name
    """
)


@dataclass(frozen=True)
class Desk:
    """The batches of one organisation."""

    database: Database
    organisation_id: UUID

    async def batch(self, name: str, count: int, *, begun: bool = True, first: int = 0) -> UUID:
        """A batch of restaurants from number `first` on, each in another state; all pending unless it has begun."""
        async with self.database.transaction(self.organisation_id) as transaction:
            ids = [await self.restaurant(transaction, place, name) for place in places(count, first)]
        new = NewBatch(restaurant_ids=tuple(ids), created_by="mere@example.nz", options=BatchOptions(name=name))
        batch_id = await open_batch(self.database, self.organisation_id, new)
        if begun:
            async with self.database.transaction(self.organisation_id) as transaction:
                await transaction.execute(_START, {"id": batch_id})
                for row in list(await transaction.execute(_JOBS, {"id": batch_id})):
                    await self._bring(transaction, row.id, row.restaurant_id, row.position - 1)
        return batch_id

    async def restaurant(self, transaction: Transaction, place: Place, batch: str) -> UUID:
        """Insert a restaurant, with an e-mail that no other batch has."""
        values = {
            "organisation": self.organisation_id,
            "name": place.name,
            "address": f"{place.street}, {place.city} {place.postcode}",
            "city": place.city,
            "cuisine": [place.cuisine],
            "phone": f"+649379{1000 + place.number}",
            "website": f"https://www.{place.domain}",
            "email": f"{batch.split(maxsplit=1)[0].lower()}@{place.domain}",
        }
        return (await transaction.execute(_RESTAURANT, values)).scalar_one()

    async def _bring(self, transaction: Transaction, job_id: UUID, restaurant_id: UUID, number: int) -> None:
        where, letters, status, error = _PATTERNS[number % len(_PATTERNS)]
        ended = status not in ("action_required", "in_progress")
        restaurant = (await read_extractions(transaction, restaurant_id, None)).restaurant
        config = propose(restaurant, None).config.model_dump_json() if where in ("done", "running", "unknown") else ""
        job = {"job": job_id, "status": status, "error": error, "ended": ended, "config": config}
        await transaction.execute(_JOB, job)
        steps = _steps(where, status)
        for step, at in enumerate(steps, 1):
            values = {"job": job_id, "step": step, "status": at, "error": error if at == "failed" else None}
            values |= {"begun": at != "pending", "waits": at == "action_required"}
            await transaction.execute(_STEP, values)
        for at, (name, letter) in enumerate(zip(SUB_STEPS, letters, strict=True)):
            said = (error or "").rpartition(": ")[2] if letter == "f" else None
            values = {"job": job_id, "name": name.value, "status": _LETTERS[letter], "error": said}
            values |= {
                "repeats": int(letter == "r"),
                "begun": letter not in "ps",
                "unknown": letter == "u",
                "sent": letter in "iucf",
            }
            # One after the other, the first five minutes ago; what runs was sent a moment ago.
            values |= {"age": 42.0 if letter in "iru" else 300.0 - 20 * at, "ended": letter in "cfx"}
            await transaction.execute(_SUB_STEP, values)


def _steps(where: str, status: str) -> tuple[str, ...]:
    """The six steps of a job that is `where`."""
    match where:
        case "extracting":
            return ("in_progress", *("pending",) * 5)
        case "searching":
            return ("completed", "in_progress", *("pending",) * 4)
        case "company":
            return ("completed", "completed", "action_required", *("pending",) * 3)
        case "configuration":
            return (*_DONE[:4], "action_required", "pending")
        case "done":
            last = {"completed": "completed", "cancelled": "cancelled"}.get(status, "failed")
            return (*_DONE, last)
        case _:
            return (*_DONE, "in_progress")
