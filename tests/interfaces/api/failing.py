"""Jobs whose step 6 failed, for tests of what people do then."""

from registration.configuration.models import YoloConfig
from registration.effects.set_up_queries import save_config
from registration.states import StepStatus, SubStepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import SYSTEM, move_sub_step
from tests.registration.at_gate import AtGate, all_at_config_gate
from tests.registration.tenant import Tenant

EMAIL = "owner@example.nz"


async def failed_jobs(tenant: Tenant, count: int = 1) -> list[AtGate]:
    """Jobs of one batch whose account could not be made; nothing after it was begun."""
    waiting = await all_at_config_gate(tenant, *({} for _ in range(count)))
    for one in waiting:
        await fail_account(tenant, one)
    return waiting


async def fail_account(tenant: Tenant, one: AtGate, status: SubStepStatus = SubStepStatus.FAILED) -> None:
    """Have step 6 of a job begin and end with its first sub-step; an unknown one waits for a person."""
    unknown = status is SubStepStatus.UNKNOWN
    config = YoloConfig.model_validate({"account": {"email": f"{one.job_id.hex[:8]}-{EMAIL}"}})
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await save_config(transaction, one.job_id, config)
        await advance(transaction, one.job_id, Step.YOLO_CONFIG, StepStatus.COMPLETED)
        await advance(transaction, one.job_id, Step.SET_UP, StepStatus.IN_PROGRESS)
        key = (transaction, one.job_id, SubStepName.CLOUDWAITRESS_ACCOUNT)
        await move_sub_step(*key, SubStepStatus.IN_PROGRESS)
        await move_sub_step(*key, status, SYSTEM, error_message="the platform said no", needs_person=unknown)
        if not unknown:
            await advance(transaction, one.job_id, Step.SET_UP, StepStatus.FAILED)
