"""What the flow runs logged, which only the Prefect server has."""

import asyncio
import contextlib
from pathlib import Path

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import Log
from prefect.client.schemas.sorting import LogSort

_PAGE = 200
_SECONDS = 10.0


async def write_flow_logs(file: Path) -> None:
    """Write it to the file; as much of it as the server tells in ten seconds."""
    with file.open("w") as output, contextlib.suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(_SECONDS), get_client() as client:
            offset = 0
            while page := await client.read_logs(limit=_PAGE, offset=offset, sort=LogSort.TIMESTAMP_ASC):
                output.writelines(map(_line, page))
                offset += len(page)


def _line(log: Log) -> str:
    return f"{log.timestamp:%H:%M:%S.%f} {log.name} {log.message}\n"
