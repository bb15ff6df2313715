"""Retry: reopens what a plan says, in one transaction under the lease's lock; the live run does the rest."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.batches.queries import lock_batch, read_batch
from registration.database.session import Database, database_now
from registration.effects.evidence import PlatformEvidence, Presence
from registration.effects.evidence.model import Sendings, asked_for
from registration.effects.queries import read_effect, renew
from registration.effects.set_up_queries import read_set_up
from registration.errors import NotUnderstood, PlatformRefused, PlatformUnclear, Refused, TransientError
from registration.operations import cancel_queries as flags
from registration.operations.job_state import JobState
from registration.operations.job_state_queries import read_job_state
from registration.operations.retry_plan import Plan, plan
from registration.operations.retry_request import RetryAsked
from registration.states import Assurance, StepStatus
from registration.workflow.assurance import RECORDS
from registration.workflow.lease_queries import lock_lease
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.step_queries import lock_steps, read_step_asked, reopen, skip_steps
from registration.workflow.steps import Step
from registration.workflow.sub_steps import ExtractionStart, SubStepName
from registration.workflow.transition_queries import Attribution, record


async def still_there(
    database: Database, organisation_id: UUID, witness: PlatformEvidence, job: JobState, name: SubStepName
) -> str | None:
    """What the platform shows of it, or why that cannot be told; None only if it clearly shows nothing, or can never.

    Whoever names what the platform can only report has looked at it.
    """
    async with database.transaction(organisation_id) as connection:
        row = await read_set_up(connection, organisation_id, job.job_id)
        effect = await read_effect(connection, organisation_id, job.job_id, name)

    if RECORDS[name].best(witness.way) is not Assurance.PROVEN:
        return None  # what is recorded there of a success stays, whatever became of the thing since
    sent = Sendings(effect.sent_at, effect.sent_before, ever_sent=False)
    try:
        found = await witness.look(name, asked_for(name, row, sent))
    except (TransientError, PlatformUnclear, PlatformRefused, NotUnderstood) as error:
        return f"the platform cannot be asked whether it is still there: {error.message}"
    return None if found.verdict is Presence.ABSENT else found.reason


StillThere = Callable[[JobState, SubStepName], Awaitable[str | None]]
"""Why a create effect must not be done again: what the platform still shows of it; None if it is gone."""


@dataclass(frozen=True)
class Retried:
    """What was opened again; `live`: a process works on the batch and has seen it within a second."""

    job_id: UUID
    batch_id: UUID
    restaurant: str
    plan: Plan
    live: bool


async def retry(
    database: Database,
    organisation_id: UUID,
    job_id: UUID,
    asked: RetryAsked,
    attribution: Attribution,
    still_there: StillThere,
) -> Retried:
    """Open again what failed, or what is named.

    Raises NotFound, and Refused with the reason: nothing is opened then. The platform is asked before the transaction
    about create effects that would be made once more.
    """
    async with database.transaction(organisation_id) as connection:
        job = await _standing(connection, organisation_id, job_id)
    gone = await _gone(job, plan(job, asked), still_there)
    try:
        async with database.transaction(organisation_id) as connection:
            return await _retry(connection, organisation_id, job_id, asked, attribution, gone)
    except IntegrityError as error:
        if "active_restaurant" not in str(error.orig):
            raise
        raise Refused(f"{job.restaurant} was taken into another active batch a moment ago") from error


async def _gone(job: JobState, planned: Plan, still_there: StillThere) -> frozenset[SubStepName]:
    for name in planned.creates_again:
        if (shown := await still_there(job, name)) is not None:
            raise Refused(f"{name} of {job.restaurant} is not done again: {shown}")
    return frozenset(planned.creates_again)


async def _retry(
    connection: AsyncConnection,
    organisation_id: UUID,
    job_id: UUID,
    asked: RetryAsked,
    attribution: Attribution,
    gone: frozenset[SubStepName],
) -> Retried:
    batch_id = await batch_of_job(connection, organisation_id, job_id)
    lease = await lock_lease(connection, organisation_id, batch_id)
    await lock_batch(connection, organisation_id, batch_id)
    await lock_steps(connection, organisation_id, job_id)
    job = await _standing(connection, organisation_id, job_id)
    planned = plan(job, asked)
    if not gone.issuperset(planned.creates_again):
        raise Refused(f"{job.restaurant} has changed at this moment; say it again")
    await flags.clear_batch_stop(connection, organisation_id, batch_id)
    await flags.clear_job_stop(connection, organisation_id, job_id)
    generations = await renew(connection, organisation_id, job_id, [*planned.sub_steps, *_extractions(planned)])
    for step in planned.asked_again:
        await skip_steps(connection, organisation_id, job_id, (step,), Attribution(attribution.actor, "asked again"))
    for step in sorted({*planned.steps, *planned.asked_again}):
        result = await _result(connection, organisation_id, job, step)
        await reopen(connection, organisation_id, job_id, step, StepStatus.PENDING, attribution, result)
    for name, generation in generations.items():
        data = {"sub_step": name, "generation": generation}
        await record(connection, organisation_id, f"{name} reopened", attribution, job_id=job_id, data=data)
    return Retried(job_id, batch_id, job.restaurant, planned, lease.live)


async def _standing(connection: AsyncConnection, organisation_id: UUID, job_id: UUID) -> JobState:
    """How the job stands; raises Refused if it must not be opened again now."""
    job = await read_job_state(connection, organisation_id, job_id)
    await _refuse_stopping(connection, organisation_id, job)
    await _refuse_unsettled(connection, organisation_id, job)
    return job


async def _refuse_unsettled(connection: AsyncConnection, organisation_id: UUID, job: JobState) -> None:
    """Whoever settles what is out of a job that has ended must not be disturbed."""
    if elsewhere := await flags.restaurant_elsewhere(connection, organisation_id, job.job_id):
        raise Refused(_ELSEWHERE.format(*elsewhere))
    if not job.status.ended:
        return
    out = await flags.in_flight(connection, organisation_id, job.batch_id, job.job_id)
    if names := [one.name for one in out if not one.needs_person]:
        raise Refused(f"{', '.join(names)} of {job.restaurant} was sent and is not settled yet; try again in a moment")


async def _refuse_stopping(connection: AsyncConnection, organisation_id: UUID, job: JobState) -> None:
    batch = await read_batch(connection, organisation_id, job.batch_id)
    stopping = job.stop_requested and not job.status.ended
    if stopping or (batch.stop_requested_at is not None and batch.cancelled_at is None):
        who = job.restaurant if stopping else batch.name
        raise Refused(f"{who} is being cancelled; retry when that is settled (`registration show {batch.id}`)")


def _extractions(planned: Plan) -> list[str]:
    return [*ExtractionStart] if Step.EXTRACTION in planned.steps else []


async def _result(
    connection: AsyncConnection, organisation_id: UUID, job: JobState, step: Step
) -> dict[str, object] | None:
    """Step 1 counts extractions since a moment: from now on if it was completed, as before if it failed."""
    if step is not Step.EXTRACTION:
        return None
    if job.steps[step].status is StepStatus.COMPLETED:
        return {"since": (await database_now(connection)).isoformat()}
    asked = await read_step_asked(connection, organisation_id, job.job_id, step)
    return {"since": asked.result["since"]} if asked and "since" in asked.result else None


_ELSEWHERE = (
    "{0} is in the active batch “{1}” ({2}), or an effect there is not settled; "
    "finish or cancel that batch first (`registration show {2}`)"
)
