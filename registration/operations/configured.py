"""Registering one restaurant with a ready configuration: a batch of one whose steps 1 to 5 are skipped.

The preflight comes first, in the transaction that opens the batch: a refusal leaves nothing behind.
"""

from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue

from registration.batches.models import NewBatch
from registration.batches.opening import in_one_batch, open_batch_within
from registration.batches.queries import batch_of_run
from registration.configuration.given import given_config
from registration.configuration.models import YoloConfig
from registration.configuration.preflight import refusals
from registration.configuration.state import read_config_state
from registration.database.session import Database, Transaction
from registration.effects.set_up_queries import read_set_up, save_config
from registration.errors import Refused
from registration.kit.values import reason_text
from registration.states import JobStatus
from registration.workflow.lookup_queries import only_job_of
from registration.workflow.skips import StepSkip
from registration.workflow.step_queries import skip_steps
from registration.workflow.steps import Step
from registration.workflow.transition_queries import Attribution, record

CONFIGURED_STEPS = tuple(step for step in Step if step is not Step.SET_UP)


@dataclass(frozen=True)
class Configured:
    """The batch of one restaurant, its job, and the configuration that step 6 executes; `already`: it was opened
    before.
    """

    batch_id: UUID
    job_id: UUID
    restaurant: str
    status: JobStatus
    config: YoloConfig
    already: bool = False


class _DryRun(Exception):
    """Rolls the transaction back; `configured` is what it would have written."""

    def __init__(self, configured: Configured) -> None:
        super().__init__()
        self.configured = configured


async def open_configured(
    database: Database, organisation_id: UUID, new: NewBatch, given: JsonValue, *, dry_run: bool = False
) -> Configured:
    """Open and start a batch of one restaurant with the given configuration, or find the one of the same
    `created_by_run`.

    What is given lies over the proposal from the restaurant's data. A dry run checks everything and changes nothing.
    Raises NotFound, and Refused: for an invalid configuration, one that preflight refuses, and as `open_batch` does.
    """
    try:
        with in_one_batch():
            async with database.transaction(organisation_id) as transaction:
                configured = await _open(transaction, new, given)
                if dry_run:
                    raise _DryRun(configured)
                return configured
    except _DryRun as dry:
        return dry.configured


async def _open(transaction: Transaction, new: NewBatch, given: JsonValue) -> Configured:
    if len(new.restaurant_ids) != 1:
        raise Refused(
            "a ready configuration is for one restaurant",
            code="TOO_MANY_RESTAURANTS",
            hint="name one restaurant",
        )
    if new.created_by_run and (before := await batch_of_run(transaction, new.created_by_run)):
        job = await only_job_of(transaction, before)
        frozen = (await read_set_up(transaction, job.id)).config
        return Configured(before, job.id, job.restaurant, job.status, frozen, already=True)
    batch_id = await open_batch_within(transaction, new, start=True)
    job = await only_job_of(transaction, batch_id)
    config = await _checked(transaction, job.id, job.restaurant, given)
    await save_config(transaction, job.id, config)
    data = {"given": given}
    await record(transaction, "configuration given", Attribution(new.created_by), job_id=job.id, data=data)
    await skip_steps(transaction, job.id, CONFIGURED_STEPS, new.created_by, StepSkip.CONFIGURED, new.created_by)
    return Configured(batch_id, job.id, job.restaurant, JobStatus.IN_PROGRESS, config)


async def _checked(transaction: Transaction, job_id: UUID, restaurant: str, given: JsonValue) -> YoloConfig:
    """The configuration, if it is valid and preflight finds nothing missing."""
    try:
        state = await read_config_state(transaction, job_id)
        proposed = state.proposal.config
    except ValueError as error:
        raise Refused(
            f"the data of {restaurant} cannot be read: {reason_text(error)}",
            code="UNREADABLE_DATA",
            hint="correct the restaurant's data first",
        ) from error
    config = given_config(proposed, given)
    if missing := refusals(config, await state.facts(transaction, config)):
        raise Refused(
            f"{restaurant} cannot be registered with this configuration: {'; '.join(missing)}",
            code="PREFLIGHT_REFUSED",
            hint="complete the configuration, or the restaurant's data",
            reasons=missing,
        )
    return config
