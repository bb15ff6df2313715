"""Reports of a batch: rows, percent, summary, and the final page with the next commands (pure)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from registration.kit.markdown import escape, link_to
from registration.states import Assurance, JobStatus, SubStepStatus
from registration.workflow.assurance import counted
from registration.workflow.snapshot import BatchView, JobView, waiting_gate
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS

RETRYABLE = (JobStatus.FAILED, JobStatus.PARTIALLY_COMPLETED)


def final_page(line: str, batch_id: UUID, view: BatchView, links: Mapping[UUID, str]) -> str:
    """Markdown; who needs somebody comes first, who is done last."""
    jobs = view.jobs.values()
    parts = [
        f"# {escape(line)}",
        *_stopped(batch_id, view),
        *_undecided([job for job in jobs if job.needs_person], links),
        *_failed(batch_id, [job for job in jobs if job.status in RETRYABLE and not job.needs_person], links),
        *_others([job for job in jobs if job.status not in RETRYABLE and not job.needs_person], links),
    ]
    return "\n\n".join(parts)


def _stopped(batch_id: UUID, view: BatchView) -> Iterator[str]:
    if view.stopped_reason and not view.stop_requested:
        yield f"**Stopped:** {escape(view.stopped_reason)}. When the cause is gone:"
        yield _commands([f"registration continue {batch_id}"])


def _undecided(jobs: list[JobView], links: Mapping[UUID, str]) -> Iterator[str]:
    if jobs:
        yield "## Somebody must look at the platform"
        yield "These were sent and never answered, and the platform cannot be asked. Look there, then say what you saw."
    for job in jobs:
        yield f"{_name(job, links)}: {', '.join(map(escape, sorted(job.undecided)))}"
        yield _commands(
            f'registration resolve {job.id} {name} {said} --by NAME --why "WHAT YOU SAW"'
            for name in sorted(job.undecided)
            for said in ("--it-is-there", "--do-it-again")
        )


def _failed(batch_id: UUID, jobs: list[JobView], links: Mapping[UUID, str]) -> Iterator[str]:
    if not jobs:
        return
    yield "## To be tried again"
    for job in jobs:
        attribution = f": {escape(job.error_message)}" if job.error_message else ""
        yield f"{_name(job, links)}, {job.status.replace('_', ' ')}{attribution}"
        yield _commands([f"registration retry {job.id}"])
    if len(jobs) > 1:
        yield "All of them at once:"
        yield _commands([f"registration retry {batch_id} --failed"])


def _others(jobs: list[JobView], links: Mapping[UUID, str]) -> Iterator[str]:
    for status in JobStatus:
        of_status = [job for job in jobs if job.status is status]
        if of_status:
            yield f"## {status.replace('_', ' ').capitalize()}"
            yield "\n".join(f"- {_name(job, links)}{_known(job)}{_why(job)}" for job in of_status)


def _known(job: JobView) -> str:
    known = counted(job.known.get(name) for name in SUB_STEPS)
    return f" ({known})" if known else ""


def _why(job: JobView) -> str:
    return f": {escape(job.error_message)}" if job.error_message else ""


def _name(job: JobView, links: Mapping[UUID, str]) -> str:
    url = links.get(job.id)
    return f"**{link_to(job.restaurant, url) if url else escape(job.restaurant)}**"


def _commands(lines: Iterable[str]) -> str:
    return "\n".join(["```", *lines, "```"])


_DONE = frozenset({SubStepStatus.COMPLETED, SubStepStatus.SKIPPED})
_GOOD = frozenset({JobStatus.COMPLETED})
_LONGEST_ERROR = 150
_GATES_IN_SHORT = {Step.COMPANY_SELECTION: "company", Step.YOLO_CONFIG: "configuration"}


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


def evidence_of(jobs: Iterable[JobView]) -> str:
    """How it is known that sub-steps are completed: `12 proven, 3 reported`; nothing while none is."""
    return counted(job.known.get(name) for job in jobs for name in SUB_STEPS)


def job_rows(
    view: BatchView, links: Mapping[UUID, str] | None = None, gates: Mapping[Step, str] | None = None
) -> list[dict[str, str]]:
    """One row per restaurant: where it is, how far, what it waits for, its error in one line.

    The UI shows about six short columns side by side, cuts the last one off, and takes their texts for Markdown.
    `links` are the pages of the runs, `gates` those where the gates are answered.
    """
    return [
        {
            "restaurant": _linked(job.restaurant, (links or {}).get(job.id)),
            "status": job.status.replace("_", " "),
            "step": f"{current_step(job)}/{len(Step)}",
            "sub-steps": f"{sub_steps_done(job)}/{len(SUB_STEPS)}{_reported(job)}",
            "waits for": _waits_in_short(job, gates or {}),
            "error": escape(_error(job)[:_LONGEST_ERROR]),
        }
        for job in view.jobs.values()
    ]


def _reported(job: JobView) -> str:
    count = [job.known.get(name) for name in SUB_STEPS].count(Assurance.REPORTED)
    return f", {count} {Assurance.REPORTED}" if count else ""


def _waits_in_short(job: JobView, gates: Mapping[Step, str]) -> str:
    gate = waiting_gate(job)
    if job.needs_person or gate is None:
        return "a look" if job.needs_person else ""
    return _linked(_GATES_IN_SHORT[gate], gates.get(gate))


def _error(job: JobView) -> str:
    """Without the name of the step: its number stands beside it."""
    told = job.error_message or ""
    step, _, rest = told.partition(": ")
    return rest if step in {definition.name for definition in STEPS.values()} else told


def _linked(name: str, url: str | None) -> str:
    return link_to(name, url) if url else escape(name)


def percent(view: BatchView) -> float:
    """Ended steps of all steps, 0 to 100."""
    ended = sum(step.status.ended for job in view.jobs.values() for step in job.steps.values())
    return round(100 * ended / max(1, len(Step) * len(view.jobs)), 1)


def summary(name: str, batch_id: UUID, view: BatchView, links: Mapping[UUID, str] | None = None) -> Summary:
    """What became of every restaurant, and the exact command for what is to be done about each."""
    statuses = Counter(job.status for job in view.jobs.values())
    counts = {
        "total": len(view.jobs),
        "successful": sum(statuses[status] for status in _GOOD),
        "failed": sum(statuses[status] for status in RETRYABLE),
    }
    told = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in statuses.items())
    known = evidence_of(view.jobs.values())
    line = f"{name}: {told}"
    title = f"{line}; sub-steps: {known}" if known else line
    return Summary(_status(view), counts, line, final_page(title, batch_id, view, links or {}))


def _status(view: BatchView) -> str:
    if view.stop_requested:
        return "cancelled"
    return "failed" if view.stopped_reason else "completed"
