"""Recovery: finding batches without a live process, and starting the flow for them again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from prefect import get_client, task
from prefect.artifacts import acreate_table_artifact
from prefect.client.schemas.objects import FlowRun

from registration.batches.run_queries import ToRecover, batches_to_recover, has_open_jobs, read_to_recover
from registration.companies.page_evidence_queries import forget_old_evidence
from registration.database.session import NO_ORGANISATION, Database
from registration.kit.markdown import escape
from registration.settings import settings
from tasks.batch_runs import (
    about_to_start,
    create_run,
    deployment_of_batches,
    paused_among,
    rests_until,
    runs_of,
)
from tasks.installation import database
from tasks.reminders import waiting_batches_to_start


@dataclass(frozen=True)
class Recovered:
    """What recovery did about a batch.

    `run` is the run that goes on; `started`: it was started now. If `rests_until` is set no run was started: `run` is
    the last of several failed runs.
    """

    batch: ToRecover
    run_id: UUID
    run: str
    started: bool
    rests_until: datetime | None = None

    @property
    def what(self) -> str:
        """The action in a few words."""
        if self.rests_until is not None:
            return f"its runs failed; tried again after {self.rests_until.astimezone():%H:%M:%S}"
        return "started again" if self.started else "a run is about to start"


@task(
    description="Asks the database for started batches that have work left and no live process.", persist_result=False
)
async def find_batches(organisation_id: UUID | None = None, batch_id: UUID | None = None) -> tuple[ToRecover, ...]:
    """Every batch whose process died, and every batch that waited for people until one of them acted.

    A batch whose run a person suspended in Prefect is left out until it is resumed. Evidence that is older than
    `evidence_days` is deleted after the search.

    The batch `batch_id` comes first if it has open jobs and no live process; batches that wait for people are then not
    searched, so that it starts without delay.
    """
    async with database() as opened:
        async with opened.transaction(NO_ORGANISATION) as transaction:
            dead = await batches_to_recover(transaction)
        if organisation_id and batch_id:
            first = await _named(opened, organisation_id, batch_id)
            found = first + [batch for batch in dead if batch not in first]
        else:
            found = dead + [batch for batch in await waiting_batches_to_start(opened) if batch not in dead]
        read = [await _read(opened, *batch) for batch in found]
        await forget_old_evidence(opened, settings().evidence_days)
    recoverable = [batch for batch in read if batch is not None]
    async with get_client() as client:
        paused = await paused_among(client, {batch.last_run_id for batch in recoverable if batch.last_run_id})
    suspended = {run.id for run in paused}
    return tuple(batch for batch in recoverable if batch.last_run_id not in suspended)


@task(task_run_name="{batch.name}", description="Starts register-batch for a batch again.", persist_result=False)
async def start_again(batch: ToRecover, *, at_once: bool = False) -> Recovered:
    """Start the flow for the batch, unless a run of it is about to start.

    Repeated and concurrent calls start one run per death of the last one. After runs that ended Failed, for example
    because the service key is refused, the batch rests for longer each time, unless `at_once`. Raises
    MisconfiguredInstallation if the deployment is missing.
    """
    async with get_client() as client:
        deployment_id = await deployment_of_batches(client)
        # Read the existing runs first: two concurrent callers see each other's run or compute the same idempotency key.
        before = await runs_of(client, deployment_id, batch.batch_id)
        if soon := await about_to_start(client, deployment_id, batch.batch_id):
            return Recovered(batch, soon.id, soon.name, started=False)
        rest = None if at_once else rests_until(before)
        if rest is not None and rest > datetime.now(UTC):
            return Recovered(batch, before[0].id, before[0].name, started=False, rests_until=rest)
        key = _key(batch, before)
        run = await create_run(client, deployment_id, batch.organisation_id, batch.batch_id, batch.name, key)
        return Recovered(batch, run.id, run.name, started=True)


async def report_recovered(done: list[Recovered]) -> None:
    """An artifact with one row per batch: what recovery did about it."""
    rows = [
        {
            "batch": escape(recovered.batch.name),
            "batch id": str(recovered.batch.batch_id),
            "what": recovered.what,
            "flow run": str(recovered.run_id),
        }
        for recovered in done
    ]
    await acreate_table_artifact(rows, key="recovered-batches", description="Batches whose process died")


async def _named(opened: Database, organisation_id: UUID, batch_id: UUID) -> list[tuple[UUID, UUID]]:
    async with opened.transaction(organisation_id) as transaction:
        waits = await has_open_jobs(transaction, batch_id)
    return [(organisation_id, batch_id)] if waits else []


async def _read(opened: Database, organisation_id: UUID, batch_id: UUID) -> ToRecover | None:
    async with opened.transaction(organisation_id) as transaction:
        return await read_to_recover(transaction, batch_id)


def _key(batch: ToRecover, runs: list[FlowRun]) -> str:
    """The batch and the number of its runs, both those that took the batch and those that died before they could."""
    beginning = f"recovery:{batch.batch_id}:{batch.runs}:"
    died = sum((run.idempotency_key or "").startswith(beginning) for run in runs)
    return f"{beginning}{died}"
