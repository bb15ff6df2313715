"""CPU time by kind of process, of each restaurant."""

import asyncio
import sys

from dev.bench.cpu_time import CpuTime, family_seconds
from tests.waiting import until

_WORKER = "import time\nwhile time.process_time() < 0.5: pass"
_SERVER = f"import subprocess, sys, time\nsubprocess.run([sys.executable, '-c', {_WORKER!r}])\ntime.sleep(600)"


async def test_a_server_has_the_time_of_its_processes_that_ended() -> None:
    """Postgres has a process for each connection, which ends with the connection."""
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", _SERVER)
    try:
        await until(lambda: family_seconds(server.pid) >= 0.5, "the server's process to use half a second of CPU")
    finally:
        server.kill()
        await server.wait()


def test_each_restaurant_has_its_share_of_what_was_used_since() -> None:
    """Servers are read twice; a batch's process reports its own time when it ends."""
    servers = CpuTime(0.0, 30.0, 12.0) - CpuTime(0.0, 20.0, 8.0)
    each = servers.with_batches([3.0, 5.0]).per_restaurant(4)
    assert each == CpuTime(2.0, 2.5, 1.0)
    assert (each.total, str(each)) == (5.5, "batches 2.000, prefect 2.500, postgres 1.000")
