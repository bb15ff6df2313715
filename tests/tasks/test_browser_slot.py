"""A slot for a browser-heavy request while the Prefect server is away, asked for by a process of its own."""

import asyncio
import sys
from pathlib import Path

from deployments.local.environment import base_environment
from deployments.local.network import free_port

ASKING = """
import asyncio
from contextlib import AsyncExitStack
from tasks.set_up import slot_taken

async def ask():
    async with AsyncExitStack() as held:
        print("taken:", await slot_taken(held))

asyncio.run(ask())
"""


async def test_a_server_that_is_away_is_no_error(tmp_path: Path) -> None:
    """It says that there was no slot, so that it is asked for again; nothing of the restaurant has failed."""
    nobody = {"PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api", "PREFECT_CLIENT_MAX_RETRIES": "0"}
    asking = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        ASKING,
        env=base_environment(allow_external=False) | nobody | {"PREFECT_HOME": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await asking.communicate())[0].decode()
    assert "taken: False" in said, said
    assert asking.returncode == 0
