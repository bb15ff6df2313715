"""Answers of signed-in persons at the gates, through the one entry that all channels share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from interfaces.api.auth import Caller
from interfaces.api.problems import ProblemError, not_found
from registration.gates.answer_file.rows import WaitingJob
from registration.gates.cli_answers import answerable_jobs, decide_all
from registration.gates.decisions import AnyAnswer, SubmittedAnswer, Verdict
from registration.gates.open_questions import OpenQuestion, open_questions
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.steps import GateName

_OF_WHAT_WAS_SAID = frozenset({"NOT_A_CANDIDATE", "NOTHING_TO_SEARCH_BY", "INVALID_CONFIGURATION"})


@dataclass(frozen=True)
class Said:
    """An answer, and the visit of the question that the person saw; None for a client that knows no visits."""

    answer: AnyAnswer
    visit: int | None = None


@dataclass(frozen=True)
class Asked:
    """The jobs of a batch that were asked something at a gate: those that wait, and those answered before.

    `questions` are the open ones, by job.
    """

    batch_id: UUID
    gate: GateName
    jobs: Mapping[UUID, WaitingJob]
    questions: Mapping[UUID, OpenQuestion]

    def waits(self, job_id: UUID) -> bool:
        """Whether the job waits for an answer now."""
        return job_id in self.questions


async def asked_at(caller: Caller, batch_id: UUID, gate: GateName) -> Asked:
    """What is asked at a gate of a batch. Raises NotFound for an unknown batch."""
    key = (caller.database, caller.organisation_id, batch_id)
    jobs = {job.job_id: job for job in await answerable_jobs(*key, gate)}
    questions = {one.question.job_id: one for one in await open_questions(*key) if one.gate is gate}
    return Asked(batch_id, gate, jobs, questions)


async def asked_about(caller: Caller, job_id: UUID, gate: GateName) -> Asked:
    """What is asked about one job. Raises NotFound, and ProblemError (409) if nothing was asked there."""
    async with caller.reading() as transaction:
        batch_id = await batch_of_job(transaction, job_id)
    asked = await asked_at(caller, batch_id, gate)
    if job_id not in asked.jobs:
        raise ProblemError(409, "STEP_NOT_ACTION_REQUIRED", "the restaurant does not wait at this step")
    return asked


def not_asked(asked: Asked, job_ids: Iterable[UUID]) -> dict[UUID, Verdict]:
    """The verdict on answers about jobs of the batch that have not come to the gate."""
    early = Verdict(accepted=False, code="STEP_NOT_ACTION_REQUIRED", reason="the restaurant does not wait at this step")
    return {job_id: early for job_id in job_ids if job_id not in asked.jobs}


async def submit(caller: Caller, asked: Asked, said: Mapping[UUID, Said]) -> dict[UUID, Verdict]:
    """The verdict on each answer, each in a transaction of its own. The jobs must be among those of `asked`."""
    answers = [
        SubmittedAnswer(
            job_id=job_id,
            gate=asked.gate,
            visit=asked.jobs[job_id].visit if one.visit is None else one.visit,
            answer=one.answer,
            decided_by=caller.name,
            channel=caller.channel,
        )
        for job_id, one in said.items()
    ]
    key = (caller.database, caller.organisation_id, asked.batch_id)
    verdicts = await decide_all(*key, answers, asked.questions.values())
    return {answer.job_id: verdict for answer, verdict in verdicts}


async def submit_one(caller: Caller, asked: Asked, job_id: UUID, answer: AnyAnswer) -> None:
    """Submit the answer for one job. Raises ProblemError if it is refused."""
    verdict = (await submit(caller, asked, {job_id: Said(answer)}))[job_id]
    if not verdict.accepted:
        raise refused(verdict)


def refused(verdict: Verdict) -> ProblemError:
    """The problem that a refused answer is: 422 for what was said, 409 for the state of the job."""
    code = verdict.code or "REFUSED"
    if code == "JOB_NOT_FOUND":
        return not_found(code)
    return ProblemError(422 if code in _OF_WHAT_WAS_SAID else 409, code, verdict.reason or "the answer is refused")
