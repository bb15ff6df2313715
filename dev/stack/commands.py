"""Commands of the stack: how its Python programs are started, and those that run to their end while it starts."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.stack.processes import start

_LIMIT = 180.0
_PROGRAMS = Path(sys.executable).parent


def of_module(name: str, *arguments: str) -> list[str]:
    """What `python -m NAME …` runs, as a program that spends less CPU time on garbage collection.

    The programs of others have no entry point of ours that could see to it.
    """
    return [sys.executable, "-m", "registration.kit.garbage_collection", name, *arguments]


async def migrate(folder: Path, environment: Mapping[str, str]) -> None:
    """Bring the tables up to date with `registration db upgrade`. Raises StackError with the end of its log."""
    await _run("migrations", [_PROGRAMS / "registration", "db", "upgrade"], folder, environment)


async def bootstrap(folder: Path, environment: Mapping[str, str]) -> None:
    """Put blocks, work pools, limits and deployments on the Prefect server, once it answers.

    Raises StackError with the end of its log.
    """
    command = [sys.executable, "-m", "deployments.bootstrap", "--patience", str(_LIMIT)]
    await _run("bootstrap", command, folder, environment)


async def _run(name: str, command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
    child = start(name, command, log=folder / f"{name}.log", environment=environment, folder=folder)
    try:
        await child.finish(_LIMIT)
    finally:
        child.kill()
