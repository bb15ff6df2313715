"""Our own command line, as an operator uses it: one process per command."""

import asyncio
import sys
from pathlib import Path
from uuid import UUID

from deployments.faults.clock import FAST
from deployments.faults.lab import Lab

_PROGRAM = Path(sys.executable).parent / "registration"
_LIMIT = 120.0


class CommandFailed(Exception):
    """A command ended with another code than 0; the message is what it said."""


async def registration(lab: Lab, organisation_id: UUID, *arguments: str, said: str = "") -> str:
    """What `registration ARGUMENTS` prints, with `said` in its input. Raises CommandFailed."""
    environment = {**lab.stack.environment(), **FAST.environment(), "REGISTRATION_ORGANISATION": str(organisation_id)}
    process = await asyncio.create_subprocess_exec(
        *(str(_PROGRAM), *arguments),
        env=environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(_LIMIT):
        output, _ = await process.communicate(said.encode())
    if process.returncode != 0:
        raise CommandFailed(f"registration {' '.join(arguments)}: {output.decode().strip()}")
    return output.decode()
