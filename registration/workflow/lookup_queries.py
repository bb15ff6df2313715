"""Finding a thing by its id or by the beginning of it, as people type it."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import NotFound, Refused

LEAST_CHARACTERS = 8


class Kind(StrEnum):
    """What can be found: the value is the word for it."""

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
_WHERE = {
    Kind.BATCH: "`registration batches` lists them",
    Kind.JOB: "`registration show BATCH` lists them",
    Kind.RESTAURANT: "`registration import` tells their ids",
    Kind.LEAD: "`registration convert-leads --scrape-job ID --dry-run` lists the qualified ones of a scrape job",
    Kind.SCRAPE_JOB: "the platform lists them",
}

_BATCH_OF_JOB = text("select batch_job_id from registration_jobs where id = :job and organisation_id = :organisation")


async def batch_of_job(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> UUID:
    """Raises NotFound for an unknown job and for another organisation's."""
    found = await connection.execute(_BATCH_OF_JOB, {"job": job_id, "organisation": organisation_id})
    batch_id = found.scalar_one_or_none()
    if batch_id is None:
        raise NotFound(f"there is no job {job_id} in this organisation")
    return batch_id


async def find(connection: AsyncConnection, organisation_id: UUID, typed: str, *kinds: Kind) -> tuple[Kind, UUID]:
    """The one thing of these `kinds` whose id is, or begins with, `typed` (8 characters or more).

    Raises NotFound if there is none in this organisation, Refused if the beginning is too short or fits several.
    """
    beginning = typed.strip().lower()
    if len(beginning) < LEAST_CHARACTERS:
        raise Refused(f"{typed!r} is too short for an id: give at least its first {LEAST_CHARACTERS} characters")
    found: list[tuple[Kind, UUID]] = []
    for kind in kinds:
        rows = await connection.execute(_FIND[kind], {"organisation": organisation_id, "typed": beginning})
        found.extend((kind, one) for one in rows.scalars())
    if not found:
        wanted = " or ".join(kinds)
        raise NotFound(f"there is no {wanted} {typed} in this organisation; {_WHERE[kinds[0]]}")
    if len(found) > 1:
        fitting = ", ".join(f"{kind} {one}" for kind, one in found)
        raise Refused(f"{typed} is the beginning of several ids: {fitting}; give more characters")
    return found[0]
