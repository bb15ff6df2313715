"""`make bootstrap`: puts the objects that the flows need on a Prefect server. A second run changes nothing.

The server is that of PREFECT_API_URL; the values of the blocks come from the settings in the environment.
"""

import asyncio
import sys
from argparse import ArgumentParser

from prefect.client.orchestration import PrefectClient, get_client
from prefect.settings import get_current_settings

from deployments.prefect_server.automations import provide_automations, remove_left_over
from deployments.prefect_server.blocks import provide_blocks
from deployments.prefect_server.deployments import provide_deployments
from deployments.prefect_server.notices import provide_notices
from deployments.prefect_server.work_pools import provide_work_pools
from registration.errors import MisconfiguredInstallation, RegistrationError, TransientError
from registration.settings import Settings


async def bootstrap(client: PrefectClient, settings: Settings) -> list[str]:
    """Provide blocks, work pools, deployments and automations, in this order; return one line for each change.

    Raises MisconfiguredInstallation when a setting is missing.
    """
    return [
        *await provide_blocks(client, settings),
        *await provide_work_pools(client),
        *await remove_left_over(client),
        *await provide_deployments(client),
        *await provide_automations(client),
        *await provide_notices(client, settings),
    ]


async def _main(patience: float) -> None:
    if get_current_settings().api.url is None:
        raise MisconfiguredInstallation(
            "set PREFECT_API_URL to the server; the address of `make up` is in .local/environment"
        )
    async with get_client() as client:
        await _until_healthy(client, patience)
        changes = await bootstrap(client, Settings())
    for change in changes:
        print(change)


async def _until_healthy(client: PrefectClient, patience: float) -> None:
    deadline = asyncio.get_running_loop().time() + patience
    while (trouble := await client.api_healthcheck()) is not None:
        if asyncio.get_running_loop().time() > deadline:
            raise TransientError(f"the Prefect server at {client.api_url} cannot be reached: {trouble}")
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    parser = ArgumentParser(prog="make bootstrap", description=__doc__)
    parser.add_argument("--patience", type=float, default=5, help="seconds to wait for the server")
    try:
        asyncio.run(_main(parser.parse_args().patience))
    except RegistrationError as error:
        sys.exit(f"bootstrap: {error}")
