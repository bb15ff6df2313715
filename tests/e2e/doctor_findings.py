"""The doctor's findings about the Prefect server, read in this process because the command is slow."""

from prefect.client.orchestration import PrefectClient

from interfaces.cli.prefect_checks import check_automations, check_deployments, check_pools
from registration.health.finding import Finding, Level, worst
from registration.settings import Settings
from tests.waiting import eventually


async def doctor_findings(client: PrefectClient) -> list[Finding]:
    """The findings about everything that can be switched off."""
    return [*await check_deployments(client), *await check_pools(client), *await check_automations(client, Settings())]


async def wait_until_nothing_is_off(client: PrefectClient) -> None:
    """Wait until all findings are ok, which includes the next planned run of recovery."""

    async def fine() -> bool:
        return worst(await doctor_findings(client)) is Level.OK

    await eventually(fine, "nothing is switched off")
