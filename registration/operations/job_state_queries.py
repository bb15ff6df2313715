"""Queries about the state of jobs that a person wants to reopen."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.configuration.models import YoloConfig
from registration.database.session import Transaction
from registration.errors import NotFound
from registration.operations.job_state import JobState, StepState, SubStepState
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.skips import StepSkip, SubStepSkip
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName

_STATE = text(
    """
    select j.id, j.batch_job_id, j.restaurant_id, r.name, j.status, j.execution_config,
        j.stop_requested_at is not null as stop_requested,
        (select array_agg(array[s.status, s.result_data ->> 'skipped'] order by s.step_number)
            from registration_job_steps s where s.job_id = j.id) as steps,
        (select s.status = 'completed' and (s.result_data ? 'no_match' or s.result_data ? 'entered_by_hand')
            from registration_job_steps s where s.job_id = j.id and s.step_number = 3) as without_company,
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
_REOPENED_BY = text(
    """
    select what from (
        select distinct on (what) what, actor from registration_events
        where job_id = :job and organisation_id = :organisation and what like '% reopened'
        order by what, created_at desc
    ) last where actor = :actor
    """
)


async def read_job_state(transaction: Transaction, job_id: UUID) -> JobState:
    """The state of one job. Raises NotFound for an unknown job and for a job of another organisation."""
    found = await transaction.execute(_STATE, {"job": job_id, "organisation": transaction.organisation_id})
    row = found.one_or_none()
    if row is None:
        raise NotFound(
            f"there is no job {job_id} in this organisation",
            code="JOB_NOT_FOUND",
        )
    config = YoloConfig.model_validate(row.execution_config) if row.execution_config else None
    return JobState(
        job_id=row.id,
        batch_id=row.batch_job_id,
        restaurant_id=row.restaurant_id,
        restaurant=row.name,
        status=JobStatus(row.status),
        cancel_requested=row.stop_requested,
        email=config.account.email.lower() if config and config.account.email else None,
        enabled=frozenset(config.steps_enabled) if config else frozenset(),
        steps={step: _step(*cells) for step, cells in zip(Step, row.steps, strict=True)},
        sub_steps=_sub_steps(row.effects),
        without_company=row.without_company,
    )


async def reopened_by(transaction: Transaction, job_id: UUID, actor: str) -> frozenset[str]:
    """The sub-steps, and the steps as “step 6”, of the job that this person was the last to reopen."""
    parameters = {"job": job_id, "organisation": transaction.organisation_id, "actor": actor}
    found = (await transaction.execute(_REOPENED_BY, parameters)).scalars()
    return frozenset(what.removesuffix(" reopened") for what in found)


async def failed_jobs(transaction: Transaction, batch_id: UUID) -> tuple[UUID, ...]:
    """The failed and partially completed jobs of a batch, in its order."""
    found = await transaction.execute(_FAILED, {"batch": batch_id, "organisation": transaction.organisation_id})
    return tuple(found.scalars())


def _step(status: str, skipped: str | None) -> StepState:
    reason = StepSkip.read(skipped) if status == StepStatus.SKIPPED else None
    return StepState(StepStatus(status), reason)


def _sub_steps(effects: dict[str, Any]) -> dict[SubStepName, SubStepState]:
    return {name: _sub_step(**effects[name]) for name in SubStepName}


def _sub_step(status: str, skip_reason: str | None) -> SubStepState:
    return SubStepState(SubStepStatus(status), None if skip_reason is None else SubStepSkip.read(skip_reason))
