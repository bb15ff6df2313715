"""Restaurants that wait until somebody knows whether an account is there: they go on, whatever batch they are in."""

from contextlib import suppress
from uuid import UUID

from registration.database.session import Database
from registration.effects.account_waiting_queries import (
    Freed,
    SomebodyElseWaits,
    free_waiting,
    lock_waiting,
    who_waits,
)
from registration.workflow.transition_queries import Attribution


async def free(database: Database, organisation_id: UUID, email: str, attribution: Attribution) -> tuple[Freed, ...]:
    """Let the jobs go on that waited for the account, unless a person must still settle it; returns their batches.

    Recovery starts those of the batches that were left to people.
    """
    while True:
        with suppress(SomebodyElseWaits):
            async with database.transaction(organisation_id) as connection:
                waiting = await who_waits(connection, organisation_id, email)
                if not waiting:
                    return ()
                held = await lock_waiting(connection, organisation_id, waiting)
                return await free_waiting(connection, organisation_id, email, held, attribution)
