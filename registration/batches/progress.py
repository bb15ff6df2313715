"""Whether a batch goes on by itself, waits for people, has ended, or has failed too often (pure)."""

from enum import Enum, auto

from registration.states import SUB_STEP_IN_FLIGHT, JobStatus, StepStatus
from registration.workflow.snapshot import BatchView, JobView, waits_for
from registration.workflow.steps import Step

_LEAST_ENDED = 4


def passed(view: BatchView, threshold: float) -> bool:
    """Whether more than `threshold` of all jobs failed since the start or the last continue, with at least 4 ended."""
    ended = [job for job in view.jobs.values() if job.status.ended]
    failed = [job for job in ended if job.status is JobStatus.FAILED and not job.failed_before_continue]
    return len(ended) >= _LEAST_ENDED and len(failed) / len(view.jobs) > threshold


def reason(view: BatchView) -> str:
    """Why the batch stops, for people."""
    failed = [job for job in view.jobs.values() if job.status is JobStatus.FAILED and not job.failed_before_continue]
    return f"{len(failed)} of {len(view.jobs)} restaurants failed; mend the cause, then continue the batch"


_GOOD = frozenset({JobStatus.COMPLETED, JobStatus.SKIPPED})
_WORKING = frozenset({StepStatus.IN_PROGRESS, StepStatus.RETRYING})


class Outcome(Enum):
    """How a batch ended. GOOD: every restaurant is completed, or was left out by a person."""

    OPEN = auto()
    GOOD = auto()
    BAD = auto()


def outcome(view: BatchView) -> Outcome:
    """Whether something is still to come, else how it ended; a stopped batch ends with what still ran."""
    if view.open_jobs and not (view.stopped_reason and not any(map(_works, view.open_jobs))):
        return Outcome.OPEN
    if view.stopped:
        return Outcome.BAD
    return Outcome.GOOD if all(job.status in _GOOD for job in view.jobs.values()) else Outcome.BAD


def only_people_can_go_on(view: BatchView) -> bool:
    """Whether every restaurant that has not ended waits for a person and nothing of it runs beside."""
    return bool(view.open_jobs) and all(waits_for(job) and not _works(job) for job in view.open_jobs)


def _works(job: JobView) -> bool:
    """Whether something of it runs, or is about to: step 1 runs beside the gates."""
    if job.status is JobStatus.PENDING:
        return False
    if not job.steps[Step.EXTRACTION].status.ended:
        return True
    if job.needs_person:
        return any(status in SUB_STEP_IN_FLIGHT for name, status in job.effects.items() if name not in job.undecided)
    return any(step.status in _WORKING for step in job.steps.values())
