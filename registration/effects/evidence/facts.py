"""What can be read about a sub-step, from the platform's tables or over its routes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from registration.effects.evidence.models import Expected
from registration.kit.server_clock import ClockDifference
from registration.platform import rows as platform_rows

_TIME: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_MILLISECOND = timedelta(milliseconds=1)


class Action(StrEnum):
    """The action that a row of the platform's log is about."""

    ACCOUNT = "account_creation"
    RESTAURANT = "restaurant_registration"
    ONBOARDING_USER = "onboarding_user_creation"
    ONBOARDING_RECORD = "onboarding_record_update"


class Event(StrEnum):
    """The usage events of the sub-steps that leave no other trace."""

    WEBSITE = "registration_website_settings"
    SERVICES = "registration_services_config"
    PAYMENT = "registration_stripe_payments"
    MENU = "registration_menu_upload"
    OPTION_SETS = "registration_option_sets"
    ITEM_TAGS = "registration_item_tags"


@dataclass(frozen=True)
class Accounts:
    """The accounts of an e-mail; `hidden`: the platform may have one that it does not show."""

    rows: tuple[platform_rows.AccountRow, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Images:
    """The images of a menu and their newest upload; `doubtful`: a failed query would give the same answer."""

    rows: platform_rows.ImageRows
    upload: platform_rows.UploadRow | None
    upload_known: bool = True
    doubtful: bool = False


class Facts(Protocol):
    """One source of facts. What the source cannot show is None where the type allows None, else empty."""

    events: bool
    """Whether usage events can be read."""

    async def accounts(self, expected: Expected) -> Accounts: ...
    async def logs(
        self, expected: Expected, action: Action, accounts: Accounts | None = None
    ) -> tuple[platform_rows.LogRow, ...]: ...
    async def restaurant(self, expected: Expected) -> platform_rows.RestaurantRow | None: ...
    async def code(self, expected: Expected) -> platform_rows.CodeRow | None: ...
    async def images(self, expected: Expected) -> Images: ...
    async def event(self, expected: Expected, event: Event) -> platform_rows.EventRow | None: ...
    async def links(self, expected: Expected) -> platform_rows.LinkRow: ...
    async def apart(self) -> ClockDifference: ...


def read_time(written: str | None) -> datetime | None:
    """A time that the platform wrote as text; None for no text, and for a text that is no time with a zone."""
    try:
        return _TIME.validate_python(written) if written else None
    except ValidationError:
        return None


def since(moment: datetime | None, sent: datetime | None) -> bool:
    """Whether a time that the database wrote is after the sending: both times are by the database's clock."""
    return moment is not None and sent is not None and moment >= sent


def since_by_server(moment: datetime | None, sent: datetime | None, apart: ClockDifference) -> bool | None:
    """Whether a time that the platform's server wrote is after the sending; None if the clocks cannot tell.

    The server's clock is `apart` from the database's; the server cuts its times to the millisecond.
    """
    if moment is None or sent is None:
        return None
    ended = moment.astimezone(UTC) + _MILLISECOND
    if ended > sent + apart.most:
        return True
    return False if ended <= sent + apart.least else None
