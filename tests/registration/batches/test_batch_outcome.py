"""How a batch ended: the view in the database and the reports say the same."""

from itertools import combinations_with_replacement

from sqlalchemy import text

from registration.batches.list_queries import BatchFilter, list_batches
from registration.batches.overview_queries import read_overview
from registration.batches.progress import Outcome, batch_outcome, outcome
from registration.batches.queries import mark_cancelled
from registration.batches.revision_queries import read_revisions
from registration.operations.cancel import cancel_batch, cancel_job
from registration.reporting.summary import summary
from registration.states import BatchOutcome, BatchStatus, JobStatus
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.transition_queries import Attribution, move_job
from tests.registration.tenant import Tenant
from tests.registration.views import make_job, make_view


async def test_the_database_and_the_reports_agree(tenant: Tenant) -> None:
    """For each pair of statuses of two restaurants."""
    restaurants = [(await tenant.restaurant())[0] for _ in range(2)]
    batch_id, jobs = await tenant.batch(*restaurants)
    found = set[BatchOutcome | None]()
    change = text("update registration_jobs set status = :status where id = :job")
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for pair in combinations_with_replacement(JobStatus, 2):
            for job_id, status in zip(jobs.values(), pair, strict=True):
                await transaction.execute(change, {"job": job_id, "status": status.value})
            derived = batch_outcome(await read_snapshot(transaction, batch_id))
            assert (await read_overview(transaction, batch_id)).outcome == derived, pair
            found.add(derived)
    assert found == {*BatchOutcome, None}


async def test_a_batch_whose_cancel_is_not_complete_has_not_ended(tenant: Tenant) -> None:
    """All its restaurants are cancelled: it is in progress, is listed so, and a second cancel is no error."""
    batch_id, jobs = await tenant.batch((await tenant.restaurant())[0])
    who = (tenant.database, tenant.organisation_id, batch_id, Attribution("Mere"))
    await cancel_batch(*who)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for job_id in jobs.values():
            await move_job(transaction, job_id, JobStatus.CANCELLED)
    assert not (await cancel_batch(*who)).settled
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        view, seen = await read_snapshot(transaction, batch_id), await read_overview(transaction, batch_id)
        assert (seen.status, seen.outcome, seen.completed_at) == (BatchStatus.IN_PROGRESS, None, None)
        assert (batch_outcome(view), outcome(view)) == (None, Outcome.OPEN)
        under_way = BatchFilter(statuses=frozenset({BatchStatus.IN_PROGRESS}))
        assert [one.id for one in (await list_batches(transaction, under_way, limit=9)).batches] == [batch_id]
        assert batch_id in (await read_revisions(transaction, open_too=True)).open_batches

        await mark_cancelled(transaction, batch_id)
        view, seen = await read_snapshot(transaction, batch_id), await read_overview(transaction, batch_id)
        assert (seen.status, seen.outcome) == (BatchStatus.CANCELLED, BatchOutcome.CANCELLED)
        assert (batch_outcome(view), outcome(view)) == (BatchOutcome.CANCELLED, Outcome.BAD)
        assert batch_id not in (await read_revisions(transaction, open_too=True)).open_batches


async def test_a_batch_of_which_each_restaurant_was_cancelled_is_cancelled(tenant: Tenant) -> None:
    """One by one, without a cancel of the batch; nobody reads that it is completed."""
    batch_id, jobs = await tenant.batch(*[(await tenant.restaurant())[0] for _ in range(2)])
    for job_id in jobs.values():
        await cancel_job(tenant.database, tenant.organisation_id, job_id, Attribution("Mere"))
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        view, seen = await read_snapshot(transaction, batch_id), await read_overview(transaction, batch_id)
    assert (seen.status, seen.outcome) == (BatchStatus.CANCELLED, BatchOutcome.CANCELLED)
    assert summary("Monday", batch_id, view).status == "cancelled"


def test_a_batch_of_failures_is_not_called_completed() -> None:
    """Neither on the final page nor in the notice."""
    bad, good = make_job(1, JobStatus.FAILED), make_job(2, JobStatus.COMPLETED)
    failed = summary("Monday", bad.id, make_view(bad))
    assert (failed.outcome, failed.notice) == (BatchOutcome.FAILED, "failed: 1 failed")
    assert "The batch is **failed**." in failed.markdown
    assert summary("Monday", bad.id, make_view(good, bad)).notice == "completed with failures: 1 completed, 1 failed"
