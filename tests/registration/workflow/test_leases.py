"""The lease: one process works on a batch at a time, by the database's clock."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import InternalError

from registration.errors import LeaseLost
from registration.workflow.lease import HeldElsewhere, Lease, end_lease_of_run
from registration.workflow.lease_queries import lock_lease, take_lease
from registration.workflow.transition_queries import SYSTEM, record
from tests.locks import wait_for_lock_waiters
from tests.registration.tenant import Tenant
from tests.waiting import HANG, eventually


@pytest.fixture
async def batch_id(tenant: Tenant) -> UUID:
    """A batch that nobody works on."""
    return (await tenant.batch((await tenant.restaurant())[0]))[0]


async def _acquire(tenant: Tenant, batch_id: UUID, run_id: UUID, seconds: float = 60) -> Lease | HeldElsewhere:
    return await Lease.acquire(tenant.database, tenant.organisation_id, batch_id, run_id, seconds)


async def _held(tenant: Tenant, batch_id: UUID, run_id: UUID, seconds: float = 60) -> Lease:
    lease = await _acquire(tenant, batch_id, run_id, seconds)
    assert isinstance(lease, Lease)
    return lease


async def test_the_first_process_gets_it(tenant: Tenant, batch_id: UUID) -> None:
    """Nobody held it before."""
    lease = await _held(tenant, batch_id, uuid4())
    assert lease.previous_run_id is None
    assert not lease.lost
    lease.check()


async def test_a_second_process_is_told_who_holds_it(tenant: Tenant, batch_id: UUID) -> None:
    """By the holder's own id, not by the flow run's: a retry in the UI has the run id of the first."""
    run_id = uuid4()
    await _held(tenant, batch_id, run_id)
    assert await _acquire(tenant, batch_id, uuid4()) == HeldElsewhere(run_id)
    assert await _acquire(tenant, batch_id, run_id) == HeldElsewhere(run_id)


async def test_of_many_at_once_one_gets_it(tenant: Tenant, batch_id: UUID) -> None:
    """The row is locked while it is taken."""
    found = await asyncio.gather(*(_acquire(tenant, batch_id, uuid4()) for _ in range(5)))
    assert sum(isinstance(one, Lease) for one in found) == 1


async def test_a_released_one_is_free_at_once(tenant: Tenant, batch_id: UUID) -> None:
    """The next holder knows whose run it was; the one that gave it back may do nothing more."""
    run_id = uuid4()
    first = await _held(tenant, batch_id, run_id)
    await first.release()
    assert first.lost
    assert (await _held(tenant, batch_id, uuid4())).previous_run_id == run_id


async def test_a_silent_process_loses_it(tenant: Tenant, batch_id: UUID) -> None:
    """Its own clock says so too, and releasing it late takes nothing from the new holder."""
    first = await _held(tenant, batch_id, uuid4(), seconds=0.2)

    async def acquired() -> Lease | None:
        found = await _acquire(tenant, batch_id, uuid4())
        return found if isinstance(found, Lease) else None

    second = await eventually(acquired, "the lease to be free")
    assert first.lost
    with pytest.raises(LeaseLost):
        first.check()
    await first.release()
    assert isinstance(await _acquire(tenant, batch_id, uuid4()), HeldElsewhere)
    assert not second.lost


async def test_keeping_it_renews_it(tenant: Tenant, batch_id: UUID) -> None:
    """Longer than its time it is still held. If the machine stands still, which ends it, a longer one is tried."""
    for seconds in (1.5, 6, 24, 96):
        lease = await _held(tenant, batch_id, uuid4(), seconds)
        keeping = asyncio.create_task(lease.keep_renewing())
        await asyncio.wait([keeping], timeout=1.3 * seconds)
        held_elsewhere = isinstance(await _acquire(tenant, batch_id, uuid4(), 0.1), HeldElsewhere)
        kept = not keeping.done() and held_elsewhere and not lease.lost
        keeping.cancel()
        await asyncio.wait([keeping])
        if kept:
            break
    else:
        pytest.fail("every lease was lost")


async def test_keeping_one_that_was_taken_ends_in_its_loss(tenant: Tenant, batch_id: UUID) -> None:
    """At the next renewal the process learns that another one works on the batch."""
    lease = await _held(tenant, batch_id, uuid4(), seconds=1.5)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await transaction.connection.exec_driver_sql("update registration_leases set holder = gen_random_uuid()")
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(lease.keep_renewing(), HANG)
    assert lease.lost


async def test_an_expired_one_is_not_renewed(tenant: Tenant, batch_id: UUID) -> None:
    """Even if nobody has taken it: another process may be about to."""
    lease = await _held(tenant, batch_id, uuid4(), seconds=1.5)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await transaction.connection.exec_driver_sql(
            "update registration_leases set expires_at = clock_timestamp() - interval '1 s'"
        )
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(lease.keep_renewing(), HANG)


async def test_nobody_takes_a_batch_over_before_what_is_being_written_is_in(tenant: Tenant, batch_id: UUID) -> None:
    """The lease has expired meanwhile: whoever takes it waits, and then finds what was written."""
    lease = await _held(tenant, batch_id, uuid4())
    async with lease.transaction() as transaction:
        await record(transaction, "written", SYSTEM, batch_id=batch_id)
        expire = "update registration_leases set expires_at = clock_timestamp() where batch_job_id = :batch"
        await tenant.everything.execute(text(expire), {"batch": batch_id})
        taking = asyncio.create_task(_held(tenant, batch_id, uuid4()))
        await wait_for_lock_waiters(tenant.everything, query="%registration_leases%for update%")
    heir = await taking
    async with heir.reading() as transaction:
        events = text("select what from registration_events where batch_job_id = :batch and what = 'written'")
        assert (await transaction.execute(events, {"batch": batch_id})).scalars().all() == ["written"]


async def test_what_waits_for_a_take_over_is_refused_after_it(tenant: Tenant, batch_id: UUID) -> None:
    """The decision is made on the row as it is once the lock is there; the process ends at once."""
    lease = await _held(tenant, batch_id, uuid4())
    keeping = asyncio.create_task(lease.keep_renewing())
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await lock_lease(transaction, batch_id)
        writing = asyncio.create_task(_write(tenant, lease))
        await wait_for_lock_waiters(tenant.everything, query="%registration_leases%for key share%")
        await take_lease(transaction, batch_id, uuid4(), uuid4(), 60)
    with pytest.raises(LeaseLost):
        await writing
    assert lease.lost
    with pytest.raises(LeaseLost):
        await asyncio.wait_for(keeping, lease.seconds / 4)


async def test_a_renewal_waits_for_no_write(tenant: Tenant, batch_id: UUID) -> None:
    """A transaction that takes long must not cost the batch."""
    lease = await _held(tenant, batch_id, uuid4(), seconds=1.5)
    async with lease.transaction():
        keeping = asyncio.create_task(lease.keep_renewing())
        done, _ = await asyncio.wait([keeping], timeout=3)
        assert not done
        live = text("select expires_at > clock_timestamp() from registration_leases where batch_job_id = :batch")
        assert (await tenant.everything.execute(live, {"batch": batch_id})).scalar_one()
    keeping.cancel()


async def test_reading_writes_nothing(tenant: Tenant, batch_id: UUID) -> None:
    """Postgres itself refuses it, a lock of a row too."""
    lease = await _held(tenant, batch_id, uuid4())
    with pytest.raises(InternalError, match="read-only"):
        async with lease.reading() as transaction:
            await record(transaction, "written", SYSTEM, batch_id=batch_id)
    with pytest.raises(InternalError, match="read-only"):
        async with lease.reading() as transaction:
            await lock_lease(transaction, batch_id)


async def test_keeping_one_that_was_given_back_ends_without_a_word(tenant: Tenant, batch_id: UUID) -> None:
    """The process has done its work: nobody took anything from it."""
    lease = await _held(tenant, batch_id, uuid4(), seconds=1.5)
    keeping = asyncio.create_task(lease.keep_renewing())
    await lease.release()
    with pytest.raises(LeaseLost):
        await _write(tenant, lease)
    await asyncio.wait_for(keeping, HANG)


async def _write(tenant: Tenant, lease: Lease) -> None:
    async with lease.transaction() as transaction:
        await record(transaction, "written", SYSTEM, batch_id=lease.batch_id)


async def test_a_run_that_is_executed_once_more_ends_the_lease_of_its_first_process(
    tenant: Tenant, batch_id: UUID
) -> None:
    """That one learns that it has lost the batch; another run is not concerned, and what was given back stays so."""
    run_id = uuid4()
    first = await _held(tenant, batch_id, run_id)
    assert not await end_lease_of_run(tenant.database, tenant.organisation_id, batch_id, uuid4())
    assert isinstance(await _acquire(tenant, batch_id, uuid4()), HeldElsewhere)

    assert await end_lease_of_run(tenant.database, tenant.organisation_id, batch_id, run_id)
    with pytest.raises(LeaseLost):
        async with first.transaction():
            pass
    with pytest.raises(LeaseLost):
        await first.keep_renewing()

    second = await _held(tenant, batch_id, run_id)
    await second.release()
    assert await end_lease_of_run(tenant.database, tenant.organisation_id, batch_id, run_id)
    assert (await _held(tenant, batch_id, uuid4())).previous_run_id == run_id
