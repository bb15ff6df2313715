"""Recovery: which batches nobody works on, and starting the flow for them again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from prefect import get_client, task
from prefect.artifacts import acreate_table_artifact
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound

from registration.batches.run_queries import ToRecover, batches_to_recover, read_to_recover, waits_for_somebody
from registration.database.session import NOBODY, Database
from registration.errors import MisconfiguredInstallation
from registration.kit.markdown import escape
from tasks.batch_runs import about_to_start, paused_among, rests_until, runs_of
from tasks.installation import database
from tasks.reminders import left_to_take_up

DEPLOYMENT = "register-batch/register-batch"


@dataclass(frozen=True)
class Recovered:
    """What recovery did about a batch.

    `run` is the one that goes on, `started` says that it was started now. With `rests_until` nothing was: `run` is the
    last one of several that failed.
    """

    batch: ToRecover
    run_id: UUID
    run: str
    started: bool
    rests_until: datetime | None = None

    @property
    def what(self) -> str:
        """In a few words."""
        if self.rests_until is not None:
            return f"its runs failed; tried again after {self.rests_until.astimezone():%H:%M:%S}"
        return "started again" if self.started else "a run is about to start"


@task(
    description="Asks the database for started batches that have work left and no live process.", persist_result=False
)
async def find_batches(organisation_id: UUID | None = None, batch_id: UUID | None = None) -> tuple[ToRecover, ...]:
    """Every batch whose process died, or left it to people who have acted since.

    A batch whose run somebody suspended in Prefect rests until it is resumed.

    If one is named, it comes first if somebody waits in it and nobody works on it; what was left is not looked through
    then, so that it need not wait.
    """
    async with database() as opened:
        async with opened.transaction(NOBODY) as connection:
            dead = await batches_to_recover(connection)
        if organisation_id and batch_id:
            first = await _named(opened, organisation_id, batch_id)
            found = first + [one for one in dead if one not in first]
        else:
            found = dead + [one for one in await left_to_take_up(opened) if one not in dead]
        read = [await _read(opened, *one) for one in found]
    wanted = [one for one in read if one is not None]
    suspended = await paused_among([one.last_run_id for one in wanted if one.last_run_id])
    return tuple(one for one in wanted if one.last_run_id not in suspended)


@task(task_run_name="{batch.name}", description="Starts register-batch for a batch again.", persist_result=False)
async def start_again(batch: ToRecover, *, at_once: bool = False) -> Recovered:
    """Start the flow for the batch, unless a run of it is about to start.

    However often and by how many this is asked at once: one run per death of the last one. After runs that ended
    Failed, by a service key that is refused for example, it rests for longer and longer, unless asked for `at_once`.
    Raises MisconfiguredInstallation if there is no deployment to run.
    """
    async with get_client() as client:
        deployment = await _deployment(client)
        # Read first: of two that ask at once, one finds the other's run here, or both have the same key.
        before = await runs_of(client, deployment.id, batch.batch_id)
        if soon := await about_to_start(client, deployment.id, batch.batch_id):
            return Recovered(batch, soon.id, soon.name, started=False)
        rest = None if at_once else rests_until(before)
        if rest is not None and rest > datetime.now(UTC):
            return Recovered(batch, before[0].id, before[0].name, started=False, rests_until=rest)
        tags = [str(batch.organisation_id), str(batch.batch_id)]
        run = await client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"organisation_id": str(batch.organisation_id), "batch_id": str(batch.batch_id)},
            name=batch.name,
            tags=tags,
            idempotency_key=_key(batch, before),
        )
        return Recovered(batch, run.id, run.name, started=True)


async def _deployment(client: PrefectClient) -> DeploymentResponse:
    try:
        return await client.read_deployment_by_name(DEPLOYMENT)
    except ObjectNotFound:
        raise MisconfiguredInstallation(
            f"the Prefect server has no deployment {DEPLOYMENT}; `make bootstrap` makes it"
        ) from None


async def report_recovered(done: list[Recovered]) -> None:
    """An artifact that says what was done about which batch."""
    rows = [
        {
            "batch": escape(one.batch.name),
            "batch id": str(one.batch.batch_id),
            "what": one.what,
            "flow run": str(one.run_id),
        }
        for one in done
    ]
    await acreate_table_artifact(rows, key="recovered-batches", description="Batches whose process died")


async def _named(opened: Database, organisation_id: UUID, batch_id: UUID) -> list[tuple[UUID, UUID]]:
    async with opened.transaction(organisation_id) as connection:
        waits = await waits_for_somebody(connection, organisation_id, batch_id)
    return [(organisation_id, batch_id)] if waits else []


async def _read(opened: Database, organisation_id: UUID, batch_id: UUID) -> ToRecover | None:
    async with opened.transaction(organisation_id) as connection:
        return await read_to_recover(connection, organisation_id, batch_id)


def _key(batch: ToRecover, runs: list[FlowRun]) -> str:
    """Of the batch and the number of its runs: of those that took it, and of those that died before they could."""
    beginning = f"recovery:{batch.batch_id}:{batch.runs}:"
    died = sum((run.idempotency_key or "").startswith(beginning) for run in runs)
    return f"{beginning}{died}"
