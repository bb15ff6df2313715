"""What the page of a batch shows of its restaurants: a row for each, with its marks. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from interfaces.console.inbox_rows import gate_path
from interfaces.presenting import marks
from interfaces.presenting.marks import JOB_TONES, PHASES, SHORT_NAMES, STEP_MARKS, ShownMark, Tone
from registration.batches.detail_queries import DetailJob
from registration.reporting.summary import RETRYABLE
from registration.states import JobStatus, StepStatus, SubStepStatus
from registration.workflow.snapshot import BatchView, JobView, waits_for
from registration.workflow.steps import STEPS, GateName, Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

_FIVE: Final = tuple(step for step in Step if step is not Step.SET_UP)
_RUNNING: Final = frozenset({SubStepStatus.IN_PROGRESS, SubStepStatus.RETRYING})
_LONGEST_ERROR: Final = 160
HEADS: Final = ("acct", "code", "user", "img", "reg", "web", "svc", "pay", "menu", "sync", "opt", "tag")
"""The heads of the narrow columns, in the order of the twelve sub-steps; their tooltips have the names."""


@dataclass(frozen=True)
class Running:
    """A sub-step or step that runs, and since when."""

    name: str
    since: str


@dataclass(frozen=True)
class Row:
    """One restaurant of the batch. `action` is the question that waits: its word, and the
    address that says where it is answered.

    `words` says the marks in a sentence for those who do not see them.
    """

    id: UUID
    batch_id: UUID
    position: int
    name: str
    city: str
    status: JobStatus
    tone: Tone
    steps: tuple[ShownMark, ...]
    phases: tuple[tuple[ShownMark, ...], ...]
    words: str
    now: str
    now_tone: Tone
    running: tuple[Running, ...]
    action: tuple[str, str] | None
    retryable: bool
    needs: bool
    ended: bool

    @property
    def rank_needs(self) -> str:
        """Where the row stands in the order of those that need somebody; texts that a page can compare."""
        return f"{not self.needs:d}{not self.retryable:d}{self.ended:d}{self.position:03d}"

    @property
    def rank_status(self) -> str:
        """Where the row stands in the order of statuses."""
        return f"{list(JobStatus).index(self.status)}{self.position:03d}"


SORTS: Final[Mapping[str, tuple[str, Callable[[Row], Any]]]] = {
    "": ("as in the batch", lambda row: row.position),
    "needs": ("needs me first", lambda row: row.rank_needs),
    "status": ("by status", lambda row: row.rank_status),
    "name": ("by name", lambda row: (row.name.casefold(), row.position)),
}
"""What stands in the address, its words, and the key."""

SHOWN: Final[Mapping[str, tuple[str, Callable[[Row], bool]]]] = {
    "": ("all", lambda _: True),
    "needs": ("needs me", lambda row: row.needs),
    "failed": ("failed", lambda row: row.retryable),
    "running": ("running", lambda row: row.status is JobStatus.IN_PROGRESS and not row.needs),
    "done": ("done", lambda row: row.status is JobStatus.COMPLETED),
}


def rows_of(view: BatchView, details: Iterable[DetailJob]) -> list[Row]:
    """The rows in the order of the batch; `details` has the times and errors of their sub-steps."""
    by_id = {job.id: job for job in details}
    return [_row(job, by_id[job.id]) for job in view.jobs.values() if job.id in by_id]


def chosen(rows: Sequence[Row], *, show: str, sort: str, q: str) -> list[Row]:
    """The rows that the address asks for."""
    wanted, key = SHOWN[show][1], SORTS[sort][1]
    text = q.casefold()
    return sorted((row for row in rows if wanted(row) and text in f"{row.name} {row.city}".casefold()), key=key)


def counts_of(rows: Sequence[Row]) -> list[tuple[str, str, int]]:
    """The chips: what stands in the address, the word, and how many rows it shows."""
    return [(name, word, sum(map(wanted, rows))) for name, (word, wanted) in SHOWN.items()]


def _row(job: JobView, detail: DetailJob) -> Row:
    entries = _entries(detail)
    words, tone = _now(job)
    return Row(
        id=job.id,
        batch_id=detail.batch_id,
        position=job.position,
        name=job.restaurant,
        city=job.city or "",
        status=job.status,
        tone=JOB_TONES[job.status],
        steps=tuple(_step_mark(step, job, detail) for step in _FIVE),
        phases=tuple(tuple(_sub_step_mark(name, job, entries.get(name, {})) for name in phase) for phase in PHASES),
        words=_in_words(job),
        now=words,
        now_tone=tone,
        running=_running(job, detail, entries),
        action=_action(job, detail.batch_id),
        retryable=job.status in RETRYABLE and not job.needs_person,
        needs=job.waits_for_people,
        ended=job.status.ended,
    )


def _entries(detail: DetailJob) -> dict[SubStepName, Mapping[str, Any]]:
    """The twelve sub-steps with their times, attempts and errors, by name."""
    phases: Iterable[Mapping[str, Any]] = detail.progress.phases.values()
    return {SubStepName(name): entry for phase in phases for name, entry in phase["sub_steps"].items()}


def _step_mark(step: Step, job: JobView, detail: DetailJob) -> ShownMark:
    view, stored = job.steps[step], detail.steps[step]
    mark = STEP_MARKS[view.status]
    silent = view.status in (StepStatus.PENDING, StepStatus.COMPLETED)
    title = "" if silent else f"{int(step)} {STEPS[step].name}: {mark.word}"
    return ShownMark(mark.sign, mark.tone, _with_reason(title, stored.error_message))


def _sub_step_mark(name: SubStepName, job: JobView, entry: Mapping[str, Any]) -> ShownMark:
    status = job.effects[name]
    mark = marks.sub_step_mark(status, job.known.get(name))
    repeats = entry.get("attempt") or 0
    plain = mark is marks.COMPLETED and not repeats
    if plain or (status is SubStepStatus.PENDING and name not in job.undecided):
        return ShownMark(mark.sign, mark.tone, "")
    if name in job.undecided:
        mark = marks.UNKNOWN if status is not SubStepStatus.PENDING else marks.WAITING
    title = f"{name}: {mark.word}" + (f", attempt {repeats + 1}" if repeats else "")
    return ShownMark(mark.sign, mark.tone, _with_reason(title, entry.get("error") or entry.get("reason")))


def _with_reason(title: str, reason: str | None) -> str:
    return f"{title}: {shortened(marks.one_line(reason))}" if title and reason else title


def shortened(text: str) -> str:
    """The beginning of a long text; the page of the restaurant has all of it."""
    return text if len(text) <= _LONGEST_ERROR else f"{text[: _LONGEST_ERROR - 1]}…"


def _now(job: JobView) -> tuple[str, Tone]:
    """One line: what it waits for, why it failed, or where it is; the status itself has a column of its own."""
    if job.waits_for_people:
        return waits_for(job), Tone.WAITING
    if job.status.ended and job.error_message:
        return shortened(without_step(job.error_message)), JOB_TONES[job.status]
    words, tone = marks.current_state(job)
    return words, tone


def without_step(message: str) -> str:
    """An error on one line, without the name of its step: the marks say where it was."""
    step, _, rest = marks.one_line(message).partition(": ")
    return rest if rest and step in {one.name for one in STEPS.values()} else marks.one_line(message)


def _running(job: JobView, detail: DetailJob, entries: Mapping[SubStepName, Mapping[str, Any]]) -> tuple[Running, ...]:
    if job.status.ended or job.waits_for_people or job.outage is not None:
        return ()
    found = [
        Running(SHORT_NAMES[name], str(entries[name]["started_at"]))
        for name in SUB_STEPS
        if job.effects[name] in _RUNNING and entries.get(name, {}).get("started_at")
    ]
    if found:
        return tuple(found)
    step = next((step for step in Step if job.steps[step].status is StepStatus.IN_PROGRESS), None)
    began = detail.steps[step].started_at if step else None
    return (Running(STEPS[step].name, began.isoformat()),) if step and began else ()


def _action(job: JobView, batch_id: UUID) -> tuple[str, str] | None:
    if not job.waits_for_people:
        return None
    if job.needs_person:
        return "Decide …", f"/jobs/{job.id}"
    gate = next(gate for gate in GateName if job.visit_at(gate) is not None)
    return "Answer …", gate_path(batch_id, gate, job.id)


def _in_words(job: JobView) -> str:
    """The marks as a sentence: `steps done 3 of 5; sub-steps done 4 of 12, failed: menu`."""
    done = sum(job.steps[step].status is StepStatus.COMPLETED for step in _FIVE)
    by_status: dict[SubStepStatus, list[str]] = {}
    for name in SUB_STEPS:
        by_status.setdefault(job.effects[name], []).append(SHORT_NAMES[name])
    ended = len(by_status.get(SubStepStatus.COMPLETED, []))
    named = (SubStepStatus.FAILED, SubStepStatus.UNKNOWN, SubStepStatus.IN_PROGRESS, SubStepStatus.RETRYING)
    others = [f"{status.replace('_', ' ')}: {', '.join(by_status[status])}" for status in named if status in by_status]
    return "; ".join([f"steps done {done} of 5", f"sub-steps done {ended} of 12", *others])
