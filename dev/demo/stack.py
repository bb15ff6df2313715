"""The demo's stack: short waits, the seeded faults, and no influence of the environment."""

import asyncio
import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from dev.stack.sandbox import SandboxOptions
from dev.stack.stack import LocalStack, StackOptions

Result = TypeVar("Result")

_ACCOUNT_SPACING_SECONDS = 1.0


def options(folder: Path, driver: str, *, console: bool = False) -> StackOptions:
    """Options for a stack in `folder`, which also holds the temporary files of its programs.

    `driver` reads the register's website. `console`: the console runs.
    """
    return StackOptions(
        api=console,
        sandbox=SandboxOptions(profile="demo", troubles=True, account_spacing_seconds=_ACCOUNT_SPACING_SECONDS),
        settings={
            "REGISTRATION_ACCOUNT_SPACING_SECONDS": str(_ACCOUNT_SPACING_SECONDS),
            "REGISTRATION_GATE_GATHER_SECONDS": "3",
            # The demo watches one flow run, which must stay however long a person takes.
            "REGISTRATION_GATE_HOLD_MINUTES": "10000",
            "REGISTRATION_EXTRACTION_POLL_SECONDS": "1",
            "REGISTRATION_REGISTER_DRIVER": driver,
            "REGISTRATION_REGISTER_BROWSER_IDLE_SECONDS": "5",
            "TMPDIR": str(folder),
        },
    )


def become_part_of(stack: LocalStack) -> None:
    """Replace this process's environment by that of the stack's programs, for clients that read it."""
    environment = stack.environment() | {"PREFECT_LOGGING_LEVEL": "CRITICAL"}
    os.environ.clear()
    os.environ.update(environment)


async def unless_a_part_ends(stack: LocalStack, playing: Coroutine[Any, Any, Result]) -> Result:
    """The result of `playing`. Raises ProcessEnded if a part of the stack ends before."""
    tasks = played, ended = asyncio.create_task(playing), asyncio.create_task(stack.wait())
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if ended.done():
            ended.result()
        return played.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
