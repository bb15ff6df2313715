"""What people do to single jobs: retry, cancel, search again, enter the company by hand, resume step 6."""

from uuid import UUID

from fastapi import APIRouter, Request

from interfaces.api.answering import Asked, asked_about, submit_one
from interfaces.api.auth import Caller, Operator
from interfaces.api.models.base import WithReason, reason_of
from interfaces.api.models.job_commands import (
    CancelledJob,
    EnteredByHand,
    JobCancelled,
    Resumed,
    SearchAsked,
    SearchStarted,
)
from interfaces.api.models.jobs import shown_job_status
from interfaces.api.models.retries import JobRetried, RetriedJob, RetryAsked, opened_steps
from interfaces.api.runs import GoingOn, go_on, settle
from registration.batches.detail_queries import DetailJob, read_job_detail
from registration.companies.models import RegisterQuery
from registration.gates.decisions import EnterByHand, ManualCompany, SearchAgain
from registration.gates.queries import last_query
from registration.gates.questions.contexts import CompanyContext
from registration.operations.cancel import cancel_job
from registration.operations.platform_checks import PlatformChecks
from registration.operations.repeated_retry import retry_or_repeat
from registration.operations.retry import Retried, planned_retry
from registration.operations.retry_plan import Plan
from registration.operations.retry_request import RetryRequest
from registration.workflow.steps import GateName
from registration.workflow.sub_steps import SUB_STEPS

router = APIRouter(tags=["jobs"])


def at_both_addresses(routes: APIRouter) -> APIRouter:
    """The routes of a job at the address of the specification, and at the one that the original's client calls."""
    both = APIRouter()
    both.include_router(routes, prefix="/registration-jobs")
    both.include_router(routes, prefix="/registration-batches/jobs", include_in_schema=False)
    return both


@router.post("/{job_id}/retry", operation_id="RetryRegistrationJob")
async def retry_job(request: Request, job_id: UUID, caller: Operator, asked: RetryAsked | None = None) -> JobRetried:
    """Open what failed, or what is named, once more; with `dry_run` only say what would be opened."""
    asked = asked or RetryAsked()
    wanted = RetryRequest.read(asked.from_step, asked.sub_steps, asked.redone)
    if asked.dry_run:
        planned = await planned_retry(caller.database, caller.organisation_id, job_id, wanted)
        return _retried(asked, await _detail(caller, job_id), planned, GoingOn(worked_on=False))
    retried = await _retry(request, caller, job_id, wanted, asked)
    going_on = await go_on(caller, retried.batch_id)
    return _retried(asked, await _detail(caller, job_id), retried.plan, going_on)


def _retried(asked: RetryAsked, job: DetailJob, plan: Plan, going_on: GoingOn) -> JobRetried:
    steps = opened_steps(plan)
    opened = ", ".join([*(f"step {step}" for step in steps), *plan.sub_steps])
    return JobRetried(
        message=f"{job.restaurant}: {'would be open' if asked.dry_run else 'open'} again: {opened}",
        job_id=job.id,
        from_step=steps[0] if steps else None,
        job=RetriedJob(
            id=job.id,
            batch_job_id=job.batch_id,
            status=shown_job_status(job.status),
            current_step=job.current_step,
        ),
        steps=steps,
        sub_steps=list(plan.sub_steps),
        dry_run=asked.dry_run,
        worked_on=going_on.worked_on,
        note=going_on.note,
    )


@router.post("/{job_id}/cancel", operation_id="CancelRegistrationJob")
async def cancel(job_id: UUID, caller: Operator, asked: WithReason | None = None) -> JobCancelled:
    """Cancel one job; the other jobs of its batch go on."""
    attribution = caller.attribution(reason_of(asked))
    cancelled = await cancel_job(caller.database, caller.organisation_id, job_id, attribution)
    answer = await settle(caller, cancelled)
    job = await _detail(caller, job_id)
    shown = CancelledJob(id=job_id, batch_job_id=job.batch_id, status=shown_job_status(job.status))
    return JobCancelled(**dict(answer), job=shown)


@router.post("/{job_id}/retry-search", operation_id="RetryStep2Search", status_code=202)
async def search_again(job_id: UUID, caller: Operator, asked: SearchAsked | None = None) -> SearchStarted:
    """Search the register again for a job that waits for its company, also after a search that failed."""
    gate = await asked_about(caller, job_id, GateName.COMPANY_SELECTION)
    query = _query(await _last_query(caller, gate, job_id), asked or SearchAsked())
    await submit_one(caller, gate, job_id, SearchAgain(query=query))
    going_on = await go_on(caller, gate.batch_id)
    said = {"restaurant_name": query.name, "street": query.street, "city": query.city}
    message = "Searching the companies register: the batch shows what is found"
    return SearchStarted(job_id=job_id, message=message, query=said, worked_on=going_on.worked_on)


async def _last_query(caller: Caller, gate: Asked, job_id: UUID) -> RegisterQuery:
    """The query of the open question, else the one that a person last gave."""
    question = gate.questions.get(job_id)
    if question is not None and isinstance(question.context, CompanyContext) and question.context.query:
        return question.context.query
    async with caller.reading() as transaction:
        stored = await last_query(transaction, job_id)
    return RegisterQuery.model_validate(stored) if stored else RegisterQuery(name="", street="", city="")


def _query(last: RegisterQuery, asked: SearchAsked) -> RegisterQuery:
    return RegisterQuery(
        name=last.name if asked.restaurant_name is None else asked.restaurant_name,
        street=last.street if asked.street is None else asked.street,
        city=last.city if asked.city is None else asked.city,
    )


@router.post("/{job_id}/skip-with-manual-entry", operation_id="SkipWithManualEntry")
async def enter_by_hand(job_id: UUID, asked: ManualCompany, caller: Operator) -> EnteredByHand:
    """Enter the company's details by hand, in place of a register entry."""
    gate = await asked_about(caller, job_id, GateName.COMPANY_SELECTION)
    await submit_one(caller, gate, job_id, EnterByHand(details=asked))
    going_on = await go_on(caller, gate.batch_id)
    return EnteredByHand(
        job_id=job_id,
        details_saved=asked.model_dump(exclude_none=True),
        batch_progressed=True,
        message="The details are saved" + ("" if going_on.worked_on else "; the restaurant goes on within a minute"),
    )


@router.post("/{job_id}/resume-step-6", operation_id="ResumeStep6")
async def resume(request: Request, job_id: UUID, caller: Operator, asked: WithReason | None = None) -> Resumed:
    """Open what failed of step 6 once more."""
    retried = await _retry(request, caller, job_id, RetryRequest(), asked)
    going_on = await go_on(caller, retried.batch_id)
    phases = [SUB_STEPS[name].phase for name in retried.plan.sub_steps]
    begin = f"phase{min(phases)}" if phases else "beginning"
    return Resumed(
        message=f"{retried.restaurant} goes on from {begin}",
        job_id=job_id,
        resuming_from=begin,
        sub_steps=list(retried.plan.sub_steps),
        worked_on=going_on.worked_on,
    )


async def _retry(
    request: Request, caller: Caller, job_id: UUID, wanted: RetryRequest, asked: WithReason | None
) -> Retried:
    key = (caller.database, caller.organisation_id, job_id)
    async with PlatformChecks(caller.database, caller.organisation_id, request.app.state.settings) as platform:
        return await retry_or_repeat(*key, wanted, caller.attribution(reason_of(asked)), platform.still_there)


async def _detail(caller: Caller, job_id: UUID) -> DetailJob:
    async with caller.reading() as transaction:
        return await read_job_detail(transaction, job_id)
