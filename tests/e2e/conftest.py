"""One installation for all tests of this package, which ends with the last of them, and a person at its UI."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from prefect.client.orchestration import PrefectClient

from deployments.local.sandbox import SandboxOptions
from deployments.local.stack import LocalStack, StackOptions
from deployments.local.temporary import temporary_folder
from deployments.prefect_ui.browsing import browsing
from deployments.prefect_ui.operator import Operator
from registration.store.session import Database
from tests.e2e.installation import Installation
from tests.e2e.recovery import recover_after_answers, recover_by_schedule
from tests.flows.conftest import CLOCK

# A browser without a graphics card draws the picture of a run's tasks sixty times a second, on both cores.
_WITHOUT_THE_PICTURE = """
document.addEventListener("DOMContentLoaded", () => {
    const style = document.createElement("style");
    style.textContent = ".run-graph { display: none }";
    document.head.append(style);
});
"""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stack() -> AsyncGenerator[LocalStack]:
    """A whole installation with its workers and a password; a silent process loses its batch after five seconds."""
    sandbox = SandboxOptions(speed=1000, account_spacing_seconds=0)
    settings = CLOCK | {
        "REGISTRATION_LEASE_SECONDS": "100",
        "REGISTRATION_REGISTER_DRIVER": "http",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",  # a schedule that is switched on is seen soon
    }
    with temporary_folder() as folder:
        async with LocalStack(
            folder, StackOptions(sandbox=sandbox, settings=settings, recovery=True, password=True)
        ) as running:
            yield running


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def client(stack: LocalStack) -> AsyncGenerator[PrefectClient]:
    """A client of its Prefect server."""
    assert stack.addresses.prefect_api_url is not None
    password = stack.settings()["PREFECT_API_AUTH_STRING"]
    async with PrefectClient(stack.addresses.prefect_api_url, auth_string=password) as client:
        yield client


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def installation(stack: LocalStack, client: PrefectClient) -> AsyncGenerator[Installation]:
    """The installation with its clients. Recovery is off but for tests about it: nobody takes over unasked."""
    assert stack.addresses.database_url is not None
    database = Database(stack.addresses.database_url)
    installed = Installation(stack, client, database)
    await recover_by_schedule(client, on=False)
    await recover_after_answers(client, on=False)
    yield installed
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def operator(installation: Installation, usable_browser: None) -> AsyncGenerator[Operator]:
    """A person with a browser of their own; batches that the test leaves open stop with it."""
    async with browsing() as page:
        await page.add_init_script(_WITHOUT_THE_PICTURE)
        yield Operator.at(page, installation.stack)
    stop = "update registration_jobs set stop_requested_at = clock_timestamp() where completed_at is null"
    await installation.records.query(stop)
