"""The facts from the platform's own tables, which are in the database of the registration."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

from sqlalchemy.exc import ProgrammingError

from registration.database.session import Transaction, database_now
from registration.effects.evidence import queries as store
from registration.effects.evidence.facts import Accounts, Action, Event, Images
from registration.effects.evidence.models import Expected
from registration.errors import MisconfiguredInstallation
from registration.kit.server_clock import ClockDifference, ServerClock, now
from registration.platform import rows as platform_rows

Reading = Callable[[], AbstractAsyncContextManager[Transaction]]
"""Opens a short transaction of one organisation."""

_NOT_READABLE = ("42501", "42P01", "42703")
"""Postgres: no right, no such table, no such column."""


class TableFacts:
    """Facts from the platform's tables about one organisation; each is read in a short transaction of its own."""

    events = True

    def __init__(self, reading: Reading, organisation_id: UUID, clock: ServerClock) -> None:
        self._reading = reading
        self._organisation_id = organisation_id
        self._clock = clock

    async def accounts(self, expected: Expected) -> Accounts:
        if expected.email is None:
            return Accounts(())
        async with self._read() as transaction:
            return Accounts(await store.read_accounts(transaction, expected.email))

    async def logs(
        self, expected: Expected, action: Action, accounts: Accounts | None = None
    ) -> tuple[platform_rows.LogRow, ...]:
        ids = [row.id for row in accounts.rows] if accounts else []
        email = expected.email or "" if action is Action.ONBOARDING_USER else ""
        async with self._read() as transaction:
            return await store.read_logs(transaction, expected.restaurant_id, action, ids, email)

    async def restaurant(self, expected: Expected) -> platform_rows.RestaurantRow | None:
        async with self._read() as transaction:
            return await store.read_restaurant(transaction, expected.restaurant_id)

    async def code(self, expected: Expected) -> platform_rows.CodeRow | None:
        async with self._read() as transaction:
            return await store.read_code(transaction, expected.restaurant_id)

    async def images(self, expected: Expected) -> Images:
        if expected.menu_id is None:
            return Images(platform_rows.ImageRows(0, 0, ()), None)
        async with self._read() as transaction:
            # The upload is read first: the platform writes its images before its end.
            upload = await store.read_upload(transaction, expected.menu_id)
            rows = await store.read_images(transaction, expected.menu_id)
            return Images(rows, upload, doubtful=not rows.menu_seen)

    async def event(self, expected: Expected, event: Event) -> platform_rows.EventRow | None:
        of_menu = event in (Event.MENU, Event.OPTION_SETS, Event.ITEM_TAGS)
        async with self._read() as transaction:
            return await store.read_event(
                transaction, expected.restaurant_id, event, expected.menu_id if of_menu else None
            )

    async def links(self, expected: Expected) -> platform_rows.LinkRow:
        async with self._read() as transaction:
            return await store.read_links(transaction, expected.restaurant_id)

    async def apart(self) -> ClockDifference:
        before = now()
        async with self._read() as transaction:
            database = await database_now(transaction)
        return self._clock.difference(database, before, now())

    @asynccontextmanager
    async def _read(self) -> AsyncGenerator[Transaction]:
        """A reading transaction. Raises MisconfiguredInstallation without rights on the tables, DatabaseUnavailable."""
        try:
            async with self._reading() as transaction:
                yield transaction
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) not in _NOT_READABLE:
                raise
            raise MisconfiguredInstallation(
                f"the platform's tables cannot be read ({str(error.orig).splitlines()[0]}): have its owner grant"
                " the rights, or set REGISTRATION_PLATFORM_EVIDENCE=http",
                code="RIGHTS_MISSING",
            ) from error
