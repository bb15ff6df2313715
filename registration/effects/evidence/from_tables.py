"""The facts out of the platform's own tables, which are in the database of the registration."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database.session import database_now
from registration.effects.evidence import queries as store
from registration.effects.evidence.facts import Accounts, Action, Event, Images
from registration.effects.evidence.model import Expected
from registration.errors import MisconfiguredInstallation
from registration.kit.server_clock import Apart, ServerClock, now
from registration.platform import rows as platform_rows

Reading = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
"""Opens a short transaction of one organisation."""

_NOT_READABLE = ("42501", "42P01", "42703")
"""Postgres: no right, no such table, no such column."""


class TableFacts:
    """What the platform's tables say of one organisation; each look is a short reading of its own."""

    events = True

    def __init__(self, reading: Reading, organisation_id: UUID, clock: ServerClock) -> None:
        self._reading = reading
        self._organisation_id = organisation_id
        self._clock = clock

    async def accounts(self, asked: Expected) -> Accounts:
        if asked.email is None:
            return Accounts(())
        async with self._read() as connection:
            return Accounts(await store.read_accounts(connection, self._organisation_id, asked.email))

    async def logs(
        self, asked: Expected, action: Action, accounts: Accounts | None = None
    ) -> tuple[platform_rows.LogRow, ...]:
        ids = [row.id for row in accounts.rows] if accounts else []
        email = asked.email or "" if action is Action.ONBOARDING_USER else ""
        async with self._read() as connection:
            of = (self._organisation_id, asked.restaurant_id, action)
            return await store.read_logs(connection, *of, ids, email)

    async def restaurant(self, asked: Expected) -> platform_rows.RestaurantRow | None:
        async with self._read() as connection:
            return await store.read_restaurant(connection, self._organisation_id, asked.restaurant_id)

    async def code(self, asked: Expected) -> platform_rows.CodeRow | None:
        async with self._read() as connection:
            return await store.read_code(connection, self._organisation_id, asked.restaurant_id)

    async def images(self, asked: Expected) -> Images:
        if asked.menu_id is None:
            return Images(platform_rows.ImageRows(0, 0, ()), None)
        async with self._read() as connection:
            # The upload first: what it ends with is written before its end.
            upload = await store.read_upload(connection, self._organisation_id, asked.menu_id)
            rows = await store.read_images(connection, self._organisation_id, asked.menu_id)
            return Images(rows, upload, doubtful=not rows.menu_seen)

    async def event(self, asked: Expected, event: Event) -> platform_rows.EventRow | None:
        of_menu = event in (Event.MENU, Event.OPTION_SETS, Event.ITEM_TAGS)
        async with self._read() as connection:
            of = (self._organisation_id, asked.restaurant_id, event)
            return await store.read_event(connection, *of, asked.menu_id if of_menu else None)

    async def links(self, asked: Expected) -> platform_rows.LinkRow:
        async with self._read() as connection:
            return await store.read_links(connection, self._organisation_id, asked.restaurant_id)

    async def apart(self) -> Apart:
        asked = now()
        async with self._read() as connection:
            database = await database_now(connection)
        return self._clock.apart(database, asked, now())

    @asynccontextmanager
    async def _read(self) -> AsyncGenerator[AsyncConnection]:
        """Raises MisconfiguredInstallation where the tables may not be read, DatabaseUnavailable."""
        try:
            async with self._reading() as connection:
                yield connection
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) not in _NOT_READABLE:
                raise
            raise MisconfiguredInstallation(
                f"the platform's tables cannot be read ({str(error.orig).splitlines()[0]}): have its owner run what"
                " `registration db rights` prints, or set REGISTRATION_PLATFORM_EVIDENCE=http"
            ) from error
