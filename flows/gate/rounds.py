"""The mechanism of the gates: rounds of forms beside the restaurants, as long as a restaurant can still arrive."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from prefect import get_client, get_run_logger
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.states import Completed

from flows.gate.arrivals import Arrivals, collect_arrivals
from flows.gate.form import form_model
from flows.gate.pause import GateEnded, show_form
from flows.gate.recover_answers import recover_answers
from registration.database.session import Transaction
from registration.errors import LeaseLost
from registration.gates.questions.contexts import UnreadableContext
from registration.gates.questions.unreadable import ask_about
from registration.gates.round_queries import OpenRound
from registration.gates.rounds import Question, Round
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.steps import GateName
from tasks.context import Resources, own_run, resources
from tasks.gate_answers import finish_round, open_round, read_earlier_questions
from tasks.reporting.artifacts import show_comparison
from tasks.reporting.events import gate_left, gate_opened
from tasks.step_runner import read

Known = TypeVar("Known")


@dataclass(frozen=True)
class Gate(Generic[Known]):
    """What differs between the gates: what is known about the jobs that wait there, and the question about each
    job.

    `compare` describes all jobs of a round in Markdown, with the details that the form has no room for.
    """

    name: GateName
    title: str
    contexts: Callable[[Transaction, tuple[JobView, ...]], Awaitable[tuple[Known | UnreadableContext, ...]]]
    question: Callable[[Known], Question]
    compare: Callable[[tuple[Known | UnreadableContext, ...]], str]


async def run_gate(gate: Gate[Any]) -> State[None]:
    """Open round after round until every job of the batch has ended, or the batch is cancelled or halted."""
    try:
        return await _run_rounds(gate)
    except LeaseLost as lost:
        return Completed(name="Replaced", message=lost.message)


async def _run_rounds(gate: Gate[Any]) -> State[None]:
    context, run_id = resources(), own_run().id
    context.gates[gate.name] = run_id
    # An earlier run of this gate may have ended between an answer and its recording.
    await recover_answers(context, gate.name)
    arrivals, rounds = Arrivals(await read_earlier_questions(context, gate.name)), 0
    while waiting := await collect_arrivals(context, gate.name, arrivals):
        questions = [ask_about(known, gate.question) for known in await read_contexts(context, gate, waiting)]
        contexts = tuple(known for known, _ in questions)
        _warn_of_unreadable(contexts)
        content = Round(gate=gate.name, questions=tuple(question for _, question in questions))
        round_ = await open_round(context, run_id, content)
        rounds = round_.number
        await _announce(context, gate, round_, waiting)
        if unannounced := arrivals.unannounced(waiting):
            await gate_opened(context, gate.name, gate.title, unannounced)
        evidence_url = await show_comparison(context, gate.name, rounds, gate.compare(contexts))
        try:
            closing = context.watch.until(is_answered_elsewhere(gate, content))
            releasing = context.watch.until(lambda view: view.releasing)
            raw = await show_form(run_id, form_model(content, evidence_url), round_.key, closing, releasing)
        except GateEnded as ended:
            get_run_logger().warning("%s: its run was ended from outside (%s); it is opened again", gate.name, ended)
            return Completed(name="Closed", message=f"ended from outside: {ended}")
        except Pause:
            if not context.own_run.given_up:
                gate_left(run_id)
            raise
        await finish_round(context, round_, raw)
    return Completed(name="Closed", message=f"{rounds} round{'' if rounds == 1 else 's'}")


async def read_contexts(
    context: Resources, gate: Gate[Known], waiting: tuple[JobView, ...]
) -> tuple[Known | UnreadableContext, ...]:
    """What is known about each waiting job."""
    return await read(context, lambda transaction: gate.contexts(transaction, waiting))


def is_answered_elsewhere(gate: Gate[Any], content: Round) -> Callable[[BatchView], bool]:
    """A condition: every question of the round was answered through another channel, or is no longer asked."""

    def answered(view: BatchView) -> bool:
        if view.winding_down:
            return True
        return not any(view.jobs[asked.job_id].visit_at(gate.name) == asked.visit for asked in content.questions)

    return answered


def _warn_of_unreadable(contexts: Iterable[object]) -> None:
    for known in contexts:
        if isinstance(known, UnreadableContext):
            get_run_logger().warning("%s · %s", known.restaurant_name, known.in_the_way)


async def _announce(context: Resources, gate: Gate[Any], round_: OpenRound, waiting: tuple[JobView, ...]) -> None:
    title = gate.name.replace("-", " ").capitalize()
    name = f"{title} · {context.batch.name} · round {round_.number} · {len(waiting)} waiting"
    async with get_client() as client:
        await client.update_flow_run(round_.flow_run_id, name=name)
