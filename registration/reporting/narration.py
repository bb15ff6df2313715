"""The story of a batch, line by line, for the log of its run: what changed between two looks (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass

from registration.gates.decided_queries import Decided
from registration.reporting.summary import evidence_of, sub_steps_done
from registration.states import Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS

_LONGEST = 300
_WORTH_SAYING = {
    SubStepStatus.RETRYING: "is tried again soon",
    SubStepStatus.FAILED: "failed",
    SubStepStatus.UNKNOWN: "was sent and never answered; the platform is looked at",
}
_SERIOUS = frozenset({"failed", "unknown", "partially_completed"})


@dataclass(frozen=True)
class Told:
    """One line; a serious one is for somebody to look at."""

    line: str
    serious: bool = False


def taken_up(view: BatchView) -> Told:
    """What a process finds when it begins."""
    left = len(view.open_jobs)
    return Told(f"taken up: {len(view.jobs)} restaurants, {left} of them to be carried on")


def changes(before: BatchView, after: BatchView) -> Iterator[Told]:
    """What happened between two looks at a batch."""
    if after.stop_requested and not before.stop_requested:
        yield Told("is cancelled: no further effect starts", serious=True)
    if after.stopped_reason and not before.stopped_reason:
        yield Told(f"stopped: {after.stopped_reason}", serious=True)
    for step in (Step.COMPANY_SELECTION, Step.YOLO_CONFIG):
        came = [job.restaurant for job in after.jobs.values() if _came(before.jobs[job.id], job, step)]
        if came:
            yield Told(f"{STEPS[step].name}: {len(came)} wait for a person: {', '.join(came)}")
    for job in after.jobs.values():
        yield from (Told(f"{job.restaurant} · {one.line}", one.serious) for one in _of_job(before.jobs[job.id], job))


def decided(one: Decided) -> Told:
    """Who decided what, through which channel."""
    what = f"{one.restaurant} · {one.gate}: {one.by} ({one.channel}) answered {one.answer.replace('_', ' ')}"
    return Told(what if one.accepted else f"{what}, which was not taken: {_line(one.reason)}", not one.accepted)


def _came(was: JobView, now: JobView, step: Step) -> bool:
    return now.steps[step].status is StepStatus.ACTION_REQUIRED and was.steps[step] != now.steps[step]


def _of_job(was: JobView, now: JobView) -> Iterator[Told]:
    for step, definition in STEPS.items():
        if now.steps[step].status is StepStatus.FAILED and was.steps[step].status is not StepStatus.FAILED:
            yield Told(f"step {step} {definition.name}: failed", serious=True)
    for name in SUB_STEPS:
        status = now.effects[name]
        if status is not was.effects[name] and status in _WORTH_SAYING:
            yield Told(f"{name}: {_WORTH_SAYING[status]}", status in _SERIOUS)
    if now.needs_person and not was.needs_person:
        yield Told(f"{', '.join(sorted(now.undecided))}: nobody can tell whether it happened; a person must look", True)
    if now.status is not was.status and now.status.ended:
        yield Told(_end(now), now.status in _SERIOUS)


def _end(job: JobView) -> str:
    done = f", {sub_steps_done(job)} of {len(SUB_STEPS)} sub-steps" if job.status is JobStatus.COMPLETED else ""
    done += f" ({known})" if done and Assurance.REPORTED in (known := evidence_of([job])) else ""
    attribution = f": {_line(job.error_message)}" if job.error_message else ""
    return f"{job.status.replace('_', ' ')}{done}{attribution}"


def _line(text: str | None) -> str:
    return " ".join((text or "no reason was given").split())[:_LONGEST]
