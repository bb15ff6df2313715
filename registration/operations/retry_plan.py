"""Which steps and sub-steps a retry reopens, and which it refuses to (pure).

A named step is reopened together with everything that was skipped or failed because of it. Completed work is done again
only if `--redo` names it, and then `--redo` must also name the work that was built on it.
"""

from dataclasses import dataclass, replace

from registration.errors import Refused
from registration.operations.job_state import JobState
from registration.operations.retry_request import RetryRequest
from registration.states import StepStatus, SubStepStatus
from registration.workflow.skips import NEED_GIVEN_UP, SubStepSkip
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
"""The steps that use the result of a step."""


@dataclass(frozen=True)
class Plan:
    """What is reopened: ended steps, waiting steps whose question is withdrawn, and sub-steps.

    `creates_again` are the completed create effects among the sub-steps: a second request creates a second object if
    the first still exists.
    """

    steps: tuple[Step, ...]
    withdrawn_questions: tuple[Step, ...]
    sub_steps: tuple[SubStepName, ...]
    creates_again: tuple[SubStepName, ...]


def plan(job: JobState, request: RetryRequest) -> Plan:
    """What to reopen. Raises Refused with the reason, for example a list of completed work that would be done again."""
    targets = _step_targets(job, request)
    steps = _with_dependent_steps(job, targets)
    sub_steps = _sub_steps(job, request, steps)
    if sub_steps and job.steps[Step.SET_UP].status.ended:
        steps |= {Step.SET_UP}
    _refuse_completed(job, request, steps, sub_steps)
    _refuse_undone_predecessors(job, steps)
    if not steps and not sub_steps:
        raise Refused(
            f"{job.restaurant}: nothing of it failed or was cancelled, so there is nothing to retry",
            code="NOTHING_TO_RETRY",
        )
    return Plan(
        tuple(step for step in Step if step in steps and job.steps[step].status.ended),
        tuple(step for step in Step if step in steps and job.steps[step].status is StepStatus.ACTION_REQUIRED),
        tuple(name for name in SubStepName if name in sub_steps),
        tuple(name for name in SubStepName if name in sub_steps and _completed_create(job, name)),
    )


def with_built_on(job: JobState, request: RetryRequest) -> RetryRequest:
    """The request, and the completed work that was built on what it does again; a plan refuses to leave that out."""
    later = {after for step in request.redo_steps for after in _AFTER[step] if after is not Step.SET_UP}
    steps = {step for step in later if job.steps[step].status is StepStatus.COMPLETED}
    built = dependants(request.redo_sub_steps)
    sub_steps = {name for name in built if job.sub_steps[name].status is SubStepStatus.COMPLETED}
    return replace(request, redo_steps=request.redo_steps | steps, redo_sub_steps=request.redo_sub_steps | sub_steps)


def _step_targets(job: JobState, request: RetryRequest) -> frozenset[Step]:
    if not request.names_something:
        return frozenset(step for step in Step if job.undone(step) and not _is_asked_about(job, step))
    targets = request.redo_steps | ({request.from_step} if request.from_step else set[Step]())
    for step in targets:
        if not job.steps[step].status.ended:
            status = job.steps[step].status.replace("_", " ")
            raise Refused(f"{_describe(step)} of {job.restaurant} has not ended: it is {status}", code="INVALID_STATUS")
        if _is_asked_about(job, step):
            raise Refused(
                f"{job.restaurant} waits for its company: choose it again to read its entry again",
                code="INVALID_STATUS",
            )
    return targets


def _is_asked_about(job: JobState, step: Step) -> bool:
    """True for a failed reading of a company's entry after which a person is asked for the company again."""
    waits = job.steps[Step.COMPANY_SELECTION].status is StepStatus.ACTION_REQUIRED
    return step is Step.COMPANY_DETAILS and waits


def _with_dependent_steps(job: JobState, targets: frozenset[Step]) -> frozenset[Step]:
    """The targets, and the later steps that were skipped, failed or wait because of them; all later steps of a redone
    target.
    """
    reopened = set(targets)
    for target in targets:
        redone = job.steps[target].status is StepStatus.COMPLETED or job.gone_without(target)
        for step in _AFTER[target]:
            state = job.steps[step]
            if state.status in (StepStatus.IN_PROGRESS, StepStatus.RETRYING):
                raise Refused(
                    f"{_describe(step)} of {job.restaurant} is in progress; {_describe(target)} cannot be reopened",
                    code="INVALID_STATUS",
                )
            company_is_rechosen = step is Step.COMPANY_DETAILS and state.status is StepStatus.SKIPPED
            is_waiting = state.status is StepStatus.ACTION_REQUIRED
            if job.undone(step) or redone or company_is_rechosen or is_waiting:
                reopened.add(step)
    return frozenset(reopened)


def _sub_steps(job: JobState, request: RetryRequest, steps: frozenset[Step]) -> frozenset[SubStepName]:
    named = request.sub_steps | request.redo_sub_steps
    for name in named:
        _refuse_sub_step(job, name)
    reopened = set(named)
    if Step.SET_UP in steps or not request.names_something:
        reopened |= {name for name, standing in job.sub_steps.items() if standing.undone}
    if Step.YOLO_CONFIG in steps:
        reopened |= {name for name, state in job.sub_steps.items() if state.status is SubStepStatus.SKIPPED}
    for name in dependants(reopened):
        standing = job.sub_steps[name]
        by_choice = standing.skip_reason is not None and standing.skip_reason.by_choice
        attribution = standing.status is SubStepStatus.SKIPPED and not by_choice
        built_on = standing.status is SubStepStatus.COMPLETED and _builds_on_redone(job, name, reopened)
        if attribution or built_on or standing.undone:
            reopened.add(name)
    _refuse_unmet_needs(job, named, reopened)
    return frozenset(reopened)


def _refuse_sub_step(job: JobState, name: SubStepName) -> None:
    status = job.sub_steps[name].status
    if status is SubStepStatus.UNKNOWN:
        raise Refused(
            f"whether {name} of {job.restaurant} happened is not known",
            code="EFFECT_NOT_SETTLED",
            hint="resolve it first",
            job_id=str(job.job_id),
            effect=name.value,
        )
    if not status.ended:
        raise Refused(
            f"{name} of {job.restaurant} has not ended: it is {status.replace('_', ' ')}", code="INVALID_STATUS"
        )
    if job.sub_steps[name].skip_reason is SubStepSkip.DISABLED:
        raise Refused(
            f"{name} of {job.restaurant} is {SubStepSkip.DISABLED.text()}",
            code="INVALID_STATUS",
            hint="confirm its configuration once more, with the sub-step",
            switched_off_in=str(job.job_id),
        )


def _builds_on_redone(job: JobState, name: SubStepName, reopened: set[SubStepName]) -> bool:
    redone = {one for one in reopened if job.sub_steps[one].status is SubStepStatus.COMPLETED}
    return name in dependants(redone)


def _refuse_unmet_needs(job: JobState, named: frozenset[SubStepName], reopened: set[SubStepName]) -> None:
    for name in named:
        for need in SUB_STEPS[name].needs_completed:
            standing = job.sub_steps[need]
            unmet = standing.status in NEED_GIVEN_UP
            if unmet and need in job.enabled and need not in reopened:
                raise Refused(
                    f"{name} needs {need}, which is {standing.status}: retry that, and {name} follows",
                    code="INVALID_STATUS",
                )


def _refuse_completed(
    job: JobState, request: RetryRequest, steps: frozenset[Step], sub_steps: frozenset[SubStepName]
) -> None:
    """Raises Refused for completed work that is not named with `--redo`. Step 6 itself is no work: its
    sub-steps are.
    """
    again = [step for step in Step if step in steps and job.steps[step].status is StepStatus.COMPLETED]
    unnamed = [_describe(step) for step in again if step is not Step.SET_UP and step not in request.redo_steps]
    unnamed += [
        name
        for name in SubStepName
        if name in sub_steps - request.redo_sub_steps and job.sub_steps[name].status is SubStepStatus.COMPLETED
    ]
    if unnamed:
        raise Refused(
            f"{job.restaurant}: this would do again what is completed: {', '.join(unnamed)}",
            code="COMPLETED_WORK",
            hint="name each of them if that is what you want",
        )


def _refuse_undone_predecessors(job: JobState, steps: frozenset[Step]) -> None:
    for before, after in _AFTER.items():
        passed_over = before is Step.EXTRACTION or before in steps or _is_decided_anew(job, before, steps)
        if not passed_over and job.undone(before) and steps & set(after):
            raise Refused(
                f"{_describe(before)} of {job.restaurant} is {job.steps[before].status}: retry from step {before}",
                code="INVALID_STATUS",
            )


def _is_decided_anew(job: JobState, before: Step, steps: frozenset[Step]) -> bool:
    """True for a failed search after which a person is asked how to go on."""
    failed_search = before is Step.SEARCH and job.steps[before].status is StepStatus.FAILED
    return failed_search and Step.COMPANY_SELECTION in steps


def _describe(step: Step) -> str:
    return f"step {step} {STEPS[step].name}"


def _completed_create(job: JobState, name: SubStepName) -> bool:
    return SUB_STEPS[name].effect.probed_first and job.sub_steps[name].status is SubStepStatus.COMPLETED
