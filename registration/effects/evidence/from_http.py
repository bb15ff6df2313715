"""The facts from the platform's routes, for an installation that may not read the platform's tables.

`status` shows one account of a restaurant, and hides it as soon as code was generated before the registration; the log
has the newest fifty calls. Usage events have no route. The times are those of the database, as in the tables.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from registration.effects.evidence.facts import Accounts, Action, Event, Images
from registration.effects.evidence.models import Expected
from registration.errors import PlatformRefused
from registration.kit.server_clock import ClockDifference, now
from registration.platform import rows as platform_rows
from registration.platform.client import PlatformClient

_WITH_RESTAURANT = "account_and_restaurant"

DatabaseClock = Callable[[], Awaitable[datetime]]
"""Reads the database's clock."""


class HttpFacts:
    """Facts from the platform's routes; raises what the client raises."""

    events = False

    def __init__(self, platform: PlatformClient, database_clock: DatabaseClock) -> None:
        self._platform = platform
        self._database_clock = database_clock

    async def accounts(self, expected: Expected) -> Accounts:
        status = await self._platform.status(expected.restaurant_id)
        account, restaurant = status.account, status.pumpd_restaurant
        if account is None or not expected.is_for(account.email):
            # The route shows one account only: behind another account, or a row without one, ours may be hidden.
            return Accounts((), hidden=account is not None or restaurant is not None)
        together = restaurant is not None and restaurant.registration_type == _WITH_RESTAURANT
        row = platform_rows.AccountRow(
            id=account.account_id or "",
            restaurant_id=None,
            email=account.email,
            status=account.registration_status,
            has_user_id=account.pumpd_user_id is not None,
            with_restaurant=together,
        )
        return Accounts((row,))

    async def logs(
        self, expected: Expected, action: Action, accounts: Accounts | None = None
    ) -> tuple[platform_rows.LogRow, ...]:
        lines = (await self._platform.logs(expected.restaurant_id)).logs
        return tuple(
            platform_rows.LogRow(
                status=line.status,
                at=line.created_at,
                user_email=line.response_data.user_email if line.response_data else None,
                existed=line.response_data is not None and line.response_data.already_exists,
            )
            for line in lines
            if line.action == action and line.status in ("success", "failed")
        )

    async def restaurant(self, expected: Expected) -> platform_rows.RestaurantRow | None:
        found = (await self._platform.status(expected.restaurant_id)).pumpd_restaurant
        if found is None:
            return None
        return platform_rows.RestaurantRow(
            id=found.pumpd_restaurant_id,
            subdomain=found.pumpd_subdomain,
            status=found.registration_status,
            dashboard_url=found.dashboard_url,
            others=None,
        )

    async def code(self, expected: Expected) -> platform_rows.CodeRow | None:
        found = await self._platform.code_injection(expected.restaurant_id)
        if not found.has_content or found.code_injection_id is None:
            return None
        run_at = found.config.generated_at if found.config else None
        return platform_rows.CodeRow(
            found.code_injection_id, has_content=True, stored_at=found.generated_at, run_at=run_at
        )

    async def images(self, expected: Expected) -> Images:
        if expected.menu_id is None:
            return Images(platform_rows.ImageRows(0, 0, ()), None)
        # The upload is read first: the platform writes its images before its end.
        upload = await self._upload(expected.upload)
        stats = await self._platform.image_stats(expected.menu_id)
        rows = platform_rows.ImageRows(stats.total_images, stats.uploaded_images, ())
        return Images(rows, upload, upload_known=expected.upload is not None, doubtful=not stats.total_images)

    async def event(self, expected: Expected, event: Event) -> platform_rows.EventRow | None:
        return None

    async def links(self, expected: Expected) -> platform_rows.LinkRow:
        return platform_rows.LinkRow()

    async def apart(self) -> ClockDifference:
        before = now()
        database = await self._database_clock()
        return self._platform.clock.difference(database, before, now())

    async def _upload(self, batch: str | None) -> platform_rows.UploadRow | None:
        """The upload that the platform's answer named; None for none, and for one that the platform does not know."""
        try:
            found = await self._platform.upload(UUID(batch)) if batch else None
        except (ValueError, PlatformRefused):
            return None
        return platform_rows.UploadRow(found.id, found.status, None) if found else None
