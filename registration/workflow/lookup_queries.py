"""Finding a batch, job, restaurant, lead or scrape job by its id, or by the first characters of its id."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import text

from registration.database.session import Transaction
from registration.errors import NotFound, Refused
from registration.states import JobStatus

LEAST_CHARACTERS = 8
_ONLY_JOB = text(
    """
    select j.id, j.status, r.name as restaurant from registration_jobs j join restaurants r on r.id = j.restaurant_id
    where j.batch_job_id = :batch and j.organisation_id = :organisation
    """
)
_BATCH_OF_JOB = text("select batch_job_id from registration_jobs where id = :job and organisation_id = :organisation")


class Kind(StrEnum):
    """The kinds of rows that can be found by id; the value is the kind's name in messages."""

    BATCH = "batch"
    JOB = "job"
    RESTAURANT = "restaurant"
    LEAD = "lead"
    SCRAPE_JOB = "scrape job"


_TABLES = {
    Kind.BATCH: "registration_batch_jobs",
    Kind.JOB: "registration_jobs",
    Kind.RESTAURANT: "restaurants",
    Kind.LEAD: "leads",
    Kind.SCRAPE_JOB: "lead_scrape_jobs",
}
_FIND = {
    kind: text(
        f"select id from {table} where organisation_id = :organisation and starts_with(id::text, :typed)"
        " order by id limit 5"
    )
    for kind, table in _TABLES.items()
}
_CODES = {
    Kind.BATCH: "BATCH_NOT_FOUND",
    Kind.JOB: "JOB_NOT_FOUND",
    Kind.RESTAURANT: "RESTAURANT_NOT_FOUND",
    Kind.LEAD: "LEAD_NOT_FOUND",
    Kind.SCRAPE_JOB: "SCRAPE_JOB_NOT_FOUND",
}


async def batch_of_job(transaction: Transaction, job_id: UUID) -> UUID:
    """The batch of a job. Raises NotFound for an unknown job and for a job of another organisation."""
    rows = await transaction.execute(_BATCH_OF_JOB, {"job": job_id, "organisation": transaction.organisation_id})
    batch_id = rows.scalar_one_or_none()
    if batch_id is None:
        raise NotFound(f"there is no job {job_id} in this organisation", code="JOB_NOT_FOUND")
    return batch_id


@dataclass(frozen=True)
class NamedJob:
    """A job with its status and the name of its restaurant."""

    id: UUID
    status: JobStatus
    restaurant: str


async def only_job_of(transaction: Transaction, batch_id: UUID) -> NamedJob:
    """The job of a batch of one restaurant."""
    row = (await transaction.execute(_ONLY_JOB, {"batch": batch_id, "organisation": transaction.organisation_id})).one()
    return NamedJob(row.id, JobStatus(row.status), row.restaurant)


async def find(transaction: Transaction, typed: str, *kinds: Kind) -> tuple[Kind, UUID]:
    """The single row among `kinds` whose id is, or begins with, `typed` (8 characters or more).

    Raises NotFound if the organisation has none, Refused if `typed` is too short or matches several.
    """
    beginning = typed.strip().lower()
    if len(beginning) < LEAST_CHARACTERS:
        raise Refused(f"{typed!r} is too short for an id: give at least its first {LEAST_CHARACTERS} characters")
    matches: list[tuple[Kind, UUID]] = []
    for kind in kinds:
        rows = await transaction.execute(_FIND[kind], {"organisation": transaction.organisation_id, "typed": beginning})
        matches.extend((kind, match_id) for match_id in rows.scalars())
    if not matches:
        kind_names = " or ".join(kinds)
        raise NotFound(f"there is no {kind_names} {typed} in this organisation", code=_CODES[kinds[0]])
    if len(matches) > 1:
        fitting = ", ".join(f"{kind} {match_id}" for kind, match_id in matches)
        raise Refused(f"{typed} is the beginning of several ids: {fitting}; give more characters")
    return matches[0]
