"""The lease: one process works on a batch at a time, by the database's clock."""

import asyncio
from uuid import UUID, uuid4

import pytest

from registration.errors import LeaseLost
from registration.leases import HeldElsewhere, Lease
from tests.registration.place import Place
from tests.waiting import HANG


@pytest.fixture
async def batch_id(place: Place) -> UUID:
    """A batch that nobody works on."""
    return (await place.batch((await place.restaurant())[0]))[0]


async def _acquire(place: Place, batch_id: UUID, run_id: UUID, seconds: float = 60) -> Lease | HeldElsewhere:
    return await Lease.acquire(place.database, place.organisation_id, batch_id, run_id, seconds)


async def _held(place: Place, batch_id: UUID, run_id: UUID, seconds: float = 60) -> Lease:
    lease = await _acquire(place, batch_id, run_id, seconds)
    assert isinstance(lease, Lease)
    return lease


async def test_the_first_process_gets_it(place: Place, batch_id: UUID) -> None:
    """Nobody held it before."""
    lease = await _held(place, batch_id, uuid4())
    assert lease.previous_run_id is None
    assert not lease.lost
    lease.check()


async def test_a_second_process_is_told_who_holds_it(place: Place, batch_id: UUID) -> None:
    """By the holder's own id, not by the flow run's: a retry in the UI has the run id of the first."""
    run_id = uuid4()
    await _held(place, batch_id, run_id)
    assert await _acquire(place, batch_id, uuid4()) == HeldElsewhere(run_id)
    assert await _acquire(place, batch_id, run_id) == HeldElsewhere(run_id)


async def test_of_many_at_once_one_gets_it(place: Place, batch_id: UUID) -> None:
    """The row is locked while it is taken."""
    found = await asyncio.gather(*(_acquire(place, batch_id, uuid4()) for _ in range(5)))
    assert sum(isinstance(one, Lease) for one in found) == 1


async def test_a_released_one_is_free_at_once(place: Place, batch_id: UUID) -> None:
    """The next holder knows whose run it was; the one that gave it back may do nothing more."""
    run_id = uuid4()
    first = await _held(place, batch_id, run_id)
    await first.release()
    assert first.lost
    assert (await _held(place, batch_id, uuid4())).previous_run_id == run_id


async def test_a_silent_process_loses_it(place: Place, batch_id: UUID) -> None:
    """Its own clock says so too, and releasing it late takes nothing from the new holder."""
    first = await _held(place, batch_id, uuid4(), seconds=0.2)
    async with asyncio.timeout(HANG):
        while isinstance(second := await _acquire(place, batch_id, uuid4()), HeldElsewhere):
            await asyncio.sleep(0.05)
    assert first.lost
    with pytest.raises(LeaseLost):
        first.check()
    await first.release()
    assert isinstance(await _acquire(place, batch_id, uuid4()), HeldElsewhere)
    assert not second.lost


async def test_keeping_it_renews_it(place: Place, batch_id: UUID) -> None:
    """Longer than its time it is still held."""
    lease = await _held(place, batch_id, uuid4(), seconds=3)
    keeping = asyncio.create_task(lease.keep())
    done, _ = await asyncio.wait([keeping], timeout=4)
    assert not done
    assert not lease.lost
    assert isinstance(await _acquire(place, batch_id, uuid4()), HeldElsewhere)
    keeping.cancel()


async def test_keeping_one_that_was_taken_ends_in_its_loss(place: Place, batch_id: UUID) -> None:
    """At the next renewal the process learns that another one works on the batch."""
    lease = await _held(place, batch_id, uuid4(), seconds=1.5)
    async with place.database.transaction(place.organisation_id) as connection:
        await connection.exec_driver_sql("update registration_leases set holder = gen_random_uuid()")
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(lease.keep(), HANG)
    assert lease.lost


async def test_an_expired_one_is_not_renewed(place: Place, batch_id: UUID) -> None:
    """Even if nobody has taken it: another process may be about to."""
    lease = await _held(place, batch_id, uuid4(), seconds=1.5)
    async with place.database.transaction(place.organisation_id) as connection:
        await connection.exec_driver_sql(
            "update registration_leases set expires_at = clock_timestamp() - interval '1 s'"
        )
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(lease.keep(), HANG)
