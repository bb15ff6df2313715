"""Recovery on a Prefect server without deployments."""

from uuid import uuid4

import pytest
from prefect.client.orchestration import PrefectClient

from registration.batches.run_queries import ToRecover
from registration.errors import MisconfiguredInstallation
from tasks.batch_runs import DEPLOYMENT
from tasks.recovery import start_again
from tests.deployments.prefect_server.forgetting import forget_everything

pytestmark = pytest.mark.slow


async def test_a_missing_deployment_is_named(client: PrefectClient) -> None:
    """The message has the command that creates the deployment."""
    await forget_everything(client)
    batch = ToRecover(uuid4(), uuid4(), "Batch", runs=1, last_run_id=None)
    with pytest.raises(MisconfiguredInstallation, match=f"no deployment {DEPLOYMENT}.*make bootstrap"):
        await start_again.fn(batch)
