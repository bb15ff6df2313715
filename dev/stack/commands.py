"""Commands that run to their end while the stack starts."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.stack.processes import start

_LIMIT = 180.0
_PROGRAMS = Path(sys.executable).parent


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
