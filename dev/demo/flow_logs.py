"""Data that only the running stack has: the logs of the flow runs, and the history of a restaurant."""

import asyncio
import contextlib
import sys
from collections.abc import Iterable
from pathlib import Path

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import Log
from prefect.client.schemas.sorting import LogSort

from dev.demo.outcomes import history_of
from registration.workflow.snapshot import JobView

_PAGE = 200
_SECONDS = 10.0
_REGISTRATION = Path(sys.executable).parent / "registration"


async def write_flow_logs(file: Path) -> None:
    """Write the logs to the file, as far as the server returns them within ten seconds."""
    with file.open("w") as output, contextlib.suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(_SECONDS), get_client() as client:
            offset = 0
            while page := await client.read_logs(limit=_PAGE, offset=offset, sort=LogSort.TIMESTAMP_ASC):
                output.writelines(map(_line, page))
                offset += len(page)


def _line(log: Log) -> str:
    return f"{log.timestamp:%H:%M:%S.%f} {log.name} {log.message}\n"


async def write_histories(folder: Path, jobs: Iterable[JobView]) -> None:
    """Write each restaurant's history to a file, as `registration show` prints it, as far as time allows."""
    for job in jobs:
        with (folder / history_of(job.restaurant)).open("wb") as output, contextlib.suppress(TimeoutError):
            show = await asyncio.create_subprocess_exec(
                _REGISTRATION, "show", str(job.id), stdin=asyncio.subprocess.DEVNULL, stdout=output, stderr=output
            )
            async with asyncio.timeout(_SECONDS):
                await show.wait()
