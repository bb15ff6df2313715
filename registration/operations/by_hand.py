"""What a person says about a failed or skipped sub-step: it was done by hand, or it is not needed.

One transaction under the lease's lock moves the sub-step, with its event, and what follows: dependants are opened or
skipped, and step 6 goes on, or ends with its outcome of now.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from registration.batches.opening import in_one_batch
from registration.batches.queries import lock_batch
from registration.database.session import Database, Transaction
from registration.effects.evidence import Observation
from registration.effects.queries import lock_effects
from registration.effects.set_up_queries import read_set_up
from registration.errors import Refused
from registration.operations.by_hand_outputs import is_proven, outputs_by_hand
from registration.operations.by_hand_queries import read_statement
from registration.operations.consequences import Consequences, follow_statement, planned
from registration.operations.job_state import JobState
from registration.operations.job_state_queries import read_job_state
from registration.operations.reopenable import read_reopenable_job
from registration.states import Assurance, JobStatus, SubStepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.skips import SubStepSkip
from registration.workflow.step_queries import lock_steps
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution, move_sub_step_as_stated

Shown = Callable[[JobState, SubStepName], Awaitable[Observation]]
"""What the platform shows of a sub-step; see PlatformChecks."""

_STATED = frozenset({SubStepStatus.FAILED, SubStepStatus.SKIPPED})


@dataclass(frozen=True)
class Stated:
    """What became of a statement. `known` is proven if the platform shows what the person says, else by a person.

    `opened` are the sub-steps that go on now, `skipped` those that are skipped now. `live`: a process works on the
    batch and sees the change within a second. `platform_shows` is what the platform answered, None if it was not asked.
    """

    job_id: UUID
    batch_id: UUID
    restaurant: str
    sub_step: SubStepName
    status: SubStepStatus
    known: Assurance | None
    job_status: JobStatus
    opened: tuple[SubStepName, ...] = ()
    skipped: tuple[SubStepName, ...] = ()
    live: bool = False
    platform_shows: str | None = None


async def finish_by_hand(
    database: Database,
    organisation_id: UUID,
    job_id: UUID,
    name: SubStepName,
    attribution: Attribution,
    shown: Shown,
    *,
    pumpd_restaurant_id: str | None = None,
) -> Stated:
    """Complete a failed or skipped sub-step that a person has done by hand; what was skipped because of it goes on.

    The platform is asked first: the statement is proven if it shows what the person says. The same statement again
    changes nothing. Raises NotFound, and Refused: without a reason, for a sub-step that has not failed and was not
    skipped, for the account without a stored password, for the registration without the platform's id.
    """
    _check_reason(name, attribution)
    async with database.transaction(organisation_id) as transaction:
        before = await _repeated(transaction, job_id, name, SubStepStatus.COMPLETED, attribution)
        if before is not None:
            return before
        job = await read_reopenable_job(transaction, job_id)
        check_statement(job, name)
    observation = await shown(job, name)

    async def state(transaction: Transaction, job: JobState) -> bool:
        outputs = await outputs_by_hand(transaction, job, name, observation, pumpd_restaurant_id)
        proven = is_proven(observation)
        evidence: dict[str, Any] = {"said_by": attribution.actor, "why": attribution.reason}
        return await move_sub_step_as_stated(
            transaction,
            job_id,
            name,
            SubStepStatus.COMPLETED,
            Attribution(attribution.actor, f"done by hand: {attribution.reason}"),
            outputs=outputs,
            evidence=observation.evidence | evidence if proven else evidence,
            known=Assurance.PROVEN if proven else Assurance.PERSON,
            error_message=None,
            error_details=None,
            skip_reason=None,
        )

    stated = await _in_transaction(database, organisation_id, job_id, name, attribution, state)
    return replace(stated, platform_shows=observation.reason)


async def skip_by_hand(
    database: Database, organisation_id: UUID, job_id: UUID, name: SubStepName, attribution: Attribution
) -> Stated:
    """Skip a failed sub-step that is not needed, and with it those that need it; it no longer counts as failed.

    A sub-step that was skipped for another reason stays skipped from now on also if what it needs is retried. The same
    statement again changes nothing. Raises NotFound, and Refused: without a reason, for a sub-step that has not failed.
    """
    _check_reason(name, attribution)
    async with database.transaction(organisation_id) as transaction:
        before = await _repeated(transaction, job_id, name, SubStepStatus.SKIPPED, attribution)
        if before is not None:
            return before

    async def state(transaction: Transaction, job: JobState) -> bool:
        reason = SubStepSkip.BY_PERSON.text(attribution.actor, attribution.reason or "")
        return await move_sub_step_as_stated(
            transaction,
            job_id,
            name,
            SubStepStatus.SKIPPED,
            Attribution(attribution.actor, reason),
            skip_reason=reason,
            evidence={"said_by": attribution.actor, "why": attribution.reason},
            error_message=None,
            error_details=None,
        )

    return await _in_transaction(database, organisation_id, job_id, name, attribution, state)


async def planned_statement(
    database: Database, organisation_id: UUID, job_id: UUID, name: SubStepName, to: SubStepStatus
) -> Consequences:
    """What would follow from a statement now; nothing is written, and the platform is not asked.

    Raises NotFound, and Refused if a person cannot make the statement now.
    """
    async with database.transaction(organisation_id) as transaction:
        job = await read_reopenable_job(transaction, job_id)
        check_statement(job, name)
        return planned(job, name, to, await read_set_up(transaction, job_id))


def _check_reason(name: SubStepName, attribution: Attribution) -> None:
    if not attribution.reason:
        raise Refused(
            f"the reason for the statement about {name} is missing",
            code="REASON_MISSING",
            hint="say what was done, or why it is not needed",
        )


async def _repeated(
    transaction: Transaction, job_id: UUID, name: SubStepName, to: SubStepStatus, attribution: Attribution
) -> Stated | None:
    """The outcome of the same statement of this person, if it was made before."""
    job = await read_job_state(transaction, job_id)
    lease = await lock_lease(transaction, job.batch_id)
    before = await read_statement(transaction, job_id, name)
    if before.status is not to or not before.is_of(attribution.actor, attribution.reason):
        return None
    status, known = before.status, before.known
    return Stated(job_id, job.batch_id, job.restaurant, name, status, known, job.status, live=lease.live)


async def _in_transaction(
    database: Database,
    organisation_id: UUID,
    job_id: UUID,
    name: SubStepName,
    attribution: Attribution,
    state: Callable[[Transaction, JobState], Awaitable[bool]],
) -> Stated:
    """Make the statement and what follows from it. Only what is read after the locks decides."""
    with in_one_batch():
        async with database.transaction(organisation_id) as transaction:
            batch_id = await batch_of_job(transaction, job_id)
            lease = await lock_lease(transaction, batch_id)
            await lock_batch(transaction, batch_id)
            await lock_steps(transaction, job_id)
            await lock_effects(transaction, [job_id], name)
            job = await read_reopenable_job(transaction, job_id)
            check_statement(job, name)
            if not await state(transaction, job):
                raise AssertionError(f"{name} of job {job_id} was moved in spite of its lock")
            follow = await follow_statement(transaction, job, name, attribution)
            after, now = await read_job_state(transaction, job_id), await read_statement(transaction, job_id, name)
            status, opened, skipped = after.status, follow.opened, follow.skipped
            values = (job_id, batch_id, job.restaurant, name, now.status, now.known, status, opened, skipped)
            return Stated(*values, live=lease.live)


def check_statement(job: JobState, name: SubStepName) -> None:
    """Raises Refused if a person cannot say now that the sub-step was done by hand, or is not needed."""
    status = job.sub_steps[name].status
    if job.status is JobStatus.CANCELLED:
        message, hint = f"{job.restaurant} is cancelled", "retry the job first, then say what was done by hand"
    elif status is SubStepStatus.UNKNOWN:
        message = f"whether {name} of {job.restaurant} happened is not known"
        hint = "look at the platform, and resolve the unknown effect"
    elif status not in _STATED:
        message = f"{name} of {job.restaurant} is {status.replace('_', ' ')}"
        hint = "only a failed or skipped sub-step can be done by hand, or skipped"
    else:
        return
    raise Refused(message, code="INVALID_STATUS", hint=hint, job_id=str(job.job_id), sub_step=name)
