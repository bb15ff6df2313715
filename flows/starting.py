"""Starting another run for a batch."""

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun

from registration.errors import Refused
from registration.models.batch import Batch
from tasks.runs_of_batch import tags_of


async def start_run(batch: Batch, run: FlowRun) -> str:
    """Start a new run of this run's deployment for the batch; returns a sentence that names it.

    Raises Refused for a run that has no deployment.
    """
    if run.deployment_id is None:
        raise Refused("a run without a deployment cannot be retried; start register-batch again with the batch's id")
    parameters = {"organisation_id": str(batch.organisation_id), "batch_id": str(batch.id)}
    key = f"retry:{run.id}:{run.run_count}"
    async with get_client() as client:
        started = await client.create_flow_run_from_deployment(
            run.deployment_id, parameters=parameters, name=batch.name, tags=tags_of(batch), idempotency_key=key
        )
    return f"{batch.name} goes on in flow run “{started.name}” ({started.id})"
