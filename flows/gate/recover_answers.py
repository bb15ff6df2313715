"""Answers that were submitted but not recorded, because the gate's run or its whole process was gone."""

from uuid import UUID

import httpx
from prefect import get_client, get_run_logger
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled

from flows.batch.cancelled_runs import TAKEN_OVER_MESSAGE
from flows.gate.pause import retry_until_answered, stored_answer
from registration.errors import DatabaseUnavailable, Stopped
from registration.gates.form_answers import read_answers
from registration.gates.round_queries import (
    PROCESS_GONE,
    OpenRound,
    close_round,
    record_late_answer,
    unanswered_rounds,
    unclosed_rounds,
)
from registration.workflow.steps import GateName
from tasks.context import Resources
from tasks.gate_answers import record_answers
from tasks.step_runner import read, write


async def recover_answers(context: Resources, gate: GateName | None = None) -> None:
    """Close the open rounds of one gate or of all gates, and record the answers that they received.

    Their runs are ended first. Rounds that were closed without an answer are read once more: the server may accept an
    answer in the moment in which the run is ended, store it later, and resume the run.
    """
    unclosed = await read(context, lambda transaction: unclosed_rounds(transaction, context.batch.id))
    unanswered = await read(context, lambda transaction: unanswered_rounds(transaction, context.batch.id))
    rounds, closed = (
        [round_ for round_ in each if gate in (None, round_.content.gate)] for each in (unclosed, unanswered)
    )
    if not rounds and not closed:
        return
    async with get_client() as client:
        for run_id in {round_.flow_run_id for round_ in (*rounds, *closed)}:
            await end_run(client, run_id)
        for round_ in closed:
            await _recover_late(context, client, round_)
        for round_ in rounds:
            await _recover(context, client, round_)


async def recover_late_answers(context: Resources, *, gates_ended: bool) -> None:
    """Record answers of rounds that were closed without one, before the batch is left without a process.

    If the gates have not ended, no run is ended: it may be Paused for a later round.
    """
    for round_ in await read(context, lambda transaction: unanswered_rounds(transaction, context.batch.id)):
        await retry_until_answered(
            lambda client, round_=round_: _recover_late(context, client, round_, end=gates_ended)
        )


async def _recover_late(context: Resources, client: PrefectClient, round_: OpenRound, *, end: bool = True) -> None:
    read_answer = _end_and_record if end else _record_stored
    attribution = await read_answer(context, client, round_, "answered, recorded late")
    if attribution is not None:
        await write(context, lambda transaction: record_late_answer(transaction, round_.id, attribution))


async def _recover(context: Resources, client: PrefectClient, round_: OpenRound) -> None:
    reason = await _end_and_record(context, client, round_, "answered, recorded by the next run") or PROCESS_GONE
    await write(context, lambda transaction: close_round(transaction, round_.id, reason))


async def _end_and_record(context: Resources, client: PrefectClient, round_: OpenRound, reason: str) -> str | None:
    """End the round's run, then record its answers; read them again if an answer resumed the run meanwhile."""
    await end_run(client, round_.flow_run_id)
    attribution = await _record_stored(context, client, round_, reason)
    while attribution is None and await end_run(client, round_.flow_run_id):
        attribution = await _record_stored(context, client, round_, reason)
    return attribution


async def _record_stored(context: Resources, client: PrefectClient, round_: OpenRound, reason: str) -> str | None:
    """Record the answers, if any; returns why the round is closed, which is `reason` if they could be recorded.

    Answers that cannot be read or recorded are asked for again: they must not fail the batch at each reading.
    """
    try:
        raw = await stored_answer(client, round_.flow_run_id, round_.key)
        if raw is None:
            return None
        if not round_.content.questions:
            raise ValueError("another version put the questions, and this one cannot read them")
        await record_answers(context, read_answers(round_.content, raw, round_.id))
    except (Stopped, DatabaseUnavailable, httpx.HTTPError, OSError):
        raise
    except Exception:  # noqa: BLE001 (any other error would occur again at the next reading)
        get_run_logger().exception("The answers of %s cannot be recorded; they are asked for again", round_.key)
        return "its answers could not be recorded"
    return reason


async def end_run(client: PrefectClient, run_id: UUID, name: str | None = None) -> bool:
    """Cancel a run that has not ended; `name` is the name of its state. False if there is nothing to cancel."""
    state = await state_of(client, run_id)
    if state is None or state.is_final():
        return False
    await client.set_flow_run_state(run_id, Cancelled(name=name, message=TAKEN_OVER_MESSAGE), force=True)
    return True


async def state_of(client: PrefectClient, run_id: UUID) -> State | None:
    """The state of a run; None if the server does not know the run."""
    try:
        return (await client.read_flow_run(run_id)).state
    except ObjectNotFound:
        return None
