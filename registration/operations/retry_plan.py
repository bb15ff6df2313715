"""Which steps and sub-steps a retry opens again, and which it refuses to (pure).

What is named is opened, and with it everything that was skipped or failed because of it. Completed work is done again
only if it is named for that, and then what was built on it must be named too.
"""

from dataclasses import dataclass

from registration.errors import Refused
from registration.operations.job_state import JobState
from registration.operations.retry_request import RetryAsked
from registration.states import StepStatus, SubStepStatus
from registration.workflow.readiness import DISABLED
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName, dependants

_AFTER: dict[Step, tuple[Step, ...]] = {
    Step.EXTRACTION: (Step.YOLO_CONFIG, Step.SET_UP),
    Step.SEARCH: (Step.COMPANY_SELECTION, Step.COMPANY_DETAILS, Step.YOLO_CONFIG, Step.SET_UP),
    Step.COMPANY_SELECTION: (Step.COMPANY_DETAILS, Step.YOLO_CONFIG, Step.SET_UP),
    Step.COMPANY_DETAILS: (Step.YOLO_CONFIG, Step.SET_UP),
    Step.YOLO_CONFIG: (Step.SET_UP,),
    Step.SET_UP: (),
}
"""What is built on a step."""


@dataclass(frozen=True)
class Plan:
    """What is opened again: ended steps, steps whose question is withdrawn (`asked_again`), and sub-steps.

    `creates_again` are completed create effects among them: a second one makes a second thing if the first is there.
    """

    steps: tuple[Step, ...]
    asked_again: tuple[Step, ...]
    sub_steps: tuple[SubStepName, ...]
    creates_again: tuple[SubStepName, ...]


def plan(job: JobState, asked: RetryAsked) -> Plan:
    """What to open again. Raises Refused with the reason, such as a list of completed work that would be done again."""
    targets = _step_targets(job, asked)
    steps = _with_what_follows(job, targets)
    sub_steps = _sub_steps(job, asked, steps)
    if sub_steps and job.steps[Step.SET_UP].status.ended:
        steps |= {Step.SET_UP}
    _refuse_completed(job, asked, steps, sub_steps)
    _refuse_without_what_comes_before(job, steps)
    if not steps and not sub_steps:
        raise Refused(f"{job.restaurant}: nothing of it failed or was cancelled, so there is nothing to retry")
    return Plan(
        tuple(step for step in Step if step in steps and job.steps[step].status.ended),
        tuple(step for step in Step if step in steps and job.steps[step].status is StepStatus.ACTION_REQUIRED),
        tuple(name for name in SubStepName if name in sub_steps),
        tuple(name for name in SubStepName if name in sub_steps and _completed_create(job, name)),
    )


def _step_targets(job: JobState, asked: RetryAsked) -> frozenset[Step]:
    if not asked.names_something:
        return frozenset(step for step in Step if job.steps[step].undone)
    targets = asked.redo_steps | ({asked.from_step} if asked.from_step else set[Step]())
    for step in targets:
        if not job.steps[step].status.ended:
            status = job.steps[step].status.replace("_", " ")
            raise Refused(f"{_told(step)} of {job.restaurant} has not ended: it is {status}")
    return targets


def _with_what_follows(job: JobState, targets: frozenset[Step]) -> frozenset[Step]:
    """The targets, and what was skipped, failed or is asked because of them; with redone ones all built on them."""
    found = set(targets)
    for target in targets:
        redone = job.steps[target].status is StepStatus.COMPLETED
        for step in _AFTER[target]:
            standing = job.steps[step]
            if standing.status in (StepStatus.IN_PROGRESS, StepStatus.RETRYING):
                raise Refused(
                    f"{_told(step)} of {job.restaurant} goes on now; {_told(target)} cannot be changed below it"
                )
            chosen_anew = step is Step.COMPANY_DETAILS and standing.status is StepStatus.SKIPPED
            asked = standing.status is StepStatus.ACTION_REQUIRED
            if standing.undone or redone or chosen_anew or asked:
                found.add(step)
    return frozenset(found)


def _sub_steps(job: JobState, asked: RetryAsked, steps: frozenset[Step]) -> frozenset[SubStepName]:
    named = asked.sub_steps | asked.redo_sub_steps
    for name in named:
        _refuse_sub_step(job, name)
    found = set(named)
    if Step.SET_UP in steps or not asked.names_something:
        found |= {name for name, standing in job.sub_steps.items() if standing.undone}
    if Step.YOLO_CONFIG in steps:
        found |= {name for name, one in job.sub_steps.items() if one.status is SubStepStatus.SKIPPED}
    for name in dependants(found):
        standing = job.sub_steps[name]
        attribution = standing.status is SubStepStatus.SKIPPED and standing.skip_reason != DISABLED
        built_on = standing.status is SubStepStatus.COMPLETED and _builds_on_redone(job, name, found)
        if attribution or built_on or standing.undone:
            found.add(name)
    _refuse_unmet_needs(job, named, found)
    return frozenset(found)


def _refuse_sub_step(job: JobState, name: SubStepName) -> None:
    status = job.sub_steps[name].status
    if status is SubStepStatus.UNKNOWN:
        raise Refused(f"whether {name} of {job.restaurant} happened is not known: `registration resolve` comes first")
    if not status.ended:
        raise Refused(f"{name} of {job.restaurant} has not ended: it is {status.replace('_', ' ')}")
    if job.sub_steps[name].skip_reason == DISABLED:
        raise Refused(f"{name} of {job.restaurant} is {DISABLED}: change that with --from-step 5 --redo 5")


def _builds_on_redone(job: JobState, name: SubStepName, found: set[SubStepName]) -> bool:
    redone = {one for one in found if job.sub_steps[one].status is SubStepStatus.COMPLETED}
    return name in dependants(redone)


def _refuse_unmet_needs(job: JobState, named: frozenset[SubStepName], found: set[SubStepName]) -> None:
    for name in named:
        for need in SUB_STEPS[name].needs_completed:
            standing = job.sub_steps[need]
            unmet = standing.status in (SubStepStatus.FAILED, SubStepStatus.SKIPPED, SubStepStatus.CANCELLED)
            if unmet and need in job.enabled and need not in found:
                raise Refused(f"{name} needs {need}, which is {standing.status}: retry that, and {name} follows")


def _refuse_completed(
    job: JobState, asked: RetryAsked, steps: frozenset[Step], sub_steps: frozenset[SubStepName]
) -> None:
    """Step 6 itself is no work: its sub-steps are."""
    again = [step for step in Step if step in steps and job.steps[step].status is StepStatus.COMPLETED]
    unnamed = [_told(step) for step in again if step is not Step.SET_UP and step not in asked.redo_steps]
    unnamed += [
        name
        for name in SubStepName
        if name in sub_steps - asked.redo_sub_steps and job.sub_steps[name].status is SubStepStatus.COMPLETED
    ]
    if unnamed:
        raise Refused(
            f"{job.restaurant}: this would do again what is completed: {', '.join(unnamed)}; "
            "name each with --redo (steps by number) if that is what you want"
        )


def _refuse_without_what_comes_before(job: JobState, steps: frozenset[Step]) -> None:
    for before, after in _AFTER.items():
        if before is not Step.EXTRACTION and before not in steps and job.steps[before].undone and steps & set(after):
            raise Refused(
                f"{_told(before)} of {job.restaurant} is {job.steps[before].status}: retry from step {before}"
            )


def _told(step: Step) -> str:
    return f"step {step} {STEPS[step].name}"


def _completed_create(job: JobState, name: SubStepName) -> bool:
    return SUB_STEPS[name].effect.looks_first and job.sub_steps[name].status is SubStepStatus.COMPLETED
