"""Restaurants to be judged: what our tables say, and what the platform counted."""

from collections.abc import Mapping
from uuid import UUID

from deployments.faults.compared import Done, RestaurantRecord, SubStepRecord
from registration.known import Known
from registration.states import JobStatus, SubStepStatus
from registration.sub_steps import SUB_STEPS, SubStepName

KAI, PHO = UUID(int=1), UUID(int=2)


def restaurant(
    status: JobStatus = JobStatus.COMPLETED,
    twelve: Mapping[SubStepName, SubStepRecord] | None = None,
    peers: tuple[UUID, ...] = (KAI,),
    repeated: tuple[str, ...] = (),
) -> RestaurantRecord:
    """One whose sub-steps are completed, but for those that are given."""
    completed = {name: SubStepRecord(SubStepStatus.COMPLETED) for name in SubStepName}
    return RestaurantRecord(UUID(int=9), KAI, "Kai", peers, status, completed | dict(twelve or {}), repeated)


def row(status: SubStepStatus, *, needs_person: bool = False, known: Known | None = None) -> SubStepRecord:
    """A sub-step that stands so."""
    return SubStepRecord(status, needs_person=needs_person, error="for a reason", known=known)


def done(**counts: int) -> Done:
    """Each of the twelve once, but for those whose counts are given (by the name in the enumeration)."""
    effects = {(KAI, sub_step.endpoint): 1 for sub_step in SUB_STEPS.values()}
    return Done(effects | {(KAI, SUB_STEPS[SubStepName[name]].endpoint): count for name, count in counts.items()})
