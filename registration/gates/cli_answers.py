"""Answers from the command line: the waiting jobs, the recommended answers, and the result of each decision."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.configuration.models import YoloConfig
from registration.configuration.state import ConfigState, read_config_states
from registration.database.session import Database
from registration.database.shared_transaction import Reader
from registration.gates.answer_file.rows import WaitingJob
from registration.gates.decide import decide
from registration.gates.decisions import GivenAnswer, Verdict
from registration.gates.open_questions import OpenQuestion, open_questions, waiting_at
from registration.gates.queries import external_ids, last_decided
from registration.gates.round_queries import unclosed_rounds
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GATE_STEPS, GateName


async def answerable_jobs(database: Database, organisation_id: UUID, batch_id: UUID) -> tuple[WaitingJob, ...]:
    """The jobs that wait at a gate; of those that wait nowhere the question that was answered last, if one was.

    An answer to the latter is refused by `decide`, which says who was first.
    """
    async with database.transaction(organisation_id) as connection:
        view = await read_snapshot(connection, organisation_id, batch_id)
        known = await external_ids(connection, organisation_id, [job.restaurant_id for job in view.jobs.values()])
        asked = await _asked(connection, organisation_id, view)
        configured = [job.id for job, gate, _ in asked if gate is GateName.YOLO_CONFIG]
        states = await read_config_states(connection, organisation_id, configured)
        return tuple(
            WaitingJob(
                job_id=job.id,
                gate=gate,
                visit=visit,
                restaurant=job.restaurant,
                restaurant_id=job.restaurant_id,
                external_id=known.get(job.restaurant_id),
                proposed=_proposed(states[job.id]) if gate is GateName.YOLO_CONFIG else None,
            )
            for job, gate, visit in asked
        )


async def recommended(
    database: Database, organisation_id: UUID, batch_id: UUID
) -> tuple[tuple[OpenQuestion, ...], tuple[OpenQuestion, ...]]:
    """The questions that have a recommended answer, and those that only a person can answer."""
    waiting = await open_questions(database, organisation_id, batch_id)
    return (
        tuple(one for one in waiting if one.recommended is not None),
        tuple(one for one in waiting if one.recommended is None),
    )


async def decide_all(
    database: Database,
    organisation_id: UUID,
    batch_id: UUID,
    given: Iterable[GivenAnswer],
    shown: Iterable[OpenQuestion] = (),
) -> tuple[tuple[GivenAnswer, Verdict], ...]:
    """Each answer with its verdict, one transaction each; those to questions of an open round are noted as such.

    `shown` are the questions that the person saw; what was seen is kept with the decision.
    """
    rounds = await _open_rounds(database, organisation_id, batch_id)
    seen = {(one.question.job_id, one.gate, one.question.visit): one.question for one in shown}
    verdicts: list[tuple[GivenAnswer, Verdict]] = []
    for one in given:
        key = (one.job_id, one.gate, one.visit)
        in_round = one.model_copy(update={"round_id": rounds.get(key)})
        verdicts.append((one, await decide(database, organisation_id, in_round, seen.get(key))))
    return tuple(verdicts)


async def _open_rounds(
    database: Database, organisation_id: UUID, batch_id: UUID
) -> dict[tuple[UUID, GateName, int], UUID]:
    """The open round of each question that stands in one."""
    async with database.transaction(organisation_id) as connection:
        rounds = await unclosed_rounds(connection, organisation_id, batch_id)
    return {
        (question.job_id, round_.shown.gate, question.visit): round_.id
        for round_ in rounds
        for question in round_.shown.questions
    }


async def _asked(
    connection: AsyncConnection, organisation_id: UUID, view: BatchView
) -> list[tuple[JobView, GateName, int]]:
    waiting = [(job, gate, job.steps[GATE_STEPS[gate]].visit) for gate in GateName for job in waiting_at(view, gate)]
    elsewhere = view.jobs.keys() - {job.id for job, _, _ in waiting}
    decided = await last_decided(connection, organisation_id, list(elsewhere))
    return waiting + [(view.jobs[job_id], last.gate, last.visit) for job_id, last in decided.items()]


def _proposed(state: Reader[ConfigState]) -> YoloConfig | None:
    """What is proposed; None if it cannot be read, then `decide` refuses every answer that needs it."""
    try:
        return state().proposal.config
    except ValueError:
        return None
