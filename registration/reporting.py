"""How a batch is told to people: rows, percent, summary (pure)."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.steps import STEPS, Step
from registration.store.snapshot import BatchView, JobView
from registration.sub_steps import SUB_STEPS

_DONE = frozenset({SubStepStatus.COMPLETED, SubStepStatus.SKIPPED})
_GOOD = frozenset({JobStatus.COMPLETED})
_RETRYABLE = (JobStatus.FAILED, JobStatus.PARTIALLY_COMPLETED)


@dataclass(frozen=True)
class Summary:
    """A batch's end: for the artifact, for the event, and in one line."""

    status: str
    counts: dict[str, int]
    line: str
    markdown: str


def current_step(job: JobView) -> Step:
    """The lowest step that has not ended; the last one if all have."""
    return next((step for step in Step if not job.steps[step].status.ended), Step.SET_UP)


def sub_steps_done(job: JobView) -> int:
    """How many of the twelve are completed or skipped."""
    return sum(job.effects[name] in _DONE for name in SUB_STEPS)


def waits_for(job: JobView) -> str:
    """What a job waits for, if it waits for a person."""
    if job.needs_person:
        return "somebody to settle an unknown effect"
    gates = [step for step in Step if job.steps[step].status is StepStatus.ACTION_REQUIRED]
    return STEPS[gates[0]].name if gates else ""


def job_rows(view: BatchView) -> list[dict[str, str]]:
    """One row per restaurant: where it is, how far, what it waits for, its error in one line."""
    return [
        {
            "restaurant": job.restaurant,
            "status": job.status.replace("_", " "),
            "step": f"{current_step(job)} {STEPS[current_step(job)].name}",
            "sub-steps": f"{sub_steps_done(job)}/{len(SUB_STEPS)}",
            "waits for": waits_for(job),
            "error": (job.error_message or "").replace("\n", " ")[:200],
        }
        for job in view.jobs.values()
    ]


def percent(view: BatchView) -> float:
    """Ended steps of all steps, 0 to 100."""
    ended = sum(step.status.ended for job in view.jobs.values() for step in job.steps.values())
    return round(100 * ended / max(1, len(Step) * len(view.jobs)), 1)


def summary(name: str, batch_id: UUID, view: BatchView) -> Summary:
    """What became of every restaurant, and the exact command to retry each that failed."""
    statuses = Counter(job.status for job in view.jobs.values())
    counts = {
        "total": len(view.jobs),
        "successful": sum(statuses[status] for status in _GOOD),
        "failed": sum(statuses[status] for status in _RETRYABLE),
    }
    told = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in statuses.items())
    line = f"{name}: {told}"
    return Summary(_status(view), counts, line, "\n".join([f"# {line}", "", *_lines(view, batch_id)]))


def _status(view: BatchView) -> str:
    if view.stop_requested:
        return "cancelled"
    return "failed" if view.stopped_reason else "completed"


def _lines(view: BatchView, batch_id: UUID) -> list[str]:
    lines = [f"Stopped: {view.stopped_reason}", ""] if view.stopped_reason else []
    for job in view.jobs.values():
        lines.append(f"- **{job.restaurant}**: {job.status.replace('_', ' ')}")
        if job.error_message:
            lines.append(f"    - {job.error_message}")
        if job.status in _RETRYABLE:
            lines.append(f"    - put it right, then `registration start --batch {batch_id}` after a retry of {job.id}")
    return lines
