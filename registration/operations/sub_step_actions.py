"""What a person can do with one sub-step of a job now, and what follows from it (pure)."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from registration.errors import Refused
from registration.operations.by_hand import check_statement
from registration.operations.job_state import JobState
from registration.operations.retry_plan import plan
from registration.operations.retry_request import RetryRequest
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SUB_STEPS, SubStepName, dependants


@dataclass(frozen=True)
class SubStepActions:
    """`allowed` are the statuses that a person can give the sub-step: completed, skipped, pending.

    `blocking` are the sub-steps that it needs and that are not completed, `dependants` those that need it. `reopened`
    are the other sub-steps that begin again with it.
    """

    status: SubStepStatus
    allowed: tuple[SubStepStatus, ...]
    blocking: tuple[SubStepName, ...]
    dependants: tuple[SubStepName, ...]
    reopened: tuple[SubStepName, ...]


def sub_step_actions(job: JobState, name: SubStepName, undecided: Collection[str]) -> SubStepActions:
    """What can be done with the sub-step; `undecided` are the effects that only a person can resolve."""
    allowed = list[SubStepStatus]()
    reopened = tuple[SubStepName, ...]()
    if name in undecided and job.sub_steps[name].status is SubStepStatus.UNKNOWN:
        allowed += [SubStepStatus.COMPLETED, SubStepStatus.PENDING]
    with suppress(Refused):
        check_statement(job, name)
        allowed += [SubStepStatus.COMPLETED, SubStepStatus.SKIPPED]
    with suppress(Refused):
        planned = plan(job, RetryRequest(sub_steps=frozenset({name})))
        reopened = tuple(one for one in planned.sub_steps if one != name)
        allowed.append(SubStepStatus.PENDING)
    needs = SUB_STEPS[name].needs_completed
    return SubStepActions(
        status=job.sub_steps[name].status,
        allowed=tuple(allowed),
        blocking=tuple(need for need in needs if job.sub_steps[need].status is not SubStepStatus.COMPLETED),
        dependants=tuple(one for one in SubStepName if one in dependants({name})),
        reopened=reopened,
    )
