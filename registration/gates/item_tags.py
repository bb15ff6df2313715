"""The question about item tags that contradict the menu: what is known for it, and the answers without a form."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from registration.configuration.allergens import Contradiction
from registration.database.session import Database, Transaction
from registration.effects.item_tags_queries import read_question, read_questions
from registration.errors import Refused
from registration.gates.decide import decide_within
from registration.gates.decisions import Channel, LeaveTagsOut, SetTags, SubmittedAnswer
from registration.gates.questions.contexts import TagsContext, UnreadableContext
from registration.gates.round_queries import LastRefusal, last_refusals
from registration.states import SubStepStatus
from registration.workflow.lease_queries import lock_lease
from registration.workflow.lookup_queries import batch_of_job
from registration.workflow.snapshot import JobView
from registration.workflow.steps import GateName
from registration.workflow.transition_queries import Attribution


class TagsDecision(StrEnum):
    """What becomes of the tags."""

    LEAVE_OUT = "leave the tags out"
    SET = "set the tags all the same"


_ANSWERS = {TagsDecision.LEAVE_OUT: LeaveTagsOut, TagsDecision.SET: SetTags}


@dataclass(frozen=True)
class DecidedTags:
    """The sub-step's new status; `live`: a process works on the batch and sees the change within a second."""

    job_id: UUID
    batch_id: UUID
    restaurant: str
    status: SubStepStatus
    live: bool


async def tags_contexts(
    transaction: Transaction, waiting: tuple[JobView, ...]
) -> tuple[TagsContext | UnreadableContext, ...]:
    """What is known about each job that waits for a decision about its tags, in their order; two queries."""
    questions = await read_questions(transaction, [job.id for job in waiting])
    refused = await last_refusals(transaction, {job.id: job.tags_visit for job in waiting}, GateName.ITEM_TAGS)
    return tuple(_context(job, questions[job.id].asked, refused.get(job.id)) for job in waiting)


def _context(job: JobView, found: tuple[Contradiction, ...], refusal: LastRefusal | None) -> TagsContext:
    return TagsContext(
        job_id=job.id,
        position=job.position,
        visit=job.tags_visit,
        restaurant_name=job.restaurant,
        city=job.city,
        found=found,
        refused=refusal.reason if refusal else None,
        typed=refusal.typed if refusal else {},
    )


async def open_tags_question(
    database: Database, organisation_id: UUID, job_id: UUID
) -> tuple[str, Sequence[Contradiction]]:
    """The restaurant's name and the contradictions that a person has to decide about; none if nothing is asked.

    Raises NotFound.
    """
    async with database.transaction(organisation_id) as transaction:
        await batch_of_job(transaction, job_id)
        question = await read_question(transaction, job_id)
    return question.restaurant, question.asked if question.is_open else ()


async def decide_tags(
    database: Database,
    organisation_id: UUID,
    job_id: UUID,
    decision: TagsDecision,
    attribution: Attribution,
    channel: Channel = Channel.CLI,
) -> DecidedTags:
    """Carry out the decision. An approval holds for the contradictions that were asked about, and for no further ones.

    A signed-in person may repeat the last answer. Raises NotFound, and Refused if nothing is asked, or if another
    answer was first.
    """
    async with database.transaction(organisation_id) as transaction:
        batch_id = await batch_of_job(transaction, job_id)
        lease = await lock_lease(transaction, batch_id)
        question = await read_question(transaction, job_id)
        visit = question.visit if question.is_open else question.visit - 1
        if visit == 0:
            status = question.status.replace("_", " ")
            text = f"itemTags of {question.restaurant} is {status}: no question is open"
            raise Refused(text, code="NOTHING_TO_DECIDE")
        submitted = SubmittedAnswer(
            job_id=job_id,
            gate=GateName.ITEM_TAGS,
            visit=visit,
            answer=_ANSWERS[decision](why=attribution.reason),
            decided_by=attribution.actor,
            channel=channel,
        )
        verdict = await decide_within(transaction, submitted)
        status = (await read_question(transaction, job_id)).status
    if not verdict.accepted:
        raise Refused(f"itemTags of {question.restaurant}: {verdict.reason}", code=verdict.code)
    return DecidedTags(job_id, batch_id, question.restaurant, status, lease.live)
