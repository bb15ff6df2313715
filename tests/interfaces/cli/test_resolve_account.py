"""`registration resolve` of a shared account: other batches whose jobs waited for it go on, and are named."""

from uuid import UUID, uuid4

from registration.batches.models import NewBatch
from registration.batches.opening import open_batch
from registration.workflow.lease import Lease
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import WaitingBatch, open_new_batch

EMAIL = "kai@example.nz"


async def _at_step_6(registration: Commands, batch: WaitingBatch, account: str) -> None:
    """Move the last job to step 6, with an `unknown` account, or one that it waits for (`pending`)."""
    values = {"job": batch.jobs[-1], "status": account}
    await registration.query(
        "update registration_jobs set status = 'action_required', execution_config ="
        f" jsonb_build_object('account', jsonb_build_object('email', '{EMAIL}')) where id = :job",
        **values,
    )
    await registration.query(
        "update registration_job_steps set status = case step_number when 6 then 'in_progress' else 'completed' end"
        " where job_id = :job",
        **values,
    )
    await registration.query(
        "update registration_sub_steps set status = :status, needs_person = true"
        " where job_id = :job and name = 'cloudwaitressAccount'",
        **values,
    )


async def test_other_batches_that_waited_for_the_account_are_named(registration: Commands) -> None:
    """Both batches have a live lease, so that no run is started; the second job waits no more."""
    first, second = await open_new_batch(registration, 1), await _another(registration)
    await _at_step_6(registration, first, "unknown")
    await _at_step_6(registration, second, "pending")
    leases = [await _worked_on(registration, batch) for batch in (first, second)]
    claim = (
        "insert into registration_credentials (organisation_id, email, password_encrypted, claimed_by_job_id)"
        " values (:organisation, :email, 'x', :job)"
    )
    await registration.query(claim, organisation=registration.organisation_id, email=EMAIL, job=first.jobs[0])

    words = ("--it-is-there", "--by", "Mere", "--why", "I see it")
    result = await registration("resolve", first.jobs[0], "cloudwaitressAccount", *words, "--json")
    assert result.code == 0, result.err
    assert result.json["freed"] == [{"batch_id": str(second.batch_id), "worked_on": True, "started": None}]
    [job] = await registration.query("select status from registration_jobs where id = :job", job=second.jobs[-1])
    assert job["status"] == "in_progress"
    for lease in leases:
        await lease.release()


async def _another(registration: Commands) -> WaitingBatch:
    """A batch with one more restaurant."""
    rows = "name,address,city\nKai Two,2 King Street,Auckland\n"
    result = await registration("import", registration.file("two.csv", rows), "--json")
    [restaurant] = result.json["restaurants"]
    new = NewBatch(restaurant_ids=(UUID(restaurant["id"]),), created_by="Mere")
    batch_id = await open_batch(registration.database, registration.organisation_id, new)
    jobs = await registration.query("select id from registration_jobs where batch_job_id = :batch", batch=batch_id)
    return WaitingBatch(batch_id, tuple(job["id"] for job in jobs))


async def _worked_on(registration: Commands, batch: WaitingBatch) -> Lease:
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    return lease
