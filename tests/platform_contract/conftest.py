"""A sandbox that answers as the platform is built."""

from collections.abc import AsyncGenerator

import pytest_asyncio

from deployments.local.sandbox import Sandbox
from tests.sandbox.client import Platform
from tests.sandbox.conftest import faithful, new_platform, own_sandbox, sandbox_rows
from tests.sandbox.rows import Rows

__all__ = ["faithful", "own_sandbox", "sandbox_rows"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def playing(own_sandbox: Sandbox, sandbox_rows: Rows) -> AsyncGenerator[Platform]:
    """The platform as it is built, for answers that are played by name: each for an organisation of its own."""
    async with new_platform(own_sandbox, sandbox_rows) as client:
        yield client
