"""Converting leads, and starting the batches of their restaurants."""

from uuid import UUID

from prefect import get_client, task
from prefect.exceptions import ObjectNotFound

from registration.errors import MisconfiguredInstallation
from registration.leads.conversion import convert_leads
from registration.leads.outcome import Conversion
from registration.models.conversion import ConversionAsked
from registration.store.run_batches import OpenedBatch
from tasks.installation import database
from tasks.recovery import DEPLOYMENT
from tasks.retrying import STEP_DELAYS, delays, only_transient


@task(
    name="Convert leads",
    retries=len(STEP_DELAYS),
    retry_delay_seconds=delays(STEP_DELAYS),
    retry_condition_fn=only_transient,
    persist_result=False,
)
async def convert(organisation_id: UUID, asked: ConversionAsked) -> Conversion:
    """Make restaurants and batches of leads, in one transaction; the second time, only what is not done.

    Raises PersonMustAct for what cannot be done at all.
    """
    async with database() as opened:
        return await convert_leads(opened, organisation_id, asked)


@task(name="Start batch", task_run_name="Start {batch.name}", persist_result=False)
async def start(organisation_id: UUID, batch: OpenedBatch) -> UUID:
    """Start the flow that works on a batch; returns its run's id. However often it is asked, it is one run.

    If nobody comes this far, recovery starts the batch. Raises MisconfiguredInstallation if there is no deployment.
    """
    async with get_client() as client:
        try:
            deployment = await client.read_deployment_by_name(DEPLOYMENT)
        except ObjectNotFound as error:
            raise MisconfiguredInstallation(
                f"{batch.name} is open but not started: the Prefect server has no deployment {DEPLOYMENT}; "
                f"`make bootstrap` puts it there, then `registration start --batch {batch.id}`"
            ) from error
        run = await client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"organisation_id": str(organisation_id), "batch_id": str(batch.id)},
            name=batch.name,
            tags=[str(organisation_id), str(batch.id)],
            idempotency_key=f"first run of {batch.id}",
        )
        return run.id
