"""The failure threshold of a batch (pure)."""

from registration.models.snapshot import BatchView
from registration.states import JobStatus

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
