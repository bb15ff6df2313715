"""Whether a sub-step may start, is skipped, or waits, as the table of the twelve and the statuses say (pure)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from registration.states import SubStepStatus
from registration.workflow.snapshot import JobView
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

DISABLED = "disabled in configuration"


@dataclass(frozen=True)
class Go:
    """Everything it needs is there."""


@dataclass(frozen=True)
class Skip:
    """It will never run; `reason` says why."""

    reason: str


@dataclass(frozen=True)
class Wait:
    """What it needs is neither there nor given up."""

    reason: str


def readiness(
    name: SubStepName, statuses: Mapping[SubStepName, SubStepStatus], enabled: Collection[SubStepName]
) -> Go | Skip | Wait:
    """A need that is disabled in the configuration counts as met: without account creation the account exists."""
    if name not in enabled:
        return Skip(DISABLED)
    row = SUB_STEPS[name]
    for need in row.needs_completed:
        if need not in enabled or statuses[need] is SubStepStatus.COMPLETED:
            continue
        if statuses[need] in (SubStepStatus.FAILED, SubStepStatus.SKIPPED, SubStepStatus.CANCELLED):
            return Skip(f"{need} {statuses[need]}")
        return Wait(f"{need} is {statuses[need]}")
    for need in row.needs_ended:
        if not statuses[need].ended:
            return Wait(f"{need} is {statuses[need]}")
    return Go()


def due(job: JobView, enabled: Collection[SubStepName]) -> tuple[SubStepName, ...]:
    """The sub-steps that are pending and wait for nothing: they can start, or be skipped."""
    statuses = {name: job.effects[name] for name in SubStepName}
    return tuple(
        name
        for name, status in statuses.items()
        if status is SubStepStatus.PENDING
        and name not in job.undecided
        and not isinstance(readiness(name, statuses, enabled), Wait)
    )
