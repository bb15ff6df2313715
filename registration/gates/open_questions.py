"""The questions of a batch that wait for an answer, with the evidence for each."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from registration.database.session import Database, Transaction
from registration.gates.company_contexts import company_contexts
from registration.gates.config_contexts import config_contexts
from registration.gates.decisions import AnyAnswer, Channel, ChooseCompany, ConfirmQuery, GoAhead, SubmittedAnswer
from registration.gates.questions.company import company_question
from registration.gates.questions.config import config_question
from registration.gates.questions.contexts import GateContext
from registration.gates.questions.unreadable import ask_about
from registration.gates.rounds import Question, Round
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GateName


@dataclass(frozen=True)
class OpenQuestion:
    """The question about one job, and the evidence for it."""

    gate: GateName
    context: GateContext
    question: Question

    @property
    def recommended(self) -> AnyAnswer | None:
        """The preselected answer if it is complete; None if a person must choose or fill in details."""
        choice = self.question.choice(self.question.preset)
        if choice is None or not isinstance(choice.answer, ChooseCompany | ConfirmQuery | GoAhead):
            return None
        return choice.answer

    def submit(self, answer: AnyAnswer, decided_by: str, channel: Channel = Channel.CLI) -> SubmittedAnswer:
        """The answer as it comes through a channel without forms."""
        return SubmittedAnswer(
            job_id=self.question.job_id,
            gate=self.gate,
            visit=self.question.visit,
            answer=answer,
            decided_by=decided_by,
            channel=channel,
        )


def all_have_forms(view: BatchView, rounds: Iterable[Round]) -> bool:
    """True if every job that waits at a gate has its current question in one of these open rounds."""
    shown = {(round_.gate, question.job_id, question.visit) for round_ in rounds for question in round_.questions}
    waiting = {
        (gate, job.id, visit)
        for gate in GateName
        for job in view.jobs.values()
        if (visit := job.visit_at(gate)) is not None
    }
    return waiting <= shown


def waiting_at(view: BatchView, gate: GateName) -> tuple[JobView, ...]:
    """The jobs that wait at the gate, in the batch's order."""
    return tuple(job for job in view.jobs.values() if job.visit_at(gate) is not None)


async def open_questions(database: Database, organisation_id: UUID, batch_id: UUID) -> tuple[OpenQuestion, ...]:
    """All open questions of the batch: those of the company gate first, each gate in the batch's order."""
    async with database.transaction(organisation_id) as transaction:
        view = await read_snapshot(transaction, batch_id)
        return (
            *await company_questions(transaction, view),
            *await config_questions(transaction, view),
        )


async def company_questions(transaction: Transaction, view: BatchView) -> list[OpenQuestion]:
    """The open questions of the company gate, in the batch's order."""
    gate = GateName.COMPANY_SELECTION
    waiting = waiting_at(view, gate)
    contexts = await company_contexts(transaction, waiting) if waiting else ()
    return [OpenQuestion(gate, *ask_about(context, company_question)) for context in contexts]


async def config_questions(transaction: Transaction, view: BatchView, only: UUID | None = None) -> list[OpenQuestion]:
    """The open questions of the configuration gate, in the batch's order; or that of one job."""
    gate = GateName.YOLO_CONFIG
    waiting = tuple(job for job in waiting_at(view, gate) if only in (None, job.id))
    contexts = await config_contexts(transaction, waiting) if waiting else ()
    return [OpenQuestion(gate, *ask_about(context, config_question)) for context in contexts]
