"""Jobs whose stored data cannot be read: each is a case of its own, and costs the others nothing."""

from collections.abc import Callable
from typing import TypeVar

from registration.models.snapshot import JobView
from registration.models.values import why
from registration.questions.cases import UnreadableCase
from registration.steps import Step

Found = TypeVar("Found")


def or_unreadable(job: JobView, gate: Step, read: Callable[[], Found]) -> Found | UnreadableCase:
    """What `read` says about the job; only data that breaks a rule makes it unreadable, no other error."""
    try:
        return read()
    except ValueError as error:
        return UnreadableCase(
            job_id=job.id,
            position=job.position,
            visit=job.steps[gate].visit,
            restaurant_name=job.restaurant,
            city=job.city,
            reason=why(error),
        )
