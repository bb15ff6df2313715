"""Batches whose process left them to people: who waits for long is reminded of, and what is new starts them again."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.errors import LeaseLost
from registration.settings import settings
from registration.store.batches import read_batch
from registration.store.gates import OpenRound, unclosed_rounds
from registration.store.leases import end_waiting, lock_lease
from registration.store.recovery import batches_left
from registration.store.session import NOBODY, Database
from tasks.overdue import expire, remind

Result = TypeVar("Result")


async def left_to_take_up(database: Database) -> list[tuple[UUID, UUID]]:
    """Organisation and batch of those that were left and can go on: somebody answered, or has waited for too long.

    Reminders of the others are sent on the way.
    """
    async with database.transaction(NOBODY) as connection:
        left = await batches_left(connection)
    return [one for one in left if await _can_go_on(_Left(database, *one))]


@dataclass(frozen=True)
class _Left:
    """A batch that nobody works on; whoever takes it up locks its lease, and so does each transaction here."""

    database: Database
    organisation_id: UUID
    batch_id: UUID

    async def transact(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """Raises LeaseLost once somebody has taken the batch up."""
        async with self.database.transaction(self.organisation_id) as connection:
            if (await lock_lease(connection, self.organisation_id, self.batch_id)).live:
                raise LeaseLost("another process works on the batch")
            return await work(connection)

    async def changing(self, work: Callable[[AsyncConnection], Awaitable[Result]]) -> Result:
        """A transaction that, if it changes something, also ends the wait for people: recovery then takes the batch up.

        It does so even if this process dies right after the commit.
        """

        async def changing(connection: AsyncConnection) -> Result:
            if changed := await work(connection):
                await end_waiting(connection, self.organisation_id, [self.batch_id])
            return changed

        return await self.transact(changing)


async def _can_go_on(left: _Left) -> bool:
    try:
        return await _look_at(left)
    except LeaseLost:
        return False


async def _look_at(left: _Left) -> bool:
    batch = await left.transact(lambda connection: read_batch(connection, left.organisation_id, left.batch_id))
    rounds = await left.transact(lambda connection: unclosed_rounds(connection, left.organisation_id, left.batch_id))
    if await _answered(rounds):
        # Whoever takes it up reads the answer before anybody is left out.
        return True
    await remind(batch, settings(), left.transact)
    return await expire(batch, settings(), left.changing) > 0


async def _answered(rounds: Iterable[OpenRound]) -> bool:
    """Whether a gate's run is not Paused any more: somebody answered it, or nobody can."""
    wanted = {round_.flow_run_id for round_ in rounds}
    if not wanted:
        return False
    async with get_client() as client:
        runs = await client.read_flow_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=list(wanted))))
    paused = {run.id for run in runs if run.state is not None and run.state.is_paused()}
    return not wanted <= paused
