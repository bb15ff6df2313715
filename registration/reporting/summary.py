"""Reports on a batch: rows, percent, summary, and the final page with the next commands (pure)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from registration.batches.progress import batch_outcome
from registration.kit.markdown import escape, link_to
from registration.states import Assurance, BatchOutcome, JobStatus, SubStepStatus
from registration.workflow.assurance import count_by_assurance
from registration.workflow.snapshot import BatchView, JobView, stands_still
from registration.workflow.steps import STEPS, GateName, Step
from registration.workflow.sub_steps import SUB_STEPS

RETRYABLE = (JobStatus.FAILED, JobStatus.PARTIALLY_COMPLETED)
_DONE = frozenset({SubStepStatus.COMPLETED, SubStepStatus.SKIPPED})
_GOOD = frozenset({JobStatus.COMPLETED})
_LONGEST_ERROR = 150
_GATES_IN_SHORT = {
    GateName.COMPANY_SELECTION: "company",
    GateName.YOLO_CONFIG: "configuration",
    GateName.ITEM_TAGS: "item tags",
}


def final_page(line: str, batch_id: UUID, view: BatchView, links: Mapping[UUID, str]) -> str:
    """The final page in Markdown: first the restaurants that need a person, last the completed ones."""
    jobs = view.jobs.values()
    parts = [
        f"# {escape(line)}",
        *_outcome(view),
        *_stopped(batch_id, view),
        *_undecided([job for job in jobs if job.needs_person], links),
        *_failed(batch_id, [job for job in jobs if job.status in RETRYABLE and not job.needs_person], links),
        *_others([job for job in jobs if job.status not in RETRYABLE and not job.needs_person], links),
    ]
    return "\n\n".join(parts)


def _outcome(view: BatchView) -> Iterator[str]:
    if outcome := batch_outcome(view):
        yield f"The batch is **{outcome.words}**."


def _stopped(batch_id: UUID, view: BatchView) -> Iterator[str]:
    if view.halted_reason and not view.cancel_requested:
        yield f"**Stopped:** {escape(view.halted_reason)}. After the cause is fixed:"
        yield _commands([f"registration continue {batch_id}"])


def _undecided(jobs: list[JobView], links: Mapping[UUID, str]) -> Iterator[str]:
    yield from _about_tags([job for job in jobs if job.asked_about_tags], links)
    jobs = [job for job in jobs if job.unknown_effects]
    if jobs:
        yield "## A person must check the platform"
        yield "These effects were sent without an answer or evidence. Check the platform, then record the result."
    for job in jobs:
        yield f"{_name(job, links)}: {', '.join(map(escape, sorted(job.unknown_effects)))}"
        yield _commands(
            f'registration resolve {job.id} {name} {option} --by NAME --why "WHAT YOU SAW"'
            for name in sorted(job.unknown_effects)
            for option in ("--it-is-there", "--do-it-again")
        )


def _about_tags(jobs: list[JobView], links: Mapping[UUID, str]) -> Iterator[str]:
    if jobs:
        yield "## A person must decide about item tags"
        yield "The platform's tags contradict these menus. No tag is set before a person has decided."
    for job in jobs:
        yield _name(job, links)
        yield _commands([f"registration item-tags {job.id}"])


def _failed(batch_id: UUID, jobs: list[JobView], links: Mapping[UUID, str]) -> Iterator[str]:
    if not jobs:
        return
    yield "## To retry"
    for job in jobs:
        cause = f": {escape(job.error_message)}" if job.error_message else ""
        yield f"{_name(job, links)}, {job.status.replace('_', ' ')}{cause}"
        yield _commands([f"registration retry {job.id}"])
    if len(jobs) > 1:
        yield "All of them at once:"
        yield _commands([f"registration retry {batch_id} --failed"])
    yield "For a sub-step that was done by hand on the platform, or is not needed, instead:"
    yield _commands(
        f'registration resolve JOB SUB-STEP {option} --by NAME --why "{what}"'
        for option, what in (("--done-by-hand", "WHAT YOU DID"), ("--skip", "WHY"))
    )


def _others(jobs: list[JobView], links: Mapping[UUID, str]) -> Iterator[str]:
    for status in JobStatus:
        of_status = [job for job in jobs if job.status is status]
        if of_status:
            yield f"## {status.replace('_', ' ').capitalize()}"
            yield "\n".join(f"- {_name(job, links)}{_known(job)}{_why(job)}" for job in of_status)


def _known(job: JobView) -> str:
    known = count_by_assurance(job.known.get(name) for name in SUB_STEPS)
    return f" ({known})" if known else ""


def _why(job: JobView) -> str:
    return f": {escape(job.error_message)}" if job.error_message else ""


def _name(job: JobView, links: Mapping[UUID, str]) -> str:
    url = links.get(job.id)
    return f"**{link_to(job.restaurant, url) if url else escape(job.restaurant)}**"


def _commands(lines: Iterable[str]) -> str:
    return "\n".join(["```", *lines, "```"])


@dataclass(frozen=True)
class Summary:
    """The end of a batch: the page of the artifact, the text of the notice, and the message of the run in one `line`.

    `outcome` is None if a job has not ended.
    """

    status: str
    outcome: BatchOutcome | None
    counts: dict[str, int]
    line: str
    notice: str
    markdown: str


def current_step(job: JobView) -> Step:
    """The lowest step that has not ended; the last step if all have."""
    return next((step for step in Step if not job.steps[step].status.ended), Step.SET_UP)


def sub_steps_done(job: JobView) -> int:
    """How many of the twelve sub-steps are completed or skipped."""
    return sum(job.effects[name] in _DONE for name in SUB_STEPS)


def evidence_of(jobs: Iterable[JobView]) -> str:
    """How it is known that sub-steps are completed: `12 proven, 3 reported`; empty if none is completed."""
    return count_by_assurance(job.known.get(name) for job in jobs for name in SUB_STEPS)


def job_rows(
    view: BatchView, links: Mapping[UUID, str] | None = None, gates: Mapping[GateName, str] | None = None
) -> list[dict[str, str]]:
    """One row per restaurant: status, step, progress, pending gate, and the error in one line.

    The UI shows about six short columns, cuts the last one off, and renders their texts as Markdown. `links` are the
    pages of the runs, `gates` the pages where the gates are answered.
    """
    return [
        {
            "restaurant": _linked(job.restaurant, (links or {}).get(job.id)),
            "status": job.status.replace("_", " "),
            "step": f"{current_step(job)}/{len(Step)}",
            "sub-steps": f"{sub_steps_done(job)}/{len(SUB_STEPS)}{_not_proven(job)}",
            "waits for": _pending(job, gates or {}),
            "error": escape(_error(job)[:_LONGEST_ERROR]),
        }
        for job in view.jobs.values()
    ]


def _not_proven(job: JobView) -> str:
    known = (job.known.get(name) for name in SUB_STEPS)
    counts = count_by_assurance(kind for kind in known if kind is not Assurance.PROVEN)
    return f", {counts}" if counts else ""


def _pending(job: JobView, gates: Mapping[GateName, str]) -> str:
    gate = next((gate for gate in GateName if job.visit_at(gate) is not None), None)
    if job.unknown_effects or gate is None:
        return "a person" if job.needs_person else stands_still(job)
    failure = job.register_failure if gate is GateName.COMPANY_SELECTION else None
    return f"{_linked(_GATES_IN_SHORT[gate], gates.get(gate))}{f': {failure.text}' if failure else ''}"


def _error(job: JobView) -> str:
    """The error without the name of the step: the step's number is in the next column."""
    message = job.error_message or ""
    step, _, rest = message.partition(": ")
    return rest if step in {definition.name for definition in STEPS.values()} else message


def _linked(name: str, url: str | None) -> str:
    return link_to(name, url) if url else escape(name)


def percent(view: BatchView) -> float:
    """The share of ended steps, 0 to 100."""
    ended = sum(step.status.ended for job in view.jobs.values() for step in job.steps.values())
    return round(100 * ended / max(1, len(Step) * len(view.jobs)), 1)


def summary(name: str, batch_id: UUID, view: BatchView, links: Mapping[UUID, str] | None = None) -> Summary:
    """The result of every restaurant, and the exact command for each that needs one."""
    statuses = Counter(job.status for job in view.jobs.values())
    counts = {
        "total": len(view.jobs),
        "successful": sum(statuses[status] for status in _GOOD),
        "failed": sum(statuses[status] for status in RETRYABLE),
    }
    counts_text = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in statuses.items())
    evidence = evidence_of(view.jobs.values())
    line, outcome = f"{name}: {counts_text}", batch_outcome(view)
    title = f"{line}; sub-steps: {evidence}" if evidence else line
    page = final_page(title, batch_id, view, links or {})
    return Summary(_status(view, outcome), outcome, counts, line, _described(outcome, counts_text), page)


def _described(outcome: BatchOutcome | None, counts: str) -> str:
    return f"{outcome.words}: {counts}" if outcome else counts


def _status(view: BatchView, outcome: BatchOutcome | None) -> str:
    if view.cancel_requested or outcome is BatchOutcome.CANCELLED:
        return "cancelled"
    return "failed" if view.halted_reason else "completed"
