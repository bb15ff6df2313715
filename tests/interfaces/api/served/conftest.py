"""Fixtures of the tests on a whole stack: one stack with the API, workers and the sandbox for all of them."""

from collections.abc import AsyncGenerator
from uuid import UUID

import httpx
import pytest
import pytest_asyncio

from dev.stack.sandbox import SandboxOptions
from dev.stack.stack import LocalStack, StackOptions
from dev.stack.temporary import temporary_folder
from tests.interfaces.api.calling import SECRET, Api
from tests.interfaces.api.recorded import Recorder
from tests.logs import logs_in

_QUICK = {
    "REGISTRATION_TIME_SCALE": "0.05",
    "REGISTRATION_LEASE_SECONDS": "1200",
    "REGISTRATION_ACCOUNT_SPACING_SECONDS": "0",
    "REGISTRATION_REGISTER_DRIVER": "http",
    "REGISTRATION_API_JWT_SECRET": SECRET,
}
"""Waiting times are a twentieth of the real ones, but for the lease."""


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def stack() -> AsyncGenerator[LocalStack]:
    """A stack whose worker runs what the API starts."""
    options = StackOptions(api=True, sandbox=SandboxOptions(speed=1000, account_spacing_seconds=0), settings=_QUICK)
    with temporary_folder() as folder, logs_in(folder):
        async with LocalStack(folder, options) as running:
            yield running


@pytest.fixture(scope="package")
def recorder() -> Recorder:
    """The good answers of the API in this package's tests."""
    return Recorder()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def served(stack: LocalStack, recorder: Recorder) -> AsyncGenerator[Api]:
    """The API of the stack as a person of its organisation calls it."""
    assert stack.addresses.api_url is not None
    organisation = UUID(stack.settings()["REGISTRATION_ORGANISATION"])
    url, hooks = stack.addresses.api_url, {"response": [recorder]}
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, event_hooks=hooks) as client:
        yield Api(client, organisation)
