"""After the database was restored to an older state: no effect that may have been done since is sent again
unchecked.
"""

from uuid import UUID

from registration.database.session import Database
from registration.errors import Refused
from registration.operations import restoring_queries as store
from registration.operations.restoring_queries import Doubted


async def doubt_since_backup(database: Database, organisation_id: UUID) -> Doubted:
    """Mark every effect that is not completed: before it is sent, the platform is searched and a person is asked.

    The restored rows, ours and the platform's, do not know what was done after the backup. Raises Refused while a
    process works on a batch, because it may have begun to send.
    """
    async with database.transaction(organisation_id) as transaction:
        if await store.is_worked_on(transaction):
            raise Refused("a process works on a batch: stop the workers, and wait until their leases have ended")
        return await store.doubt_what_is_not_done(transaction)
