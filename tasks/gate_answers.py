"""The rounds of a gate, and the answers of a submitted form: each answer is accepted or refused on its own."""

from typing import Any
from uuid import UUID

from prefect import get_run_logger

from registration.gates.decide import decide_within
from registration.gates.form_answers import Reading, read_answers
from registration.gates.queries import insert_refused
from registration.gates.round_queries import NO_JOB_WAITED, OpenRound, close_round, earlier_questions, insert_round
from registration.gates.rounds import Round
from registration.workflow.steps import GateName
from tasks.context import Resources
from tasks.step_runner import read, write


async def open_round(context: Resources, run_id: UUID, content: Round) -> OpenRound:
    """Write the round before the pause, with everything that the form shows."""
    return await write(context, lambda transaction: insert_round(transaction, context.batch.id, run_id, content))


async def finish_round(context: Resources, round_: OpenRound, raw: dict[str, Any] | None) -> None:
    """Record every submitted answer, if there is one, and close the round."""
    if raw is not None:
        await record_answers(context, read_answers(round_.content, raw, round_.id))
    attribution = "answered" if raw is not None else NO_JOB_WAITED
    await write(context, lambda transaction: close_round(transaction, round_.id, attribution))


async def read_earlier_questions(context: Resources, gate: GateName) -> frozenset[tuple[UUID, int]]:
    """Job and visit of every question that the gate has asked before."""
    return await read(context, lambda transaction: earlier_questions(transaction, context.batch.id, gate))


async def record_answers(context: Resources, reading: Reading) -> None:
    """Write every decision and wake the restaurant that it concerns."""
    for refused in reading.refused:
        await write(context, lambda transaction, one=refused: insert_refused(transaction, one))
        _log_refusal(context, refused.job_id, refused.decided_by, refused.reason)
    for answer in reading.answers:
        verdict = await write(context, lambda transaction, answer=answer: decide_within(transaction, answer))
        if not verdict.accepted:
            _log_refusal(context, answer.job_id, answer.decided_by, verdict.reason)


def _log_refusal(context: Resources, job_id: UUID, decided_by: str, reason: str | None) -> None:
    """Log a refused answer and its reason: the form is closed by then, so the log is where its submitter
    can read them.
    """
    restaurant = context.watch.view.jobs[job_id].restaurant
    get_run_logger().warning("%s · the answer of %s was not taken: %s", restaurant, decided_by, reason)
