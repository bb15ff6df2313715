"""How often a foreign website or API is asked, over all processes and organisations of this installation."""

import asyncio
from uuid import UUID

from registration.companies import rate_queries as rates
from registration.database.session import Database
from registration.settings import settings


class RequestPace:
    """Gives out turns that are evenly apart; within this process the first to come is the first to go.

    A process holds one turn at a time, so what is lost when it dies is one turn. `key` names who is asked. The
    organisation is only whose transaction it is: the table belongs to all.
    """

    def __init__(self, database: Database, organisation_id: UUID, key: str, a_minute: float) -> None:
        self._database = database
        self._organisation_id = organisation_id
        self._key = key
        self._interval = settings().scaled(60 / a_minute)
        self._queue = asyncio.Lock()

    async def turn(self) -> None:
        """Wait until this process may ask once. Raises DatabaseUnavailable."""
        async with self._queue:
            async with self._database.transaction(self._organisation_id) as connection:
                seconds = await rates.reserve(connection, self._key, self._interval)
            await asyncio.sleep(seconds)

    async def hold(self, seconds: float) -> None:
        """Who is asked wants to be left alone for so long, by everybody. Raises DatabaseUnavailable."""
        async with self._database.transaction(self._organisation_id) as connection:
            await rates.hold(connection, self._key, seconds)
