"""Marking an effect as sent: the transaction proves that this process still holds the lease, or nothing is sent."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from registration.database.session import Database
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import MenuOutputs
from registration.effects.queries import mark_sent
from registration.errors import CancelRequested, LeaseLost, ProgrammerError
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.job_process import JobProcess
from tests.registration.tcp_proxy import tcp_proxy
from tests.registration.tenant import Tenant
from tests.waiting import until

STOPS = {
    "job": "update registration_jobs set stop_requested_at = clock_timestamp()",
    "batch": "update registration_batch_jobs set stop_requested_at = clock_timestamp()",
}


@pytest.mark.parametrize("stop", list(STOPS))
async def test_a_stop_flag_lets_nothing_leave(work: JobProcess, stop: str) -> None:
    """Of job or batch: the effect is not sent, and its row says that nothing is in flight."""
    await work.query(STOPS[stop])
    with pytest.raises(CancelRequested):
        await work.ledger.perform(work.job_id, work.menu_import())
    row = await work.row()
    assert (row.status, row.sent_at) == (SubStepStatus.IN_PROGRESS, None)
    assert await work.calls() == []


async def test_a_stop_that_is_being_written_is_waited_for(work: JobProcess, tenant: Tenant) -> None:
    """After a cancel has returned nothing starts: `mark_sent` waits for its lock and then sees the flag."""
    async with work.database.transaction(work.organisation_id) as transaction:
        await transaction.execute(text(STOPS["batch"]))
        performing = asyncio.create_task(work.ledger.perform(work.job_id, work.menu_import()))
        await work.until_row(lambda row: row.intent_at is not None)
        await wait_for_lock_waiters(tenant.everything)
    with pytest.raises(CancelRequested):
        await performing
    assert await work.calls() == []


async def test_a_lost_lease_lets_nothing_leave(work: JobProcess) -> None:
    """Another process holds the lease: this process stops before its next effect."""
    await work.query("update registration_leases set holder = :other", other=uuid4())
    with pytest.raises(LeaseLost):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).sent_at is None
    assert await work.calls() == []


async def test_an_expired_lease_lets_nothing_leave(work: JobProcess) -> None:
    """An expired lease counts as lost, even if no other process has taken it yet."""
    await work.query("update registration_leases set expires_at = clock_timestamp() - interval '1 second'")
    with pytest.raises(LeaseLost):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert await work.calls() == []


async def test_a_passed_local_deadline_lets_nothing_leave(work: JobProcess, tenant: Tenant) -> None:
    """A process that was frozen after the commit does not send: the next process reconciles the row."""
    await work.lease.release()
    async with tenant.process(work.batch_id, work.job_id, lease_seconds=0.5) as late:
        await late.query("update registration_leases set expires_at = clock_timestamp() + interval '1 minute'")
        await until(lambda: late.lease.lost, "the lease to be lost")
        with pytest.raises(LeaseLost):
            await late.ledger.perform(work.job_id, late.menu_import())
    assert (await work.row()).sent_at is not None
    assert await work.calls() == []


async def test_a_commit_that_nobody_confirmed_is_not_sent_twice(
    work: JobProcess, tenant: Tenant, database_urls: DatabaseUrls
) -> None:
    """The connection breaks after the commit: the row is marked again, and one request leaves."""
    url = make_url(database_urls.app)
    await work.lease.release()
    async with tcp_proxy(str(url.host), int(url.port or 5432)) as line:
        database = Database(url.set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False))
        async with replace(tenant, database=database).process(work.batch_id, work.job_id) as far:
            line.lose_confirmation_of(b"set sent_at = clock_timestamp()")
            await far.ledger.perform(work.job_id, far.menu_import())
        await database.close()
        assert line.lost_confirmations == 1
    assert (await work.row()).status is SubStepStatus.COMPLETED
    assert len(await work.calls()) == await work.done() == 1


async def test_what_has_ended_is_not_begun_again(work: JobProcess) -> None:
    """A failed, skipped or cancelled row is no intent: only a reopening starts it again."""
    for status in ("failed", "skipped", "cancelled"):
        await work.query("update registration_sub_steps set status = :status where name = 'menuImport'", status=status)
        with pytest.raises(ProgrammerError, match=f"menuImport .* is {status}"):
            await work.ledger.perform(work.job_id, work.menu_import())
    assert await work.calls() == []


async def test_an_ended_row_that_was_sent_before_is_not_begun_again(work: JobProcess) -> None:
    """A row that failed after its request keeps its `sent_at`; that does not make it unknown."""
    await work.query(
        "update registration_sub_steps set status = 'failed', sent_at = clock_timestamp() where name = 'menuImport'"
    )
    with pytest.raises(ProgrammerError, match=r"menuImport .* is failed"):
        await work.ledger.perform(work.job_id, work.menu_import())
    assert (await work.row()).status is SubStepStatus.FAILED


async def test_the_first_intent_is_the_one_that_counts(work: JobProcess) -> None:
    """Whoever began first stays first: a retry does not move its intent."""
    first = await work.rows.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint")
    before = (await work.row()).intent_at
    await work.rows.mark_retrying(first, CancelRequested("again"))
    await work.rows.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint")
    assert (await work.row()).intent_at == before


async def test_an_intent_is_counted_by_the_clock_of_the_database(work: JobProcess, everything: AsyncConnection) -> None:
    """The intent decides which of two restaurants is an account's first: only one clock may count."""
    lock = "select from registration_sub_steps where job_id = :job and name = 'menuImport' for update"
    async with holding_lock(everything, lock, job=work.job_id) as holder:
        intending = asyncio.create_task(work.rows.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint"))
        await wait_for_lock_waiters(everything, query="%registration_sub_steps%for no key update%")
        before = (await holder.execute(text("select clock_timestamp()"))).scalar_one()
    await intending
    intent_at = (await work.row()).intent_at
    assert intent_at is not None
    assert intent_at > before


async def test_an_effect_that_ended_waits_for_nobody(work: JobProcess) -> None:
    """A completed row does not need a person, however it came to need one."""
    entry = await work.rows.intend(work.job_id, SubStepName.MENU_IMPORT, "fingerprint")
    await work.query("update registration_sub_steps set needs_person = true where name = 'menuImport'")
    await work.rows.complete(entry, MenuOutputs(item_count=1), Observation(Presence.PRESENT, "it is there"))
    assert not (await work.row()).needs_person


async def test_only_a_row_in_progress_is_marked(work: JobProcess) -> None:
    """A row that was cancelled at this moment is not sent."""
    async with work.lease.transaction() as transaction:
        assert await mark_sent(transaction, work.batch_id, work.job_id, SubStepName.MENU_IMPORT) is None
