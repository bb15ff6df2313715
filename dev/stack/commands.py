"""Commands of the stack: how its programs are found and started, and those that run to their end while it starts."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.stack.errors import StackError
from dev.stack.processes import start

_LIMIT = 180.0
_FOLDERS_OF_SERVERS = ("/usr/local/sbin", "/usr/sbin")
"""Where systems install servers; these folders are not in the PATH of every user."""
_PROGRAMS = Path(sys.executable).parent


def of_module(name: str, *arguments: str) -> list[str]:
    """What `python -m NAME …` runs, as a program that spends less CPU time on garbage collection.

    The programs of others have no entry point of ours that could see to it.
    """
    return [sys.executable, "-m", "registration.kit.garbage_collection", name, *arguments]


def of_system(program: str, package: str) -> str:
    """The path of a program of the system's packages. Raises StackError with the package if it is missing."""
    folders = (os.environ.get("PATH", os.defpath), *_FOLDERS_OF_SERVERS)
    path = shutil.which(program, path=os.pathsep.join(folders))
    if path is None:
        raise StackError(f"{program} is missing: install the system's package {package}, or use one Prefect server")
    return path


async def migrate(folder: Path, environment: Mapping[str, str]) -> None:
    """Bring the tables up to date with `registration db upgrade`. Raises StackError with the end of its log."""
    await run_to_end("migrations", [_PROGRAMS / "registration", "db", "upgrade"], folder, environment)


async def bootstrap(folder: Path, environment: Mapping[str, str]) -> None:
    """Put blocks, work pools, limits and deployments on the Prefect server, once it answers.

    Raises StackError with the end of its log.
    """
    command = [sys.executable, "-m", "deployments.bootstrap", "--patience", str(_LIMIT)]
    await run_to_end("bootstrap", command, folder, environment)


async def run_to_end(name: str, command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
    """Run a command whose log lies in `folder`. Raises StackError with the end of its log if it fails."""
    child = start(name, command, log=folder / f"{name}.log", environment=environment, folder=folder)
    try:
        await child.finish(_LIMIT)
    finally:
        child.kill()
