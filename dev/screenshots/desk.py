"""Batches in every state for pictures of the console: written straight into the database, nothing is registered."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import text

from registration.batches.models import BatchOptions, NewBatch
from registration.batches.opening import open_batch
from registration.configuration.models import AccountSection, YoloConfig
from registration.database.session import Database, Transaction
from registration.workflow.sub_steps import SUB_STEPS

NAMES: Final = (
    "Saffron Lane|Christchurch|Indian",
    "Pho Hanoi Corner|Auckland|Vietnamese",
    "Kererū Kitchen|Wellington|New Zealand",
    "Harbour Light Fish & Chips|Tauranga|Takeaway",
    "Whetū Ramen Bar|Napier|Japanese",
    "Golden Wok|Takapuna|Chinese",
    "La Piccola Trattoria della Nonna|Queenstown|Italian",
    "Texas Chicken Henderson|Henderson|Fried chicken",
    "Bao & Bird|Dunedin|Taiwanese",
    "Smokehouse 1886|Invercargill|Barbecue",
    "Taquería Ōtautahi|Christchurch|Mexican",
    "The Corner Dairy <Café>|Nelson|Café",
)
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
_CONFIG: Final = YoloConfig(account=AccountSection(email="owner@example.nz")).model_dump_json()
_RESTAURANT = text(
    "insert into restaurants (organisation_id, name, city, cuisine, email, phone)"
    " values (:organisation, :name, :city, :cuisine, :email, '+6493791234') returning id"
)
_START = text("update registration_batch_jobs set started_at = clock_timestamp() - interval '7 minutes' where id = :id")
_JOBS = text("select id, position from registration_jobs where batch_job_id = :id order by position")
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
    update registration_sub_steps set status = :status, attempt = case when :begun then 1 else 0 end,
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

    async def batch(self, name: str, count: int, *, begun: bool = True) -> UUID:
        """A batch of `count` restaurants, each in another state; all pending unless it has begun."""
        async with self.database.transaction(self.organisation_id) as transaction:
            ids = [await self._restaurant(transaction, name, number) for number in range(count)]
        new = NewBatch(restaurant_ids=tuple(ids), created_by="mere@example.nz", options=BatchOptions(name=name))
        batch_id = await open_batch(self.database, self.organisation_id, new)
        if begun:
            async with self.database.transaction(self.organisation_id) as transaction:
                await transaction.execute(_START, {"id": batch_id})
                for row in list(await transaction.execute(_JOBS, {"id": batch_id})):
                    await self._bring(transaction, row.id, row.position - 1)
        return batch_id

    async def _restaurant(self, transaction: Transaction, batch: str, number: int) -> UUID:
        name, city, cuisine = NAMES[number % len(NAMES)].split("|")
        again = number // len(NAMES)
        values = {
            "organisation": self.organisation_id,
            "name": f"{name} {again + 1}" if again else name,
            "city": city,
            "cuisine": [cuisine],
            "email": f"owner-{number}-{abs(hash(batch))}@example.nz",
        }
        return (await transaction.execute(_RESTAURANT, values)).scalar_one()

    async def _bring(self, transaction: Transaction, job_id: UUID, number: int) -> None:
        where, letters, status, error = _PATTERNS[number % len(_PATTERNS)]
        ended = status not in ("action_required", "in_progress")
        config = _CONFIG if where in ("done", "running", "unknown") else ""
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
            values |= {"begun": letter not in "ps", "unknown": letter == "u", "sent": letter in "iucf"}
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
