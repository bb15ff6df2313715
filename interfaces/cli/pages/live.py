"""A batch as a table on the terminal: one row per restaurant, its steps and its twelve sub-steps as marks."""

from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from registration.reporting.summary import current_step, evidence_of, percent, sub_steps_done
from registration.states import Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import BatchView, JobView, waits_for
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

Mark = tuple[str, str]
"""A character and its colour."""

_PENDING: Mark = ("·", "bright_black")
_RUNNING: Mark = ("▸", "cyan")
_RETRYING: Mark = ("↻", "yellow")
_COMPLETED: Mark = ("✓", "green")
_REPORTED: Mark = ("✓", "blue")
_FAILED: Mark = ("✗", "bold red")
_SKIPPED: Mark = ("–", "bright_black")
_WAITING: Mark = ("?", "bold yellow")
_UNKNOWN: Mark = ("!", "bold magenta")
_CANCELLED: Mark = ("⊘", "bright_black")

SUB_STEP_MARKS: dict[SubStepStatus, Mark] = {
    SubStepStatus.PENDING: _PENDING,
    SubStepStatus.IN_PROGRESS: _RUNNING,
    SubStepStatus.RETRYING: _RETRYING,
    SubStepStatus.COMPLETED: _COMPLETED,
    SubStepStatus.FAILED: _FAILED,
    SubStepStatus.UNKNOWN: _UNKNOWN,
    SubStepStatus.SKIPPED: _SKIPPED,
    SubStepStatus.CANCELLED: _CANCELLED,
}
STEP_MARKS: dict[StepStatus, Mark] = {
    StepStatus.PENDING: _PENDING,
    StepStatus.IN_PROGRESS: _RUNNING,
    StepStatus.RETRYING: _RETRYING,
    StepStatus.ACTION_REQUIRED: _WAITING,
    StepStatus.COMPLETED: _COMPLETED,
    StepStatus.FAILED: _FAILED,
    StepStatus.SKIPPED: _SKIPPED,
    StepStatus.CANCELLED: _CANCELLED,
}
JOB_COLOURS: dict[JobStatus, str] = {
    JobStatus.PENDING: "bright_black",
    JobStatus.IN_PROGRESS: "cyan",
    JobStatus.ACTION_REQUIRED: "bold yellow",
    JobStatus.COMPLETED: "green",
    JobStatus.PARTIALLY_COMPLETED: "yellow",
    JobStatus.FAILED: "bold red",
    JobStatus.CANCELLED: "bright_black",
    JobStatus.SKIPPED: "bright_black",
}
_LEGEND = (
    (_COMPLETED, "done"),
    (_RUNNING, "running"),
    (_RETRYING, "retrying"),
    (_WAITING, "waits for you"),
    (_FAILED, "failed"),
    (_UNKNOWN, "unknown"),
    (_SKIPPED, "skipped"),
)


def batch_table(view: BatchView, name: str, most: int | None = None) -> RenderableType:
    """The batch now, for a console of 80 columns or more; at most `most` rows, those that have not ended first.

    The first marks are steps 1 to 5, the others the twelve sub-steps of step 6, grouped by phase.
    """
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("restaurant", ratio=3, no_wrap=True, overflow="ellipsis")
    table.add_column("1–5", no_wrap=True)
    table.add_column("the twelve", no_wrap=True)
    table.add_column("", no_wrap=True, justify="right")
    table.add_column("now", ratio=4, no_wrap=True, overflow="ellipsis")
    shown = _shown(view, most)
    for job in shown:
        done = Text(f"{sub_steps_done(job)}/{len(SUB_STEPS)}", style="bright_black")
        table.add_row(Text(job.restaurant), step_marks(job), sub_step_marks(job), done, now(job))
    if hidden := len(view.jobs) - len(shown):
        table.add_row(Text(f"… and {hidden} more", style="bright_black"))
    return Group(_heading(view, name), table, _legend(reported=Assurance.REPORTED in evidence_of(view.jobs.values())))


def step_marks(job: JobView) -> Text:
    """One mark for each of steps 1 to 5."""
    steps = [step for step in Step if step is not Step.SET_UP]
    return Text.assemble(*(STEP_MARKS[job.steps[step].status] for step in steps))


def sub_step_marks(job: JobView) -> Text:
    """The twelve, in the order of their table, a blank between phases."""
    phases = groupby(SUB_STEPS.values(), key=lambda row: row.phase)
    marks = [[_mark(job, row.name) for row in rows] for _, rows in phases]
    return Text(" ").join(Text.assemble(*phase) for phase in marks)


def now(job: JobView) -> Text:
    """In a few words: what it waits for, how it ended and why, or what it is doing."""
    colour = JOB_COLOURS[job.status]
    if waiting := waits_for(job):
        return Text(f"waits: {waiting}", style=colour)
    if job.status.ended:
        error = f": {_one_line(job.error_message)}" if job.error_message else ""
        return Text(f"{job.status.replace('_', ' ')}{error}", style=colour)
    step = current_step(job)
    running = [name for name in SUB_STEPS if job.effects[name] is SubStepStatus.IN_PROGRESS]
    return Text(", ".join(running) or f"{step} {STEPS[step].name}", style=colour)


def _shown(view: BatchView, most: int | None) -> list[JobView]:
    jobs = list(view.jobs.values())
    if most is None or len(jobs) <= most:
        return jobs
    first = sorted(jobs, key=lambda job: job.status.ended)[: max(0, most - 1)]
    return sorted(first, key=lambda job: job.position)


def _mark(job: JobView, name: SubStepName) -> Mark:
    reported = job.known.get(name) is Assurance.REPORTED
    return _REPORTED if reported else SUB_STEP_MARKS[job.effects[name]]


def _heading(view: BatchView, name: str) -> Text:
    ended = sum(job.status.ended for job in view.jobs.values())
    waiting = sum(bool(waits_for(job)) for job in view.jobs.values())
    parts = [f"{percent(view):.0f} %", f"{ended} of {len(view.jobs)} ended"]
    parts += [f"{waiting} waiting for you"] if waiting else []
    parts += [f"sub-steps: {known}"] if (known := evidence_of(view.jobs.values())) else []
    heading = Text.assemble((name, "bold"), "  ", " · ".join(parts))
    if view.stopped_reason:
        heading.append(f"\nstopped: {view.stopped_reason}", style="bold red")
    return heading


def _legend(*, reported: bool) -> Text:
    """With a mark of its own for what is only reported, if something is."""
    marks = [*_LEGEND, (_REPORTED, str(Assurance.REPORTED))] if reported else _LEGEND
    told = [Text.assemble(mark, " ", (word, "bright_black")) for mark, word in marks]
    return Text("  ").join(told)


def _one_line(text: str) -> str:
    return " ".join(text.split())
