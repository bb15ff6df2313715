"""Whether the organisation that the settings name is there."""

from uuid import UUID

from registration.checkup.finding import Finding, error, fine
from registration.store.session import Database, organisation_exists


async def check_organisation(database: Database, organisation_id: UUID) -> Finding:
    """Without its row nothing of it can be imported."""
    async with database.transaction(organisation_id) as connection:
        there = await organisation_exists(connection, organisation_id)
    if there:
        return fine("organisation", f"{organisation_id} is there")
    step = "check REGISTRATION_ORGANISATION, or make it: `registration db organisation NAME`"
    return error("organisation", f"there is none with the id {organisation_id}", step)
