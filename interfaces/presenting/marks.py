"""The marks of steps and sub-steps: a sign that differs in shape, what it says to the eye, and its word."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from registration.reporting.summary import current_step
from registration.states import Assurance, JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import JobView, waits_for
from registration.workflow.steps import STEPS, Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName


class Tone(StrEnum):
    """What a mark or a line says to the eye; each interface has a colour for it."""

    QUIET = "quiet"
    RUNNING = "running"
    RETRYING = "retrying"
    GOOD = "good"
    REPORTED = "reported"
    BY_PERSON = "by-person"
    PARTLY = "partly"
    BAD = "bad"
    WAITING = "waiting"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Mark:
    """A sign of one character, its tone, and the word that a legend has for it."""

    sign: str
    tone: Tone
    word: str


@dataclass(frozen=True)
class ShownMark:
    """A mark in a row. The title is empty where the sign and the head of its column say everything: fifty rows have to
    fit on one page.
    """

    sign: str
    tone: Tone
    title: str


PENDING = Mark("·", Tone.QUIET, "pending")
RUNNING = Mark("▸", Tone.RUNNING, "running")
RETRYING = Mark("↻", Tone.RETRYING, "retrying")
COMPLETED = Mark("✓", Tone.GOOD, "done")
FAILED = Mark("✗", Tone.BAD, "failed")
SKIPPED = Mark("–", Tone.QUIET, "skipped")
WAITING = Mark("?", Tone.WAITING, "waits for you")
UNKNOWN = Mark("!", Tone.UNKNOWN, "unknown")
CANCELLED = Mark("⊘", Tone.QUIET, "cancelled")

LESS_THAN_PROVEN: dict[Assurance, Mark] = {
    Assurance.REPORTED: Mark("✓", Tone.REPORTED, str(Assurance.REPORTED)),
    Assurance.PERSON: Mark("✓", Tone.BY_PERSON, str(Assurance.PERSON)),
}
"""The marks of completed sub-steps that are not proven."""

SUB_STEP_MARKS: dict[SubStepStatus, Mark] = {
    SubStepStatus.PENDING: PENDING,
    SubStepStatus.IN_PROGRESS: RUNNING,
    SubStepStatus.RETRYING: RETRYING,
    SubStepStatus.COMPLETED: COMPLETED,
    SubStepStatus.FAILED: FAILED,
    SubStepStatus.UNKNOWN: UNKNOWN,
    SubStepStatus.SKIPPED: SKIPPED,
    SubStepStatus.CANCELLED: CANCELLED,
}
STEP_MARKS: dict[StepStatus, Mark] = {
    StepStatus.PENDING: PENDING,
    StepStatus.IN_PROGRESS: RUNNING,
    StepStatus.RETRYING: RETRYING,
    StepStatus.ACTION_REQUIRED: WAITING,
    StepStatus.COMPLETED: COMPLETED,
    StepStatus.FAILED: FAILED,
    StepStatus.SKIPPED: SKIPPED,
    StepStatus.CANCELLED: CANCELLED,
}
JOB_TONES: dict[JobStatus, Tone] = {
    JobStatus.PENDING: Tone.QUIET,
    JobStatus.IN_PROGRESS: Tone.RUNNING,
    JobStatus.ACTION_REQUIRED: Tone.WAITING,
    JobStatus.COMPLETED: Tone.GOOD,
    JobStatus.PARTIALLY_COMPLETED: Tone.PARTLY,
    JobStatus.FAILED: Tone.BAD,
    JobStatus.CANCELLED: Tone.QUIET,
    JobStatus.SKIPPED: Tone.QUIET,
}
LEGEND = (COMPLETED, RUNNING, RETRYING, WAITING, FAILED, UNKNOWN, SKIPPED)

PHASES: tuple[tuple[SubStepName, ...], ...] = tuple(
    tuple(row.name for row in rows) for _, rows in groupby(SUB_STEPS.values(), key=lambda row: row.phase)
)
"""The twelve sub-steps in the order of their table, by phase."""

SHORT_NAMES: dict[SubStepName, str] = {
    SubStepName.CLOUDWAITRESS_ACCOUNT: "account",
    SubStepName.CODE_GENERATION: "code",
    SubStepName.CREATE_ONBOARDING_USER: "user",
    SubStepName.UPLOAD_IMAGES: "images",
    SubStepName.RESTAURANT_REGISTRATION: "register",
    SubStepName.WEBSITE_CONFIG: "web",
    SubStepName.SERVICES_CONFIG: "services",
    SubStepName.PAYMENT_CONFIG: "pay",
    SubStepName.MENU_IMPORT: "menu",
    SubStepName.SYNC_ONBOARDING_USER: "sync",
    SubStepName.OPTION_SETS: "options",
    SubStepName.ITEM_TAGS: "tags",
}
"""A word of at most eight letters, for the head of a column."""


def sub_step_mark(status: SubStepStatus, known: Assurance | None) -> Mark:
    """The mark of a sub-step; `known` is how it is known that a completed one is done."""
    mark = LESS_THAN_PROVEN.get(known) if known else None
    return mark or SUB_STEP_MARKS[status]


def current_state(job: JobView) -> tuple[str, Tone]:
    """In a few words: the gate that the job waits at, its outcome and error, or its current step or sub-steps."""
    tone = JOB_TONES[job.status]
    if job.waits_for_people:
        return f"waits: {waits_for(job)}", tone
    if job.status.ended:
        error = f": {one_line(job.error_message)}" if job.error_message else ""
        return f"{job.status.replace('_', ' ')}{error}", tone
    if job.outage is not None:
        return job.outage.text, Tone.RETRYING
    step = current_step(job)
    running = [name for name in SUB_STEPS if job.effects[name] is SubStepStatus.IN_PROGRESS]
    return ", ".join(running) or f"{int(step)} {STEPS[Step(step)].name}", tone


def one_line(text: str) -> str:
    """The text with single blanks."""
    return " ".join(text.split())
