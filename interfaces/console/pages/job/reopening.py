"""What a person does to a whole restaurant, each with a preview: retry, redo, cancel, leave its failure."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import StringConstraints

from interfaces.api.runs import GoingOn, go_on
from interfaces.console.pages.job.actions import redoable, words
from interfaces.console.pages.job.reading import read_job
from interfaces.console.pages.job.wording import Lines, cancel_lines, plan_lines, redo_choices
from interfaces.console.rendering import render_part
from interfaces.console.sessions import Operator, Visitor
from registration.errors import Refused
from registration.kit.values import Blank, Line
from registration.operations.cancel import cancel_job
from registration.operations.cancel_queries import in_flight
from registration.operations.job_state_queries import read_job_state
from registration.operations.leave_failed import leave_failed
from registration.operations.platform_checks import PlatformChecks
from registration.operations.repeated_retry import retry_or_repeat
from registration.operations.retry import planned_retry
from registration.operations.retry_plan import with_built_on
from registration.operations.retry_request import RetryRequest

router = APIRouter(prefix="/jobs/{job_id}", include_in_schema=False)

TEMPLATE = "job/dialogs.html"
OUTCOME = "macros.html"
Why = Annotated[Annotated[Blank[Line], StringConstraints(max_length=500)], Form()]
_Name = Annotated[str, StringConstraints(max_length=100)]
_AskedNames = Annotated[list[_Name] | None, Query(max_length=30)]
_SentNames = Annotated[list[_Name] | None, Form(max_length=30)]


@dataclass(frozen=True)
class Preview:
    """What a command would do. `fields` are sent with it, `refused` says why it is not possible."""

    title: str
    path: str
    label: str
    lines: Lines = ()
    fields: tuple[tuple[str, str], ...] = ()
    refused: str = ""
    danger: bool = False
    why: str = "optional"
    asks_id: bool = False
    shown: str = ""


@router.get("/retry")
async def retry_preview(
    request: Request,
    job_id: UUID,
    visitor: Operator,
    *,
    from_step: int | None = None,
    sub_steps: _AskedNames = None,
    redo: _AskedNames = None,
) -> Response:
    """What would be opened; completed work together with what was built on it."""
    async with visitor.reading() as transaction:
        state = await read_job_state(transaction, job_id)
    asked = RetryRequest.read(from_step, sub_steps or (), redo or ())
    wanted = with_built_on(state, asked)
    title = f"{'Do again' if wanted.redo_steps or wanted.redo_sub_steps else 'Retry'}: {state.restaurant}"
    path = f"/jobs/{job_id}/retry"
    try:
        planned = await planned_retry(visitor.database, visitor.organisation_id, job_id, wanted)
    except Refused as refused:
        preview = Preview(title, path, "", refused=words(refused))
    else:
        label = "Do it again" if planned.creates_again or wanted.redo_steps or wanted.redo_sub_steps else "Retry"
        preview = Preview(title, path, label, plan_lines(planned, wanted), _fields(wanted))
    return render_part(request, TEMPLATE, "preview", preview, visitor)


@router.post("/retry")
async def retry(
    request: Request,
    job_id: UUID,
    visitor: Operator,
    *,
    from_step: Annotated[int | None, Form()] = None,
    sub_steps: _SentNames = None,
    redo: _SentNames = None,
    why: Why = None,
) -> Response:
    """Open it; the platform is asked first whether what would be created again is still there."""
    wanted = RetryRequest.read(from_step, sub_steps or (), redo or ())
    key = (visitor.database, visitor.organisation_id)
    async with PlatformChecks(*key, request.app.state.settings) as platform:
        done = await retry_or_repeat(*key, job_id, wanted, visitor.attribution(why), platform.still_there)
    lines = [f"{label}: {text}" for label, text in plan_lines(done.plan, wanted)]
    return await outcome(request, visitor, done.batch_id, f"{done.restaurant} is open again", lines)


@router.get("/redo")
async def redo_choice(request: Request, job_id: UUID, visitor: Operator) -> Response:
    """The completed work, of which a person chooses what is done again."""
    async with visitor.reading() as transaction:
        reading = await read_job(transaction, job_id)
    refused = words(reading.blocked) if reading.blocked else ""
    choices = () if refused else redo_choices(reading.state, redoable(reading))
    return render_part(request, TEMPLATE, "redo", job_id, reading.job.restaurant, choices, refused)


@router.get("/cancel")
async def cancel_preview(request: Request, job_id: UUID, visitor: Operator) -> Response:
    """What a cancel stops, and what is in flight."""
    async with visitor.reading() as transaction:
        state = await read_job_state(transaction, job_id)
        sent = await in_flight(transaction, state.batch_id, job_id)
    lines = cancel_lines(state, [one.name for one in sent])
    title, path = f"Cancel {state.restaurant}?", f"/jobs/{job_id}/cancel"
    preview = Preview(title, path, "Cancel this restaurant", lines, danger=True)
    return render_part(request, TEMPLATE, "preview", preview, visitor)


@router.post("/cancel")
async def cancel(request: Request, job_id: UUID, visitor: Operator, why: Why = None) -> Response:
    """Cancel the restaurant; the others of its batch go on."""
    done = await cancel_job(visitor.database, visitor.organisation_id, job_id, visitor.attribution(why))
    lines = [
        "no further effect starts",
        *(f"{one.name} is in flight, its outcome is recorded" for one in done.in_flight),
    ]
    title = f"{done.name} is cancelled"
    return await outcome(request, visitor, done.batch_id, title, lines, settle=True, go=not done.settled)


@router.get("/leave")
async def leave_preview(request: Request, job_id: UUID, visitor: Operator) -> Response:
    """That the failure would stay as it is."""
    async with visitor.reading() as transaction:
        state = await read_job_state(transaction, job_id)
    lines = (
        ("afterwards", "it needs nobody any more and leaves the inbox; it can be retried as before"),
        ("on the platform", "nothing is changed"),
    )
    preview = Preview(f"Leave {state.restaurant} as it is?", f"/jobs/{job_id}/leave", "Leave as it is", lines)
    return render_part(request, TEMPLATE, "preview", preview, visitor)


@router.post("/leave")
async def leave(request: Request, job_id: UUID, visitor: Operator, why: Why = None) -> Response:
    """Say that the failure needs nobody any more."""
    async with visitor.reading() as transaction:
        state = await read_job_state(transaction, job_id)
    key = (visitor.database, visitor.organisation_id, state.batch_id)
    await leave_failed(*key, visitor.attribution(why), [job_id])
    return render_part(request, OUTCOME, "outcome", f"{state.restaurant} stays as it is", ())


async def outcome(
    request: Request,
    visitor: Visitor,
    batch_id: UUID,
    title: str,
    lines: list[str],
    *,
    settle: bool = False,
    go: bool = True,
) -> Response:
    """Have the batch go on, and say what came of a command."""
    going_on = await go_on(visitor, batch_id, settle=settle) if go else GoingOn(worked_on=False)
    return render_part(request, OUTCOME, "outcome", title, lines, (), going_on.note or "")


def _fields(wanted: RetryRequest) -> tuple[tuple[str, str], ...]:
    """The request as the fields of a form."""
    redo = [*(str(int(step)) for step in sorted(wanted.redo_steps)), *sorted(wanted.redo_sub_steps)]
    step = [("from_step", str(int(wanted.from_step)))] if wanted.from_step else []
    return (*step, *(("sub_steps", name) for name in sorted(wanted.sub_steps)), *(("redo", name) for name in redo))
