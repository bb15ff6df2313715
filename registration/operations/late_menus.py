"""A menu that is finished after step 1 failed, or while a question without a menu is open: the job goes on with it."""

from uuid import UUID

from registration.database.session import Transaction
from registration.operations.late_menu_queries import branding_is_done, jobs_with_late_menus
from registration.restaurants.extraction_queries import read_extractions
from registration.states import StepStatus
from registration.workflow.step_queries import StepRow, advance, lock_steps, read_step, reopen
from registration.workflow.steps import Step
from registration.workflow.transition_queries import SYSTEM, Attribution

_ARRIVED = Attribution(SYSTEM.actor, "a menu has arrived")


async def take_late_menus(transaction: Transaction, batch_id: UUID) -> int:
    """Wake the jobs of the batch for which a menu has arrived; returns their number.

    The caller's transaction holds the lease of the batch, or has locked it while no process works on the batch.
    """
    jobs = await jobs_with_late_menus(transaction, batch_id)
    return sum([await _take(transaction, batch_id, job_id) for job_id in jobs])


async def _take(transaction: Transaction, batch_id: UUID, job_id: UUID) -> bool:
    """Reopen what waits for the menu: step 1 if it failed for want of it, and the open question."""
    await lock_steps(transaction, job_id)
    if not await jobs_with_late_menus(transaction, batch_id, job_id):
        return False
    extraction, gate = [await read_step(transaction, job_id, step) for step in (Step.EXTRACTION, Step.YOLO_CONFIG)]
    if extraction is None or gate is None:
        return False
    followed = await _follow_again(transaction, job_id, extraction)
    asked = gate.status is StepStatus.ACTION_REQUIRED and (followed or gate.data.without_menu)
    if asked:
        await advance(transaction, job_id, Step.YOLO_CONFIG, StepStatus.COMPLETED, _ARRIVED)
        data = gate.data.model_copy(update={"without_menu": False})
        await reopen(transaction, job_id, Step.YOLO_CONFIG, StepStatus.ACTION_REQUIRED, _ARRIVED, data)
    return followed or asked


async def _follow_again(transaction: Transaction, job_id: UUID, step: StepRow) -> bool:
    """Reopen a failed step 1 whose menu extraction has completed since, once for each extraction.

    Not if branding is missing too: step 1 would request it once more, or fail for it again.
    """
    if step.status is not StepStatus.FAILED or not await branding_is_done(transaction, job_id):
        return False
    newest = (await read_extractions(transaction, step.restaurant_id, step.data.since)).newest
    if newest is None or not newest.completed or newest.job_id == step.data.menu_job:
        return False
    data = step.data.model_copy(update={"menu_job": newest.job_id})
    await reopen(transaction, job_id, Step.EXTRACTION, StepStatus.PENDING, _ARRIVED, data)
    return True
