"""Answers from the command line: the waiting jobs, the recommended answers, and the result of each decision."""

from collections.abc import Collection, Iterable
from uuid import UUID

from registration.configuration.models import YoloConfig
from registration.configuration.state import ConfigState, read_config_states
from registration.database.session import Database, Transaction
from registration.database.shared_transaction import Reader
from registration.gates.answer_file.rows import WaitingJob
from registration.gates.decide import decide
from registration.gates.decisions import SubmittedAnswer, Verdict
from registration.gates.open_questions import OpenQuestion, open_questions, waiting_at
from registration.gates.queries import external_ids, last_decided
from registration.gates.round_queries import unclosed_rounds
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GATE_STEPS, GateName


async def answerable_jobs(
    database: Database, organisation_id: UUID, batch_id: UUID, at: GateName | None = None
) -> tuple[WaitingJob, ...]:
    """The jobs that wait at a gate; for other jobs the question that was answered last, if there is one.

    `decide` refuses an answer to such a question and names the person who answered it first. With `at` only the
    questions of that gate count, so a job that waits at a later gate has its last decided question there.
    """
    async with database.transaction(organisation_id) as transaction:
        view = await read_snapshot(transaction, batch_id)
        ids_by_restaurant = await external_ids(transaction, [job.restaurant_id for job in view.jobs.values()])
        questions = await _answerable_questions(transaction, view, [gate for gate in GATE_STEPS if at in (None, gate)])
        configured = [job.id for job, gate, _ in questions if gate is GateName.YOLO_CONFIG]
        states = await read_config_states(transaction, configured)
        return tuple(
            WaitingJob(
                job_id=job.id,
                gate=gate,
                visit=visit,
                restaurant=job.restaurant,
                restaurant_id=job.restaurant_id,
                external_id=ids_by_restaurant.get(job.restaurant_id),
                proposed=_proposed(states[job.id]) if gate is GateName.YOLO_CONFIG else None,
            )
            for job, gate, visit in questions
        )


async def recommended(
    database: Database, organisation_id: UUID, batch_id: UUID
) -> tuple[tuple[OpenQuestion, ...], tuple[OpenQuestion, ...]]:
    """The questions that have a recommended answer, and those that only a person can answer."""
    waiting = await open_questions(database, organisation_id, batch_id)
    return (
        tuple(question for question in waiting if question.recommended is not None),
        tuple(question for question in waiting if question.recommended is None),
    )


async def decide_all(
    database: Database,
    organisation_id: UUID,
    batch_id: UUID,
    submitted: Iterable[SubmittedAnswer],
    shown: Iterable[OpenQuestion] = (),
) -> tuple[tuple[SubmittedAnswer, Verdict], ...]:
    """Each answer with its verdict, in one transaction each; an answer to a question of an open round gets the round's
    id.

    `shown` are the questions that the person saw; they are stored with the decision.
    """
    rounds = await _open_rounds(database, organisation_id, batch_id)
    seen = {(answer.question.job_id, answer.gate, answer.question.visit): answer.question for answer in shown}
    verdicts: list[tuple[SubmittedAnswer, Verdict]] = []
    for answer in submitted:
        key = (answer.job_id, answer.gate, answer.visit)
        in_round = answer.model_copy(update={"round_id": rounds.get(key)})
        verdicts.append((answer, await decide(database, organisation_id, in_round, seen.get(key))))
    return tuple(verdicts)


async def _open_rounds(
    database: Database, organisation_id: UUID, batch_id: UUID
) -> dict[tuple[UUID, GateName, int], UUID]:
    """The open round of each question that is part of one."""
    async with database.transaction(organisation_id) as transaction:
        rounds = await unclosed_rounds(transaction, batch_id)
    return {
        (question.job_id, round_.content.gate, question.visit): round_.id
        for round_ in rounds
        for question in round_.content.questions
    }


async def _answerable_questions(
    transaction: Transaction, view: BatchView, gates: Collection[GateName]
) -> list[tuple[JobView, GateName, int]]:
    waiting = [(job, gate, job.steps[GATE_STEPS[gate]].visit) for gate in gates for job in waiting_at(view, gate)]
    elsewhere = view.jobs.keys() - {job.id for job, _, _ in waiting}
    decided = await last_decided(transaction, list(elsewhere), gates)
    return waiting + [(view.jobs[job_id], last.gate, last.visit) for job_id, last in decided.items()]


def _proposed(state: Reader[ConfigState]) -> YoloConfig | None:
    """The proposed configuration; None if it cannot be read: `decide` then refuses every answer that needs it."""
    try:
        return state().proposal.config
    except ValueError:
        return None
