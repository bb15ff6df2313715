"""Queries about how jobs stand, for whoever wants to open them again."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.models import YoloConfig
from registration.errors import NotFound
from registration.operations.job_state import JobState, StepState, SubStepState
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName

_STANDING = text(
    """
    select j.id, j.batch_job_id, j.restaurant_id, r.name, j.status, j.execution_config,
        j.stop_requested_at is not null as stop_requested,
        (select array_agg(array[s.status, s.result_data ->> 'skipped'] order by s.step_number)
            from registration_job_steps s where s.job_id = j.id) as steps,
        (select jsonb_object_agg(u.name, jsonb_build_object('status', u.status, 'skip_reason', u.skip_reason))
            from registration_sub_steps u where u.job_id = j.id) as effects
    from registration_jobs j join restaurants r on r.id = j.restaurant_id
    where j.id = :job and j.organisation_id = :organisation
    """
)
_FAILED = text(
    """
    select id from registration_jobs
    where batch_job_id = :batch and organisation_id = :organisation and status in ('failed', 'partially_completed')
    order by position
    """
)


async def read_job_state(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> JobState:
    """Raises NotFound for an unknown job and for another organisation's."""
    found = await connection.execute(_STANDING, {"job": job_id, "organisation": organisation_id})
    row = found.one_or_none()
    if row is None:
        raise NotFound(f"there is no job {job_id} in this organisation; `registration show BATCH` lists them")
    config = YoloConfig.model_validate(row.execution_config) if row.execution_config else None
    return JobState(
        job_id=row.id,
        batch_id=row.batch_job_id,
        restaurant_id=row.restaurant_id,
        restaurant=row.name,
        status=JobStatus(row.status),
        stop_requested=row.stop_requested,
        email=config.account.email.lower() if config and config.account.email else None,
        enabled=frozenset(config.steps_enabled) if config else frozenset(),
        steps={step: StepState(StepStatus(status), why) for step, (status, why) in zip(Step, row.steps, strict=True)},
        sub_steps=_sub_steps(row.effects),
    )


async def failed_jobs(connection: AsyncConnection, organisation_id: UUID, batch_id: UUID) -> tuple[UUID, ...]:
    """The failed and partially completed jobs of a batch, in its order."""
    found = await connection.execute(_FAILED, {"batch": batch_id, "organisation": organisation_id})
    return tuple(found.scalars())


def _sub_steps(effects: dict[str, Any]) -> dict[SubStepName, SubStepState]:
    return {
        name: SubStepState(SubStepStatus(effects[name]["status"]), effects[name]["skip_reason"]) for name in SubStepName
    }
