"""What is kept of a demo that did not end as it must: the logs of its programs and flow runs."""

import asyncio
import contextlib
import shutil
import tempfile
from pathlib import Path

import httpx
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import Log
from prefect.client.schemas.sorting import LogSort

_PAGE = 200
_SECONDS = 10.0


async def write_flow_logs(file: Path) -> None:
    """Write what the flow runs logged, which only the Prefect server has; as much of it as it tells in ten seconds."""
    with file.open("w") as output, contextlib.suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(_SECONDS), get_client() as client:
            offset = 0
            while page := await client.read_logs(limit=_PAGE, offset=offset, sort=LogSort.TIMESTAMP_ASC):
                output.writelines(map(_line, page))
                offset += len(page)


def keep_logs(folder: Path) -> Path:
    """Copy all logs of a stack's folder to a new one, which stays."""
    kept = Path(tempfile.mkdtemp(prefix="registration-demo-logs-"))
    for log in folder.glob("*.log"):
        shutil.copy(log, kept)
    return kept


def _line(log: Log) -> str:
    return f"{log.timestamp:%H:%M:%S.%f} {log.name} {log.message}\n"
