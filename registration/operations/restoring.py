"""After the database was restored to an older state: nothing that may have been done since is sent again by itself."""

from uuid import UUID

from registration.database.session import Database
from registration.errors import Refused
from registration.operations import restoring_queries as store
from registration.operations.restoring_queries import Doubted


async def doubt_since_backup(database: Database, organisation_id: UUID) -> Doubted:
    """Have everything that was not completed looked for, and asked about, before it is sent.

    Neither our rows nor the platform's, which were taken back with them, know what was done after the backup. Raises
    Refused while a process works on a batch: it may have begun to send.
    """
    async with database.transaction(organisation_id) as connection:
        if await store.is_worked_on(connection, organisation_id):
            raise Refused("a process works on a batch: stop the workers, and wait until their leases have ended")
        return await store.doubt_what_is_not_done(connection, organisation_id)
