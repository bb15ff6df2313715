"""Holding a process at an exact point: triggers in Postgres make its transaction wait until it has been killed.

Before a commit the trigger waits for an advisory lock that we hold. After a commit the transaction waits for a standby
that does not exist: its changes are durable, and its process does not learn of it.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, LiteralString, Self, cast
from uuid import UUID

from psycopg import AsyncConnection, OperationalError

_INSTALLATION = cast("LiteralString", (Path(__file__).parent / "traps.sql").read_text())
_HELD: LiteralString = """
    select l.objid::bigint as id, l.pid from pg_locks l join pg_stat_activity a using (pid)
    where l.locktype = 'advisory' and l.objid = any(%s) and l.pid <> pg_backend_pid()
      and (not l.granted or a.wait_event = 'SyncRep')
"""
_COMMITS: tuple[LiteralString, ...] = (
    "alter system set synchronous_commit = 'local'",
    "alter system set synchronous_standby_names = 'nobody'",
)
_RELOAD_SECONDS = 1.0
_SECONDS = 0.1


class Moment(StrEnum):
    """Where a process can be held: what it has just asked Postgres for."""

    INTENT = "intent"
    SENT = "sent"
    SENT_COMMITTED = "sent committed"
    COMPLETED = "completed"
    DECISION = "decision"
    DECISION_COMMITTED = "decision committed"

    @property
    def after_commit(self) -> bool:
        """Whether the transaction is committed while its process waits."""
        return self in (Moment.SENT_COMMITTED, Moment.DECISION_COMMITTED)


@dataclass(frozen=True)
class Trap:
    """One job's next transaction of a kind; `subject` is the sub-step or the gate."""

    id: int
    moment: Moment


class Traps:
    """The traps of one database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AsyncConnection | None = None

    @classmethod
    async def installed(cls, url: str) -> Self:
        """With their triggers, in the database of the superuser's `url`."""
        traps = cls(url)
        # Every commit but those of traps is content with the local disk: all must know it before there is a standby.
        for change in _COMMITS:
            await traps._execute(change)
            await traps._execute("select pg_reload_conf()")
            await asyncio.sleep(_RELOAD_SECONDS)
        await traps._execute(_INSTALLATION)
        return traps

    async def close(self) -> None:
        """Let go of all locks."""
        if self._connection is not None:
            await self._connection.close()

    async def lay(self, job_id: UUID, subject: str, moment: Moment) -> Trap:
        """Hold the process that comes to this point."""
        [[number]] = await self._execute(
            "insert into faults.traps (job_id, subject, moment) values (%s, %s, %s) returning id",
            [job_id, subject, moment],
        )
        trap = Trap(number, moment)
        if not moment.after_commit:
            await self._execute("select pg_advisory_lock(%s)", [trap.id])
        return trap

    async def sprung(self, traps: Sequence[Trap]) -> set[int]:
        """The ids of those in which a process is held."""
        return {trap for trap, _ in await self._held(traps)}

    async def spring(self, traps: Sequence[Trap], limit: float) -> set[int]:
        """Wait until a process is held in each of them, up to `limit` seconds; the ids of those with one."""
        deadline = asyncio.get_running_loop().time() + limit
        while len(sprung := await self.sprung(traps)) < len(traps):
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(_SECONDS)
        return sprung

    async def release(self, traps: Sequence[Trap]) -> None:
        """Remove them, and end the transactions that are held: their processes must be dead."""
        await self._remove(traps)
        for _, process in await self._held(traps):
            await self._execute("select pg_terminate_backend(%s, 5000)", [process])
        await self._unlock(traps)

    async def open(self, traps: Sequence[Trap]) -> None:
        """Remove them, and let the processes that are held go on."""
        await self._remove(traps)
        await self._unlock(traps)
        for _, process in await self._held(traps):
            # Ends the wait of a commit for its standby, not the commit.
            await self._execute("select pg_cancel_backend(%s)", [process])

    async def _remove(self, traps: Sequence[Trap]) -> None:
        await self._execute("delete from faults.traps where id = any(%s)", [_ids(traps)])

    async def _unlock(self, traps: Sequence[Trap]) -> None:
        for trap in traps:
            if not trap.moment.after_commit:
                await self._execute("select pg_advisory_unlock(%s)", [trap.id])

    async def _held(self, traps: Sequence[Trap]) -> list[tuple[int, int]]:
        return [(trap, process) for trap, process in await self._execute(_HELD, [_ids(traps)])]

    async def _execute(self, sql: LiteralString, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """On the one connection that holds our locks; a new one after a restart of Postgres."""
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(self._url, autocommit=True)
        try:
            cursor = await self._connection.execute(sql, values or None)
        except OperationalError:
            if not self._connection.closed:
                raise
            return await self._execute(sql, values)
        return await cursor.fetchall() if cursor.description else []


def _ids(traps: Sequence[Trap]) -> list[int]:
    return [trap.id for trap in traps]
