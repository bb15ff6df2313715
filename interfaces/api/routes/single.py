"""One restaurant that is registered by itself, with a configuration or from step 1; and how far it is."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import JsonValue

from interfaces.api.answers import TaggedRoute
from interfaces.api.auth import Caller, Operator, Viewer
from interfaces.api.idempotency import IdempotencyKey, Keyed, KeyedRoute
from interfaces.api.models.jobs import Progress, ShownJobStatus, ShownSubStep, shown_job_status
from interfaces.api.models.restaurants import Restaurant
from interfaces.api.models.single import (
    AccountStatus,
    ExecuteAsked,
    Executed,
    JobAsked,
    JobMade,
    PlatformRestaurant,
    RegistrationStatus,
    ResumedRestaurant,
    RunProgress,
    RunStatus,
    epoch_milliseconds,
    run_phases,
)
from interfaces.api.problems import ProblemError, not_found
from interfaces.api.runs import go_on
from registration.batches.detail_queries import DetailJob, read_job_detail, read_jobs_of_restaurant
from registration.batches.models import NewBatch
from registration.batches.opening import open_batch
from registration.batches.overview_queries import read_overview
from registration.batches.queries import read_batch
from registration.operations.configured import Configured, open_configured
from registration.operations.platform_checks import PlatformChecks
from registration.operations.repeated_retry import retry_or_repeat
from registration.operations.retry_request import RetryRequest
from registration.reporting.result_queries import read_results
from registration.restaurants.detail_queries import shown_restaurant
from registration.states import JobStatus
from registration.workflow.lookup_queries import only_job_of
from registration.workflow.steps import Step
from registration.workflow.sub_steps import SUB_STEPS, SubStepName

router = APIRouter(tags=["single restaurants"], route_class=KeyedRoute)
reading_router = APIRouter(prefix="/registration", tags=["single restaurants"], route_class=TaggedRoute)
_RUN_STATUSES: dict[JobStatus, RunStatus] = {
    JobStatus.PENDING: "pending",
    JobStatus.IN_PROGRESS: "in_progress",
    JobStatus.ACTION_REQUIRED: "in_progress",
    JobStatus.COMPLETED: "completed",
}
"""Any other end is failed: the original's client would poll another word for 90 minutes."""


@router.post("/registration-jobs", operation_id="CreateRegistrationJob", status_code=201)
async def create_job(asked: JobAsked, caller: Operator, key: IdempotencyKey, response: Response) -> JobMade:
    """Register one restaurant: a batch of one, which is started."""
    if asked.is_configured:
        configured = await _open(caller, key, asked.restaurant_id, asked.given)
        batch_id, job_id = configured.batch_id, configured.job_id
    else:
        new = _batch_of(caller, key, asked.restaurant_id)
        batch_id = await open_batch(caller.database, caller.organisation_id, new, start=True)
        async with caller.reading() as transaction:
            job_id = (await only_job_of(transaction, batch_id)).id
    going_on = await go_on(caller, batch_id)
    response.headers["Location"] = f"/api/registration-jobs/{job_id}"
    status = await _status(caller, job_id)
    return JobMade(job_id=job_id, batch_id=batch_id, status=status, worked_on=going_on.worked_on, note=going_on.note)


@router.post("/registration/execute-single-restaurant", operation_id="ExecuteSingleRestaurant")
async def execute(asked: ExecuteAsked, caller: Operator, key: IdempotencyKey) -> Executed:
    """Register one restaurant with its form: steps 1 to 5 are skipped."""
    configured = await _open(caller, key, asked.restaurant_id, asked.form_data.config)
    going_on = await go_on(caller, configured.batch_id)
    later = "" if going_on.worked_on else "; it begins within a minute"
    return Executed(
        job_id=configured.job_id,
        batch_id=configured.batch_id,
        message=f"The registration of {configured.restaurant} is started{later}",
        ignored=asked.form_data.ignored,
    )


async def _open(caller: Caller, key: Keyed, restaurant_id: UUID, given: Callable[[], JsonValue]) -> Configured:
    try:
        config = given()
    except ValueError as error:
        raise ProblemError(422, "INVALID_CONFIGURATION", str(error)) from None
    new = _batch_of(caller, key, restaurant_id)
    return await open_configured(caller.database, caller.organisation_id, new, config)


def _batch_of(caller: Caller, key: Keyed, restaurant_id: UUID) -> NewBatch:
    return NewBatch(restaurant_ids=(restaurant_id,), created_by=caller.name, created_by_run=key.run_id)


async def _status(caller: Caller, job_id: UUID) -> ShownJobStatus:
    async with caller.reading() as transaction:
        return shown_job_status((await read_job_detail(transaction, job_id)).status)


@router.post("/registration/resume-single-restaurant/{restaurant_id}", operation_id="ResumeSingleRestaurant")
async def resume(request: Request, restaurant_id: UUID, caller: Operator) -> ResumedRestaurant:
    """Open what failed of the newest registration of a restaurant once more."""
    job = await _newest(caller, restaurant_id)
    if job is None:
        raise not_found("JOB_NOT_FOUND")
    key = (caller.database, caller.organisation_id, job.id)
    async with PlatformChecks(caller.database, caller.organisation_id, request.app.state.settings) as platform:
        retried = await retry_or_repeat(*key, RetryRequest(), caller.attribution(), platform.still_there)
    await go_on(caller, retried.batch_id)
    phases = [SUB_STEPS[name].phase for name in retried.plan.sub_steps]
    begin = f"phase{min(phases)}" if phases else "beginning"
    return ResumedRestaurant(message=f"{job.restaurant} goes on from {begin}", job_id=job.id, resuming_from=begin)


@reading_router.get("/single-restaurant-progress/{restaurant_id}", operation_id="SingleRestaurantProgress")
async def progress(restaurant_id: UUID, caller: Viewer) -> RunProgress:
    """How far the newest registration of a restaurant is."""
    job = await _newest(caller, restaurant_id)
    if job is None:
        return RunProgress(status="not_started", message="this restaurant was never registered")
    async with caller.reading() as transaction:
        batch = await read_batch(transaction, job.batch_id)
        overview = await read_overview(transaction, job.batch_id)
    shown = Progress.of(job.progress)
    status = _RUN_STATUSES.get(job.status, "failed")
    return RunProgress(
        status=status,
        job_id=job.id,
        batch_id=job.batch_id,
        current_phase=shown.current_phase,
        phases=run_phases(shown),
        error=job.error_message,
        started_at=epoch_milliseconds(job.started_at or batch.started_at),
        completed_at=epoch_milliseconds(job.completed_at),
        step_status=job.steps[Step.SET_UP].status,
        is_stalled=status == "in_progress" and not overview.worked_on and not overview.jobs_action_required,
    )


@reading_router.get("/status/{restaurant_id}", operation_id="RegistrationStatus")
async def status_of(restaurant_id: UUID, caller: Viewer) -> RegistrationStatus:
    """What the platform has of a restaurant, as far as its newest registration tells; no password is in it."""
    async with caller.reading() as transaction:
        restaurant = Restaurant.of(await shown_restaurant(transaction, restaurant_id))
        jobs = await read_jobs_of_restaurant(transaction, restaurant_id)
        results = await read_results(transaction, jobs[0].batch_id) if jobs else ()
    result = next((one for one in results if jobs and one.job_id == jobs[0].id), None)
    if result is None or not jobs:
        return RegistrationStatus(
            account=None, platform_restaurant=None, restaurant=restaurant, has_account=False, has_restaurant=False
        )
    account, registered = (_sub_step(jobs[0], name) for name in _REGISTERED)
    return RegistrationStatus(
        account=AccountStatus(
            registration_status=account.status,
            email=result.account_email,
            registration_date=account.completed_at,
            pumpd_dashboard_url=result.dashboard_url,
            restaurant_count=None,
        ),
        platform_restaurant=PlatformRestaurant(
            registration_status=registered.status,
            pumpd_restaurant_id=result.platform_restaurant_id,
            pumpd_subdomain=result.platform_subdomain,
            pumpd_full_url=result.dashboard_url,
            registration_date=registered.completed_at,
        ),
        restaurant=restaurant,
        has_account=account.status == "completed",
        has_restaurant=registered.status == "completed",
    )


_REGISTERED = (SubStepName.CLOUDWAITRESS_ACCOUNT, SubStepName.RESTAURANT_REGISTRATION)


def _sub_step(job: DetailJob, name: SubStepName) -> ShownSubStep:
    return Progress.of(job.progress).phases[f"phase{SUB_STEPS[name].phase}"].sub_steps[name]


async def _newest(caller: Caller, restaurant_id: UUID) -> DetailJob | None:
    """The newest job of a restaurant. Raises NotFound for an unknown restaurant."""
    async with caller.reading() as transaction:
        await shown_restaurant(transaction, restaurant_id)
        jobs = await read_jobs_of_restaurant(transaction, restaurant_id)
    return jobs[0] if jobs else None
