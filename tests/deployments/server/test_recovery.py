"""Recovery on a Prefect server on which nothing is deployed."""

from uuid import uuid4

import pytest
from prefect.client.orchestration import get_client

from deployments.local.prefect_server import PrefectAddress
from registration.errors import MisconfiguredInstallation
from registration.store.recovery import ToRecover
from tasks.recovery import DEPLOYMENT, start_again
from tests.deployments.server.test_bootstrap import forget

pytestmark = pytest.mark.slow


async def test_a_missing_deployment_is_named(prefect_server: PrefectAddress) -> None:
    """With the command that makes it."""
    async with get_client() as client:
        assert str(client.api_url).rstrip("/") == prefect_server.api_url
        await forget(client)
    batch = ToRecover(uuid4(), uuid4(), "Batch", runs=1, last_run_id=None)
    with pytest.raises(MisconfiguredInstallation, match=f"no deployment {DEPLOYMENT}.*make bootstrap"):
        await start_again.fn(batch)
