"""The view that shows the twelve sub-steps of a job by phase."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.states import SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, ExtractionStart, SubStepName
from tests.registration.database.rows import add_batch, add_job, add_sub_step

_VIEW = "registration_sub_step_progress"


@pytest.fixture
async def job(everything: AsyncConnection, organisation: UUID) -> UUID:
    """A job whose ledger is empty."""
    return await add_job(everything, organisation, await add_batch(everything, organisation))


async def _progress(connection: AsyncConnection, job_id: UUID) -> Row[Any]:
    found = await connection.execute(text(f"select * from {_VIEW} where job_id = :job"), {"job": job_id})
    return found.one()


async def _settle(connection: AsyncConnection, organisation: UUID, job_id: UUID, phase: int, status: str) -> None:
    for row in SUB_STEPS.values():
        if row.phase == phase:
            await add_sub_step(connection, organisation, job_id, row.name, status)


async def test_phases_are_those_of_the_table_of_the_twelve(everything: AsyncConnection, job: UUID) -> None:
    """Each sub-step stands in the phase that the table of the twelve says, pending while the ledger is empty."""
    seen = await _progress(everything, job)
    shown = {
        (name, phase): each["status"]
        for phase, described in seen.phases.items()
        for name, each in described["sub_steps"].items()
    }
    rows = {(row.name, f"phase{row.phase}"): "pending" for row in SUB_STEPS.values()}
    assert shown == rows, f"write a migration that makes {_VIEW} anew, with the names and phases of the table"
    assert all(phase["description"] for phase in seen.phases.values())
    assert (seen.current_phase, seen.sub_steps_completed, seen.sub_steps_ended) == ("phase1", 0, 0)


PHASES: list[tuple[list[SubStepStatus], str]] = [
    ([SubStepStatus.PENDING] * 4, "pending"),
    ([SubStepStatus.COMPLETED, *[SubStepStatus.PENDING] * 3], "in_progress"),
    ([SubStepStatus.FAILED, SubStepStatus.UNKNOWN, *[SubStepStatus.COMPLETED] * 2], "in_progress"),
    ([SubStepStatus.FAILED, *[SubStepStatus.COMPLETED] * 3], "failed"),
    ([SubStepStatus.CANCELLED, *[SubStepStatus.COMPLETED] * 3], "cancelled"),
    ([SubStepStatus.SKIPPED] * 4, "skipped"),
    ([SubStepStatus.SKIPPED, *[SubStepStatus.COMPLETED] * 3], "completed"),
]


@pytest.mark.parametrize("statuses, phase", PHASES)
async def test_a_phase_is_what_its_sub_steps_are(
    everything: AsyncConnection, organisation: UUID, job: UUID, statuses: list[SubStepStatus], phase: str
) -> None:
    """Open as long as one is; then failed if one failed, cancelled if one was, skipped if all were, else completed."""
    first_phase = [row.name for row in SUB_STEPS.values() if row.phase == 1]
    for name, status in zip(first_phase, statuses, strict=True):
        await add_sub_step(everything, organisation, job, name, status)
    seen = await _progress(everything, job)
    assert seen.phases["phase1"]["status"] == phase
    assert seen.current_phase == ("phase1" if phase in {"pending", "in_progress"} else "phase2")


async def test_the_current_phase_is_completed_when_all_have_ended(
    everything: AsyncConnection, organisation: UUID, job: UUID
) -> None:
    """All twelve ended: no phase is current; the two extraction starts do not count among them."""
    for phase in (1, 2, 3):
        await _settle(everything, organisation, job, phase, "completed")
    await _settle(everything, organisation, job, 4, "skipped")
    await add_sub_step(everything, organisation, job, ExtractionStart.MENU, "in_progress")
    seen = await _progress(everything, job)
    assert (seen.current_phase, seen.sub_steps_completed, seen.sub_steps_ended) == ("completed", 11, 12)


async def test_why_one_failed_or_was_left_out_is_shown(
    everything: AsyncConnection, organisation: UUID, job: UUID
) -> None:
    """Reason and error stand with the sub-step; what it has not is left out."""
    await add_sub_step(everything, organisation, job, "menuImport", "failed", error_message="no items", attempt=4)
    await add_sub_step(everything, organisation, job, "optionSets", "skipped", skip_reason="menuImport failed")
    phases = (await _progress(everything, job)).phases
    failed = phases["phase2"]["sub_steps"][SubStepName.MENU_IMPORT]
    skipped = phases["phase3"]["sub_steps"][SubStepName.OPTION_SETS]
    assert (failed["error"], failed["attempt"]) == ("no items", 4)
    assert skipped["reason"] == "menuImport failed"
    assert "error" not in skipped
