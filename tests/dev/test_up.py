"""`make up`: Ctrl-C at any moment leaves nothing running, and the next start works."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from dev.stack.environment import base_environment
from tests.deployments.processes import linux_only, working_in
from tests.waiting import HANG, until

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@asynccontextmanager
async def up_in(folder: Path) -> AsyncGenerator[asyncio.subprocess.Process]:
    """`make up` on a folder of its own; what it says goes to the file `said`. A test that fails leaves nothing."""
    with (folder / "said").open("wb") as said:
        up = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "dev.stack", "--folder", str(folder / "local")),
            env=base_environment(allow_external=False),
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        yield up
    finally:
        if up.returncode is None:
            up.kill()
            await up.wait()


async def reach(up: asyncio.subprocess.Process, sign: Path, folder: Path) -> None:
    """Wait until the start has got as far as this file; what it said is shown if it ended before."""
    await until(lambda: sign.exists() or up.returncode is not None, f"the start to reach {sign.name}")
    assert up.returncode is None, (folder / "said").read_text()


@linux_only
@pytest.mark.parametrize("moment", ["postgres/data", "prefect-server.log", "sandbox.log"])
async def test_an_interrupted_start_leaves_nothing_running(short_folder: Path, moment: str) -> None:
    """Whatever is just being started is stopped, with all that was started before."""
    async with up_in(short_folder) as up:
        await reach(up, short_folder / "local" / moment, short_folder)
        os.killpg(up.pid, signal.SIGINT)
        assert await asyncio.wait_for(up.wait(), HANG) == 130
    assert working_in(short_folder) == []
    assert "make up: interrupted; " in (short_folder / "said").read_text()


@linux_only
async def test_the_running_stack_stops_with_everything_and_starts_again(short_folder: Path) -> None:
    """After Ctrl-C, or SIGTERM, nothing runs; the second start finds the data and keeps the addresses."""
    addresses: list[str] = []
    for sent, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
        async with up_in(short_folder) as up:
            await reach(up, short_folder / "local" / "environment", short_folder)
            addresses.append((short_folder / "local" / "environment").read_text())
            os.killpg(up.pid, sent)
            assert await asyncio.wait_for(up.wait(), HANG) == code
        assert working_in(short_folder) == []
    [first, second] = [[line for line in each.splitlines() if "DATABASE_URL" in line] for each in addresses]
    assert first == second


@linux_only
async def test_a_killed_stack_takes_its_servers_along(short_folder: Path) -> None:
    """After `kill -9` the kernel tells each server to end."""
    async with up_in(short_folder) as up:
        await reach(up, short_folder / "local" / "prefect-server.log", short_folder)
        up.kill()
        await up.wait()
    await until(lambda: working_in(short_folder) == [], "the servers to end")
