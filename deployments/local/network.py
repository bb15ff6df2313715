"""Free ports, and waiting until a server answers."""

import asyncio
import socket
from pathlib import Path

import httpx

from deployments.local.errors import NotInTime
from deployments.local.processes import Child


def free_port(preferred: int | None = None) -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now: the preferred one if it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred or 0))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def kept_port(file: Path) -> int:
    """The port that stands in the file if it is free, else another, which then stands there: addresses stay."""
    port = free_port(int(file.read_text()) if file.exists() else None)
    file.write_text(str(port))
    return port


async def until_answers(address: str, child: Child, limit: float) -> None:
    """Return once a GET of the address answers 200. Raises ProcessEnded if the child ends before, NotInTime."""
    deadline = asyncio.get_running_loop().time() + limit
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        while not await _answers(client, address):
            child.check()
            if asyncio.get_running_loop().time() > deadline:
                raise NotInTime(f"{child.name} at {address}; its log is {child.log}", limit)
            await asyncio.sleep(0.1)


async def _answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).status_code == 200
    except httpx.TransportError:
        return False
