"""Free ports, and waiting until a server answers."""

import random
import socket
from pathlib import Path

import httpx

from dev.stack.errors import StackError
from dev.stack.processes import Child
from dev.stack.waiting import eventually
from registration.kit.http import authorities

_PORTS = (20000, 32000)


def free_port(preferred: int | None = None) -> int:
    """A free TCP port of 127.0.0.1: the preferred port if it is free, else any.

    The port lies below the range for outgoing connections, so that no connection takes it before the server does.
    """
    for port in [*filter(None, [preferred]), *(random.randrange(*_PORTS) for _ in range(100))]:  # noqa: S311 (no secret)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise StackError(f"no free port among {_PORTS}")


def kept_port(file: Path) -> int:
    """The port in the file if it is free, else another free port, which is written to the file."""
    port = free_port(int(file.read_text()) if file.exists() else None)
    file.write_text(str(port))
    return port


async def until_answers(address: str, child: Child, limit: float) -> None:
    """Return once a GET of the address answers 200. Raises NotInTime, or ProcessEnded if the child ends before."""
    async with httpx.AsyncClient(timeout=5, trust_env=False, verify=authorities(of_environment=False)) as client:

        async def answers() -> bool:
            if await _answers(client, address):
                return True
            child.check()
            return False

        description = f"{child.name} at {address}; its log is {child.log}"
        await eventually(answers, description, limit, first=0.1, longest=0.1)


async def _answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).status_code == 200
    except httpx.TransportError:
        return False
