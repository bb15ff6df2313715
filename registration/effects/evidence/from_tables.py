"""The facts from the platform's own tables, which are in the database of the registration."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import ProgrammingError

from registration.database.session import Transaction, database_now
from registration.database.shared_transaction import Opening, SharedTransaction
from registration.effects.evidence import queries as store
from registration.effects.evidence.facts import Accounts, Action, Event, Images
from registration.effects.evidence.models import Expected
from registration.errors import MisconfiguredInstallation
from registration.kit.server_clock import ClockDifference, ServerClock, now
from registration.platform import rows as platform_rows

Fact = TypeVar("Fact")

_NOT_READABLE = ("42501", "42P01", "42703")
"""Postgres: no right, no such table, no such column."""


class TableFacts:
    """Facts from the platform's tables about the organisation of `reading`, which opens a read-only transaction.

    Facts that are asked for at the same time are read in one transaction; each is read after it was asked for.
    """

    events = True

    def __init__(self, reading: Opening, clock: ServerClock) -> None:
        self._reading = SharedTransaction(reading)
        self._clock = clock

    async def accounts(self, expected: Expected) -> Accounts:
        if (email := expected.email) is None:
            return Accounts(())
        return Accounts(await self._read(lambda transaction: store.read_accounts(transaction, email)))

    async def logs(
        self, expected: Expected, action: Action, accounts: Accounts | None = None
    ) -> tuple[platform_rows.LogRow, ...]:
        ids = [row.id for row in accounts.rows] if accounts else []
        email = expected.email or "" if action is Action.ONBOARDING_USER else ""
        return await self._read(
            lambda transaction: store.read_logs(transaction, expected.restaurant_id, action, ids, email)
        )

    async def restaurant(self, expected: Expected) -> platform_rows.RestaurantRow | None:
        return await self._read(lambda transaction: store.read_restaurant(transaction, expected.restaurant_id))

    async def code(self, expected: Expected) -> platform_rows.CodeRow | None:
        return await self._read(lambda transaction: store.read_code(transaction, expected.restaurant_id))

    async def images(self, expected: Expected) -> Images:
        if (menu_id := expected.menu_id) is None:
            return Images(platform_rows.ImageRows(0, 0, ()), None)

        async def read(transaction: Transaction) -> Images:
            # The upload is read first: the platform writes its images before its end.
            upload = await store.read_upload(transaction, menu_id)
            rows = await store.read_images(transaction, menu_id)
            return Images(rows, upload, doubtful=not rows.menu_seen)

        return await self._read(read)

    async def event(self, expected: Expected, event: Event) -> platform_rows.EventRow | None:
        of_menu = event in (Event.MENU, Event.OPTION_SETS, Event.ITEM_TAGS)
        menu_id = expected.menu_id if of_menu else None
        return await self._read(
            lambda transaction: store.read_event(transaction, expected.restaurant_id, event, menu_id)
        )

    async def links(self, expected: Expected) -> platform_rows.LinkRow:
        return await self._read(lambda transaction: store.read_links(transaction, expected.restaurant_id))

    async def apart(self) -> ClockDifference:
        async def read(transaction: Transaction) -> ClockDifference:
            before = now()
            database = await database_now(transaction)
            return self._clock.difference(database, before, now())

        return await self._read(read)

    async def _read(self, work: Callable[[Transaction], Awaitable[Fact]]) -> Fact:
        """What `work` reads. Raises MisconfiguredInstallation without rights on the tables, DatabaseUnavailable."""
        try:
            return await self._reading.do(work)
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", None) not in _NOT_READABLE:
                raise
            raise MisconfiguredInstallation(
                f"the platform's tables cannot be read ({str(error.orig).splitlines()[0]}): have its owner grant"
                " the rights, or set REGISTRATION_PLATFORM_EVIDENCE=http",
                code="RIGHTS_MISSING",
            ) from error
