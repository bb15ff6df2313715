"""What can be done with a restaurant and its sub-steps now, and why something cannot. Pure.

The reasons are those of the functions that would do it.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

from interfaces.console.pages.job.reading import JobReading
from registration.errors import Refused
from registration.operations.by_hand import check_statement
from registration.operations.retry_plan import plan, with_built_on
from registration.operations.retry_request import RetryRequest
from registration.reporting.summary import RETRYABLE
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SubStepName


@dataclass(frozen=True)
class Action:
    """A button that opens a preview; with a reason it is disabled, and says why."""

    label: str
    path: str
    reason: str = ""
    style: str = ""


def job_actions(reading: JobReading) -> tuple[Action, ...]:
    """What can be done with the restaurant as a whole."""
    path, job = f"/jobs/{reading.detail.id}", reading.job
    failed = job.status in RETRYABLE or job.status is JobStatus.CANCELLED
    return (
        Action("Retry …", f"{path}/retry", _refused(reading, RetryRequest()), "primary" if failed else ""),
        Action("Redo …", f"{path}/redo", _no_redo(reading)),
        Action("Change configuration …", *_step_again(reading, Step.YOLO_CONFIG)),
        Action("Ask the company again …", *_step_again(reading, Step.COMPANY_SELECTION)),
        Action("Leave as it is …", f"{path}/leave", "" if job.status in RETRYABLE else "it has not failed", "quiet"),
        Action("Cancel this restaurant …", f"{path}/cancel", _no_cancel(reading), "quiet"),
    )


def sub_step_actions(reading: JobReading, name: SubStepName) -> tuple[Action, ...]:
    """What can be done with one sub-step; all disabled while nothing can."""
    path, status = f"/jobs/{reading.detail.id}", reading.state.sub_steps[name].status
    query = urlencode({"sub_step": name.value})
    if name is SubStepName.ITEM_TAGS and reading.job.asked_about_tags:
        return (Action("Decide about the tags …", f"{path}/item-tags", "", "primary"),)
    if status is SubStepStatus.UNKNOWN:
        return resolutions(reading, name)
    if status is SubStepStatus.COMPLETED:
        again = RetryRequest(redo_sub_steps=frozenset({name}))
        return (Action("Redo …", f"{path}/retry?{urlencode({'redo': name.value})}", _refused(reading, again)),)
    stated = _not_stated(reading, name)
    retry = _refused(reading, RetryRequest(sub_steps=frozenset({name})))
    return (
        Action("Retry …", f"{path}/retry?{urlencode({'sub_steps': name.value})}", retry, "" if retry else "primary"),
        Action("Done by hand …", f"{path}/by-hand?{query}", stated),
        Action("Skip …", f"{path}/skip?{query}", stated or _skipped_before(reading, name)),
    )


def resolutions(reading: JobReading, effect: str) -> tuple[Action, ...]:
    """The two answers to an effect of which only a person can tell what happened."""
    path = f"/jobs/{reading.detail.id}/resolve"
    open_ = effect in reading.job.unknown_effects
    reason = "" if open_ else "the platform is still being looked at; a person is asked only if that fails"
    there, again = (urlencode({"sub_step": effect, "there": there}) for there in ("true", "false"))
    return (
        Action("It is there …", f"{path}?{there}", reason, "primary" if open_ else ""),
        Action("Do it again …", f"{path}?{again}", reason),
    )


def step_request(status: StepStatus, step: Step) -> RetryRequest:
    """The request that opens a step again, whatever became of it."""
    if status is StepStatus.COMPLETED:
        return RetryRequest(redo_steps=frozenset({step}))
    return RetryRequest(from_step=step)


def _step_again(reading: JobReading, step: Step) -> tuple[str, str]:
    request = step_request(reading.state.steps[step].status, step)
    query = {"redo": int(step)} if request.redo_steps else {"from_step": int(step)}
    return f"/jobs/{reading.detail.id}/retry?{urlencode(query)}", _refused(reading, request)


def _refused(reading: JobReading, request: RetryRequest) -> str:
    """Why the retry is refused; empty if it is not."""
    if reading.blocked:
        return words(reading.blocked)
    return _why(lambda: plan(reading.state, with_built_on(reading.state, request)))


def _not_stated(reading: JobReading, name: SubStepName) -> str:
    if reading.blocked:
        return words(reading.blocked)
    return _why(lambda: check_statement(reading.state, name))


def _skipped_before(reading: JobReading, name: SubStepName) -> str:
    skip = reading.state.sub_steps[name].skip_reason
    return "a person skipped it before" if skip is not None and skip.by_choice else ""


def _no_redo(reading: JobReading) -> str:
    if reading.blocked:
        return words(reading.blocked)
    return "" if redoable(reading) else "nothing of it is completed"


def redoable(reading: JobReading) -> list[Step | SubStepName]:
    """The completed work that can be done again, each with what was built on it."""
    found: list[Step | SubStepName] = []
    for step in Step:
        if step is not Step.SET_UP and reading.state.steps[step].status is StepStatus.COMPLETED:
            with suppress(Refused):
                plan(reading.state, with_built_on(reading.state, RetryRequest(redo_steps=frozenset({step}))))
                found.append(step)
    for name in SubStepName:
        if reading.state.sub_steps[name].status is SubStepStatus.COMPLETED:
            with suppress(Refused):
                plan(reading.state, with_built_on(reading.state, RetryRequest(redo_sub_steps=frozenset({name}))))
                found.append(name)
    return found


def _no_cancel(reading: JobReading) -> str:
    if reading.job.status.ended:
        return f"it is {reading.job.status.replace('_', ' ')}: there is nothing to cancel"
    return "it is being cancelled" if reading.snapshot.is_cancelled(reading.detail.id) else ""


def _why(check: Callable[[], object]) -> str:
    try:
        check()
    except Refused as refused:
        return words(refused)
    return ""


def words(refused: Refused) -> str:
    """The reason of a refusal, with what can be done about it."""
    return f"{refused.message}: {refused.hint}" if refused.hint else refused.message
