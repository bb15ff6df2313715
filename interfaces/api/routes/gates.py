"""The gates: what waits for people, and one step of a batch with the questions that are open at it."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from interfaces.api.answers import TaggedRoute
from interfaces.api.auth import Caller, Viewer
from interfaces.api.models.gate_answers import BatchCandidates, CandidatesSummary, JobCandidates
from interfaces.api.models.gates import JobAtStep, StepOfBatch, WaitingGate, WaitingGates
from interfaces.api.models.jobs import Found, shown_statuses
from interfaces.api.shown_jobs import found_companies
from registration.batches.detail_queries import DetailJob, read_job_details
from registration.batches.overview_queries import read_overview
from registration.batches.pending_queries import pending_actions
from registration.gates.open_questions import OpenQuestion, open_questions
from registration.states import StepStatus
from registration.workflow.steps import GATE_STEPS, Step

router = APIRouter(tags=["gates"], route_class=TaggedRoute)


@router.get("/gates", operation_id="Gates")
async def gates(caller: Viewer) -> WaitingGates:
    """The actions that wait for a person, oldest first."""
    async with caller.reading() as transaction:
        found = await pending_actions(transaction)
    return WaitingGates(gates=list(map(WaitingGate.of, found)))


@router.get("/registration-batches/{batch_id}/steps/{step_number}", operation_id="RegistrationBatchStep")
async def step_of_batch(batch_id: UUID, step_number: Annotated[int, Path(ge=1, le=6)], caller: Viewer) -> StepOfBatch:
    """One step of every restaurant; at a gate with the question that is open, as every interface shows it."""
    step = Step(step_number)
    async with caller.reading() as transaction:
        await read_overview(transaction, batch_id)
        jobs = await read_job_details(transaction, batch_id)
        found = await found_companies(transaction, jobs)
    questions = await _questions(caller, batch_id, step, jobs)
    restaurants: list[JobAtStep] = []
    for job in jobs:
        companies = found.get(job.id) if step is Step.COMPANY_SELECTION else None
        status = shown_statuses(job, found.get(job.id))[step]
        candidates = list(companies.candidates) if companies else None
        selected = companies.selected if companies else None
        restaurants.append(JobAtStep.of(job, step, status, candidates, selected, questions.get(job.id)))
    return StepOfBatch.of(step, restaurants)


@router.get("/registration-batches/{batch_id}/candidates", operation_id="RegistrationBatchCandidates")
async def candidates(batch_id: UUID, caller: Viewer) -> BatchCandidates:
    """The companies that were found for each restaurant of a batch, while its company is to be chosen."""
    async with caller.reading() as transaction:
        await read_overview(transaction, batch_id)
        jobs = await read_job_details(transaction, batch_id)
        found = await found_companies(transaction, jobs)
    shown = [_candidates_of(job, found.get(job.id)) for job in jobs]
    counts = [one.status for one in shown]
    return BatchCandidates(
        candidates=shown,
        summary=CandidatesSummary(
            total=len(shown),
            awaiting_selection=counts.count("awaiting_selection"),
            selected=counts.count("selected"),
            no_match=counts.count("no_match"),
        ),
    )


def _candidates_of(job: DetailJob, found: Found | None) -> JobCandidates:
    step = job.steps[Step.COMPANY_SELECTION]
    status, number = step.status.value, step.result_data.get("company_number")
    if found is not None:
        status = "awaiting_selection"
    elif step.status is StepStatus.COMPLETED:
        status = "selected" if number else "no_match"
    return JobCandidates(
        job_id=job.id,
        restaurant_id=job.restaurant_id,
        restaurant_name=job.restaurant,
        status=status,
        selected_company_number=number,
        candidates=list(found.candidates) if found else [],
    )


async def _questions(caller: Caller, batch_id: UUID, step: Step, jobs: Sequence[DetailJob]) -> dict[UUID, OpenQuestion]:
    """By job. A company question without candidates is asked at step 2, where the job is shown."""
    if step not in (Step.SEARCH, *GATE_STEPS.values()):
        return {}
    gate_step = Step.COMPANY_SELECTION if step is Step.SEARCH else step
    if not any(job.steps[gate_step].status == "action_required" for job in jobs):
        return {}
    asked = await open_questions(caller.database, caller.organisation_id, batch_id)
    return {one.question.job_id: one for one in asked if GATE_STEPS[one.gate] is gate_step}
