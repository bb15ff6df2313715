"""The slots of a batch for step 6, and which job gets the next one (pure)."""

from dataclasses import dataclass, field
from uuid import UUID

from registration.states import StepStatus
from registration.workflow.snapshot import BatchView
from registration.workflow.steps import Step


@dataclass
class SetUpSlots:
    """`limit` slots: jobs that have begun step 6 go first, then jobs in order of arrival.

    A job in step 6 may own an account that later jobs wait for, so serving those first could deadlock. After a crash
    all jobs arrive again, and the jobs that had begun step 6 do not always arrive first.
    """

    limit: int
    _held: set[UUID] = field(default_factory=set[UUID])
    _waiting: list[UUID] = field(default_factory=list[UUID])

    def enqueue(self, job_id: UUID) -> None:
        """Add the job to the queue."""
        self._waiting.append(job_id)

    def acquire(self, job_id: UUID, view: BatchView) -> bool:
        """Give the queued job a slot if one is free for it; returns whether it has one."""
        begun = _started(view) - self._held
        ahead = set[UUID]() if job_id in begun else begun | set(self._waiting[: self._waiting.index(job_id)])
        if len(self._held) + len(ahead) >= self.limit:
            return False
        self._waiting.remove(job_id)
        self._held.add(job_id)
        return True

    def release(self, job_id: UUID) -> None:
        """Take the job out of the queue, or free its slot."""
        if job_id in self._waiting:
            self._waiting.remove(job_id)
        self._held.discard(job_id)


def _started(view: BatchView) -> set[UUID]:
    """The jobs that have begun step 6 and wait for no person."""
    begun = (job for job in view.open_jobs if job.steps[Step.SET_UP].status is StepStatus.IN_PROGRESS)
    return {job.id for job in begun if not job.needs_person}
