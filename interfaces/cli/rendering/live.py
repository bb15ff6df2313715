"""Renders a batch as a live table: one row per restaurant, with a mark for each step and each sub-step."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from interfaces.presenting import marks
from interfaces.presenting.marks import JOB_TONES, LEGEND, LESS_THAN_PROVEN, PHASES, STEP_MARKS, Mark, Tone
from registration.reporting.summary import evidence_of, percent, sub_steps_done
from registration.states import JobStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SUB_STEPS

COLOURS: dict[Tone, str] = {
    Tone.QUIET: "bright_black",
    Tone.RUNNING: "cyan",
    Tone.RETRYING: "yellow",
    Tone.GOOD: "green",
    Tone.REPORTED: "blue",
    Tone.BY_PERSON: "yellow",
    Tone.PARTLY: "yellow",
    Tone.BAD: "bold red",
    Tone.WAITING: "bold yellow",
    Tone.UNKNOWN: "bold magenta",
}
JOB_COLOURS: dict[JobStatus, str] = {status: COLOURS[tone] for status, tone in JOB_TONES.items()}


def batch_table(view: BatchView, name: str, most: int | None = None) -> RenderableType:
    """The table of a batch, for 80 columns or more; at most `most` rows, of which open restaurants come first.

    The first marks are steps 1 to 5, the other marks the twelve sub-steps of step 6, grouped by phase.
    """
    table = Table(box=None, pad_edge=False, header_style="bold", expand=True)
    table.add_column("restaurant", ratio=3, no_wrap=True, overflow="ellipsis")
    table.add_column("1–5", no_wrap=True)
    table.add_column("the twelve", no_wrap=True)
    table.add_column("", no_wrap=True, justify="right")
    table.add_column("now", ratio=4, no_wrap=True, overflow="ellipsis")
    jobs = _visible_jobs(view, most)
    for job in jobs:
        done = Text(f"{sub_steps_done(job)}/{len(SUB_STEPS)}", style="bright_black")
        table.add_row(Text(job.restaurant), step_marks(job), sub_step_marks(job), done, current_state(job))
    if hidden := len(view.jobs) - len(jobs):
        table.add_row(Text(f"… and {hidden} more", style="bright_black"))
    return Group(_heading(view, name), table, _legend(view))


def step_marks(job: JobView) -> Text:
    """One mark for each of steps 1 to 5."""
    steps = [step for step in Step if step is not Step.SET_UP]
    return Text.assemble(*(drawn(STEP_MARKS[job.steps[step].status]) for step in steps))


def sub_step_marks(job: JobView) -> Text:
    """The marks of the twelve sub-steps in the order of their table, with a blank between phases."""
    phases = [
        [drawn(marks.sub_step_mark(job.effects[name], job.known.get(name))) for name in phase] for phase in PHASES
    ]
    return Text(" ").join(Text.assemble(*phase) for phase in phases)


def current_state(job: JobView) -> Text:
    """In a few words: the gate that the job waits at, its outcome and error, or its current step or sub-steps."""
    words, tone = marks.current_state(job)
    return Text(words, style=COLOURS[tone])


def _visible_jobs(view: BatchView, most: int | None) -> list[JobView]:
    jobs = list(view.jobs.values())
    if most is None or len(jobs) <= most:
        return jobs
    first = sorted(jobs, key=lambda job: job.status.ended)[: max(0, most - 1)]
    return sorted(first, key=lambda job: job.position)


def drawn(mark: Mark) -> tuple[str, str]:
    """Sign and colour of a mark, as rich takes them."""
    return mark.sign, COLOURS[mark.tone]


def _heading(view: BatchView, name: str) -> Text:
    ended = sum(job.status.ended for job in view.jobs.values())
    waiting = sum(job.waits_for_people for job in view.jobs.values())
    parts = [f"{percent(view):.0f} %", f"{ended} of {len(view.jobs)} ended"]
    parts += [f"{waiting} waiting for you"] if waiting else []
    parts += [f"sub-steps: {known}"] if (known := evidence_of(view.jobs.values())) else []
    heading = Text.assemble((name, "bold"), "  ", " · ".join(parts))
    if view.halted_reason:
        heading.append(f"\nstopped: {view.halted_reason}", style="bold red")
    return heading


def _legend(view: BatchView) -> Text:
    """The meaning of each mark, also of those for sub-steps that are completed and not proven, if there are any."""
    known = {job.known.get(name) for job in view.jobs.values() for name in SUB_STEPS}
    shown = [*LEGEND, *(mark for kind, mark in LESS_THAN_PROVEN.items() if kind in known)]
    labels = [Text.assemble(drawn(mark), " ", (mark.word, COLOURS[Tone.QUIET])) for mark in shown]
    return Text("  ").join(labels)
