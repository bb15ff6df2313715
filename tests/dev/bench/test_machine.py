"""Shares of the machine's time: counters that only grow, and no impossible share."""

import asyncio
import sys

import pytest

from dev.bench.machine import Reading, Share, cpu_seconds
from tests.waiting import until

BEFORE = Reading(clock=100.0, busy=1000.0, stolen=10.0, own=50.0)


async def test_the_time_of_a_process_that_ended_is_kept() -> None:
    """The time counts while the process runs, and does not shrink when it ends."""
    begun = cpu_seconds()
    program = "import time\nwhile time.process_time() < 1: pass\ntime.sleep(600)"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program)
    await until(lambda: cpu_seconds() >= begun + 1, "the child to use a second of CPU")
    running = cpu_seconds()
    child.kill()
    await child.wait()
    assert running >= begun + 1
    assert cpu_seconds() >= running - 0.05


@pytest.mark.parametrize(
    "after, cores, text",
    [
        (Reading(110.0, 1012.0, 11.0, 60.0), 2, "50 % this benchmark, 10 % other work, 5 % steal"),
        (Reading(110.0, 1009.95, 10.0, 60.0), 2, "50 % this benchmark, 0 % other work, 0 % steal"),
        (Reading(110.0, 1012.0, 10.0, 40.0), 2, "? % this benchmark, ? % other work, 0 % steal"),
        (Reading(110.0, 1012.0, 9.0, 60.0), 2, "50 % this benchmark, 10 % other work, ? % steal"),
        (Reading(100.0, 1000.0, 10.0, 50.0), 2, "? % this benchmark, ? % other work, ? % steal"),
    ],
)
def test_an_impossible_share_is_unknown(after: Reading, cores: int, text: str) -> None:
    """Shares from shrinking counters are unknown."""
    share = Share.between(BEFORE, after, cores)
    assert str(share) == text
    assert ("?" in text) is (len(share.figures()) < 3)
    assert all(0 <= percent <= 100 for percent in share.figures().values())
