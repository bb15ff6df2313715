"""Jobs whose step 6 has ended with failed and skipped sub-steps, written without a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.configuration.models import AccountSection, MenuSection, YoloConfig
from registration.effects.evidence import Observation, Presence
from registration.effects.set_up_queries import save_config
from registration.operations.by_hand import Stated, finish_by_hand, skip_by_hand
from registration.operations.job_state import JobState
from registration.states import StepStatus, SubStepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.readiness import Skip, readiness
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName
from registration.workflow.transition_queries import Attribution, move_sub_step
from tests.registration.tenant import Tenant

MERE = Attribution("Mere", "made it in the dashboard")
NOTHING_SHOWN = Observation(Presence.ABSENT, "the platform has no such thing")


@dataclass(frozen=True)
class EndedJob:
    """One job whose step 6 has ended, and what a person says about it."""

    tenant: Tenant
    batch_id: UUID
    job_id: UUID
    restaurant_id: UUID
    email: str

    async def finish(
        self,
        name: SubStepName,
        attribution: Attribution = MERE,
        *,
        shown: Observation = NOTHING_SHOWN,
        restaurant_id: str | None = None,
    ) -> Stated:
        """The sub-step was done by hand; the platform shows `shown`."""

        async def asked(_job: JobState, _name: SubStepName) -> Observation:
            return shown

        key = (self.tenant.database, self.tenant.organisation_id, self.job_id, name, attribution)
        return await finish_by_hand(*key, asked, pumpd_restaurant_id=restaurant_id)

    async def skip(self, name: SubStepName, attribution: Attribution = MERE) -> Stated:
        """The sub-step is not needed."""
        return await skip_by_hand(self.tenant.database, self.tenant.organisation_id, self.job_id, name, attribution)

    async def row(self, name: SubStepName) -> Mapping[str, Any]:
        """The sub-step as it is stored."""
        [row] = await self.query("select * from registration_sub_steps where job_id = :job and name = :name", name=name)
        return row

    async def statuses(self) -> dict[str, str]:
        """The sub-steps that are not completed."""
        rows = await self.query("select name, status from registration_sub_steps where job_id = :job")
        return {row["name"]: row["status"] for row in rows if row["name"] in SUB_STEPS and row["status"] != "completed"}

    async def job(self) -> Mapping[str, Any]:
        """The job, with the status and the error of step 6, and the outcome of its batch."""
        [row] = await self.query(
            "select j.status, j.error_message, s.status as step, s.error_message as step_error, v.outcome"
            " from registration_jobs j join registration_job_steps s on s.job_id = j.id and s.step_number = 6"
            " join registration_batch_status v on v.id = j.batch_job_id where j.id = :job"
        )
        return row

    async def query(self, sql: str, **values: Any) -> list[Mapping[str, Any]]:
        """Rows of a statement about this job."""
        async with self.tenant.database.transaction(self.tenant.organisation_id) as transaction:
            found = await transaction.execute(text(sql), {"job": self.job_id} | values)
            return [dict(row) for row in found.mappings()] if found.returns_rows else []


async def ended_job(tenant: Tenant, *failed: SubStepName, disabled: frozenset[SubStepName] = frozenset()) -> EndedJob:
    """A job in which these sub-steps failed, and those were skipped that need them."""
    email = f"kai-{tenant.organisation_id}@example.nz"
    restaurant_id, menu_id = await tenant.restaurant(email=email)
    batch_id, jobs = await tenant.batch(restaurant_id)
    job_id = jobs[restaurant_id]
    config = YoloConfig(
        account=AccountSection(email=email),
        menu=MenuSection(selected_menu_id=menu_id),
        steps_enabled=frozenset(SubStepName) - disabled,
    )
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await lock_lease(transaction, batch_id)
        await save_config(transaction, job_id, config)
        for step in Step:
            await advance(transaction, job_id, step, StepStatus.IN_PROGRESS)
            if step is not Step.SET_UP:
                await advance(transaction, job_id, step, StepStatus.COMPLETED)
        statuses = dict.fromkeys(SUB_STEPS, SubStepStatus.PENDING)
        for name in SUB_STEPS:
            skip = readiness(name, statuses, config.steps_enabled)
            if isinstance(skip, Skip):
                statuses[name] = SubStepStatus.SKIPPED
                await move_sub_step(transaction, job_id, name, SubStepStatus.SKIPPED, skip_reason=skip.text)
                continue
            statuses[name] = SubStepStatus.FAILED if name in failed else SubStepStatus.COMPLETED
            await move_sub_step(transaction, job_id, name, SubStepStatus.IN_PROGRESS)
            error = "the platform said no" if name in failed else None
            await move_sub_step(transaction, job_id, name, statuses[name], error_message=error)
        to = StepStatus.FAILED if failed else StepStatus.COMPLETED
        message = "; ".join(f"{name}: the platform said no" for name in failed) or None
        await advance(transaction, job_id, Step.SET_UP, to, error_message=message)
    return EndedJob(tenant, batch_id, job_id, restaurant_id, email)
