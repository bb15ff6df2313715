"""What the doctor looks at of the Prefect server, asked from here: the command costs seconds of a processor."""

from prefect.client.orchestration import PrefectClient

from interfaces.cli.prefect_checks import check_automations, check_deployments, check_pools
from registration.health.finding import Finding, Level, worst
from registration.settings import Settings
from tests.waiting import eventually


async def looked_at(client: PrefectClient) -> list[Finding]:
    """What the doctor finds of what can be switched off."""
    return [*await check_deployments(client), *await check_pools(client), *await check_automations(client, Settings())]


async def nothing_is_switched_off(client: PrefectClient) -> None:
    """Return once the server has planned the next run of recovery, too."""

    async def fine() -> bool:
        return worst(await looked_at(client)) is Level.OK

    await eventually(fine, "nothing is switched off")
