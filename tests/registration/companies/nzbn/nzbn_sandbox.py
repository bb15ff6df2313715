"""The NZBN API of the session's sandbox, and what it is told to do wrong."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from pydantic import SecretStr

from dev.stack.sandbox import Sandbox
from registration.companies.models import RegisterQuery
from registration.companies.nzbn.client import NzbnApi
from tests.plain_http import plain_http

KEY = SecretStr("sandbox-nzbn-key")
KERERU = RegisterQuery(name="Kererū Kitchen", street="214 Cuba Street", city="Wellington")
KERERU_NUMBER, KERERU_NZBN = "5870122", "9429031003346"


@dataclass(frozen=True)
class NzbnSandbox:
    """Where the sandbox is; whatever it is told to do wrong ends with the test."""

    http: httpx.AsyncClient
    url: str

    def client(self, key: SecretStr = KEY, **more: Any) -> NzbnApi:
        """A client of the API."""
        return NzbnApi(self.url, key, **more)

    async def break_with(self, kind: str, endpoint: str = "*", about: str = "*", **more: object) -> None:
        """Tell the sandbox to misbehave."""
        fault = {"restaurant": about, "endpoint": endpoint, "kind": kind} | more
        (await self.http.post("/sandbox/faults", json=fault)).raise_for_status()

    async def calls_since(self, moment: datetime) -> Counter[str]:
        """How often it was asked which of the two questions."""
        calls: list[dict[str, Any]] = (await self.http.get("/sandbox/calls")).json()
        return Counter(call["endpoint"] for call in calls if datetime.fromisoformat(call["arrived_at"]) >= moment)


@asynccontextmanager
async def nzbn_at(sandbox: Sandbox) -> AsyncGenerator[NzbnSandbox]:
    """The place, with nothing wrong; the sandbox behaves again at the end."""
    async with plain_http(sandbox.url) as http:
        yield NzbnSandbox(http, f"{sandbox.url}/gateway/nzbn/v5")
        (await http.delete("/sandbox/faults")).raise_for_status()
