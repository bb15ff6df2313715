"""The deployment register-batch on a test's Prefect server."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.exceptions import ObjectNotFound

from tasks.recovery import DEPLOYMENT


@asynccontextmanager
async def deployed(client: PrefectClient) -> AsyncGenerator[UUID]:
    """Its id; one that is not there is made, and stays for whoever tests on the same server. Nobody executes it."""
    try:
        yield (await client.read_deployment_by_name(DEPLOYMENT)).id
    except ObjectNotFound:
        flow, name = DEPLOYMENT.split("/")
        yield await client.create_deployment(await client.create_flow_from_name(flow), name)
