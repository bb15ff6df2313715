"""Reads everything that the page of a restaurant shows: a fixed number of queries, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from interfaces.presenting.timeline import public_history
from registration.accounts.queries import Credential, read_credential
from registration.batches.detail_queries import DetailJob, read_job_detail, read_jobs_of_restaurant
from registration.batches.overview_queries import BatchOverview, read_overview, read_overviews
from registration.configuration.models import YoloConfig
from registration.configuration.state import read_config_state
from registration.database.session import Transaction
from registration.errors import Refused
from registration.operations.job_state import JobState
from registration.operations.job_state_queries import read_job_state
from registration.operations.reopenable import read_reopenable_job
from registration.reporting.history_queries import History, HistoryDecision, read_history
from registration.workflow.snapshot import BatchView, JobView
from registration.workflow.snapshot_queries import read_snapshot
from registration.workflow.steps import GateName


@dataclass(frozen=True)
class Configured:
    """What step 6 executes, and what was proposed; `proposed_before`: the proposal is the one that a person saw.

    Without an executed configuration the proposal is that of now. None is what is not known or cannot be read.
    """

    executed: YoloConfig | None
    proposed: YoloConfig | None
    proposed_before: bool


@dataclass(frozen=True)
class JobReading:
    """One job at one moment. `blocked` is why nothing of it can be opened again now, whatever it is."""

    history: History
    detail: DetailJob
    batch: BatchOverview
    snapshot: BatchView
    state: JobState
    blocked: Refused | None
    configured: Configured
    account: Credential | None
    others: tuple[tuple[DetailJob, BatchOverview], ...]

    @property
    def job(self) -> JobView:
        """The job among those of its batch."""
        return self.snapshot.jobs[self.detail.id]


async def read_job(transaction: Transaction, job_id: UUID) -> JobReading:
    """Everything about one job; passwords are left encrypted. Raises NotFound for another organisation's job, too."""
    history = public_history(await read_history(transaction, job_id))
    detail = await read_job_detail(transaction, job_id)
    state = await read_job_state(transaction, job_id)
    email = state.email
    return JobReading(
        history=history,
        detail=detail,
        batch=await read_overview(transaction, detail.batch_id),
        snapshot=await read_snapshot(transaction, detail.batch_id),
        state=state,
        blocked=await _blocked(transaction, job_id),
        configured=await _configured(transaction, detail, history.decisions),
        account=await read_credential(transaction, email) if email else None,
        others=await _others(transaction, detail),
    )


async def _blocked(transaction: Transaction, job_id: UUID) -> Refused | None:
    try:
        await read_reopenable_job(transaction, job_id)
    except Refused as refused:
        return refused
    return None


async def _others(transaction: Transaction, job: DetailJob) -> tuple[tuple[DetailJob, BatchOverview], ...]:
    """The restaurant's jobs in other batches, newest first."""
    jobs = [one for one in await read_jobs_of_restaurant(transaction, job.restaurant_id) if one.id != job.id]
    batches = {one.id: one for one in await read_overviews(transaction, [one.batch_id for one in jobs])}
    return tuple((one, batches[one.batch_id]) for one in jobs if one.batch_id in batches)


async def _configured(transaction: Transaction, job: DetailJob, decisions: tuple[HistoryDecision, ...]) -> Configured:
    executed = _config(job.execution_config)
    if executed is not None and (seen := shown_proposal(decisions)) is not None:
        return Configured(executed, seen, proposed_before=True)
    try:
        proposed = (await read_config_state(transaction, job.id)).proposal.config
    except ValueError:
        proposed = None
    return Configured(executed, proposed, proposed_before=False)


def shown_proposal(decisions: tuple[HistoryDecision, ...]) -> YoloConfig | None:
    """The proposal that was shown with the last accepted confirmation; None if the channel showed none."""
    confirmed = [one for one in decisions if one.gate == GateName.YOLO_CONFIG and one.accepted]
    if not confirmed:
        return None
    choices: list[Mapping[str, Any]] = confirmed[-1].shown.get("choices", [])
    answers = [confirmed[-1].answer, *(choice.get("answer") or {} for choice in choices)]
    return next((config for one in answers if (config := _config(one.get("proposed")))), None)


def _config(stored: Mapping[str, Any] | None) -> YoloConfig | None:
    """None also for what an earlier version stored and this one cannot read."""
    try:
        return YoloConfig.model_validate(stored) if stored else None
    except ValueError:
        return None
