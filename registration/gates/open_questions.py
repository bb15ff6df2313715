"""The questions that wait for an answer in a batch, with everything that is known about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import Database
from registration.gates.decisions import AnyAnswer, Channel, ChooseCompany, ConfirmQuery, GivenAnswer, GoAhead
from registration.gates.questions.cases import GateContext
from registration.gates.questions.company import company_question
from registration.gates.questions.config import config_question
from registration.gates.questions.unreadable import ask_about
from registration.gates.read_company_cases import company_cases
from registration.gates.read_config_cases import config_cases
from registration.gates.rounds import Question, Round
from registration.states import StepStatus
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GATE_STEPS, GateName


@dataclass(frozen=True)
class OpenQuestion:
    """What is asked about one job, and what is known about it."""

    gate: GateName
    case: GateContext
    question: Question

    @property
    def recommended(self) -> AnyAnswer | None:
        """The preselected answer if it is complete in itself; None where a person must choose or fill in details."""
        choice = self.question.choice(self.question.preset)
        if choice is None or not isinstance(choice.answer, ChooseCompany | ConfirmQuery | GoAhead):
            return None
        return choice.answer

    def given(self, answer: AnyAnswer, decided_by: str) -> GivenAnswer:
        """The answer as it comes through the command line."""
        return GivenAnswer(
            job_id=self.question.job_id,
            gate=self.gate,
            visit=self.question.visit,
            answer=answer,
            decided_by=decided_by,
            channel=Channel.CLI,
        )


def all_asked(view: BatchView, rounds: Iterable[Round]) -> bool:
    """Whether everybody who waits at a gate stands in one of these open rounds, with the question of now."""
    asked = {(round_.gate, one.job_id, one.visit) for round_ in rounds for one in round_.questions}
    waiting = {(gate, job.id, job.steps[GATE_STEPS[gate]].visit) for gate in GateName for job in waiting_at(view, gate)}
    return waiting <= asked


def waiting_at(view: BatchView, gate: GateName) -> tuple[JobView, ...]:
    """The jobs that wait at the gate, in the batch's order."""
    step = GATE_STEPS[gate]
    return tuple(job for job in view.jobs.values() if job.steps[step].status is StepStatus.ACTION_REQUIRED)


async def open_questions(database: Database, organisation_id: UUID, batch_id: UUID) -> tuple[OpenQuestion, ...]:
    """All that wait in the batch: those of the company gate first, each gate in the batch's order."""
    async with database.transaction(organisation_id) as connection:
        view = await read_snapshot(connection, organisation_id, batch_id)
        return (
            *await _companies(connection, organisation_id, view),
            *await _configs(connection, organisation_id, view),
        )


async def _companies(connection: AsyncConnection, organisation_id: UUID, view: BatchView) -> list[OpenQuestion]:
    gate = GateName.COMPANY_SELECTION
    waiting = waiting_at(view, gate)
    cases = await company_cases(connection, organisation_id, waiting) if waiting else ()
    return [OpenQuestion(gate, *ask_about(case, company_question)) for case in cases]


async def _configs(connection: AsyncConnection, organisation_id: UUID, view: BatchView) -> list[OpenQuestion]:
    gate = GateName.YOLO_CONFIG
    waiting = waiting_at(view, gate)
    cases = await config_cases(connection, organisation_id, waiting) if waiting else ()
    return [OpenQuestion(gate, *ask_about(case, config_question)) for case in cases]
