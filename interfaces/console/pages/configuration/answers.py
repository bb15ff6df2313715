"""Answers at the configuration gate: going ahead with what was shown, extracting again, leaving out.

They go through the function that the REST API and the command line call, each in a transaction of its own; the page is
told of each restaurant what became of its answer.
"""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request, Response

from interfaces.api.answering import Asked, Said, asked_at, submit
from interfaces.api.runs import go_on
from interfaces.console.edit_forms import read_layer
from interfaces.console.pages.configuration.asked import proposed_of, read_question, read_shown, read_visit
from interfaces.console.pages.configuration.changes import changes_between
from interfaces.console.pages.configuration.feed import GATE, read_decided, read_listing
from interfaces.console.pages.configuration.outcome import Outcome
from interfaces.console.rendering import render_part
from interfaces.console.sessions import Operator, Visitor
from interfaces.presenting.words import counted
from registration.gates.decisions import AnyAnswer, ExtractAgain, GoAhead, LeaveOut, Verdict

router = APIRouter(prefix="/batches/{batch_id}/configuration", include_in_schema=False)

_PARTS: Final = "configuration/answers.html"
_PLURAL: Final = {"goes": "go", "is": "are"}
_NOT_HERE: Final = Verdict(
    accepted=False, code="STEP_NOT_ACTION_REQUIRED", reason="the restaurant does not wait for its configuration"
)


@router.post("/go-ahead")
async def go_ahead(request: Request, batch_id: UUID, visitor: Operator) -> Response:
    """Register restaurants as the page showed them, with the values for all laid over; another proposal is refused."""
    form = await request.form()
    shown = read_shown(form.getlist("shown"))
    gate = await asked_at(visitor, batch_id, GATE)
    layer = read_layer(form)
    said = {one.job: Said(GoAhead(proposed=one.config, for_all=layer), one.visit) for one in shown.values()}
    verdicts = await answer(visitor, gate, said)
    changed = {
        job_id: "; ".join(changes_between(shown[job_id].config, gate.questions[job_id].context))
        for job_id, verdict in verdicts.items()
        if verdict.code == "PROPOSAL_CHANGED" and job_id in gate.questions
    }
    return await answered(request, visitor, batch_id, verdicts, "goes ahead", changed)


@router.get("/{job_id}/extract-again")
async def extract_again_preview(request: Request, batch_id: UUID, job_id: UUID, visitor: Operator) -> Response:
    """What an extraction would bring, and what failed the last time."""
    async with visitor.reading() as transaction:
        _, one = await read_question(transaction, batch_id, job_id)
    return render_part(request, _PARTS, "extract_again", batch_id, proposed_of(one), visitor)


@router.post("/{job_id}/extract-again")
async def extract_again(request: Request, batch_id: UUID, job_id: UUID, visitor: Operator) -> Response:
    """Extract menu and branding once more; the question is asked again afterwards, the values for all are kept."""
    layer = read_layer(await request.form())
    return await _answer_one(request, visitor, batch_id, job_id, ExtractAgain(for_all=layer), "is extracted again")


@router.get("/{job_id}/leave-out")
async def leave_out_preview(request: Request, batch_id: UUID, job_id: UUID, visitor: Operator) -> Response:
    """What it means to leave a restaurant out."""
    async with visitor.reading() as transaction:
        _, one = await read_question(transaction, batch_id, job_id)
    return render_part(request, _PARTS, "leave_out", batch_id, one.context, visitor)


@router.post("/{job_id}/leave-out")
async def leave_out(request: Request, batch_id: UUID, job_id: UUID, visitor: Operator) -> Response:
    """Leave a restaurant out of the batch."""
    return await _answer_one(request, visitor, batch_id, job_id, LeaveOut(), "is left out")


async def _answer_one(
    request: Request, visitor: Visitor, batch_id: UUID, job_id: UUID, said: AnyAnswer, done: str
) -> Response:
    form = await request.form()
    gate = await asked_at(visitor, batch_id, GATE)
    verdicts = await answer(visitor, gate, {job_id: Said(said, read_visit(form))})
    return await answered(request, visitor, batch_id, verdicts, done)


async def answer(visitor: Visitor, gate: Asked, said: Mapping[UUID, Said]) -> dict[UUID, Verdict]:
    """The verdict on each answer; a job that is not asked here is refused without being written."""
    here = {job_id: one for job_id, one in said.items() if job_id in gate.jobs}
    return {job_id: _NOT_HERE for job_id in said if job_id not in here} | await submit(visitor, gate, here)


async def answered(
    request: Request,
    visitor: Visitor,
    batch_id: UUID,
    verdicts: Mapping[UUID, Verdict],
    done: str,
    changed: Mapping[UUID, str] | None = None,
) -> Response:
    """What became of the answers, with the lines of their restaurants as they are now."""
    accepted = [job_id for job_id, verdict in verdicts.items() if verdict.accepted]
    going_on = await go_on(visitor, batch_id) if accepted else None
    async with visitor.reading() as transaction:
        listing, view = await read_listing(transaction, batch_id)
        waiting = {row.id: row for row in listing.rows}
        decided = await read_decided(transaction, view, [one for one in verdicts if one not in waiting])
    names = {job_id: view.jobs[job_id].restaurant for job_id in verdicts if job_id in view.jobs}
    taken = [names[job_id] for job_id in accepted]
    outcome = Outcome(
        listing=listing,
        title=_title(taken, done),
        refused=tuple(
            (names.get(job_id, "a restaurant"), verdict.reason or "refused", (changed or {}).get(job_id, ""))
            for job_id, verdict in verdicts.items()
            if not verdict.accepted
        ),
        note=(going_on.note or "") if going_on else "",
        waiting=tuple(waiting[one] for one in verdicts if one in waiting),
        decided=tuple(decided),
    )
    return render_part(request, _PARTS, "outcome", outcome)


def _title(taken: Sequence[str], done: str) -> str:
    """What was done, as `Kai is left out` or `3 restaurants are left out`; empty if nothing was."""
    if len(taken) < 2:
        return f"{taken[0]} {done}" if taken else ""
    verb, _, rest = done.partition(" ")
    return f"{counted(len(taken), 'restaurant')} {_PLURAL[verb]} {rest}"
