"""Two batches, one account: a job that waited until somebody can tell whether the account exists goes on."""

import asyncio
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest_asyncio
from sqlalchemy import text

from registration.accounts.queries import claim_credential
from registration.batches.run_queries import batches_to_recover
from registration.database.session import NO_ORGANISATION
from registration.effects.account_waiting_queries import Freed, wait_for_account
from registration.effects.freeing import free
from registration.operations.resolve import Resolution, Resolved, resolve
from registration.workflow.lease_queries import lock_lease, release_lease, take_lease
from registration.workflow.step_queries import lock_job
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import SYSTEM, Attribution
from tests.locks import wait_for_lock_waiters
from tests.registration.tenant import Tenant

ACCOUNT = SubStepName.CLOUDWAITRESS_ACCOUNT
EMAIL = "kai@example.nz"
WAITS = "another restaurant requested the account"


@dataclass(frozen=True)
class OneOf:
    """A restaurant in a started batch of its own, whose frozen configuration has the shared e-mail."""

    tenant: Tenant
    batch_id: UUID
    job_id: UUID

    @property
    def organisation_id(self) -> UUID:
        """Whose it is."""
        return self.tenant.organisation_id

    async def query(self, sql: str) -> list[tuple[str, ...]]:
        """Rows of a statement about the job."""
        found = await self.tenant.everything.execute(text(sql), {"job": self.job_id})
        return [tuple(row) for row in found] if found.returns_rows else []

    async def waits(self) -> None:
        """The job waits for the person who decides about the account, and its process has left the batch."""
        async with self.tenant.database.transaction(self.organisation_id) as transaction:
            assert await wait_for_account(transaction, EMAIL, self.job_id, WAITS)
        await self.is_left()

    async def is_left(self) -> None:
        """A process took the batch and left it to people."""
        holder = uuid4()
        async with self.tenant.database.transaction(self.organisation_id) as transaction:
            await lock_lease(transaction, self.batch_id)
            await take_lease(transaction, self.batch_id, holder, uuid4(), 60)
            await release_lease(transaction, self.batch_id, holder, waiting_for_people=True)

    async def status(self) -> str:
        """The job's."""
        return (await self.query("select status from registration_jobs where id = :job"))[0][0]

    async def recovered(self) -> bool:
        """Whether recovery takes the batch up."""
        async with self.tenant.database.transaction(NO_ORGANISATION) as transaction:
            return (self.organisation_id, self.batch_id) in await batches_to_recover(transaction)

    async def resolve(self) -> Resolved:
        """A person has looked, and the account is there."""
        said = Attribution("Mere", "I see it")
        database = self.tenant.database
        return await resolve(database, self.organisation_id, self.job_id, ACCOUNT, Resolution.IT_IS_THERE, said)


async def _one(tenant: Tenant) -> OneOf:
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    one = OneOf(tenant, batch_id, jobs[restaurant_id])
    await one.query(
        "update registration_jobs set status = 'in_progress',"
        f" execution_config = jsonb_build_object('account', jsonb_build_object('email', '{EMAIL}')) where id = :job"
    )
    await one.query("update registration_job_steps set status = 'completed' where job_id = :job and step_number < 6")
    await one.query("update registration_job_steps set status = 'in_progress' where job_id = :job and step_number = 6")
    await one.query(
        "update registration_batch_jobs set started_at = clock_timestamp()"
        " where id = (select batch_job_id from registration_jobs where id = :job)"
    )
    return one


@pytest_asyncio.fixture
async def first(tenant: Tenant) -> OneOf:
    """A restaurant that requested the account; only a person can tell whether the account was created."""
    one = await _one(tenant)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await claim_credential(transaction, EMAIL, one.job_id, "made")
    await one.query(
        "update registration_sub_steps set status = 'unknown', needs_person = true, sent_at = clock_timestamp()"
        " where job_id = :job and name = 'cloudwaitressAccount'"
    )
    return one


@pytest_asyncio.fixture
async def second(tenant: Tenant) -> OneOf:
    """A restaurant that needs the account of the first."""
    return await _one(tenant)


async def test_a_batch_that_was_left_goes_on_when_the_account_is_settled(first: OneOf, second: OneOf) -> None:
    """The command names that batch, its events have the person's name, and recovery would start it too."""
    await second.waits()
    assert (await second.status(), await second.recovered()) == ("action_required", False)
    assert (await first.resolve()).freed == (Freed(second.batch_id, live=False),)
    assert (await second.status(), await second.recovered()) == ("in_progress", True)
    told = await second.query("select actor, reason from registration_events where job_id = :job order by created_at")
    assert told[-1] == ("Mere", f"the account {EMAIL} is settled")


async def test_a_process_that_leaves_in_this_moment_leaves_nothing_behind(first: OneOf, second: OneOf) -> None:
    """A process that saw all jobs wait gives the lease back while a person decides about the account."""
    await second.waits()
    holder, database = uuid4(), second.tenant.database
    async with database.transaction(second.organisation_id) as leaving:
        await lock_lease(leaving, second.batch_id)
        await take_lease(leaving, second.batch_id, holder, uuid4(), 60)
        resolving = asyncio.create_task(first.resolve())
        await wait_for_lock_waiters(second.tenant.everything)
        await release_lease(leaving, second.batch_id, holder, waiting_for_people=True)
    assert (await resolving).freed == (Freed(second.batch_id, live=False),)
    assert (await second.status(), await second.recovered()) == ("in_progress", True)


async def test_who_begins_to_wait_in_this_moment_is_freed_too(first: OneOf, second: OneOf) -> None:
    """The job began to wait after the locks were taken."""
    async with second.tenant.database.transaction(second.organisation_id) as waiting:
        assert await wait_for_account(waiting, EMAIL, second.job_id, WAITS)
        resolving = asyncio.create_task(first.resolve())
        await wait_for_lock_waiters(second.tenant.everything)
    assert [one.batch_id for one in (await resolving).freed] == [second.batch_id]
    assert await second.status() == "in_progress"


async def test_a_cancel_in_the_same_moment_and_a_resolution_wait_for_each_other_in_one_order(
    first: OneOf, second: OneOf
) -> None:
    """A leaving job locks itself and then its effects; so does whoever frees it."""
    await second.waits()
    cancel = (
        "update registration_sub_steps set needs_person = false, status = 'cancelled'"
        " where job_id = :job and name = 'cloudwaitressAccount'"
    )
    async with second.tenant.database.transaction(second.organisation_id) as cancelling:
        await lock_job(cancelling, second.job_id)
        resolving = asyncio.create_task(first.resolve())
        await wait_for_lock_waiters(second.tenant.everything)
        await cancelling.execute(text(cancel), {"job": second.job_id})
    assert (await resolving).freed == ()
    states = "select status from registration_sub_steps where job_id = :job and name = 'cloudwaitressAccount'"
    assert await second.query(states) == [("cancelled",)]


async def test_nobody_goes_on_while_it_is_still_unknown(first: OneOf, second: OneOf) -> None:
    """An earlier request of the same account has an outcome: that says nothing about the unknown one."""
    await second.waits()
    assert await free(first.tenant.database, first.organisation_id, EMAIL, SYSTEM) == ()
    assert await second.status() == "action_required"


async def test_a_batch_that_too_many_failures_stopped_is_not_started(first: OneOf, second: OneOf) -> None:
    """Its restaurant waits for nobody any more; that the batch goes on is for a person to say."""
    await second.waits()
    await second.query(
        "update registration_batch_jobs set stopped_reason = '3 of 4 failed'"
        " where id = (select batch_job_id from registration_jobs where id = :job)"
    )
    assert (await first.resolve()).freed == ()
    assert (await second.status(), await second.recovered()) == ("in_progress", False)
