"""The rate limit of a foreign website or API, over all processes and organisations of this installation."""

import asyncio
from uuid import UUID

from registration.companies import rate_queries as rates
from registration.database.session import Database
from registration.settings import settings


class RequestPace:
    """Grants evenly spaced turns to send a request; within a process in the order of arrival.

    A process reserves one turn at a time, so a crash loses only one turn. `key` names the website or API. The table
    belongs to all organisations; the organisation is only needed to open a transaction.
    """

    def __init__(self, database: Database, organisation_id: UUID, key: str, a_minute: float) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._key = key
        self._interval = settings().scaled(60 / a_minute)
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until this process may send one request. Raises DatabaseUnavailable."""
        async with self._queue:
            async with self._database.transaction(self._organisation_id) as transaction:
                seconds = await rates.reserve(transaction, self._key, self._interval)
            await asyncio.sleep(seconds)

    async def hold(self, seconds: float) -> None:
        """Pause the requests of all processes for `seconds`, as the server requested. Raises DatabaseUnavailable."""
        async with self._database.transaction(self._organisation_id) as transaction:
            await rates.hold(transaction, self._key, seconds)
