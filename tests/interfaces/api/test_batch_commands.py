"""What people do to batches over the API. No Prefect server is there: what is written stands, recovery starts it."""

from typing import Any
from uuid import uuid4

from sqlalchemy import text

from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tests.interfaces.api.calling import BATCHES, Api
from tests.interfaces.api.failing import failed_jobs
from tests.registration.tenant import Tenant


async def _rows(tenant: Tenant, sql: str, **values: Any) -> list[dict[str, Any]]:
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        return [dict(row) for row in (await transaction.execute(text(sql), values)).mappings()]


async def test_a_batch_is_made_by_the_person_of_the_token(api: Api, tenant: Tenant) -> None:
    """With its jobs in the order of the request; not started."""
    ids = [str((await tenant.restaurant())[0]) for _ in range(2)]
    answer = await api.post(BATCHES, {"name": "Monday", "restaurant_ids": ids, "max_parallel": 3})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    batch_id = made["batch_job"]["id"]
    assert answer.headers["Location"] == f"{BATCHES}/{batch_id}"
    assert (made["batch_job"]["name"], made["batch_job"]["status"]) == ("Monday", "pending")
    assert (made["batch_job"]["created_by"], made["batch_job"]["options"]["max_parallel"]) == ("mere@example.nz", 3)
    assert [one["restaurant_id"] for one in made["registration_jobs"]] == ids
    assert (made["auto_started"], made["worked_on"]) == (False, False)
    [event] = await _rows(tenant, "select actor, data from registration_events where what = 'batch opened'")
    assert event == {"actor": "mere@example.nz", "data": {"actor_id": "auth|mere@example.nz"}}


async def test_a_batch_that_is_to_start_is_started_without_the_prefect_server(api: Api, tenant: Tenant) -> None:
    """Recovery finds it; the answer says that nobody works on it yet."""
    restaurant, _ = await tenant.restaurant()
    made = await api.done(BATCHES, {"restaurant_ids": [str(restaurant)], "auto_start": True}, status=201)
    assert (made["auto_started"], made["worked_on"]) == (True, False)
    assert made["auto_start_error"]
    assert made["batch_job"]["started_at"]


async def test_more_restaurants_than_a_batch_has_are_split_or_refused(api: Api, tenant: Tenant) -> None:
    """None is opened if one cannot be."""
    ids = [str((await tenant.restaurant())[0]) for _ in range(51)]
    assert await api.refused(BATCHES, {"restaurant_ids": ids}) == (422, "TOO_MANY_RESTAURANTS")
    made = await api.done(BATCHES, {"restaurant_ids": ids, "split": True, "name": "Week"}, status=201)
    assert [one["total_restaurants"] for one in made["batches"]] == [50, 1]
    assert len(made["registration_jobs"]) == 51


async def test_batches_that_cannot_be_made_are_refused(api: Api, tenant: Tenant, other: Tenant) -> None:
    """Each with its code; a restaurant of another organisation is one that does not exist."""
    mine, theirs = str((await tenant.restaurant())[0]), str((await other.restaurant())[0])
    await tenant.batch((await tenant.restaurant())[0])
    busy, _ = await tenant.restaurant()
    await tenant.batch(busy)
    refused = {
        (422, "EMPTY_BATCH"): {"restaurant_ids": []},
        (422, "NAMED_TWICE"): {"restaurant_ids": [mine, mine]},
        (404, "RESTAURANT_NOT_FOUND"): {"restaurant_ids": [theirs]},
        (409, "RESTAURANT_ALREADY_IN_BATCH"): {"restaurant_ids": [str(busy)]},
        (422, "INVALID_CONFIGURATION"): {"restaurant_ids": [mine], "execution_config": {"website": {"theme": "pink"}}},
        (422, "INVALID_REQUEST"): {"restaurant_ids": [mine], "created_by": "somebody else"},
    }
    for expected, body in refused.items():
        assert await api.refused(BATCHES, body) == expected
    assert await api.refused(BATCHES, {"restaurant_ids": ["hush"]}) == (422, "INVALID_REQUEST")


async def test_a_double_click_starts_a_batch_once(api: Api, tenant: Tenant) -> None:
    """An ended batch cannot be started."""
    batch_id, [job_id] = await _batch(tenant)
    first, second = [await api.done(f"{BATCHES}/{batch_id}/start", status=202) for _ in range(2)]
    assert (first["already"], second["already"], first["worked_on"]) == (False, True, False)
    assert first["batch_job"]["started_at"] == second["batch_job"]["started_at"]
    await _cancel_all(tenant, job_id)
    assert await api.refused(f"{BATCHES}/{batch_id}/start") == (409, "BATCH_HAS_ENDED")


async def _batch(tenant: Tenant, restaurants: int = 1) -> tuple[Any, list[Any]]:
    ids = [(await tenant.restaurant())[0] for _ in range(restaurants)]
    batch_id, jobs = await tenant.batch(*ids)
    return batch_id, [jobs[one] for one in ids]


async def _cancel_all(tenant: Tenant, job_id: Any) -> None:
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for step in Step:
            await advance(transaction, job_id, step, StepStatus.CANCELLED)


async def test_batches_of_others_cannot_be_told_from_none(api: Api, tenant: Tenant, other: Tenant) -> None:
    """Nothing of them is touched: their own people start them as before."""
    theirs, _ = await other.batch((await other.restaurant())[0])
    for batch_id in (theirs, uuid4()):
        for command in ("start", "cancel", "continue", "retry-failed", "leave-failed"):
            assert await api.refused(f"{BATCHES}/{batch_id}/{command}") == (404, "BATCH_NOT_FOUND"), command
        marking = {"restaurant_ids": [str(uuid4())]}
        assert await api.refused(f"{BATCHES}/{batch_id}/mark-extractions-executed", marking) == (404, "BATCH_NOT_FOUND")
    assert await _rows(tenant, "select from registration_leases") == []
    own = api.as_organisation(other.organisation_id)
    assert (await own.done(f"{BATCHES}/{theirs}/start", status=202))["already"] is False


async def test_a_batch_is_cancelled_without_a_body(api: Api, tenant: Tenant) -> None:
    """The numbers are those of the moment; a second cancel is no error."""
    batch_id, jobs = await _batch(tenant, 2)
    await _cancel_all(tenant, jobs[0])
    cancelled = await api.done(f"{BATCHES}/{batch_id}/cancel")
    assert (cancelled["cancelled_jobs"], cancelled["already_completed"], cancelled["in_flight"]) == (1, 1, [])
    assert (cancelled["settled"], cancelled["worked_on"]) == (False, False)
    await api.done(f"{BATCHES}/{batch_id}/cancel", {"why": "the wrong list"})
    ended, [job_id] = await _batch(tenant)
    await _cancel_all(tenant, job_id)
    assert await api.refused(f"{BATCHES}/{ended}/cancel") == (409, "BATCH_HAS_ENDED")


async def test_a_halted_batch_goes_on(api: Api, tenant: Tenant) -> None:
    """One that was not halted has nothing to continue."""
    batch_id, _ = await _batch(tenant)
    path = f"{BATCHES}/{batch_id}/continue"
    assert await api.refused(path) == (409, "INVALID_STATUS")
    halt = "update registration_batch_jobs set stopped_reason = 'too many failures' where id = :batch returning id"
    await _rows(tenant, halt, batch=batch_id)
    assert (await api.done(path, {"why": "the platform is back"}))["batch_id"] == str(batch_id)
    [event] = await _rows(tenant, "select actor, reason from registration_events where what = 'batch continued'")
    assert event == {"actor": "mere@example.nz", "reason": "the platform is back"}


async def test_failures_are_left_as_they_are(api: Api, tenant: Tenant) -> None:
    """All of a batch, or those that are named; with person and reason, and nothing else changes."""
    one, two = await failed_jobs(tenant, 2)
    path = f"{BATCHES}/{one.batch_id}/leave-failed"
    assert (await api.done(path, {"job_ids": [str(two.job_id)], "why": "closed"}))["job_ids"] == [str(two.job_id)]
    assert (await api.done(path))["job_ids"] == [str(one.job_id), str(two.job_id)]
    query = "select job_id, actor, reason from registration_events where what = 'failure left as it is'"
    events = await _rows(tenant, f"{query} order by created_at")
    assert [(row["job_id"], row["reason"]) for row in events] == [
        (two.job_id, "closed"),
        (one.job_id, None),
        (two.job_id, None),
    ]
    assert {row["actor"] for row in events} == {"mere@example.nz"}
    nothing_failed, jobs = await _batch(tenant)
    assert await api.refused(f"{BATCHES}/{nothing_failed}/leave-failed") == (409, "NOTHING_TO_RETRY")
    foreign = {"job_ids": [str(one.job_id), str(jobs[0])]}
    assert await api.refused(path, foreign) == (404, "JOB_NOT_FOUND")


async def test_every_failed_job_of_a_batch_is_retried(api: Api, tenant: Tenant) -> None:
    """A job that cannot be opened is named with its code, and stops no other."""
    nothing_failed, _ = await _batch(tenant)
    assert await api.refused(f"{BATCHES}/{nothing_failed}/retry-failed") == (409, "NOTHING_TO_RETRY")
    one, two = await failed_jobs(tenant, 2)
    await tenant.batch(two.restaurant_id)
    found = await api.done(f"{BATCHES}/{one.batch_id}/retry-failed")
    [opened], [refused] = found["opened"], found["refused"]
    assert (opened["job_id"], opened["steps"]) == (str(one.job_id), [6])
    assert "cloudwaitressAccount" in opened["sub_steps"]
    assert (refused["job_id"], refused["code"]) == (str(two.job_id), "RESTAURANT_ALREADY_IN_BATCH")
    assert "`" not in refused["detail"]


async def test_extractions_that_run_already_are_not_started_again(api: Api, tenant: Tenant) -> None:
    """Where step 1 has begun it is too late; a restaurant of another batch is refused."""
    batch_id, jobs = await _batch(tenant, 2)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, jobs[1], Step.EXTRACTION, StepStatus.IN_PROGRESS)
    rows = await _rows(
        tenant,
        "select restaurant_id from registration_jobs where batch_job_id = :batch order by position",
        batch=batch_id,
    )
    ids = [str(row["restaurant_id"]) for row in rows]
    path = f"{BATCHES}/{batch_id}/mark-extractions-executed"
    marked = await api.done(path, {"restaurant_ids": ids})
    assert (marked["updated_count"], marked["restaurant_ids"], marked["too_late"]) == (1, [ids[0]], [ids[1]])
    assert await api.refused(path, {"restaurant_ids": [str(uuid4())]}) == (422, "MISSING_SELECTIONS")
