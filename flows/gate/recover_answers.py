"""Answers that were submitted and never recorded, because the gate's run or its whole process had gone."""

from uuid import UUID

import httpx
from prefect import get_client, get_run_logger
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import State
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled

from flows.batch.cancelled_runs import TAKEN_OVER_MESSAGE
from flows.gate.pause import patiently, stored_answer
from registration.errors import DatabaseUnavailable, Stopped
from registration.gates.form_answers import read_answers
from registration.gates.round_queries import (
    PROCESS_GONE,
    OpenRound,
    answered_late,
    close_round,
    unanswered_rounds,
    unclosed_rounds,
)
from registration.workflow.steps import GateName
from tasks.context import Resources
from tasks.gate_answers import record_answers
from tasks.step_runner import read, write


async def harvest(context: Resources, gate: GateName | None = None) -> None:
    """Close the rounds that nobody has closed, of one gate or of all, and record what was answered in them.

    Their runs are ended first, and those that were closed without an answer are read once more: the server may be about
    to accept an answer when a run is ended, and then stores it later, and has the run go on.
    """
    key = (context.organisation_id, context.batch.id)
    found = await read(context, lambda connection: unclosed_rounds(connection, *key))
    before = await read(context, lambda connection: unanswered_rounds(connection, *key))
    rounds, closed = ([one for one in each if gate in (None, one.shown.gate)] for each in (found, before))
    if not rounds and not closed:
        return
    async with get_client() as client:
        for run_id in {round_.flow_run_id for round_ in (*rounds, *closed)}:
            await end_run(client, run_id)
        for round_ in closed:
            await _record_late(context, client, round_)
        for round_ in rounds:
            await _record(context, client, round_)


async def harvest_late(context: Resources, *, gates_ended: bool) -> None:
    """Record what came in for rounds that were closed without an answer, before nobody reads it for long.

    Where the gates have not ended, a run may be Paused for a later round: none is ended then.
    """
    key = (context.organisation_id, context.batch.id)
    for round_ in await read(context, lambda connection: unanswered_rounds(connection, *key)):
        await patiently(lambda client, one=round_: _record_late(context, client, one, end=gates_ended))


async def _record_late(context: Resources, client: PrefectClient, round_: OpenRound, *, end: bool = True) -> None:
    read_answer = _harvest_ended if end else _harvested
    attribution = await read_answer(context, client, round_, "answered, recorded late")
    if attribution is not None:
        await write(
            context, lambda connection: answered_late(connection, context.organisation_id, round_.id, attribution)
        )


async def _record(context: Resources, client: PrefectClient, round_: OpenRound) -> None:
    why = await _harvest_ended(context, client, round_, "answered, recorded by the next run") or PROCESS_GONE
    await write(context, lambda connection: close_round(connection, context.organisation_id, round_.id, why))


async def _harvest_ended(context: Resources, client: PrefectClient, round_: OpenRound, recorded: str) -> str | None:
    """End the round's run before its answers are recorded; read again if an answer had the run go on meanwhile."""
    await end_run(client, round_.flow_run_id)
    attribution = await _harvested(context, client, round_, recorded)
    while attribution is None and await end_run(client, round_.flow_run_id):
        attribution = await _harvested(context, client, round_, recorded)
    return attribution


async def _harvested(context: Resources, client: PrefectClient, round_: OpenRound, recorded: str) -> str | None:
    """Record the answers, if there are any; answers with why the round is closed, `recorded` if they could be.

    What cannot be read or recorded is asked again: it must not stop the batch whenever it is read.
    """
    try:
        raw = await stored_answer(client, round_.flow_run_id, round_.key)
        if raw is None:
            return None
        if not round_.shown.questions:
            raise ValueError("another version put the questions, and this one cannot read them")
        await record_answers(context, read_answers(round_.shown, raw, round_.id))
    except (Stopped, DatabaseUnavailable, httpx.HTTPError, OSError):
        raise
    except Exception:  # noqa: BLE001 (whatever it is, it would come again at the next reading)
        get_run_logger().exception("The answers of %s cannot be recorded; they are asked for again", round_.key)
        return "its answers could not be recorded"
    return recorded


async def end_run(client: PrefectClient, run_id: UUID, name: str | None = None) -> bool:
    """Cancel a run that has not ended; `name` is how its state is called. False if there is nothing to cancel."""
    state = await state_of(client, run_id)
    if state is None or state.is_final():
        return False
    await client.set_flow_run_state(run_id, Cancelled(name=name, message=TAKEN_OVER_MESSAGE), force=True)
    return True


async def state_of(client: PrefectClient, run_id: UUID) -> State | None:
    """How a run stands; None if the server does not know it."""
    try:
        return (await client.read_flow_run(run_id)).state
    except ObjectNotFound:
        return None
