"""What the page of the company gate reads: the open questions, and where the other restaurants of the batch are."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from registration.batches.overview_queries import read_overview
from registration.database.session import Transaction
from registration.errors import NotFound
from registration.gates.company_contexts import company_contexts
from registration.gates.open_questions import OpenQuestion, company_questions
from registration.gates.queries import AcceptedDecision, last_accepted
from registration.gates.questions.contexts import CompanyContext, UnreadableContext
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GateName, Step

Context = CompanyContext | UnreadableContext


@dataclass(frozen=True)
class AtCompanyGate:
    """A batch at its company gate. `questions` are the open ones, `contexts` what was found for the other restaurants
    that came this far, `decisions` the last accepted answers; all by job.
    """

    batch_id: UUID
    batch: str
    view: BatchView
    questions: Mapping[UUID, OpenQuestion]
    contexts: Mapping[UUID, Context]
    decisions: Mapping[UUID, AcceptedDecision]

    def job(self, job_id: UUID) -> JobView:
        """Raises NotFound for a job of another batch."""
        if job_id not in self.view.jobs:
            raise NotFound(f"there is no job {job_id} in this batch", code="JOB_NOT_FOUND")
        return self.view.jobs[job_id]


def came_this_far(job: JobView) -> bool:
    """Whether the job was at the gate before, or is there now; visits begin at 1."""
    step = job.steps[Step.COMPANY_SELECTION]
    return step.visit > 1 or step.status.ended or job.visit_at(GateName.COMPANY_SELECTION) is not None


async def read_companies(transaction: Transaction, batch_id: UUID) -> AtCompanyGate:
    """What the page shows, in as many queries for one restaurant as for fifty. Raises NotFound."""
    overview = await read_overview(transaction, batch_id)
    view = await read_snapshot(transaction, batch_id)
    questions = {one.question.job_id: one for one in await company_questions(transaction, view)}
    others = tuple(job for job in view.jobs.values() if came_this_far(job) and job.id not in questions)
    contexts = await company_contexts(transaction, others) if others else ()
    return AtCompanyGate(
        batch_id=batch_id,
        batch=overview.name,
        view=view,
        questions=questions,
        contexts={one.job_id: one for one in contexts},
        decisions=await last_accepted(transaction, list(view.jobs), GateName.COMPANY_SELECTION),
    )
