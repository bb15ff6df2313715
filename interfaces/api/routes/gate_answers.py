"""Answers at the gates: companies, configurations, the general form of answers, and a check that writes nothing."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from interfaces.api.answering import Asked, Said, asked_at, not_asked, refused, submit
from interfaces.api.auth import Caller, Operator
from interfaces.api.configurations import ReadConfigurations, read_configurations
from interfaces.api.models.base import FieldProblem
from interfaces.api.models.gate_answers import (
    AnswerResult,
    AnswersTaken,
    BlockedJob,
    ConfigurationsAsked,
    Preflight,
    PreflightResult,
    RowProblem,
    SelectAsked,
    SelectionsAsked,
    StepCompleted,
)
from interfaces.api.problems import ProblemError, first_of, not_found
from interfaces.api.runs import go_on
from registration.batches.detail_queries import read_job_details
from registration.batches.overview_queries import read_overview
from registration.gates.answer_file.read import match_rows, read_csv_rows, read_json_rows
from registration.gates.cli_answers import answerable_jobs, decide_all
from registration.gates.decide import would_refuse
from registration.gates.decisions import ChooseCompany, NoMatch, SubmittedAnswer, Verdict
from registration.gates.open_questions import open_questions
from registration.workflow.steps import GATE_STEPS, GateName

router = APIRouter(prefix="/registration-batches/{batch_id}", tags=["gates"])
_ITEMS: dict[str, Any] = {
    "type": "array",
    "items": {"type": "object", "description": "One answer, as in a file for `registration answer --file`."},
}
_ANSWERS = {"application/json": {"schema": _ITEMS}, "text/csv": {"schema": {"type": "string"}}}


@router.post("/steps/3/complete", operation_id="CompleteCompanySelection")
async def complete_companies(batch_id: UUID, asked: SelectionsAsked, caller: Operator) -> StepCompleted:
    """Answer at the company gate, each job by itself; an answer that was given before is accepted again."""
    names = await _names(caller, batch_id)
    _refuse_unknown(names, asked.selections, "selections")
    gate = await asked_at(caller, batch_id, GateName.COMPANY_SELECTION)
    said = {job_id: Said(one.answer, one.visit) for job_id, one in asked.selections.items() if job_id in gate.jobs}
    verdicts = not_asked(gate, asked.selections) | await submit(caller, gate, said)
    return await _completed(caller, gate, names, verdicts, "selections")


@router.post("/steps/5/complete", operation_id="CompleteConfigurations")
async def complete_configurations(batch_id: UUID, asked: ConfigurationsAsked, caller: Operator) -> StepCompleted:
    """Answer at the configuration gate, each job by itself; passwords in a form are not taken."""
    names = await _names(caller, batch_id)
    _refuse_unknown(names, asked.configurations, "configurations")
    gate = await asked_at(caller, batch_id, GateName.YOLO_CONFIG)
    read = read_configurations(gate, asked.configurations, for_remaining=asked.apply_defaults_to_remaining)
    verdicts = not_asked(gate, asked.configurations) | _unreadable(read) | await submit(caller, gate, read.said)
    return await _completed(caller, gate, names, verdicts, "configurations", read.ignored)


def _unreadable(read: ReadConfigurations) -> dict[UUID, Verdict]:
    return {
        job_id: Verdict(accepted=False, code="INVALID_CONFIGURATION", reason=reason)
        for job_id, reason in read.unreadable.items()
    }


async def _names(caller: Caller, batch_id: UUID) -> dict[UUID, str]:
    """The restaurants of the batch, by job. Raises NotFound for an unknown batch."""
    async with caller.reading() as transaction:
        await read_overview(transaction, batch_id)
        return {job.id: job.restaurant for job in await read_job_details(transaction, batch_id)}


def _refuse_unknown(names: Mapping[UUID, str], asked: Mapping[UUID, Any], field: str) -> None:
    """Nothing is written if a job is of another batch, or of none."""
    foreign = [
        FieldProblem(pointer=f"/{field}/{one}", reason="is no job of this batch") for one in asked if one not in names
    ]
    if foreign:
        raise first_of(foreign, status=422, code="MISSING_SELECTIONS")


async def _completed(
    caller: Caller,
    gate: Asked,
    names: Mapping[UUID, str],
    verdicts: Mapping[UUID, Verdict],
    field: str,
    ignored: Mapping[UUID, list[str]] | None = None,
) -> StepCompleted:
    """The answer to the request. Raises ProblemError if nothing at all was accepted."""
    results = _results(verdicts, ignored or {})
    accepted = sum(one.accepted for one in results)
    blocked = [
        BlockedJob(job_id=one.job_id, restaurant_name=names[one.job_id], reason=one.reason or "refused")
        for one in results
        if not one.accepted
    ]
    if blocked and not accepted:
        first = refused(next(iter(verdicts.values())))
        problems = [FieldProblem(pointer=f"/{field}/{one.job_id}", reason=one.reason) for one in blocked]
        raise first_of(problems, status=first.status, code=first.code)
    going_on = await go_on(caller, gate.batch_id)
    said = "; ".join([f"{accepted} accepted", *(f"{one.restaurant_name}: {one.reason}" for one in blocked)])
    return StepCompleted(
        updated=accepted,
        updated_jobs=accepted,
        next_step=int(GATE_STEPS[gate.gate]) + 1,
        auto_processing=going_on.worked_on,
        message=said,
        jobs_started=accepted,
        failed=len(blocked),
        blocked_jobs=blocked,
        results=results,
    )


def _results(verdicts: Mapping[UUID, Verdict], ignored: Mapping[UUID, list[str]]) -> list[AnswerResult]:
    return [
        AnswerResult(
            job_id=job_id,
            accepted=verdict.accepted,
            code=verdict.code,
            reason=verdict.reason,
            ignored=ignored.get(job_id, []),
        )
        for job_id, verdict in verdicts.items()
    ]


@router.post("/steps/5/preflight", operation_id="PreflightConfigurations")
async def preflight(batch_id: UUID, asked: ConfigurationsAsked, caller: Operator) -> Preflight:
    """What would become of these configurations; nothing is written."""
    names = await _names(caller, batch_id)
    _refuse_unknown(names, asked.configurations, "configurations")
    gate = await asked_at(caller, batch_id, GateName.YOLO_CONFIG)
    read = read_configurations(gate, asked.configurations, for_remaining=asked.apply_defaults_to_remaining)
    verdicts = not_asked(gate, asked.configurations) | _unreadable(read)
    async with caller.reading() as transaction:
        for job_id, one in read.said.items():
            submitted = SubmittedAnswer(
                job_id=job_id,
                gate=gate.gate,
                visit=gate.jobs[job_id].visit if one.visit is None else one.visit,
                answer=one.answer,
                decided_by=caller.name,
                channel=caller.channel,
            )
            refusal = await would_refuse(transaction, submitted)
            reason, code = (refusal.reason, refusal.code) if refusal else (None, None)
            verdicts[job_id] = Verdict(accepted=refusal is None, reason=reason, code=code)
    return Preflight(
        results=[
            PreflightResult(
                job_id=job_id,
                accepted=verdict.accepted,
                code=verdict.code,
                reasons=verdict.reason.split("; ") if verdict.reason else [],
                ignored=read.ignored.get(job_id, []),
            )
            for job_id, verdict in verdicts.items()
        ]
    )


@router.post(
    "/answers",
    operation_id="AnswerGates",
    openapi_extra={"requestBody": {"required": True, "content": _ANSWERS}},
)
async def answers(request: Request, batch_id: UUID, caller: Operator) -> AnswersTaken:
    """Answer at both gates in the general form: a JSON list, or the CSV of `registration export-gate`.

    Rows that cannot be read are named; the others are taken.
    """
    await _names(caller, batch_id)
    key = (caller.database, caller.organisation_id, batch_id)
    rows, errors = await _rows(request)
    file = match_rows(rows, errors, await answerable_jobs(*key), caller.name, caller.channel)
    problems = [RowProblem(location=one.location, reason=one.reason) for one in file.errors]
    if problems and not file.answers:
        wrong = [FieldProblem(pointer=f"/{one.location}", reason=one.reason) for one in problems]
        raise first_of(wrong, status=422, code="BAD_FILE")
    verdicts = {
        one.job_id: verdict for one, verdict in await decide_all(*key, file.answers, await open_questions(*key))
    }
    results = _results(verdicts, {})
    accepted = sum(one.accepted for one in results)
    return AnswersTaken(
        updated=accepted,
        results=results,
        problems=problems,
        remarks=[RowProblem(location=one.location, reason=one.reason) for one in file.remarks],
        auto_processing=(await go_on(caller, batch_id)).worked_on if accepted else False,
    )


async def _rows(request: Request) -> Any:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    readers = {"text/csv": read_csv_rows, "application/json": read_json_rows}
    if kind not in readers:
        raise ProblemError(415, "NOT_ACCEPTABLE", f"answers come as {' or '.join(readers)}")
    try:
        return readers[kind]((await request.body()).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ProblemError(422, "BAD_FILE", "the text is not UTF-8") from None


@router.post("/candidates/{restaurant_id}/select", operation_id="SelectCandidate")
async def select(batch_id: UUID, restaurant_id: UUID, asked: SelectAsked, caller: Operator) -> StepCompleted:
    """Choose the company of one restaurant of the batch."""
    async with caller.reading() as transaction:
        await read_overview(transaction, batch_id)
        jobs = {job.restaurant_id: job for job in await read_job_details(transaction, batch_id)}
    job = jobs.get(restaurant_id)
    if job is None:
        raise not_found("RESTAURANT_NOT_FOUND")
    gate = await asked_at(caller, batch_id, GateName.COMPANY_SELECTION)
    number = asked.company_number
    said = Said(NoMatch() if number is None else ChooseCompany(company_number=number), asked.visit)
    named = {job.id: said}
    verdicts = not_asked(gate, named) or await submit(caller, gate, named)
    return await _completed(caller, gate, {job.id: job.restaurant}, verdicts, "company_number")
