"""Whether a sub-step can start, is skipped, or has to wait, according to the table of sub-steps and their statuses
(pure).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from registration.states import SubStepStatus
from registration.workflow.skips import NEED_GIVEN_UP, SubStepSkip
from registration.workflow.snapshot import JobView
from registration.workflow.sub_steps import SUB_STEPS, SubStepName


@dataclass(frozen=True)
class Go:
    """All sub-steps that it needs have ended as required."""


@dataclass(frozen=True)
class Skip:
    """The sub-step will never run: `why` is the reason, and `details` complete its text."""

    why: SubStepSkip
    details: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The reason as it is stored and shown."""
        return self.why.text(*self.details)


@dataclass(frozen=True)
class Wait:
    """A sub-step that it needs has not ended yet; `reason` names it."""

    reason: str


def readiness(
    name: SubStepName, statuses: Mapping[SubStepName, SubStepStatus], enabled: Collection[SubStepName]
) -> Go | Skip | Wait:
    """Whether the sub-step can start, is skipped, or has to wait.

    A need that is disabled in the configuration counts as met: where account creation is off, the account exists.
    """
    if name not in enabled:
        return Skip(SubStepSkip.DISABLED)
    row = SUB_STEPS[name]
    for need in row.needs_completed:
        if need not in enabled or statuses[need] is SubStepStatus.COMPLETED:
            continue
        if statuses[need] in NEED_GIVEN_UP:
            return Skip(SubStepSkip.NEED_GIVEN_UP, (need, statuses[need]))
        return Wait(f"{need} is {statuses[need]}")
    for need in row.needs_ended:
        if not statuses[need].ended:
            return Wait(f"{need} is {statuses[need]}")
    return Go()


def startable(job: JobView, enabled: Collection[SubStepName]) -> tuple[SubStepName, ...]:
    """The pending sub-steps whose needs are met: each can start now, or be skipped."""
    statuses = {name: job.effects[name] for name in SubStepName}
    return tuple(
        name
        for name, status in statuses.items()
        if status is SubStepStatus.PENDING
        and name not in job.undecided
        and not isinstance(readiness(name, statuses, enabled), Wait)
    )
