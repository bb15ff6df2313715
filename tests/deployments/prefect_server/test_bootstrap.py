"""`make bootstrap`: the first run creates everything, and a second run changes nothing."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from cryptography.fernet import Fernet
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from pydantic import SecretStr

from deployments.bootstrap import bootstrap
from deployments.prefect_server.automations import RECOVERY
from deployments.prefect_server.notices import BY_WEBHOOK
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings
from tests.deployments.prefect_server.forgetting import forget_everything

pytestmark = pytest.mark.slow

NAME = "registration"
BLOCKS = (
    "companies-register",
    "registration-database",
    "registration-notices",
    "registration-platform",
    "registration-secrets",
)


@pytest.fixture(scope="module")
def settings() -> Settings:
    """The settings of an installation."""
    return Settings(
        block_documents=NAME,
        database_url=SecretStr("postgresql://registration_app:hidden@127.0.0.1/registration"),
        platform_url="http://127.0.0.1:3007",
        platform_key=SecretStr("key"),
        encryption_keys=[SecretStr(Fernet.generate_key().decode())],
    )


async def on_server(client: PrefectClient) -> dict[str, Any]:
    """All objects that a bootstrap could change, with the times of their last change."""
    documents = [await client.read_block_document_by_name(NAME, slug, include_secrets=True) for slug in BLOCKS]
    parts = {
        "block types": await client.read_block_types(),
        "block documents": documents,
        "work pools": await client.read_work_pools(),
        "deployments": await client.read_deployments(),
        "automations": await client.read_automations(),
    }
    # A deployment is ready while a worker asks for it.
    passing = {"last_polled", "status"}
    return {
        name: sorted((each.model_dump(mode="json", exclude=passing) for each in found), key=lambda each: each["id"])
        for name, found in parts.items()
    }


async def test_a_second_run_changes_nothing(client: PrefectClient, settings: Settings) -> None:
    """The objects keep even their time stamps, and no change is reported."""
    await forget_everything(client)
    first = await bootstrap(client, settings)
    before = await on_server(client)
    assert "deployment register-batch/register-batch: made" in first
    assert "deployment recover-batches/recover-batches: made" in first
    assert f"automation {RECOVERY}: made" in first
    assert await bootstrap(client, settings) == []
    assert await on_server(client) == before


async def test_a_changed_setting_changes_only_its_block(client: PrefectClient, settings: Settings) -> None:
    """The server gets the new value, and the change is reported."""
    await bootstrap(client, settings)
    moved = settings.model_copy(update={"platform_url": "http://127.0.0.1:3008"})
    assert await bootstrap(client, moved) == ["block registration-platform/registration: changed"]
    assert await bootstrap(client, settings) == ["block registration-platform/registration: changed"]


async def test_notices_follow_their_setting(client: PrefectClient, settings: Settings) -> None:
    """Block, Prefect's webhook and automation appear and disappear with the setting; a second run changes nothing."""
    await bootstrap(client, settings)
    changed = settings.model_copy(update={"notices_webhook": SecretStr("http://127.0.0.1:9/notices")})
    changes = await bootstrap(client, changed)
    assert changes[0] == "block registration-notices/registration: changed"
    assert changes[-1] == f"automation {BY_WEBHOOK}: made"
    before = await on_server(client)
    assert await bootstrap(client, changed) == []
    assert await on_server(client) == before
    assert await bootstrap(client, settings) == [
        "block registration-notices/registration: changed",
        f"automation {BY_WEBHOOK}: removed",
    ]


async def test_the_concurrency_limit_of_an_earlier_version_is_removed(
    client: PrefectClient, settings: Settings
) -> None:
    """Also a limit with occupied slots; a second run finds nothing to remove."""
    await bootstrap(client, settings)
    left = GlobalConcurrencyLimitCreate(name="registration-browser", limit=10, active_slots=2)
    await client.create_global_concurrency_limit(left)
    assert await bootstrap(client, settings) == ["concurrency limit registration-browser: removed"]
    assert await bootstrap(client, settings) == []


async def test_a_deployment_that_somebody_changed_is_put_right(client: PrefectClient, settings: Settings) -> None:
    """The values of prefect.yaml replace manual changes on the server."""
    await bootstrap(client, settings)
    deployment = await client.read_deployment_by_name("register-batch/register-batch")
    await client._client.patch(f"/deployments/{deployment.id}", json={"description": "mine"})  # pyright: ignore[reportPrivateUsage]
    assert await bootstrap(client, settings) == ["deployment register-batch/register-batch: changed description"]


async def test_deployments_hold_no_folder_of_this_machine(client: PrefectClient, settings: Settings) -> None:
    """A worker with another checkout can run the deployments."""
    await bootstrap(client, settings)
    deployment = await client.read_deployment_by_name("register-batch/register-batch")
    assert (deployment.path, deployment.pull_steps, deployment.entrypoint) == (
        None,
        [],
        "flows.register_batch.register_batch",
    )
    assert str(deployment.job_variables.get("command")).startswith("python ")


async def test_a_missing_setting_is_named(client: PrefectClient) -> None:
    """Without keys the bootstrap fails, and the message names the missing settings."""
    with pytest.raises(MisconfiguredInstallation, match="DATABASE_URL, REGISTRATION_PLATFORM_KEY"):
        await bootstrap(client, Settings())


async def test_without_a_server_it_says_which_address_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No temporary server is started, whose data would be lost."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    command = [sys.executable, "-m", "deployments.bootstrap"]
    run = await asyncio.create_subprocess_exec(*command, stderr=subprocess.PIPE)
    _, output = await run.communicate()
    assert run.returncode == 1
    assert b"set PREFECT_API_URL" in output
