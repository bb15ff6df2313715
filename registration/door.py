"""The second door of the gates: who waits, what is recommended, and what becomes of answers that come through it."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.cases.company import company_questions
from registration.cases.config import config_questions
from registration.cases.state import read_config_state
from registration.decisions import GATE_STEPS, decide
from registration.models.decisions import (
    AnyAnswer,
    ChooseCompany,
    ConfirmQuery,
    Door,
    GateName,
    GivenAnswer,
    GoAhead,
    Verdict,
)
from registration.models.rounds import Question
from registration.models.waiting import WaitingJob
from registration.proposals import propose
from registration.states import StepStatus
from registration.store.batches import read_batch
from registration.store.gates import unclosed_rounds
from registration.store.leases import LeaseRow, lock_lease
from registration.store.session import Database
from registration.store.snapshot import BatchView, JobView, read_snapshot
from registration.store.waiting import external_ids, last_decided

_QUESTIONS = {GateName.COMPANY_SELECTION: company_questions, GateName.YOLO_CONFIG: config_questions}


async def lease_of(database: Database, organisation_id: UUID, batch_id: UUID) -> LeaseRow:
    """Who works on the batch, or did last. Raises NotFound for an unknown batch and for another organisation's."""
    async with database.transaction(organisation_id) as connection:
        await read_batch(connection, organisation_id, batch_id)
        return await lock_lease(connection, organisation_id, batch_id)


async def answerable_jobs(database: Database, organisation_id: UUID, batch_id: UUID) -> tuple[WaitingJob, ...]:
    """The jobs that wait at a gate; of those that wait nowhere the question that was answered last, if one was.

    An answer to the latter is refused by `decide`, which says who was first.
    """
    async with database.transaction(organisation_id) as connection:
        view = await read_snapshot(connection, organisation_id, batch_id)
        known = await external_ids(connection, organisation_id, [job.restaurant_id for job in view.jobs.values()])
        found = [
            WaitingJob(
                job_id=job.id,
                gate=gate,
                visit=visit,
                restaurant=job.restaurant,
                restaurant_id=job.restaurant_id,
                external_id=known.get(job.restaurant_id),
            )
            for job, gate, visit in await _asked(connection, organisation_id, view)
        ]
        return tuple([await _with_proposal(connection, organisation_id, job) for job in found])


async def recommended(
    database: Database, organisation_id: UUID, batch_id: UUID, decided_by: str
) -> tuple[tuple[GivenAnswer, ...], tuple[Question, ...]]:
    """What the forms preselect, as answers; and the questions that only a person can answer."""
    given: list[GivenAnswer] = []
    undecided: list[Question] = []
    async with database.transaction(organisation_id) as connection:
        view = await read_snapshot(connection, organisation_id, batch_id)
        for gate, questions in _QUESTIONS.items():
            waiting = _waiting_at(view, gate)
            for question in await questions(connection, organisation_id, waiting) if waiting else ():
                answer = recommended_answer(question)
                if answer is None:
                    undecided.append(question)
                else:
                    given.append(_given(question, gate, answer, decided_by))
    return tuple(given), tuple(undecided)


def recommended_answer(question: Question) -> AnyAnswer | None:
    """The preselected answer if it is complete in itself; None where a person must choose or fill in details."""
    choice = question.choice(question.preset)
    if choice is None or not isinstance(choice.answer, ChooseCompany | ConfirmQuery | GoAhead):
        return None
    return choice.answer


async def decide_all(
    database: Database, organisation_id: UUID, batch_id: UUID, given: Iterable[GivenAnswer]
) -> tuple[tuple[GivenAnswer, Verdict], ...]:
    """Each answer with its verdict, one transaction each; those to questions of an open round are noted as such."""
    async with database.transaction(organisation_id) as connection:
        rounds = await unclosed_rounds(connection, organisation_id, batch_id)
    shown = {
        (question.job_id, round_.shown.gate, question.visit): round_.id
        for round_ in rounds
        for question in round_.shown.questions
    }
    return tuple([(one, await decide(database, organisation_id, _in_round(one, shown))) for one in given])


def _in_round(given: GivenAnswer, shown: Mapping[tuple[UUID, GateName, int], UUID]) -> GivenAnswer:
    return given.model_copy(update={"round_id": shown.get((given.job_id, given.gate, given.visit))})


async def _asked(
    connection: AsyncConnection, organisation_id: UUID, view: BatchView
) -> list[tuple[JobView, GateName, int]]:
    waiting = [(job, gate, job.steps[GATE_STEPS[gate]].visit) for gate in GateName for job in _waiting_at(view, gate)]
    elsewhere = view.jobs.keys() - {job.id for job, _, _ in waiting}
    decided = await last_decided(connection, organisation_id, list(elsewhere))
    return waiting + [(view.jobs[job_id], last.gate, last.visit) for job_id, last in decided.items()]


def _waiting_at(view: BatchView, gate: GateName) -> tuple[JobView, ...]:
    step = GATE_STEPS[gate]
    return tuple(job for job in view.jobs.values() if job.steps[step].status is StepStatus.ACTION_REQUIRED)


async def _with_proposal(connection: AsyncConnection, organisation_id: UUID, job: WaitingJob) -> WaitingJob:
    if job.gate is not GateName.YOLO_CONFIG:
        return job
    state = await read_config_state(connection, organisation_id, job.job_id)
    proposal = propose(state.restaurant, state.newest_menu, *state.layers)
    return job.model_copy(update={"proposed": proposal.config})


def _given(question: Question, gate: GateName, answer: AnyAnswer, decided_by: str) -> GivenAnswer:
    return GivenAnswer(
        job_id=question.job_id,
        gate=gate,
        visit=question.visit,
        answer=answer,
        decided_by=decided_by,
        door=Door.CLI,
    )
