"""Fixtures of the end-to-end tests: one installation for all of them, and an operator at its UI."""

from collections.abc import AsyncGenerator

import pytest_asyncio
from playwright.async_api import Browser, Page, StorageState
from prefect.client.orchestration import PrefectClient

from dev.prefect_ui.operator import Operator, browsing_with
from dev.stack.sandbox import SandboxOptions
from dev.stack.stack import LocalStack, StackOptions
from dev.stack.temporary import temporary_folder
from registration.companies.website.browser_launch import start_browser
from registration.database.session import Database
from tests.e2e.installation import Installation
from tests.e2e.recovery_switches import recover_after_answers, recover_by_schedule
from tests.flows.conftest import CLOCK
from tests.flows.records import Records
from tests.servers import keeping_connections

# A browser without a graphics card draws the graph of a run's tasks, and every animation, sixty times a second.
_STILL = """
document.addEventListener("DOMContentLoaded", () => {
    const style = document.createElement("style");
    style.textContent = ".run-graph { display: none }"
        + "*, ::before, ::after { animation: none !important; transition: none !important }";
    document.head.append(style);
});
"""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stack() -> AsyncGenerator[LocalStack]:
    """A complete installation with workers and a password; a silent process loses its batch after five seconds."""
    sandbox = SandboxOptions(speed=1000, account_spacing_seconds=0)
    settings = CLOCK | {
        "REGISTRATION_LEASE_SECONDS": "100",
        "REGISTRATION_REGISTER_DRIVER": "http",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",  # the scheduler notices a schedule soon
    }
    with temporary_folder() as folder:
        async with LocalStack(
            folder, StackOptions(sandbox=sandbox, settings=settings, recovery=True, password=True)
        ) as running:
            yield running


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def client(stack: LocalStack) -> AsyncGenerator[PrefectClient]:
    """A client of the installation's Prefect server."""
    assert stack.addresses.prefect_api_url is not None
    password = stack.settings()["PREFECT_API_AUTH_STRING"]
    async with PrefectClient(stack.addresses.prefect_api_url, auth_string=password) as client:
        yield client


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def installation(stack: LocalStack, client: PrefectClient) -> AsyncGenerator[Installation]:
    """The installation with its clients. Recovery is off, except in the tests of recovery."""
    assert stack.addresses.database_url is not None
    database = Database(stack.addresses.database_url)
    url = stack.postgres.url("registration")
    async with keeping_connections(url) as superusers:
        await recover_by_schedule(client, on=False)
        await recover_after_answers(client, on=False)
        yield Installation(stack, client, database, Records(url, superusers))
    await database.close()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser(usable_browser: None) -> AsyncGenerator[Browser]:
    """The browser that all tests share."""
    running = await start_browser()
    yield running.browser
    await running.end()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncGenerator[Page]:
    """A browser page without cookies and storage."""
    async with browsing_with(browser) as page:
        yield page


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def signed_in(browser: Browser, stack: LocalStack) -> StorageState:
    """The browser storage of a person who has signed in on the UI's own page."""
    async with browsing_with(browser) as page:
        await Operator.at(page, stack).go("/runs")
        return await page.context.storage_state()


@pytest_asyncio.fixture(loop_scope="session")
async def operator(installation: Installation, browser: Browser, signed_in: StorageState) -> AsyncGenerator[Operator]:
    """An operator who has signed in to the UI."""
    ui_url = installation.stack.addresses.prefect_ui_url
    assert ui_url is not None
    async with browsing_with(browser, signed_in) as page:
        await page.add_init_script(_STILL)
        yield Operator(page, ui_url)


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def no_batch_goes_on(installation: Installation) -> AsyncGenerator[None]:
    """Cancel the batches that a test leaves open, so that their processes do not slow down later tests."""
    yield
    stop = "update registration_jobs set stop_requested_at = clock_timestamp() where completed_at is null"
    await installation.records.query(stop)
