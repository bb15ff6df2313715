"""Prefect servers on which nothing of ours is deployed."""

from prefect.client.orchestration import PrefectClient


async def forget_everything(client: PrefectClient) -> None:
    """Have neither deployments nor automations, whatever ran on this server before."""
    for deployment in await client.read_deployments():
        await client.delete_deployment(deployment.id)
    for automation in await client.read_automations():
        await client.delete_automation(automation.id)


async def forget_deployment(client: PrefectClient, name: str) -> None:
    """Have no such deployment."""
    for deployment in await client.read_deployments():
        if deployment.name == name.partition("/")[2]:
            await client.delete_deployment(deployment.id)
