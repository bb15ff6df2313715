"""`registration serve` as a process of a trial: it can be killed, comes back at its address, and people call it."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import httpx
import jwt

from dev.chaos.lab import FAST, Lab
from dev.stack.api_server import start_api
from dev.stack.keys import new_password
from dev.stack.network import free_port, until_answers
from dev.stack.processes import Child

_LIMIT = 120.0


@dataclass
class ApiProcess:
    """A running API, on the databases of the lab."""

    url: str
    child: Child
    _secret: str

    @classmethod
    @asynccontextmanager
    async def running(cls, lab: Lab) -> AsyncGenerator[Self]:
        """The API of one trial, stopped at its end."""
        port, secret = free_port(), new_password()
        url, folder = f"http://127.0.0.1:{port}", lab.stack.folder / f"api-{next(lab.numbers)}"
        folder.mkdir()
        environment = {
            **lab.stack.environment(),
            **FAST.environment(),
            "REGISTRATION_API_JWT_SECRET": secret,
        }
        api = cls(url, await start_api(url, folder, environment, port), secret)
        try:
            yield api
        finally:
            await api.child.stop()

    def kill(self) -> None:
        """SIGKILL."""
        self.child.kill()

    async def start_again(self) -> None:
        """Return once it answers again."""
        self.child = self.child.again()
        await until_answers(f"{self.url}/api/health", self.child, _LIMIT)

    @asynccontextmanager
    async def person(self, organisation_id: UUID, name: str = "faults") -> AsyncGenerator[httpx.AsyncClient]:
        """A client that calls as this person of the organisation."""
        now = int(time.time())
        claims: dict[str, Any] = {"sub": name, "org_id": str(organisation_id), "iat": now, "exp": now + 3600}
        headers = {"Authorization": f"Bearer {jwt.encode(claims, self._secret, algorithm='HS256')}"}
        async with httpx.AsyncClient(base_url=self.url, headers=headers, timeout=_LIMIT) as client:
            yield client
