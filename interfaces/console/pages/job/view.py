"""What the page of a restaurant shows above its sub-steps, and what happened to it. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from interfaces.console.inbox_rows import gate_path
from interfaces.console.pages.job.actions import Action, job_actions
from interfaces.console.pages.job.reading import JobReading
from interfaces.presenting.marks import JOB_TONES, STEP_MARKS, ShownMark, Tone
from interfaces.presenting.timeline import TimelineEntry, timeline
from registration.reporting.history_queries import HistoryDecision, HistoryStep
from registration.states import JobStatus, StepStatus
from registration.workflow.snapshot import waits_for
from registration.workflow.steps import GATE_STEPS, STEPS, Step
from registration.workflow.sub_steps import SubStepName

_LINK: Final = re.compile(r"(?<!\\)\[(?P<label>(?:[^\]\\]|\\.)*)\]\(<[^>]*>\)")
_MARKUP: Final = re.compile(r"\\(?P<kept>.)|\*\*", re.DOTALL)
_WORDS: Final = {
    JobStatus.PENDING: "not begun",
    JobStatus.ACTION_REQUIRED: "waits for you",
    JobStatus.PARTIALLY_COMPLETED: "partly done",
    JobStatus.COMPLETED: "done",
    JobStatus.SKIPPED: "left out",
}
_MADE: Final = (
    (SubStepName.WEBSITE_CONFIG, "demo_store_url", "demo store"),
    (SubStepName.RESTAURANT_REGISTRATION, "dashboard_url", "dashboard"),
    (SubStepName.PAYMENT_CONFIG, "stripe_connect_url", "Stripe link"),
)
"""Where the links to what was made are among the outputs."""


@dataclass(frozen=True)
class StepLine:
    """One of the six steps: its mark, and since or until when."""

    number: int
    name: str
    mark: ShownMark
    words: str
    since: datetime | None
    until: datetime | None
    error: str
    visit: int


@dataclass(frozen=True)
class JobHead:
    """The restaurant in words, its six steps, and what can be done with it.

    `waits` is what it waits for, `notes` are what holds up its batch. `links` lead to what was made for it, and
    `platform_id` is its id on the platform. `answer` leads to the question that waits.
    """

    id: UUID
    name: str
    city: str
    batch: str
    batch_id: UUID
    position: int
    total: int
    status: str
    tone: Tone
    waits: str
    error: str
    notes: tuple[str, ...]
    links: tuple[tuple[str, str], ...]
    platform_id: str
    answer: Action | None
    actions: tuple[Action, ...]
    cannot: tuple[tuple[str, str], ...]
    steps: tuple[StepLine, ...]


@dataclass(frozen=True)
class Happened:
    """One line of the history; `question` is the address of the question as it was shown."""

    at: datetime
    what: str
    move: str
    by: str
    why: str
    bad: bool
    by_pipeline: bool
    question: str


@dataclass(frozen=True)
class Asked:
    """A question as it was shown to the person who answered it: its evidence as text, and its choices.

    Each choice has its label, whether it was preselected, and whether it was chosen.
    """

    title: str
    evidence: str
    choices: tuple[tuple[str, bool, bool], ...]
    decided_by: str
    at: datetime
    refused: str


def head_of(reading: JobReading) -> JobHead:
    """The head of the page."""
    job, detail, batch = reading.job, reading.detail, reading.batch
    every = job_actions(reading)
    outage = job.outage.text if job.outage is not None and not job.status.ended else ""
    halted = reading.snapshot.halted_reason if not reading.snapshot.cancel_requested else None
    notes = [outage, f"the batch is halted: {halted}" if halted else ""]
    if reading.snapshot.is_cancelled(job.id) and not job.status.ended:
        notes.append("it is being cancelled: no further effect starts")
    return JobHead(
        id=job.id,
        name=job.restaurant,
        city=job.city or "",
        batch=batch.name,
        batch_id=batch.id,
        position=job.position,
        total=batch.jobs_total,
        status=_WORDS.get(job.status, job.status.replace("_", " ")),
        tone=JOB_TONES[job.status],
        waits=waits_for(job),
        error=job.error_message or "",
        notes=tuple(filter(None, notes)),
        links=tuple(_links(reading)),
        platform_id=detail.platform_restaurant_id or "",
        answer=_answer(reading),
        actions=every,
        cannot=_grouped(every),
        steps=tuple(map(_step, reading.history.steps)),
    )


def _answer(reading: JobReading) -> Action | None:
    gate = next((gate for gate, step in GATE_STEPS.items() if step is reading.job.waiting_gate), None)
    if gate is None:
        return None
    return Action("Answer …", gate_path(reading.batch.id, gate, reading.detail.id), "", "primary")


def _links(reading: JobReading) -> Iterator[tuple[str, str]]:
    outputs = {one.name: one.outputs or {} for one in reading.history.effects}
    for name, field, label in _MADE:
        if url := outputs.get(name, {}).get(field):
            yield label, str(url)


def _grouped(actions: tuple[Action, ...]) -> tuple[tuple[str, str], ...]:
    """The disabled actions by their reason."""
    reasons = dict.fromkeys(one.reason for one in actions if one.reason)
    labels = {reason: [one.label.removesuffix(" …") for one in actions if one.reason == reason] for reason in reasons}
    return tuple((", ".join(names), reason) for reason, names in labels.items())


def _step(step: HistoryStep) -> StepLine:
    status = StepStatus(step.status)
    mark = STEP_MARKS[status]
    waits = status is StepStatus.ACTION_REQUIRED
    return StepLine(
        number=step.number,
        name=STEPS[Step(step.number)].name,
        mark=ShownMark(mark.sign, mark.tone, mark.word),
        words=mark.word,
        since=step.arrived_at if waits else step.started_at if not status.ended else None,
        until=step.completed_at if status.ended else None,
        error=step.error_message or "",
        visit=step.visit,
    )


def happened_of(reading: JobReading) -> tuple[Happened, ...]:
    """The history, newest first."""
    return tuple(_line(entry, reading.detail.id) for entry in reversed(timeline(reading.history)))


def _line(entry: TimelineEntry, job_id: UUID) -> Happened:
    question = "" if entry.question is None else f"/jobs/{job_id}/questions/{entry.question}"
    # The evidence stands at the sub-step.
    values = (entry.at, entry.what, entry.move, entry.by, entry.reason or entry.seen, entry.bad, entry.by_pipeline)
    return Happened(*values, question)


def asked_of(decision: HistoryDecision) -> Asked:
    """The question of a decision, as it is stored."""
    shown = decision.shown
    offered: list[Mapping[str, Any]] = shown.get("choices", [])
    choices = [(str(one.get("label", "")), one.get("label") == shown.get("preset")) for one in offered]
    chosen = _chosen(offered, decision.answer)
    return Asked(
        title=str(shown.get("title", "")),
        evidence=_as_text(str(shown.get("evidence", ""))),
        choices=tuple((*choice, number == chosen) for number, choice in enumerate(choices)),
        decided_by=decision.decided_by,
        at=decision.at,
        refused="" if decision.accepted else decision.refused_reason or "no reason was given",
    )


def _chosen(offered: list[Mapping[str, Any]], answer: Mapping[str, Any]) -> int | None:
    """The number of the choice with this answer, else of the one that asks for details of this kind."""
    answers: list[Mapping[str, Any]] = [one.get("answer") or {} for one in offered]
    same = (number for number, one in enumerate(answers) if one == answer)
    of_kind = (number for number, one in enumerate(answers) if one and one.get("kind") == answer.get("kind"))
    return next(same, next(of_kind, None))


def _as_text(markdown: str) -> str:
    """Markdown as a person reads it: links by their labels, without marks of bold text and their backslashes."""
    return _MARKUP.sub(lambda found: found["kept"] or "", _LINK.sub(lambda found: found["label"], markdown))
