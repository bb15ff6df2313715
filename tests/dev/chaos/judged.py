"""Restaurants to be judged: what our tables say, what the platform counted and recorded, and what it was sent."""

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
    """One whose sub-steps are completed, but for those that are given."""
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
    """A sub-step that stands so."""
    return SubStepRecord(status, needs_person=needs_person, error="for a reason", known=known)


def done(sent: Iterable[Sending] = (), **counts: int) -> Done:
    """Each of the twelve once, but for those whose counts are given (by the name in the enumeration)."""
    effects = {(KAI, sub_step.endpoint): 1 for sub_step in SUB_STEPS.values()}
    counted = {(KAI, SUB_STEPS[SubStepName[name]].endpoint): count for name, count in counts.items()}
    return Done(effects | counted, Done.of((), sent).requests)


def at(minutes: float) -> datetime:
    """A moment after the job was opened; before it if negative."""
    return _BEGIN + timedelta(minutes=minutes)


def sending(
    name: SubStepName, minutes: float, status: int | None, success: bool | None = None, fault: str | None = None
) -> Sending:
    """A request of Kai's for one of the twelve."""
    return Sending(KAI, SUB_STEPS[name].endpoint, at(minutes), status, success, fault)
