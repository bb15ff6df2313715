"""Whether a batch goes on by itself, waits for people, has ended, or has failed too often (pure)."""

from enum import Enum, auto

from registration.states import SUB_STEP_IN_FLIGHT, BatchOutcome, JobStatus, StepStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import Step

_LEAST_ENDED = 4
_GOOD = frozenset({JobStatus.COMPLETED, JobStatus.SKIPPED})
_WORKING = frozenset({StepStatus.IN_PROGRESS, StepStatus.RETRYING})


def exceeds_failure_threshold(view: BatchView, threshold: float) -> bool:
    """True if more than `threshold` of all jobs failed since the start or the last continue, and at least 4
    have ended. A job that failed because the platform stayed away does not count as failed.
    """
    ended = [job for job in view.jobs.values() if job.status.ended]
    return len(ended) >= _LEAST_ENDED and len(_counted_failures(view)) / len(view.jobs) > threshold


def halt_reason(view: BatchView) -> str:
    """Why the batch is halted, for people."""
    return (
        f"{len(_counted_failures(view))} of {len(view.jobs)} restaurants failed; fix the cause, then continue the batch"
    )


def _counted_failures(view: BatchView) -> list[JobView]:
    failed = (job for job in view.jobs.values() if job.status is JobStatus.FAILED)
    return [job for job in failed if not (job.failed_before_continue or job.failed_in_outage)]


class Outcome(Enum):
    """How a batch ended. GOOD: every restaurant is completed, or a person left it out."""

    OPEN = auto()
    GOOD = auto()
    BAD = auto()


def outcome(view: BatchView) -> Outcome:
    """How the batch ended, or OPEN; a halted batch has ended once its running work has, a cancelled one once its cancel
    is complete.
    """
    if view.being_cancelled:
        return Outcome.OPEN
    if view.open_jobs and not (view.halted_reason and not any(map(_is_active, view.open_jobs))):
        return Outcome.OPEN
    if view.winding_down:
        return Outcome.BAD
    return Outcome.GOOD if all(job.status in _GOOD for job in view.jobs.values()) else Outcome.BAD


def batch_outcome(view: BatchView) -> BatchOutcome | None:
    """How the batch ended; None if a job has not, or its cancel is not complete. The rule is that of the view
    registration_batch_status.
    """
    statuses = [job.status for job in view.jobs.values()]
    if view.cancelled:
        return BatchOutcome.CANCELLED
    if view.being_cancelled:
        return None
    if view.halted_reason is not None:
        return BatchOutcome.FAILED
    if not statuses or not all(status.ended for status in statuses):
        return None
    if all(status in _GOOD for status in statuses):
        return BatchOutcome.COMPLETED
    if any(status in (JobStatus.COMPLETED, JobStatus.PARTIALLY_COMPLETED) for status in statuses):
        return BatchOutcome.COMPLETED_WITH_FAILURES
    return BatchOutcome.FAILED if JobStatus.FAILED in statuses else BatchOutcome.CANCELLED


def waits_for_people_only(view: BatchView) -> bool:
    """True if every open restaurant waits for a person and none has other work running."""
    return bool(view.open_jobs) and all(job.waits_for_people and not _is_active(job) for job in view.open_jobs)


def _is_active(job: JobView) -> bool:
    """True if work of the job runs or is about to run: step 1 runs beside the gates."""
    if job.status is JobStatus.PENDING:
        return False
    if not job.steps[Step.EXTRACTION].status.ended:
        return True
    if job.needs_person:
        return any(status in SUB_STEP_IN_FLIGHT for name, status in job.effects.items() if name not in job.undecided)
    return any(step.status in _WORKING for step in job.steps.values())
