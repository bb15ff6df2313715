"""What follows from a person's statement about a sub-step: for the sub-steps that need it, and for step 6."""

from dataclasses import dataclass, replace

from registration.database.session import Transaction
from registration.effects.queries import reopen_effects
from registration.effects.set_up_queries import SetUpSnapshot, read_set_up
from registration.operations import cancel_queries as flags
from registration.operations.by_hand_queries import rename_skip_reason
from registration.operations.job_state import JobState
from registration.states import StepStatus, SubStepStatus
from registration.workflow.readiness import Skip, readiness
from registration.workflow.skips import SubStepSkip
from registration.workflow.step_queries import advance, reopen
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName, dependants
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step, record


@dataclass(frozen=True)
class Consequences:
    """The sub-steps that go on now, and those that are skipped now."""

    opened: tuple[SubStepName, ...]
    skipped: tuple[SubStepName, ...]


async def follow_statement(
    transaction: Transaction, job: JobState, name: SubStepName, attribution: Attribution
) -> Consequences:
    """Open or skip the dependants of a sub-step that was moved, and let step 6 go on, or end with its outcome of now.

    `job` is the state before; lease, batch, job and steps must be locked.
    """
    row = await read_set_up(transaction, job.job_id)
    opened, reasons = _dependants(job, name, row)
    skipped = tuple(one for one in reasons if row.statuses[one] is SubStepStatus.PENDING)
    for one, why in reasons.items():
        if one in skipped:
            because = Attribution(SYSTEM.actor, why)
            await move_sub_step(transaction, job.job_id, one, SubStepStatus.SKIPPED, because, skip_reason=why)
        else:
            await rename_skip_reason(transaction, job.job_id, one, why)
    if opened:
        await _open(transaction, job, opened, Attribution(attribution.actor, f"{name} was done by hand"))
    await _move_set_up(transaction, job, attribution, opened=bool(opened))
    return Consequences(opened, skipped)


def planned(job: JobState, name: SubStepName, to: SubStepStatus, row: SetUpSnapshot) -> Consequences:
    """What would follow if a person moved the sub-step now; `row` is the state before (pure)."""
    after = replace(row, statuses=row.statuses | {name: to})
    opened, reasons = _dependants(job, name, after)
    return Consequences(opened, tuple(one for one in reasons if row.statuses[one] is SubStepStatus.PENDING))


async def _open(
    transaction: Transaction, job: JobState, names: tuple[SubStepName, ...], attribution: Attribution
) -> None:
    await flags.clear_batch_cancel(transaction, job.batch_id)
    await flags.clear_job_cancel(transaction, job.job_id)
    for name, generation in (await reopen_effects(transaction, job.job_id, names)).items():
        data = {"sub_step": name, "generation": generation}
        await record(transaction, f"{name} reopened", attribution, job_id=job.job_id, data=data)


def _dependants(
    job: JobState, name: SubStepName, row: SetUpSnapshot
) -> tuple[tuple[SubStepName, ...], dict[SubStepName, str]]:
    """The dependants to open, and those that are or stay skipped, with their reasons of now."""
    statuses, opened, skipped = dict(row.statuses), list[SubStepName](), dict[SubStepName, str]()
    affected = dependants([name])
    for one in (one for one in SUB_STEPS if one in affected):
        given_up = job.sub_steps[one].skip_reason is SubStepSkip.NEED_GIVEN_UP
        if statuses[one] is not SubStepStatus.PENDING and not (statuses[one] is SubStepStatus.SKIPPED and given_up):
            continue
        match readiness(one, statuses, row.config.steps_enabled):
            case Skip() as skip:
                skipped[one] = skip.text
                statuses[one] = SubStepStatus.SKIPPED
            case _ if given_up:
                opened.append(one)
                statuses[one] = SubStepStatus.PENDING
            case _:
                pass
    return tuple(opened), skipped


async def _move_set_up(transaction: Transaction, job: JobState, attribution: Attribution, *, opened: bool) -> None:
    """Let step 6 go on if it has ended and work was opened; a failed step 6 without open work ends once more.

    A step 6 that has not ended is ended by the process that works on it.
    """
    row = await read_set_up(transaction, job.job_id)
    status = job.steps[Step.SET_UP].status
    if not (status.ended and (opened or (row.ended and status is StepStatus.FAILED))):
        return
    await reopen(transaction, job.job_id, Step.SET_UP, StepStatus.PENDING, attribution)
    if row.ended:
        await advance(transaction, job.job_id, Step.SET_UP, StepStatus.IN_PROGRESS, attribution)
        to = StepStatus.FAILED if row.failure else StepStatus.COMPLETED
        because = Attribution(attribution.actor, row.failure or attribution.reason)
        await advance(transaction, job.job_id, Step.SET_UP, to, because, error_message=row.failure)
