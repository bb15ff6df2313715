"""The one mechanism of both gates: rounds of forms beside the restaurants, as long as somebody can still come."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from prefect import get_client, get_run_logger
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.states import Completed
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.gate.arrivals import Arrivals, gather
from flows.gate.form import form_model
from flows.gate.pause import GateEnded, ask
from flows.gate.recover_answers import harvest
from registration.errors import LeaseLost
from registration.gates.form_answers import read_answers
from registration.gates.questions.cases import UnreadableCase
from registration.gates.questions.unreadable import ask_about
from registration.gates.round_queries import NOBODY_WAITED, OpenRound, asked_questions, close_round, insert_round
from registration.gates.rounds import Question, Round
from registration.states import StepStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import STEPS, GateName, Step
from tasks.context import Resources, own_run, resources
from tasks.gate_answers import record_answers
from tasks.reporting.artifacts import show_comparison
from tasks.reporting.events import gate_left, gate_opened
from tasks.step_runner import read, write

Case = TypeVar("Case")


@dataclass(frozen=True)
class Gate(Generic[Case]):
    """What differs between the gates: which step waits, what is known about its jobs, and what is asked about each.

    `compare` tells all cases of a round in Markdown, with what the form has no room for.
    """

    name: GateName
    step: Step
    cases: Callable[[AsyncConnection, UUID, tuple[JobView, ...]], Awaitable[tuple[Case | UnreadableCase, ...]]]
    question: Callable[[Case], Question]
    compare: Callable[[tuple[Case | UnreadableCase, ...]], str]


async def run_gate(gate: Gate[Any]) -> State[None]:
    """Open round after round until every job of the batch has ended, or the batch is told to stop."""
    try:
        return await _run_rounds(gate)
    except LeaseLost as lost:
        return Completed(name="Replaced", message=lost.message)


async def _run_rounds(gate: Gate[Any]) -> State[None]:
    context, run_id = resources(), own_run().id
    context.gates[gate.step] = run_id
    # An earlier run of this gate may have ended between an answer and its recording.
    await harvest(context, gate.name)
    arrivals, rounds = Arrivals(await asked_before(context, gate)), 0
    while waiting := await gather(context, gate.step, arrivals):
        asked = [ask_about(case, gate.question) for case in await read_cases(context, gate, waiting)]
        cases = tuple(case for case, _ in asked)
        _warn_of_unreadable(cases)
        shown = Round(gate=gate.name, questions=tuple(question for _, question in asked))
        round_ = await open_round(context, run_id, shown)
        rounds = round_.number
        await _announce(context, gate, round_, waiting)
        if new := arrivals.newcomers(waiting):
            await gate_opened(context, gate.name, STEPS[gate.step].name, new)
        evidence_url = await show_comparison(context, gate.name, rounds, gate.compare(cases))
        try:
            closing = context.watch.until(nobody_waits(gate, shown))
            leaving = context.watch.until(lambda view: view.leaving)
            raw = await ask(run_id, form_model(shown, evidence_url), round_.key, closing, leaving)
        except GateEnded as ended:
            get_run_logger().warning("%s: its run was ended from outside (%s); it is opened again", gate.name, ended)
            return Completed(name="Closed", message=f"ended from outside: {ended}")
        except Pause:
            if not context.own_run.given_up:
                gate_left(run_id)
            raise
        await finish_round(context, round_, raw)
    return Completed(name="Closed", message=f"{rounds} round{'' if rounds == 1 else 's'}")


async def open_round(context: Resources, run_id: UUID, shown: Round) -> OpenRound:
    """Write the round before the pause, with everything that is shown."""
    return await write(
        context, lambda connection: insert_round(connection, context.organisation_id, context.batch.id, run_id, shown)
    )


async def finish_round(context: Resources, round_: OpenRound, raw: dict[str, Any] | None) -> None:
    """Record every answer that was submitted, if one was, and close the round."""
    if raw is not None:
        await record_answers(context, read_answers(round_.shown, raw, round_.id))
    attribution = "answered" if raw is not None else NOBODY_WAITED
    await write(context, lambda connection: close_round(connection, context.organisation_id, round_.id, attribution))


async def asked_before(context: Resources, gate: Gate[Any]) -> frozenset[tuple[UUID, int]]:
    """Job and visit of every question that this gate has put."""
    return await read(
        context, lambda connection: asked_questions(connection, context.organisation_id, context.batch.id, gate.name)
    )


async def read_cases(
    context: Resources, gate: Gate[Case], waiting: tuple[JobView, ...]
) -> tuple[Case | UnreadableCase, ...]:
    """What is known about each of them."""
    return await read(context, lambda connection: gate.cases(connection, context.organisation_id, waiting))


def nobody_waits(gate: Gate[Any], shown: Round) -> Callable[[BatchView], bool]:
    """Whether every question of the round was answered elsewhere, or is not asked any more."""

    def answered(view: BatchView) -> bool:
        if view.stopped:
            return True
        steps = [(view.jobs[one.job_id].steps[gate.step], one.visit) for one in shown.questions]
        return not any(step.status is StepStatus.ACTION_REQUIRED and step.visit == visit for step, visit in steps)

    return answered


def _warn_of_unreadable(cases: Iterable[object]) -> None:
    for case in cases:
        if isinstance(case, UnreadableCase):
            get_run_logger().warning("%s · %s", case.restaurant_name, case.in_the_way)


async def _announce(context: Resources, gate: Gate[Any], round_: OpenRound, waiting: tuple[JobView, ...]) -> None:
    title = gate.name.replace("-", " ").capitalize()
    name = f"{title} · {context.batch.name} · round {round_.number} · {len(waiting)} waiting"
    async with get_client() as client:
        await client.update_flow_run(round_.flow_run_id, name=name)
