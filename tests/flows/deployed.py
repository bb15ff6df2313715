"""The deployment register-batch on a test's Prefect server."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound

from tasks.batch_runs import DEPLOYMENT


@asynccontextmanager
async def deployed(client: PrefectClient) -> AsyncGenerator[UUID]:
    """The deployment's id; it is created if it is missing, and kept for other tests of the server. No worker executes
    its runs.
    """
    try:
        yield (await client.read_deployment_by_name(DEPLOYMENT)).id
    except ObjectNotFound:
        flow, name = DEPLOYMENT.split("/")
        yield await client.create_deployment(await client.create_flow_from_name(flow), name)
