"""Letting restaurants go on that wait until it is known whether an account exists, in whatever batch they are."""

from contextlib import suppress
from uuid import UUID

from registration.database.session import Database
from registration.effects.account_waiting_queries import (
    Freed,
    SomebodyElseWaits,
    free_waiting,
    lock_waiting,
    waiting_jobs,
)
from registration.workflow.transition_queries import Attribution


async def free(database: Database, organisation_id: UUID, email: str, attribution: Attribution) -> tuple[Freed, ...]:
    """Let the jobs go on that waited for the account, unless a person must still resolve it; returns their batches.

    Recovery starts those batches that were left to people.
    """
    while True:
        with suppress(SomebodyElseWaits):
            async with database.transaction(organisation_id) as transaction:
                waiting = await waiting_jobs(transaction, email)
                if not waiting:
                    return ()
                held = await lock_waiting(transaction, waiting)
                return await free_waiting(transaction, email, held, attribution)
