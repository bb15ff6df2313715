"""Removes our objects from a Prefect server."""

from prefect.client.orchestration import PrefectClient


async def forget_everything(client: PrefectClient) -> None:
    """Delete all deployments and automations."""
    for deployment in await client.read_deployments():
        await client.delete_deployment(deployment.id)
    for automation in await client.read_automations():
        await client.delete_automation(automation.id)


async def forget_deployment(client: PrefectClient, name: str) -> None:
    """Delete this deployment, if it exists."""
    for deployment in await client.read_deployments():
        if deployment.name == name.partition("/")[2]:
            await client.delete_deployment(deployment.id)
