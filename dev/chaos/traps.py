"""Holds a process at an exact point: triggers in Postgres make its transaction wait until it has been killed.

Before a commit the trigger waits for an advisory lock of the test. After a commit the transaction waits for a standby
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
    """A point at which a process can be held: the statement that it has just sent to Postgres."""

    INTENT = "intent"
    SENT = "sent"
    SENT_COMMITTED = "sent committed"
    COMPLETED = "completed"
    DECISION = "decision"
    DECISION_COMMITTED = "decision committed"
    EVENT = "event"
    EVENT_COMMITTED = "event committed"
    ANSWER_COMMITTED = "answer committed"

    @property
    def after_commit(self) -> bool:
        """True if the transaction is committed while its process waits."""
        return self.value.endswith(" committed")


@dataclass(frozen=True)
class Trap:
    """The next transaction of a kind for one job; `subject` is the sub-step or the gate.

    For an event, and for the kept answer of the REST API, of one organisation: `subject` is what happened, or "answer".
    """

    id: int
    moment: Moment


class Traps:
    """The traps of one database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: AsyncConnection | None = None

    @classmethod
    async def installed(cls, url: str) -> Self:
        """The traps with their triggers, in the database of the superuser's `url`."""
        traps = cls(url)
        # Every commit except those of traps needs only the local disk: sessions must know it before there is a standby.
        for change in _COMMITS:
            await traps._execute(change)
            await traps._execute("select pg_reload_conf()")
            await asyncio.sleep(_RELOAD_SECONDS)
        await traps._execute(_INSTALLATION)
        return traps

    async def close(self) -> None:
        """Release all locks."""
        if self._connection is not None:
            await self._connection.close()

    async def lay(self, trapped: UUID, subject: str, moment: Moment) -> Trap:
        """Arm the trap: the process that reaches this point is held."""
        [[number]] = await self._execute(
            "insert into faults.traps (trapped, subject, moment) values (%s, %s, %s) returning id",
            [trapped, subject, moment],
        )
        trap = Trap(number, moment)
        if not moment.after_commit:
            await self._execute("select pg_advisory_lock(%s)", [trap.id])
        return trap

    async def sprung(self, traps: Sequence[Trap]) -> set[int]:
        """The ids of the traps in which a process is held."""
        return {trap for trap, _ in await self._held(traps)}

    async def spring(self, traps: Sequence[Trap], limit: float) -> set[int]:
        """Wait up to `limit` seconds until each trap holds a process; return the ids of those that do."""
        deadline = asyncio.get_running_loop().time() + limit
        while len(sprung := await self.sprung(traps)) < len(traps):
            if asyncio.get_running_loop().time() > deadline:
                break
            await asyncio.sleep(_SECONDS)
        return sprung

    async def release(self, traps: Sequence[Trap]) -> None:
        """Remove the traps, and end the held transactions: their processes must be dead."""
        await self._remove(traps)
        for _, process in await self._held(traps):
            await self._execute("select pg_terminate_backend(%s, 5000)", [process])
        await self._unlock(traps)

    async def open(self, traps: Sequence[Trap]) -> None:
        """Remove the traps, and let the held processes continue."""
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
        """Run on the one connection that holds the locks; a new connection after a restart of Postgres."""
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
