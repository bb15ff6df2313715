"""`registration retry`, `resolve`, `cancel` and `continue`: their writes and their output."""

from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import pytest_asyncio

from registration.workflow.lease import Lease
from registration.workflow.sub_steps import SUB_STEPS
from tests.interfaces.cli.conftest import Commands
from tests.interfaces.cli.waiting_batches import WaitingBatch, batch_at_company_gate, open_new_batch

MENU = "menuImport"


@pytest_asyncio.fixture
async def worked_on(registration: Commands) -> AsyncGenerator[WaitingBatch]:
    """A batch of two restaurants with a live lease."""
    batch = await open_new_batch(registration, 2)
    lease = await Lease.acquire(registration.database, registration.organisation_id, batch.batch_id, uuid4(), 60)
    assert isinstance(lease, Lease)
    yield batch
    await lease.release()


async def fail_step_6(registration: Commands, job_id: UUID, **effects: str) -> None:
    """Make step 6 of a job failed, with all sub-steps completed but those in `effects`."""
    query = registration.query
    await query("update registration_jobs set execution_config = '{}', status = 'failed' where id = :job", job=job_id)
    await query("update registration_job_steps set status = 'completed' where job_id = :job", job=job_id)
    failed = "update registration_job_steps set status = 'failed' where job_id = :job and step_number = 6"
    await query(failed, job=job_id)
    for name in SUB_STEPS:
        status = effects.get(name, "completed")
        change = "update registration_sub_steps set status = :status where job_id = :job and name = :name"
        await query(change, job=job_id, name=name, status=status)


async def read_effect(registration: Commands, job_id: UUID, name: str = MENU) -> dict[str, object]:
    """The ledger's row of an effect."""
    [row] = await registration.query(
        "select * from registration_sub_steps where job_id = :job and name = :name", job=job_id, name=name
    )
    return row


async def make_effect_unknown(registration: Commands, job_id: UUID, *, needs_person: bool = True) -> None:
    """Make a menu import unknown."""
    await fail_step_6(registration, job_id, menuImport="unknown")
    await registration.query(
        "update registration_job_steps set status = 'in_progress' where job_id = :job and step_number = 6", job=job_id
    )
    await registration.query(
        "update registration_sub_steps set sent_at = clock_timestamp(), needs_person = :needs, evidence = null"
        " where job_id = :job and name = 'menuImport'",
        job=job_id,
        needs=needs_person,
    )
    await registration.query("update registration_jobs set status = 'action_required' where id = :job", job=job_id)


async def test_a_failed_job_is_reopened(registration: Commands, worked_on: WaitingBatch) -> None:
    """The failed sub-step gets a new generation, step 6 and the job are reopened; the event has the person's name."""
    job = worked_on.jobs[0]
    await fail_step_6(registration, job, menuImport="failed")
    result = await registration("retry", job, "--by", "Mere", "--why", "mended", "--json")
    assert result.code == 0, result.err
    assert (result.json["steps"], result.json["sub_steps"], result.json["worked_on"]) == ([6], [MENU], True)
    row = await read_effect(registration, job)
    assert (row["status"], row["generation"]) == ("pending", 2)
    events = await registration.query("select what, actor, reason from registration_events where actor = 'Mere'")
    assert {(entry["what"], entry["reason"]) for entry in events} >= {
        ("step 6 reopened", "mended"),
        ("menuImport reopened", "mended"),
    }


async def test_completed_work_is_refused_with_a_list(registration: Commands, worked_on: WaitingBatch) -> None:
    """As wrong use, without any change."""
    job = worked_on.jobs[0]
    await fail_step_6(registration, job)
    result = await registration("retry", job, "--sub-step", "optionSets")
    assert result.code == 2
    assert "completed: optionSets; name each of them if that is what you want; with --redo" in result.err
    assert (await read_effect(registration, job, "optionSets"))["generation"] == 1


async def test_the_platform_must_be_known_before_something_is_created_again(
    registration: Commands, worked_on: WaitingBatch
) -> None:
    """Without the platform's address nothing is changed, because its first result may still exist."""
    job = worked_on.jobs[0]
    await fail_step_6(registration, job)
    result = await registration("retry", job, "--redo", "optionSets")
    assert result.code == 1
    assert "set REGISTRATION_PLATFORM_URL and REGISTRATION_PLATFORM_KEY" in result.err
    assert (await read_effect(registration, job, "optionSets"))["status"] == "completed"


async def test_failures_are_left_as_they_are(registration: Commands, worked_on: WaitingBatch) -> None:
    """Of a batch or of one job, with the reason; of a job that did not fail nothing is left."""
    first, second = worked_on.jobs
    await fail_step_6(registration, first, menuImport="failed")
    result = await registration("leave", worked_on.batch_id, "--by", "Mere", "--why", "closed", "--json")
    assert (result.code, result.json["job_ids"]) == (0, [str(first)]), result.err
    again = await registration("leave", str(first)[:8], "--by", "Mere")
    assert (again.code, again.out) == (0, "left as they are: 1\n")
    assert (await registration("leave", second)).code == 2
    query = "select actor, reason from registration_events where what = 'failure left as it is' order by created_at"
    assert [(row["actor"], row["reason"]) for row in await registration.query(query)] == [
        ("Mere", "closed"),
        ("Mere", None),
    ]


async def test_all_failed_jobs_of_a_batch_are_reopened(registration: Commands, worked_on: WaitingBatch) -> None:
    """A second retry finds no failed job, and its exit code is 2."""
    first, second = worked_on.jobs
    await fail_step_6(registration, first, menuImport="failed")
    await fail_step_6(registration, second)
    result = await registration("retry", worked_on.batch_id, "--failed", "--json")
    assert result.code == 0, result.err
    assert [row["job_id"] for row in result.json["opened"]] == [str(first), str(second)]
    assert result.json["opened"][1] == {
        "job_id": str(second),
        "batch_id": str(worked_on.batch_id),
        "restaurant": "Kai 2",
        "steps": [6],
        "sub_steps": [],
    }
    assert (await registration("retry", worked_on.batch_id, "--failed")).code == 2


async def test_a_retry_in_a_cancelled_batch_clears_the_cancel(registration: Commands, worked_on: WaitingBatch) -> None:
    """After the cancel is settled; the other job stays cancelled."""
    first, second = worked_on.jobs
    assert (await registration("cancel", worked_on.batch_id, "--by", "Mere")).code == 0
    refused = await registration("retry", first)
    assert (refused.code, "is being cancelled" in refused.err) == (2, True)
    await settle_cancel(registration, worked_on)
    assert (await registration("retry", first)).code == 0
    [batch] = await registration.query("select stop_requested_at, cancelled_at from registration_batch_jobs")
    assert (batch["stop_requested_at"], batch["cancelled_at"]) == (None, None)
    jobs = await registration.query("select id, status from registration_jobs order by position")
    assert [(row["id"], row["status"]) for row in jobs] == [(first, "in_progress"), (second, "cancelled")]


async def settle_cancel(registration: Commands, batch: WaitingBatch) -> None:
    """Record the cancel as a run does."""
    for table in ("registration_jobs", "registration_job_steps", "registration_sub_steps"):
        await registration.query(f"update {table} set status = 'cancelled'")
    done = "update registration_batch_jobs set cancelled_at = clock_timestamp() where id = :batch"
    await registration.query(done, batch=batch.batch_id)


async def test_a_restaurant_that_is_active_in_another_batch_is_not_reopened(
    registration: Commands, worked_on: WaitingBatch
) -> None:
    """The other batch is named."""
    await fail_step_6(registration, worked_on.jobs[0], menuImport="failed")
    [restaurant] = await registration.query("select restaurant_id from registration_jobs where position = 1")
    await registration.query(
        "with b as (insert into registration_batch_jobs (organisation_id, name, created_by)"
        " values (:organisation, 'Tuesday', 'Mere') returning id)"
        " insert into registration_jobs (organisation_id, batch_job_id, restaurant_id, position)"
        " select :organisation, b.id, :restaurant, 1 from b",
        organisation=registration.organisation_id,
        restaurant=restaurant["restaurant_id"],
    )
    result = await registration("retry", worked_on.jobs[0])
    assert (result.code, "Kai 1 is in the active batch “Tuesday”" in result.err) == (2, True)


async def test_an_effect_is_resolved_as_completed(registration: Commands, worked_on: WaitingBatch) -> None:
    """The person and the reason are the evidence; the job goes on."""
    job = worked_on.jobs[0]
    await make_effect_unknown(registration, job)
    result = await registration("resolve", job, MENU, "--it-is-there", "--by", "Mere", "--why", "41 items", "--json")
    assert result.code == 0, result.err
    row = await read_effect(registration, job)
    assert (row["status"], row["needs_person"]) == ("completed", False)
    assert row["evidence"] == {"said_by": "Mere", "why": "41 items"}
    [found] = await registration.query("select status from registration_jobs where id = :job", job=job)
    assert found["status"] == "in_progress"


async def test_an_effect_is_resolved_as_not_done(registration: Commands, worked_on: WaitingBatch) -> None:
    """The effect is pending, and its earlier request stays recorded."""
    job = worked_on.jobs[0]
    await make_effect_unknown(registration, job)
    result = await registration("resolve", job, MENU, "--do-it-again", "--by", "Mere", "--why", "empty")
    assert result.code == 0, result.err
    row = await read_effect(registration, job)
    assert (row["status"], row["sent_at"], row["needs_person"]) == ("pending", None, False)
    assert row["previous_sent_at"]
    assert (row["window_closed"], row["resend_approved"], row["evidence"]) == (True, True, None)


async def test_an_effect_that_needs_no_person_is_not_resolved(registration: Commands, worked_on: WaitingBatch) -> None:
    """An effect that is still probed, a known effect, and a missing option are refused."""
    job = worked_on.jobs[0]
    await make_effect_unknown(registration, job, needs_person=False)
    words = ("--by", "Mere", "--why", "I think so")
    assert "still being reconciled" in (await registration("resolve", job, MENU, "--it-is-there", *words)).err
    assert "nothing to resolve" in (await registration("resolve", job, "itemTags", "--it-is-there", *words)).err
    assert (await registration("resolve", job, MENU, *words)).code == 2


async def test_cancelling_a_job_of_a_batch_that_was_never_started_starts_no_run(
    registration: Commands,
) -> None:
    """The restaurant can be in another batch at once; the other job stays pending."""
    batch = await open_new_batch(registration, 2)
    result = await registration("cancel", batch.jobs[0], "--by", "Mere", "--json")
    assert result.code == 0, result.err
    assert (result.json["settled"], result.json["started"]) == (True, None)
    jobs = await registration.query("select status from registration_jobs order by position")
    assert [job["status"] for job in jobs] == ["cancelled", "pending"]
    [row] = await registration.query("select started_at from registration_batch_jobs")
    assert row["started_at"] is None
    open_ = "select 1 from registration_sub_steps where job_id = :job and status <> 'cancelled'"
    assert await registration.query(open_, job=batch.jobs[0]) == []


async def test_a_cancel_lists_the_effects_in_flight(registration: Commands, worked_on: WaitingBatch) -> None:
    """A second cancel is no error."""
    await make_effect_unknown(registration, worked_on.jobs[0])
    for _ in range(2):
        result = await registration("cancel", worked_on.batch_id, "--by", "Mere", "--json")
        assert result.code == 0, result.err
        assert [(row["sub_step"], row["needs_person"]) for row in result.json["in_flight"]] == [(MENU, True)]
    events = await registration.query("select actor from registration_events where what = 'batch stop requested'")
    assert [event["actor"] for event in events] == ["Mere"]


async def test_one_job_is_cancelled_alone(registration: Commands, worked_on: WaitingBatch) -> None:
    """The other job goes on."""
    result = await registration("cancel", worked_on.jobs[0])
    assert (result.code, "no effect is in flight" in result.out) == (0, True)
    jobs = await registration.query("select stop_requested_at from registration_jobs order by position")
    assert [job["stop_requested_at"] is not None for job in jobs] == [True, False]


async def test_an_ended_job_cannot_be_cancelled(registration: Commands, worked_on: WaitingBatch) -> None:
    """The message names its outcome."""
    await fail_step_6(registration, worked_on.jobs[0])
    result = await registration("cancel", worked_on.jobs[0])
    assert (result.code, "Kai 1 is failed: there is nothing to cancel" in result.err) == (2, True)


async def test_a_retry_in_a_halted_batch_names_the_continue_command(registration: Commands) -> None:
    """The jobs are reopened, but no flow run is started, because it would end at once."""
    batch = await open_new_batch(registration, 2)
    for job in batch.jobs:
        await fail_step_6(registration, job, menuImport="failed")
    await registration.query("update registration_batch_jobs set stopped_reason = '2 of 2 failed'")
    first, second = batch.jobs
    result = await registration("retry", first)
    assert (result.code, result.err) == (0, "")
    assert (
        f"halted    2 of 2 failed: its open restaurants wait until `registration continue {str(batch.batch_id)[:8]}`"
        in (" ".join(result.out.split("\n")))
    )
    result = await registration("retry", batch.batch_id, "--failed", "--json")
    assert [row["job_id"] for row in result.json["opened"]] == [str(second)]
    assert (result.json["worked_on"], result.json["started"], result.json["halted"]) == (False, None, "2 of 2 failed")


async def test_only_a_halted_batch_is_continued(registration: Commands, worked_on: WaitingBatch) -> None:
    """Once, with the person's name."""
    refused = await registration("continue", worked_on.batch_id)
    assert (refused.code, "was not stopped" in refused.err) == (2, True)
    await registration.query("update registration_batch_jobs set stopped_reason = '3 of 4 failed'")
    assert (await registration("continue", worked_on.batch_id, "--by", "Mere")).code == 0
    [batch] = await registration.query("select stopped_reason, continued_at from registration_batch_jobs")
    assert (batch["stopped_reason"], batch["continued_at"] is None) == (None, False)
    assert (await registration("continue", worked_on.batch_id)).code == 2


async def test_another_organisations_batch_is_not_found(registration: Commands) -> None:
    """By any of the commands."""
    batch = await batch_at_company_gate(registration, None)
    elsewhere = ("--organisation", str(uuid4()))
    for command in (("cancel", batch.batch_id), ("continue", batch.batch_id), ("retry", batch.jobs[0])):
        result = await registration(*command, *elsewhere)
        assert (result.code, "there is no" in result.err) == (2, True)
