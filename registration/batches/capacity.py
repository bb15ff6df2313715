"""The places of a batch in step 6, and who gets the next one (pure)."""

from dataclasses import dataclass, field
from uuid import UUID

from registration.states import StepStatus
from registration.workflow.snapshot import BatchView
from registration.workflow.steps import Step


@dataclass
class Places:
    """`limit` places, for who has begun step 6 first, then in the order of arrival.

    Who has begun may hold what others wait for, such as the account of an e-mail: a place that went to one of those
    would never come free. After a crash everybody arrives anew, and who has begun not always first.
    """

    limit: int
    _taken: set[UUID] = field(default_factory=set[UUID])
    _waiting: list[UUID] = field(default_factory=list[UUID])

    def arrive(self, job_id: UUID) -> None:
        """Wait from now on."""
        self._waiting.append(job_id)

    def take(self, job_id: UUID, view: BatchView) -> bool:
        """Take a place if there is one for this job, who waits."""
        begun = _begun(view) - self._taken
        ahead = set[UUID]() if job_id in begun else begun | set(self._waiting[: self._waiting.index(job_id)])
        if len(self._taken) + len(ahead) >= self.limit:
            return False
        self._waiting.remove(job_id)
        self._taken.add(job_id)
        return True

    def leave(self, job_id: UUID) -> None:
        """Wait no longer, or give the place back."""
        if job_id in self._waiting:
            self._waiting.remove(job_id)
        self._taken.discard(job_id)


def _begun(view: BatchView) -> set[UUID]:
    """Who was in step 6 already and goes on in it by itself."""
    begun = (job for job in view.open_jobs if job.steps[Step.SET_UP].status is StepStatus.IN_PROGRESS)
    return {job.id for job in begun if not job.needs_person}
