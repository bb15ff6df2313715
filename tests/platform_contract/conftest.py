"""A sandbox that answers as the platform is built, and a restaurant that stands ready for any call."""

import pytest_asyncio

from tests.platform_contract.ready import Ready, make_ready
from tests.sandbox.client import Platform
from tests.sandbox.conftest import faithful, own_sandbox, sandbox_rows
from tests.sandbox.rows import Rows

__all__ = ["faithful", "own_sandbox", "sandbox_rows"]


@pytest_asyncio.fixture
async def ready(faithful: Platform, sandbox_rows: Rows) -> Ready:
    """A restaurant with everything that a call may want: code, a menu with images, an account."""
    return await make_ready(faithful, sandbox_rows)
