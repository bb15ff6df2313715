"""Running until somebody interrupts: Ctrl-C, a termination, a closed terminal."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_interruptible(main: Coroutine[Any, Any, int]) -> int | None:
    """Run to the end and return the exit code, or None if it was interrupted.

    The first signal cancels `main`, so that every `async with` in it stops what it started. Further signals change
    nothing: the stopping is under way, and each part of it has a limit.
    """
    with asyncio.Runner() as runner:
        return runner.run(_watch(main))


async def _watch(main: Coroutine[Any, Any, int]) -> int | None:
    task = asyncio.create_task(main)
    interrupted = asyncio.Event()

    def interrupt() -> None:
        if not interrupted.is_set():
            interrupted.set()
            task.cancel()

    loop = asyncio.get_running_loop()
    for each in _SIGNALS:
        loop.add_signal_handler(each, interrupt)
    try:
        return await task
    except asyncio.CancelledError:
        if interrupted.is_set():
            return None
        raise
