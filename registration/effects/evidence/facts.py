"""What can be found out about a sub-step, whichever way the platform is asked."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from registration.effects.evidence.model import Expected
from registration.kit.server_clock import Apart
from registration.platform import rows as platform_rows

_TIME: TypeAdapter[datetime] = TypeAdapter(AwareDatetime)
_MILLISECOND = timedelta(milliseconds=1)


class Action(StrEnum):
    """What the platform's log rows are about."""

    ACCOUNT = "account_creation"
    RESTAURANT = "restaurant_registration"
    ONBOARDING_USER = "onboarding_user_creation"
    ONBOARDING_RECORD = "onboarding_record_update"


class Event(StrEnum):
    """The usage events of the sub-steps that leave nothing else."""

    WEBSITE = "registration_website_settings"
    SERVICES = "registration_services_config"
    PAYMENT = "registration_stripe_payments"
    MENU = "registration_menu_upload"
    OPTION_SETS = "registration_option_sets"
    ITEM_TAGS = "registration_item_tags"


@dataclass(frozen=True)
class Accounts:
    """The accounts of an e-mail; `hidden`: there may be one that cannot be shown."""

    rows: tuple[platform_rows.AccountRow, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Images:
    """The images of a menu and their newest upload; `doubtful`: a failed reading looks the same."""

    rows: platform_rows.ImageRows
    upload: platform_rows.UploadRow | None
    upload_known: bool = True
    doubtful: bool = False


class Facts(Protocol):
    """One way of asking. What cannot be asked is None where the type allows it, else looks as if there were nothing."""

    events: bool
    """Whether usage events can be read."""

    async def accounts(self, asked: Expected) -> Accounts: ...
    async def logs(
        self, asked: Expected, action: Action, accounts: Accounts | None = None
    ) -> tuple[platform_rows.LogRow, ...]: ...
    async def restaurant(self, asked: Expected) -> platform_rows.RestaurantRow | None: ...
    async def code(self, asked: Expected) -> platform_rows.CodeRow | None: ...
    async def images(self, asked: Expected) -> Images: ...
    async def event(self, asked: Expected, event: Event) -> platform_rows.EventRow | None: ...
    async def links(self, asked: Expected) -> platform_rows.LinkRow: ...
    async def apart(self) -> Apart: ...


def read_time(said: str | None) -> datetime | None:
    """A time that the platform wrote as text; None for none, and for what is no time with a zone."""
    try:
        return _TIME.validate_python(said) if said else None
    except ValidationError:
        return None


def since(moment: datetime | None, sent: datetime | None) -> bool:
    """Whether what the database dated came after the sending: both times are by the database's clock."""
    return moment is not None and sent is not None and moment >= sent


def since_by_server(moment: datetime | None, sent: datetime | None, apart: Apart) -> bool | None:
    """Whether what the platform's server dated came after the sending; None if the clocks cannot tell.

    The server's clock is `apart` from the database's; its times end with the millisecond.
    """
    if moment is None or sent is None:
        return None
    ended = moment.astimezone(UTC) + _MILLISECOND
    if ended > sent + apart.most:
        return True
    return False if ended <= sent + apart.least else None
