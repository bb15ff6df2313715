"""What a person does to a batch, each with a preview: retry what failed, cancel, continue, start, rename."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import StringConstraints

from interfaces.api.problems import problem_of
from interfaces.api.runs import GoingOn, go_on
from interfaces.console.pages.batch.feed import read_batch
from interfaces.console.pages.batch.head import Head
from interfaces.console.pages.batch.view import Row
from interfaces.console.rendering import moved, render_part
from interfaces.console.sessions import Operator, Visitor
from interfaces.presenting.marks import SHORT_NAMES
from interfaces.presenting.words import counted
from registration.errors import NotFound, Refused
from registration.kit.values import Blank, Line
from registration.operations.cancel import cancel_batch, cancel_job, continue_batch
from registration.operations.cancel_queries import in_flight
from registration.operations.leave_failed import leave_failed
from registration.operations.platform_checks import PlatformChecks
from registration.operations.rename import rename_batch
from registration.operations.retry import planned_retry, retry
from registration.operations.retry_plan import Plan
from registration.operations.retry_request import RetryRequest
from registration.operations.start import start_opened_batch
from registration.workflow.steps import STEPS

router = APIRouter(prefix="/batches/{batch_id}", include_in_schema=False)

_TEMPLATE = "batch/dialogs.html"
AskedJobs = Annotated[list[UUID] | None, Query(alias="jobs", max_length=50)]
SentJobs = Annotated[list[UUID] | None, Form(alias="jobs", max_length=50)]
Why = Annotated[Annotated[Blank[Line], StringConstraints(max_length=500)], Form()]
Refusals = list[tuple[str, str]]


@router.get("/retry")
async def retry_preview(request: Request, batch_id: UUID, visitor: Operator, jobs: AskedJobs = None) -> Response:
    """What a retry would open, restaurant by restaurant; of the failed ones if none is named."""
    head, rows = await _read(visitor, batch_id)
    plans: list[tuple[str, str]] = []
    refused: Refusals = []
    for row in _chosen(rows, jobs):
        try:
            planned = await planned_retry(visitor.database, visitor.organisation_id, row.id, RetryRequest())
            plans.append((row.name, _opens(planned)))
        except Refused as error:
            refused.append((row.name, error.message))
    return render_part(request, _TEMPLATE, "retry", head, plans, refused, jobs or (), visitor)


@router.post("/retry")
async def retry_chosen(
    request: Request, batch_id: UUID, visitor: Operator, jobs: SentJobs = None, why: Why = None
) -> Response:
    """Open what failed; a restaurant that cannot be opened stops no other."""
    _, rows = await _read(visitor, batch_id)
    opened: list[str] = []
    refused: Refusals = []
    key = (visitor.database, visitor.organisation_id)
    async with PlatformChecks(*key, request.app.state.settings) as platform:
        for row in _chosen(rows, jobs):
            try:
                done = await retry(*key, row.id, RetryRequest(), visitor.attribution(why), platform.still_there)
                opened.append(f"{row.name}: {_opens(done.plan)}")
            except Refused as error:
                refused.append((row.name, error.message))
    going_on = await go_on(visitor, batch_id) if opened else None
    title = f"{counted(len(opened), 'restaurant')} opened again"
    return render_part(request, "macros.html", "outcome", title, opened, refused, _note(going_on))


@router.get("/leave")
async def leave_preview(request: Request, batch_id: UUID, visitor: Operator, jobs: AskedJobs = None) -> Response:
    """Which failures would stay as they are."""
    head, rows = await _read(visitor, batch_id)
    chosen = [row for row in _chosen(rows, jobs) if row.retryable]
    ids = [row.id for row in chosen] if jobs else ()
    return render_part(request, _TEMPLATE, "leave", head, [row.name for row in chosen], ids, visitor)


@router.post("/leave")
async def leave(
    request: Request, batch_id: UUID, visitor: Operator, jobs: SentJobs = None, why: Why = None
) -> Response:
    """Say that failures need nobody any more."""
    left = await leave_failed(visitor.database, visitor.organisation_id, batch_id, visitor.attribution(why), jobs)
    title = f"{counted(len(left), 'restaurant')} left as they are" if len(left) > 1 else "1 restaurant left as it is"
    return render_part(request, "macros.html", "outcome", title, ())


@router.get("/cancel")
async def cancel_preview(request: Request, batch_id: UUID, visitor: Operator, jobs: AskedJobs = None) -> Response:
    """What a cancel stops, and what is in flight."""
    head, rows = await _read(visitor, batch_id)
    chosen = {row.id for row in rows if not jobs or row.id in jobs}
    async with visitor.reading() as transaction:
        sent = [one for one in await in_flight(transaction, batch_id) if one.job_id in chosen]
    names = [row.name for row in rows if row.id in chosen and not row.ended]
    return render_part(request, _TEMPLATE, "cancel", head, names, sent, jobs or (), visitor)


@router.post("/cancel")
async def cancel(
    request: Request, batch_id: UUID, visitor: Operator, jobs: SentJobs = None, why: Why = None
) -> Response:
    """Cancel the batch, or the chosen restaurants of it."""
    _, rows = await _read(visitor, batch_id)
    key = (visitor.database, visitor.organisation_id)
    lines: list[str] = []
    refused: Refusals = []
    settled = True
    if jobs:
        for row in (row for row in rows if row.id in jobs):
            try:
                done = await cancel_job(*key, row.id, visitor.attribution(why))
                settled = settled and done.settled
                lines.append(f"{row.name}: no further effect starts")
            except Refused as error:
                refused.append((row.name, error.message))
    else:
        done = await cancel_batch(*key, batch_id, visitor.attribution(why))
        settled = done.settled
        lines.append(f"{counted(done.open_jobs, 'restaurant')} cancelled, {done.ended_jobs} had ended before")
        lines.extend(f"{one.restaurant}: {one.name} is in flight, its outcome is recorded" for one in done.in_flight)
    going_on = None if settled else await go_on(visitor, batch_id, settle=True)
    return render_part(request, "macros.html", "outcome", "Cancelled", lines, refused, _note(going_on))


@router.get("/continue")
async def continue_preview(request: Request, batch_id: UUID, visitor: Operator) -> Response:
    """What goes on."""
    head, _ = await _read(visitor, batch_id)
    return render_part(request, _TEMPLATE, "goes_on", head, visitor)


@router.post("/continue")
async def continue_halted(request: Request, batch_id: UUID, visitor: Operator, why: Why = None) -> Response:
    """Continue a batch that its failure threshold halted."""
    await continue_batch(visitor.database, visitor.organisation_id, batch_id, visitor.attribution(why))
    going_on = await go_on(visitor, batch_id)
    return render_part(request, "macros.html", "outcome", "The batch goes on", (), (), _note(going_on))


@router.get("/rename")
async def rename_form(request: Request, batch_id: UUID, visitor: Operator) -> Response:
    """The form with the name of now."""
    head, _ = await _read(visitor, batch_id)
    return render_part(request, _TEMPLATE, "rename", head, head.name, visitor)


@router.post("/rename")
async def rename(
    request: Request, batch_id: UUID, visitor: Operator, name: Annotated[str, Form(max_length=2000)], why: Why = None
) -> Response:
    """Rename the batch; what is wrong with a name is said in the form, as it was typed."""
    try:
        await rename_batch(visitor.database, visitor.organisation_id, batch_id, name, visitor.attribution(why))
    except Refused as refused:
        head, _ = await _read(visitor, batch_id)
        status = problem_of(refused).status
        return render_part(request, _TEMPLATE, "rename", head, name, visitor, refused.message, status=status)
    # The stream of a batch that has ended tells nothing any more: the page is loaded anew.
    return moved(request, f"/batches/{batch_id}")


@router.get("/start")
async def start_preview(request: Request, batch_id: UUID, visitor: Operator) -> Response:
    """What begins."""
    head, _ = await _read(visitor, batch_id)
    return render_part(request, _TEMPLATE, "starts", head, visitor)


@router.post("/start")
async def start(request: Request, batch_id: UUID, visitor: Operator) -> Response:
    """Start the batch; a second start is no error."""
    key = (visitor.database, visitor.organisation_id, batch_id)
    already = await start_opened_batch(*key, visitor.attribution())
    title = "The batch was started before" if already else "The batch is started"
    return render_part(request, "macros.html", "outcome", title, (), (), _note(await go_on(visitor, batch_id)))


async def _read(visitor: Visitor, batch_id: UUID) -> tuple[Head, list[Row]]:
    async with visitor.reading() as transaction:
        head, rows, _ = await read_batch(transaction, batch_id)
    return head, rows


def _chosen(rows: Sequence[Row], jobs: Sequence[UUID] | None) -> list[Row]:
    """The named restaurants of the batch, or those that failed. Raises NotFound for a job of another batch."""
    if not jobs:
        return [row for row in rows if row.retryable]
    known = {row.id: row for row in rows}
    if unknown := [one for one in jobs if one not in known]:
        raise NotFound(f"there is no job {unknown[0]} in this batch", code="JOB_NOT_FOUND")
    return [known[one] for one in dict.fromkeys(jobs)]


def _opens(planned: Plan) -> str:
    """What a plan opens, in words: `opens menu, options, tags`."""
    steps = [f"{int(step)} {STEPS[step].name}" for step in planned.steps if not (planned.sub_steps and step == 6)]
    names = [SHORT_NAMES[name] for name in planned.sub_steps]
    withdrawn = [f"asks {STEPS[step].name} again" for step in planned.withdrawn_questions]
    return ", ".join(["opens " + ", ".join([*steps, *names]), *withdrawn])


def _note(going_on: GoingOn | None) -> str:
    return (going_on.note or "") if going_on else ""
