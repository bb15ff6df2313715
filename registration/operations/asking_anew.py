"""The open question of a restaurant that was edited: it is asked anew if it depends on what was changed."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from registration.configuration.proposals import Proposal
from registration.configuration.state import read_config_state
from registration.database.session import Transaction
from registration.states import StepStatus
from registration.workflow.step_queries import StepRow, advance, read_step, reopen
from registration.workflow.steps import GateName, Step
from registration.workflow.transition_queries import Attribution

_SEARCHED_BY = frozenset({"name", "address", "city"})


@dataclass(frozen=True)
class OpenQuestions:
    """The gates of a job before an edit, and the proposal of an open configuration; `confirmed`: that gate is past."""

    company: StepRow
    config: StepRow
    proposal: Proposal | None

    @property
    def confirmed(self) -> bool:
        """Whether the configuration was confirmed."""
        return self.config.status.ended


async def questions_of(transaction: Transaction, job_id: UUID) -> OpenQuestions | None:
    """The questions of a job, which must be locked."""
    company = await read_step(transaction, job_id, Step.COMPANY_SELECTION)
    config = await read_step(transaction, job_id, Step.YOLO_CONFIG)
    if company is None or config is None:
        return None
    proposal = await _proposal(transaction, job_id) if config.status is StepStatus.ACTION_REQUIRED else None
    return OpenQuestions(company, config, proposal)


async def ask_anew(
    transaction: Transaction, job_id: UUID, before: OpenQuestions, changed: Collection[str], attribution: Attribution
) -> GateName | None:
    """Renew the open question that depends on the changes, as the next visit of its step; returns its gate.

    An answer to the earlier question is refused. The register is searched again for a changed name, address or city.
    """
    because = Attribution(attribution.actor, f"the restaurant was edited: {', '.join(changed)}")
    if before.company.status is StepStatus.ACTION_REQUIRED and _SEARCHED_BY & set(changed):
        searched = await read_step(transaction, job_id, Step.SEARCH)
        await advance(transaction, job_id, Step.COMPANY_SELECTION, StepStatus.COMPLETED, because)
        if searched is not None and searched.status.ended:
            await reopen(transaction, job_id, Step.COMPANY_SELECTION, StepStatus.PENDING, because)
            await reopen(transaction, job_id, Step.SEARCH, StepStatus.PENDING, because)
        else:
            waiting = StepStatus.ACTION_REQUIRED
            await reopen(transaction, job_id, Step.COMPANY_SELECTION, waiting, because, before.company.data)
        return GateName.COMPANY_SELECTION
    if before.config.status is StepStatus.ACTION_REQUIRED and await _proposal(transaction, job_id) != before.proposal:
        await advance(transaction, job_id, Step.YOLO_CONFIG, StepStatus.COMPLETED, because)
        await reopen(transaction, job_id, Step.YOLO_CONFIG, StepStatus.ACTION_REQUIRED, because, before.config.data)
        return GateName.YOLO_CONFIG
    return None


async def _proposal(transaction: Transaction, job_id: UUID) -> Proposal | None:
    """The proposal of now; None if the stored data cannot be read."""
    try:
        return (await read_config_state(transaction, job_id)).proposal
    except ValueError:
        return None
