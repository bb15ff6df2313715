"""Answers at the company gate: what was collected on the page, another search, and details entered by hand.

Each answer is a transaction of its own, through the function that the REST API calls, with the visit of the question
that the person saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from interfaces.api.answering import Said, asked_at, not_asked, submit
from interfaces.api.models.gate_answers import MOST_JOBS
from interfaces.api.problems import ProblemError
from interfaces.api.runs import go_on
from interfaces.console.pages.company_selection.forms import form_of, refilled, search_details
from interfaces.console.pages.company_selection.reading import AtCompanyGate, read_companies
from interfaces.console.rendering import render_part
from interfaces.console.sessions import Operator, Visitor
from registration.gates.decisions import CompanyAnswer
from registration.gates.questions.company import read_company_details
from registration.gates.rounds import Details
from registration.kit.values import reason_text
from registration.workflow.steps import GateName

router = APIRouter(prefix="/batches/{batch_id}/company-selection", include_in_schema=False)

_TEMPLATE: Final = "company_selection/forms.html"
_Visit = Annotated[int, Field(ge=1, le=1_000_000)]
_Typed = Annotated[str, Field(max_length=2000)]
_MOST_CHARACTERS: Final = 200_000


class SentAnswer(BaseModel):
    """An answer of the page, and the visit of the question that was shown."""

    job_id: UUID
    visit: _Visit
    answer: CompanyAnswer


_SENT: Final = TypeAdapter(Annotated[list[SentAnswer], Field(max_length=MOST_JOBS)])


class TypedQuery(BaseModel):
    """The form of another search."""

    visit: _Visit
    name: _Typed = ""
    street: _Typed = ""
    city: _Typed = ""


class TypedDetails(BaseModel):
    """The form of details by hand."""

    visit: _Visit
    contact_name: _Typed = ""
    company_name: _Typed = ""
    company_number: _Typed = ""
    nzbn: _Typed = ""
    gst_number: _Typed = ""
    contact_email: _Typed = ""
    contact_phone: _Typed = ""
    full_legal_name: _Typed = ""


@dataclass(frozen=True)
class AnswerOutcome:
    """What became of one answer to the question of a visit, and why it was not taken."""

    job_id: UUID
    visit: int | None
    restaurant: str
    accepted: bool
    why: str


@router.post("")
async def send(
    request: Request,
    batch_id: UUID,
    visitor: Operator,
    answers: Annotated[str, Form(max_length=_MOST_CHARACTERS)] = "[]",
) -> Response:
    """Submit what was collected; an answer that is not taken hinders no other."""
    try:
        sent = _SENT.validate_json(answers)
    except ValidationError as error:
        raise ProblemError(422, "BAD_ANSWERS", reason_text(error)) from None
    found = await _read(visitor, batch_id)
    return await _submitted(request, visitor, found, {one.job_id: Said(one.answer, one.visit) for one in sent})


@router.get("/{job_id}/search")
async def search_form(request: Request, batch_id: UUID, job_id: UUID, visitor: Operator) -> Response:
    """The form of another search, with what was searched by."""
    found = await _read(visitor, batch_id)
    return render_part(request, _TEMPLATE, "form", form_of(found, job_id, search_details(found, job_id)), visitor)


@router.post("/{job_id}/search")
async def search(
    request: Request, batch_id: UUID, job_id: UUID, visitor: Operator, typed: Annotated[TypedQuery, Form()]
) -> Response:
    """Search once more; the restaurant comes back with what is found."""
    found = await _read(visitor, batch_id)
    return await _answer(request, visitor, found, job_id, search_details(found, job_id), typed)


@router.get("/{job_id}/by-hand")
async def form_by_hand(request: Request, batch_id: UUID, job_id: UUID, visitor: Operator) -> Response:
    """The form of details, with what is known."""
    found = await _read(visitor, batch_id)
    return render_part(request, _TEMPLATE, "form", form_of(found, job_id, Details.ENTER_BY_HAND), visitor)


@router.post("/{job_id}/by-hand")
async def by_hand(
    request: Request, batch_id: UUID, job_id: UUID, visitor: Operator, typed: Annotated[TypedDetails, Form()]
) -> Response:
    """Go on with these details, without a company of the register."""
    return await _answer(request, visitor, await _read(visitor, batch_id), job_id, Details.ENTER_BY_HAND, typed)


async def _read(visitor: Visitor, batch_id: UUID) -> AtCompanyGate:
    async with visitor.reading() as transaction:
        return await read_companies(transaction, batch_id)


async def _answer(
    request: Request,
    visitor: Visitor,
    found: AtCompanyGate,
    job_id: UUID,
    details: Details,
    typed: TypedQuery | TypedDetails,
) -> Response:
    """Submit the answer of a form; the form again if a value breaks a rule."""
    filled: dict[str, str] = typed.model_dump(exclude={"visit"})
    try:
        answer = read_company_details(details, filled)
    except ValueError as error:
        form = refilled(form_of(found, job_id, details), typed.visit, filled, details, error)
        return render_part(request, _TEMPLATE, "form", form, visitor, status=422)
    return await _submitted(request, visitor, found, {job_id: Said(answer, typed.visit)})


async def _submitted(request: Request, visitor: Visitor, found: AtCompanyGate, said: Mapping[UUID, Said]) -> Response:
    """What became of each answer. Raises NotFound if one is for a job of another batch; then nothing is written."""
    names = {job_id: found.job(job_id).restaurant for job_id in said}
    gate = await asked_at(visitor, found.batch_id, GateName.COMPANY_SELECTION)
    early = not_asked(gate, said)
    verdicts = early | await submit(visitor, gate, {one: said[one] for one in said if one not in early})
    outcomes = [
        AnswerOutcome(job_id, said[job_id].visit, names[job_id], verdict.accepted, verdict.reason or "")
        for job_id, verdict in verdicts.items()
    ]
    going_on = await go_on(visitor, found.batch_id) if any(one.accepted for one in outcomes) else None
    return render_part(request, _TEMPLATE, "outcome", outcomes, (going_on.note or "") if going_on else "")
