"""The view in which a batch's status, counters and progress are derived from its jobs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, func, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.states import BatchStatus, JobStatus
from tests.registration.database.rows import add, add_batch, add_job, add_step, add_sub_step

NOW = func.now()


async def _overview(connection: AsyncConnection, batch_id: UUID) -> Row[Any]:
    found = await connection.execute(
        text("select * from registration_batch_overview where id = :batch"), {"batch": batch_id}
    )
    return found.one()


async def _batch_of(
    connection: AsyncConnection, organisation: UUID, statuses: list[JobStatus], **values: Any
) -> tuple[UUID, list[UUID]]:
    batch_id = await add_batch(connection, organisation, **values)
    jobs = [
        await add_job(connection, organisation, batch_id, position=position, status=status)
        for position, status in enumerate(statuses, 1)
    ]
    return batch_id, jobs


async def test_an_empty_batch_is_pending_at_nought_percent(everything: AsyncConnection, organisation: UUID) -> None:
    """Nothing is divided by nought jobs, and nothing is completed."""
    seen = await _overview(everything, await add_batch(everything, organisation))
    assert (seen.status, seen.percent, seen.jobs_total, seen.current_step) == ("pending", 0, 0, None)
    assert seen.steps_that_need_action == []


RUNGS: list[tuple[dict[str, Any], list[JobStatus], BatchStatus]] = [
    (
        {"cancelled_at": NOW, "stopped_reason": "too many failed"},
        [JobStatus.ACTION_REQUIRED, JobStatus.FAILED],
        BatchStatus.CANCELLED,
    ),
    ({"stopped_reason": "too many failed"}, [JobStatus.ACTION_REQUIRED, JobStatus.FAILED], BatchStatus.FAILED),
    ({}, [JobStatus.ACTION_REQUIRED, JobStatus.IN_PROGRESS, JobStatus.COMPLETED], BatchStatus.ACTION_REQUIRED),
    ({}, [JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED], BatchStatus.COMPLETED),
    ({}, [JobStatus.FAILED, JobStatus.SKIPPED, JobStatus.CANCELLED], BatchStatus.COMPLETED),
    ({}, [JobStatus.COMPLETED, JobStatus.PENDING], BatchStatus.IN_PROGRESS),
    ({}, [JobStatus.IN_PROGRESS, JobStatus.PENDING], BatchStatus.IN_PROGRESS),
    ({"started_at": NOW}, [JobStatus.PENDING, JobStatus.PENDING], BatchStatus.PENDING),
    ({"stop_requested_at": NOW}, [JobStatus.CANCELLED, JobStatus.CANCELLED], BatchStatus.IN_PROGRESS),
    ({"stop_requested_at": NOW, "stopped_reason": "x"}, [JobStatus.FAILED, JobStatus.PENDING], BatchStatus.IN_PROGRESS),
    ({}, [JobStatus.CANCELLED, JobStatus.CANCELLED], BatchStatus.CANCELLED),
    ({}, [JobStatus.CANCELLED, JobStatus.SKIPPED], BatchStatus.CANCELLED),
    ({}, [JobStatus.SKIPPED, JobStatus.SKIPPED], BatchStatus.COMPLETED),
]


@pytest.mark.parametrize("values, jobs, status", RUNGS)
async def test_the_first_rung_that_holds_is_the_status(
    everything: AsyncConnection,
    organisation: UUID,
    values: dict[str, Any],
    jobs: list[JobStatus],
    status: BatchStatus,
) -> None:
    """Cancelled, failed, action required, completed, in progress, pending: in this order."""
    batch_id, _ = await _batch_of(everything, organisation, jobs, **values)
    assert (await _overview(everything, batch_id)).status == status


def test_every_status_has_a_rung() -> None:
    """No status of a batch is left untried."""
    assert {status for _, _, status in RUNGS} == set(BatchStatus)


async def test_a_job_that_begins_again_keeps_its_batch_begun(everything: AsyncConnection, organisation: UUID) -> None:
    """A reopened job is pending, but it has been at work before."""
    batch_id = await add_batch(everything, organisation)
    await add_job(everything, organisation, batch_id, status=JobStatus.PENDING, started_at=NOW)
    assert (await _overview(everything, batch_id)).status == BatchStatus.IN_PROGRESS


async def test_jobs_are_counted_by_status(everything: AsyncConnection, organisation: UUID) -> None:
    """One counter for each status, the total and how many have ended."""
    statuses = [*JobStatus, JobStatus.FAILED]
    batch_id, _ = await _batch_of(everything, organisation, statuses)
    seen = await _overview(everything, batch_id)
    counted = {status: getattr(seen, f"jobs_{status}") for status in JobStatus}
    assert counted == {status: statuses.count(status) for status in JobStatus}
    assert (seen.jobs_total, seen.jobs_ended) == (len(statuses), sum(status.ended for status in statuses))


async def test_percent_and_current_step_come_from_the_steps(everything: AsyncConnection, organisation: UUID) -> None:
    """Percent is ended steps of six per job, rounded down; the current step is the lowest open one of a job at work."""
    batch_id, (first, second, failed) = await _batch_of(
        everything, organisation, [JobStatus.IN_PROGRESS, JobStatus.IN_PROGRESS, JobStatus.FAILED]
    )
    for number, status in enumerate(["completed", "completed", "skipped", "skipped", "completed", "in_progress"], 1):
        await add_step(everything, organisation, first, number, status)
    for number, status in enumerate(["completed", "completed", "completed", "in_progress", "pending", "pending"], 1):
        await add_step(everything, organisation, second, number, status)
    for number, status in enumerate(["completed", "failed", "skipped", "skipped", "skipped", "skipped"], 1):
        await add_step(everything, organisation, failed, number, status)
    seen = await _overview(everything, batch_id)
    assert (seen.steps_ended, seen.percent, seen.current_step) == (14, 77, 4)


async def test_a_batch_changes_with_the_events_of_a_job_that_has_ended(
    everything: AsyncConnection, organisation: UUID
) -> None:
    """Its steps and effects are not read: each move of them is an event."""
    batch_id, [job_id] = await _batch_of(everything, organisation, [JobStatus.COMPLETED])
    before = (await _overview(everything, batch_id)).changed_at
    at = before + timedelta(minutes=1)
    await add(everything, "registration_events", organisation, batch_job_id=batch_id, job_id=job_id, created_at=at)
    assert (await _overview(everything, batch_id)).changed_at == at


async def test_who_waits_at_which_gate_is_counted_and_listed(everything: AsyncConnection, organisation: UUID) -> None:
    """Jobs per gate, effects that only a person can settle, and each step that needs somebody, in the batch's order."""
    batch_id, (first, second, third) = await _batch_of(everything, organisation, [JobStatus.ACTION_REQUIRED] * 3)
    await add_step(everything, organisation, second, 3, "action_required")
    await add_step(everything, organisation, first, 3, "action_required")
    await add_step(everything, organisation, third, 5, "action_required")
    for name in ("cloudwaitressAccount", "menuImport"):
        await add_sub_step(everything, organisation, third, name, "unknown", needs_person=True)
    await add_sub_step(everything, organisation, first, "menuImport", "unknown")
    seen = await _overview(everything, batch_id)
    waiting = (seen.waiting_company_selection, seen.waiting_yolo_config, seen.waiting_unknown_effects)
    assert waiting == (2, 1, 1)
    listed = [(UUID(step["job_id"]), step["step_number"]) for step in seen.steps_that_need_action]
    assert listed == [(first, 3), (second, 3), (third, 5)]
    assert {"step_name", "visit", "arrived_at", "position"} < set(seen.steps_that_need_action[0])
