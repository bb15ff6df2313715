"""API and console as a process of the benchmark: its requests, its streams, and what it costs."""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

import httpx
import jwt
import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from dev.bench.harness import Bench
from dev.bench.report import Aim
from dev.stack.api_server import start_api
from dev.stack.keys import new_password
from dev.stack.network import free_port
from dev.stack.processes import Child

_TRANSACTIONS = text("select xact_commit + xact_rollback from pg_stat_database where datname = 'registration'")
_RELOAD = text("select pg_reload_conf()")
_WITHOUT_VACUUM = (text("alter system set autovacuum = off"), _RELOAD)
_AS_BEFORE = (text("alter system reset autovacuum"), _RELOAD)
_LOOKED_AT_SECONDS = 12.0
"""Postgres counts the transactions of an idle connection at the latest after ten seconds."""


@dataclass(frozen=True)
class Cost:
    """What the database and the process have done until now, or between two moments."""

    seconds: float
    cpu_seconds: float
    transactions: int

    def since(self, before: "Cost") -> "Cost":
        """The difference."""
        return Cost(
            self.seconds - before.seconds,
            self.cpu_seconds - before.cpu_seconds,
            self.transactions - before.transactions,
        )

    @property
    def transactions_per_second(self) -> float:
        """Transactions of everybody on the registration database."""
        return self.transactions / self.seconds

    @property
    def core_percent(self) -> float:
        """CPU of the process in percent of one core."""
        return 100 * self.cpu_seconds / self.seconds


@dataclass(frozen=True)
class Served:
    """`registration serve` on the stack of the benchmark."""

    bench: Bench
    child: Child
    url: str
    secret: str

    @classmethod
    @asynccontextmanager
    async def running(cls, bench: Bench) -> AsyncGenerator[Self]:
        """The process during the block."""
        secret, port = new_password(), free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {**bench.stack.environment(), "REGISTRATION_API_JWT_SECRET": secret}
        child = await start_api(url, bench.stack.folder, environment, port)
        try:
            yield cls(bench, child, url, secret)
        finally:
            await child.stop()

    def token(self, organisation_id: UUID, person: str) -> str:
        """A token of a person for an hour."""
        now = int(time.time())
        claims: dict[str, Any] = {"sub": person, "org_id": str(organisation_id), "iat": now, "exp": now + 3600}
        return jwt.encode(claims, self.secret, algorithm="HS256")

    def client(self, organisation_id: UUID) -> httpx.AsyncClient:
        """A client of the API for single requests."""
        headers = {"Authorization": f"Bearer {self.token(organisation_id, 'benchmark')}"}
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=60)

    @asynccontextmanager
    async def costs(self) -> AsyncGenerator["Costs"]:
        """Readings of the cost during the block, without autovacuum: its transactions would be counted as those of the
        readers.
        """
        engine = create_async_engine(self.bench.stack.postgres.url().replace("postgresql://", "postgresql+asyncpg://"))
        try:
            async with engine.connect() as connection:
                kept = await connection.execution_options(isolation_level="AUTOCOMMIT")
                async with without_autovacuum(kept):
                    yield Costs(psutil.Process(self.child.pid), kept)
        finally:
            await engine.dispose()


@dataclass(frozen=True)
class Costs:
    """Reads the cost of the process and of the database; the reading itself is in another database."""

    process: psutil.Process
    connection: Any

    async def now(self) -> Cost:
        """The counters until now."""
        transactions = await self.connection.scalar(_TRANSACTIONS)
        times = self.process.cpu_times()
        return Cost(time.monotonic(), times.user + times.system, int(transactions or 0))

    async def falls_to(self, transactions_per_second: float) -> bool:
        """Whether there were at most so many during twelve seconds; streams that begin read more."""
        earlier = await self.now()
        await asyncio.sleep(_LOOKED_AT_SECONDS)
        return (await self.now()).since(earlier).transactions_per_second <= transactions_per_second

    def open_streams(self) -> int:
        """Connections to the process."""
        return sum(one.status == psutil.CONN_ESTABLISHED for one in self.process.net_connections("tcp4"))


@asynccontextmanager
async def without_autovacuum(superuser: AsyncConnection) -> AsyncGenerator[None]:
    """Switch autovacuum off at the server during the block; the connection commits each statement by itself."""
    try:
        for statement in _WITHOUT_VACUUM:
            await superuser.execute(statement)
        yield
    finally:
        for statement in _AS_BEFORE:
            await superuser.execute(statement)


def missed(aims: tuple[Aim, ...], figures: Mapping[str, float]) -> str | None:
    """The aims that were not reached; None if all were."""
    names = [f"{aim.figure} {figures[aim.figure]:.1f}, aim {aim}" for aim in aims if not aim.holds(figures[aim.figure])]
    return f"missed: {'; '.join(names)}" if names else None
