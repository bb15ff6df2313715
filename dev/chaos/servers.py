"""The servers of the stack, each of which can be killed and restarted at its address."""

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from dev.stack.network import until_answers
from dev.stack.postgres_data import running
from dev.stack.processes import Child
from dev.stack.stack import LocalStack
from dev.stack.waiting import until

_LIMIT = 120.0


class Server:
    """A program of the stack; `health_url` is None for one that no address can be asked about."""

    def __init__(self, child: Child, health_url: str | None = None) -> None:
        self.child = child
        self._health_url = health_url

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()

    async def start_again(self) -> None:
        """Return once the server answers again, or at once if it cannot be asked."""
        self.child = self.child.again()
        if self._health_url:
            await until_answers(self._health_url, self.child, _LIMIT)


class Postgres:
    """The embedded Postgres."""

    def __init__(self, stack: LocalStack) -> None:
        self._server = stack.postgres

    async def stop(self) -> None:
        """Stop like an administrator: connections are ended, nothing is lost."""
        await self._server.stop()

    async def crash(self) -> None:
        """SIGKILL of the first process; the other processes end when they notice."""
        server = running(self._server.data_folder.data)
        assert server is not None
        os.kill(server.pid, signal.SIGKILL)
        await until(lambda: running(self._server.data_folder.data) is None, "Postgres to be dead", _LIMIT)
        await self._server.stop()

    async def start_again(self) -> None:
        """Return once the server accepts connections, at its old address."""
        port = self._server.port
        await self._server.start()
        assert self._server.port == port, "another process took the port meanwhile"


class Servers:
    """All servers of a stack; `programs` has them by name, except Postgres, and its workers too."""

    def __init__(self, postgres: Postgres, programs: Mapping[str, Server]) -> None:
        self.postgres = postgres
        self.programs = programs

    @property
    def prefect(self) -> Server:
        """The Prefect server of a stack with one."""
        return self.programs["prefect-server"]

    @property
    def sandbox(self) -> Server:
        """The platform and the register."""
        return self.programs["sandbox"]

    @classmethod
    @asynccontextmanager
    async def of(cls, stack: LocalStack) -> AsyncGenerator[Self]:
        """The servers of a running stack; restarted servers are stopped at the end."""
        addresses = stack.addresses
        known = {
            "prefect-server": f"{addresses.prefect_api_url}/health",
            "sandbox": f"{addresses.sandbox_url}/sandbox/health",
        }
        programs = {name: Server(child, known.get(name)) for name, child in stack.children.items()}
        try:
            yield cls(Postgres(stack), programs)
        finally:
            await asyncio.gather(*(program.child.stop() for program in programs.values()))
