"""The servers of the stack, each of which can be killed and restarted at its address."""

import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Self

from dev.stack.network import until_answers
from dev.stack.postgres_data import running
from dev.stack.processes import Child
from dev.stack.stack import LocalStack
from dev.stack.waiting import until

_LIMIT = 120.0


class Server:
    """A server program with a health check."""

    def __init__(self, child: Child, health_url: str) -> None:
        self.child = child
        self._health_url = health_url

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()

    async def start_again(self) -> None:
        """Return once the server answers again."""
        self.child = self.child.again()
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
    """All servers of a stack."""

    def __init__(self, postgres: Postgres, prefect: Server, sandbox: Server) -> None:
        self.postgres = postgres
        self.prefect = prefect
        self.sandbox = sandbox

    @classmethod
    @asynccontextmanager
    async def of(cls, stack: LocalStack) -> AsyncGenerator[Self]:
        """The servers of a running stack; restarted servers are stopped at the end."""
        addresses, children = stack.addresses, stack.children
        prefect = Server(children["prefect-server"], f"{addresses.prefect_api_url}/health")
        sandbox = Server(children["sandbox"], f"{addresses.sandbox_url}/sandbox/health")
        try:
            yield cls(Postgres(stack), prefect, sandbox)
        finally:
            await sandbox.child.stop()
            await prefect.child.stop()
