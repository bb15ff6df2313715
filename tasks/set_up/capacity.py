"""The batch's slots for step 6: how many restaurants are set up at the same time."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import Enum, auto

from registration.batches.capacity import SetUpSlots
from registration.workflow.snapshot import BatchView
from tasks.context import JobRef, resources
from tasks.job_progress import check_may_go_on


@asynccontextmanager
async def set_up_slot(job: JobRef) -> AsyncGenerator[bool]:
    """Wait for a slot and hold it; without a limit the wait is zero. Raises Stopped if the job must not go on.

    Yields False, and holds no slot, if a person has reopened a gate of the job meanwhile.
    """
    context = resources(job)
    if (slots := context.set_up_slots) is None:
        yield True
        return
    slots.enqueue(job.job_id)
    try:
        # A slot may become free only after an hour, so a cancelled job stops waiting at once.
        outcome = await context.watch.until(lambda view: _outcome(job, view, slots))
        check_may_go_on(job)
        yield outcome is _Outcome.ACQUIRED
    finally:
        slots.release(job.job_id)
        context.watch.poke()


class _Outcome(Enum):
    ACQUIRED = auto()
    ABANDONED = auto()


def _outcome(job: JobRef, view: BatchView, slots: SetUpSlots) -> _Outcome | None:
    """How the wait ended; None while the job has to wait."""
    if view.must_stop(job.job_id) or not view.jobs[job.job_id].decided:
        return _Outcome.ABANDONED
    return _Outcome.ACQUIRED if slots.acquire(job.job_id, view) else None
