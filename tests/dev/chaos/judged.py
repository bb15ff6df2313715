"""Records for the judge: rows of our tables, and the platform's counts, records and requests."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID

from dev.chaos.expected import Done, RestaurantRecord, SubStepRecord
from dev.stack.sandbox_control import Sending
from registration.states import Assurance, JobStatus, SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

KAI, PHO = UUID(int=1), UUID(int=2)
_BEGIN = datetime(2026, 3, 4, 5, tzinfo=UTC)


def restaurant(
    status: JobStatus = JobStatus.COMPLETED,
    twelve: Mapping[SubStepName, SubStepRecord] | None = None,
    peers: tuple[UUID, ...] = (KAI,),
    repeated: tuple[str, ...] = (),
    recorded: Collection[SubStepName] = (),
    decided: Mapping[str, tuple[datetime, ...]] | None = None,
) -> RestaurantRecord:
    """A restaurant with all sub-steps completed, except the given ones."""
    completed = {name: SubStepRecord(SubStepStatus.COMPLETED) for name in SubStepName}
    return RestaurantRecord(
        job_id=UUID(int=9),
        restaurant_id=KAI,
        name="Kai",
        peers=peers,
        status=status,
        twelve=completed | dict(twelve or {}),
        repeated=repeated,
        recorded=frozenset(recorded),
        decided=dict(decided or {}),
        opened_at=_BEGIN,
    )


def row(status: SubStepStatus, *, needs_person: bool = False, known: Assurance | None = None) -> SubStepRecord:
    """A sub-step with this status."""
    return SubStepRecord(status, needs_person=needs_person, error="for a reason", known=known)


def done(sent: Iterable[Sending] = (), **counts: int) -> Done:
    """Each of the twelve sub-steps once, except the given counts (by the name in the enumeration)."""
    effects = {(KAI, sub_step.endpoint): 1 for sub_step in SUB_STEPS.values()}
    counted = {(KAI, SUB_STEPS[SubStepName[name]].endpoint): count for name, count in counts.items()}
    return Done(effects | counted, Done.of((), sent).requests)


def at(minutes: float) -> datetime:
    """A moment this many seconds after the job was opened; negative is before."""
    return _BEGIN + timedelta(minutes=minutes)


def sending(
    name: SubStepName, minutes: float, status: int | None, success: bool | None = None, fault: str | None = None
) -> Sending:
    """A request for Kai and one of the twelve sub-steps."""
    return Sending(KAI, SUB_STEPS[name].endpoint, at(minutes), status, success, fault)
