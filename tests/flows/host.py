"""A process that works on batches, as a worker would start it; tests send it runs and can kill it.

It reads one JSON object per line, `{"id": …, "parameters": {…}}`, and writes one per line when that run has ended. Runs
that arrive while others are running run concurrently. The process ends when its input ends, even if runs are still
going on.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable
from typing import Any, cast
from uuid import UUID

from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.states import Completed

from flows.register_batch import register_batch


async def _run(order: dict[str, Any]) -> None:
    try:
        state = await cast("Awaitable[State[None]]", register_batch(**order["parameters"], return_state=True))
    except Pause as paused:
        # As Prefect's engine lets a run be whose process ends; without a state it was deleted.
        state = paused.state or Completed(name="Given up")
    run_id = state.state_details.flow_run_id or UUID(int=0)
    ended = {"id": order["id"], "run_id": str(run_id), "type": state.type, "name": state.name, "message": state.message}
    sys.stdout.write(json.dumps(ended) + "\n")
    sys.stdout.flush()


async def _main() -> None:
    orders = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(orders)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    runs: set[asyncio.Task[None]] = set()
    while line := await orders.readline():
        runs.add(asyncio.create_task(_run(json.loads(line))))
    for run in runs:
        run.cancel()
    await asyncio.gather(*runs, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(_main())
