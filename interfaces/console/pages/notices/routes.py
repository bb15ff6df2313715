"""`/notices`: what happened in the batches of the last days that somebody should know, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from interfaces.console import inbox_rows
from interfaces.console.rendering import asks_for_part, render, render_part
from interfaces.console.sessions import Viewer
from interfaces.presenting.marks import Tone
from interfaces.presenting.words import agreeing, counted
from registration.reporting.notice_queries import DAYS, Notice, NoticeKind, read_notices
from registration.states import BatchOutcome
from registration.workflow.steps import GateName

router = APIRouter(include_in_schema=False)

_TONES: Final[Mapping[NoticeKind, Tone]] = {
    NoticeKind.OPENED: Tone.QUIET,
    NoticeKind.GATE: Tone.WAITING,
    NoticeKind.FAILED: Tone.BAD,
    NoticeKind.PARTLY: Tone.PARTLY,
    NoticeKind.HALTED: Tone.BAD,
    NoticeKind.CONTINUED: Tone.RUNNING,
    NoticeKind.CANCELLED: Tone.QUIET,
    NoticeKind.ENDED: Tone.GOOD,
}
_GATES: Final = {name.value: task for name, task in inbox_rows.GATE_TASKS.items()}
_WORDS: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.FAILED: "failed",
    NoticeKind.PARTLY: "is partially completed",
    NoticeKind.HALTED: "halted: too many failed",
    NoticeKind.CONTINUED: "continued",
    NoticeKind.CANCELLED: "cancelled",
}
_QUESTIONS: Final = frozenset({"gate", "effect"})
"""The kinds of lines of the inbox that are questions to a person."""


@dataclass(frozen=True)
class NoticeLine:
    """One notice in words; `path` is where it is looked at."""

    at: datetime
    tone: Tone
    words: str
    detail: str
    batch: str
    batch_id: UUID
    path: str


def line_of(notice: Notice) -> NoticeLine:
    """The line of one notice."""
    tone, detail = _TONES[notice.kind], notice.detail or ""
    restaurants = counted(notice.count, "restaurant")
    by = f" by {notice.who}" if notice.who and notice.who != "pipeline" else ""
    match notice.kind:
        case NoticeKind.OPENED:
            words = f"{restaurants} in a new batch{by}"
        case NoticeKind.GATE:
            task = _GATES.get(GateName(detail).value, detail) if detail in list(GateName) else detail
            words, detail = f"{restaurants} waited: {task}", ""
        case NoticeKind.ENDED:
            outcome = BatchOutcome(detail)
            words, detail = f"ended: {outcome.words}, {counted(notice.count, 'restaurant')} registered", ""
            tone = Tone.GOOD if outcome is BatchOutcome.COMPLETED else Tone.PARTLY
        case NoticeKind.FAILED | NoticeKind.PARTLY:
            words = f"{notice.restaurant or 'a restaurant'} {_WORDS[notice.kind]}"
        case _:
            words = f"{_WORDS[notice.kind]}{by}"
    path = f"/jobs/{notice.job_id}" if notice.job_id else f"/batches/{notice.batch_id}"
    return NoticeLine(notice.at, tone, words, detail, notice.batch, notice.batch_id, path)


@router.get("/notices/waiting")
async def waiting(visitor: Viewer) -> Response:
    """The questions that wait, for the notifications of a browser: names of batches and numbers, nothing else."""
    async with visitor.reading() as transaction:
        rows = await inbox_rows.read(transaction)
    told = [
        {
            "key": row.key,
            "title": f"{row.batch}: {row.restaurants} {agreeing(row.count, 'wait', 'waits')}",
            "task": row.task,
            "path": row.path,
        }
        for row in rows
        if row.kind in _QUESTIONS
    ]
    return JSONResponse(told, headers={"Cache-Control": "private, no-store"})


@router.get("/notices")
async def page(request: Request, visitor: Viewer) -> Response:
    """The notices; the page asks for its list again every quarter of a minute."""
    async with visitor.reading() as transaction:
        lines = [line_of(one) for one in await read_notices(transaction)]
        if asks_for_part(request):
            return render_part(request, "notices/parts.html", "listing", lines, DAYS)
        inbox = await inbox_rows.read(transaction)
    return render(request, "notices/page.html", lines=lines, days=DAYS, inbox_count=len(inbox))
