"""How a batch ends, is halted, fails a job, or is released to wait for people."""

import time
from dataclasses import replace
from uuid import UUID

from registration.batches.progress import exceeds_failure_threshold, halt_reason, waits_for_people_only
from registration.batches.queries import mark_cancelled, mark_halted
from registration.database.session import Transaction
from registration.effects.queries import effects_in_flight, set_needs_person
from registration.gates.open_questions import all_have_forms
from registration.gates.round_queries import unclosed_rounds
from registration.states import StepStatus, SubStepStatus
from registration.workflow.lease_queries import release_lease
from registration.workflow.skips import StepSkip
from registration.workflow.snapshot import BatchView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.step_queries import advance, lock_job, refresh_job_status, skip_steps
from registration.workflow.steps import STEPS, Step
from registration.workflow.transition_queries import SYSTEM, Attribution, move_sub_step, record
from tasks.context import Resources
from tasks.step_runner import read, under_lease, write

WAITING_FOR_PEOPLE = "Waiting for people"
"""State name of a run that released its batch to wait for people's answers."""


async def end_batch(context: Resources) -> bool:
    """Give the lease back if no work is left; False if new work was written in the last moment."""

    async def work(transaction: Transaction) -> bool:
        view = await read_snapshot(transaction, context.batch.id)
        if has_work_left(view):
            return False
        if view.cancel_requested:
            await mark_cancelled(transaction, context.batch.id)
        people = any(job.needs_person for job in view.jobs.values())
        await release_lease(transaction, context.batch.id, context.lease.holder, waiting_for_people=people)
        return True

    return await under_lease(context, work, alone=True)


def has_work_left(view: BatchView) -> bool:
    """True if a job can go on, must be cancelled, or has an effect that can be reconciled."""
    halted = view.halted_reason is not None
    can_go_on = any(not halted or view.is_cancelled(job.id) for job in view.open_jobs)
    return can_go_on or any(map(view.needs_reconciliation, view.jobs.values()))


async def halt_batch(context: Resources) -> None:
    """Halt the batch, because too many restaurants failed: running work ends, step 6 starts no more, a person continues
    it.

    Nothing happens if the threshold is no longer exceeded, because a person may just have reopened failed restaurants.
    """

    async def work(transaction: Transaction) -> None:
        view = await read_snapshot(transaction, context.batch.id)
        if view.halted_reason is not None or not exceeds_failure_threshold(view, context.batch.failure_threshold):
            return
        reason = halt_reason(view)
        await mark_halted(transaction, context.batch.id, reason)
        attribution = Attribution(SYSTEM.actor, reason)
        await record(transaction, "batch stopped", attribution, batch_id=context.batch.id)

    await under_lease(context, work, alone=True)
    context.watch.poke()


async def give_up_job(context: Resources, job_id: UUID, message: str) -> None:
    """Fail a job whose run or task crashed repeatedly, and its open steps.

    If the job had ended before, a person has to resolve its effects in flight.
    """

    async def work(transaction: Transaction) -> None:
        if (await lock_job(transaction, job_id)).ended:
            await _require_person(transaction, job_id, message)
            return
        view = (await read_snapshot(transaction, context.batch.id)).jobs[job_id]
        attribution = Attribution(SYSTEM.actor, message)
        for step, definition in STEPS.items():
            if view.steps[step].status.ended or definition.is_gate:
                continue
            for to in (StepStatus.IN_PROGRESS, StepStatus.FAILED):
                await advance(transaction, job_id, step, to, attribution, error_message=message)
        await skip_steps(transaction, job_id, tuple(Step), SYSTEM.actor, StepSkip.GIVEN_UP, message)

    await write(context, work)


async def _require_person(transaction: Transaction, job_id: UUID, message: str) -> None:
    reason = f"the reconciliation of the effect ended unexpectedly: {message}"
    attribution = Attribution(SYSTEM.actor, reason)
    for name in await effects_in_flight(transaction, job_id):
        await move_sub_step(transaction, job_id, name, SubStepStatus.UNKNOWN, attribution)
        await set_needs_person(transaction, job_id, name, reason)
    await refresh_job_status(transaction, job_id, attribution)


class IdleTimer:
    """How long nothing has changed in the batch, as seen by this process, and how long it goes on waiting."""

    def __init__(self, context: Resources) -> None:
        self._context = context
        self._since = time.monotonic()
        self._seen: BatchView | None = None

    async def ends(self, view: BatchView) -> bool:
        """True if the batch has waited for people alone long enough, and each of its waiting jobs has a form."""
        settings = self._context.settings
        if view != self._seen:
            self._seen, self._since = view, time.monotonic()
        if not _is_idle(view):
            return False
        if time.monotonic() - self._since < settings.scaled(60 * settings.gate_hold_minutes):
            return False
        self._since = time.monotonic()
        return await read(self._context, lambda transaction: _all_have_forms(self._context, transaction, view))


def _is_idle(view: BatchView) -> bool:
    halted = any(view.must_stop(job.id) for job in view.open_jobs)
    return waits_for_people_only(view) and not halted and not any(job.ended_in_flight for job in view.jobs.values())


async def release_to_people(context: Resources, expected: BatchView) -> bool:
    """Give the lease back, to wait for people; False if the batch differs from `expected`.

    A later write finds no lease and starts the batch again.
    """

    async def work(transaction: Transaction) -> bool:
        view = await read_snapshot(transaction, context.batch.id)
        if view != replace(expected, releasing=False) or not await _all_have_forms(context, transaction, view):
            return False
        await release_lease(transaction, context.batch.id, context.lease.holder, waiting_for_people=True)
        return True

    return await under_lease(context, work, alone=True)


async def _all_have_forms(context: Resources, transaction: Transaction, view: BatchView) -> bool:
    rounds = await unclosed_rounds(transaction, context.batch.id)
    return all_have_forms(view, (round_.content for round_ in rounds))
