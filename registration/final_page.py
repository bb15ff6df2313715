"""The page that a batch leaves behind: what became of it, and what to do next, with the exact commands (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from registration.known import counted
from registration.models.snapshot import BatchView, JobView
from registration.questions.markdown import escape, link_to
from registration.states import JobStatus
from registration.sub_steps import SUB_STEPS

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
        because = f": {escape(job.error_message)}" if job.error_message else ""
        yield f"{_name(job, links)}, {job.status.replace('_', ' ')}{because}"
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
