"""What a look at the platform has read, out of its tables or from its routes: one value for each kind of row."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AccountRow:
    """An account by its e-mail. `with_restaurant`: it was asked for together with a restaurant."""

    id: str
    restaurant_id: UUID | None
    email: str
    status: str | None
    has_user_id: bool
    with_restaurant: bool


@dataclass(frozen=True)
class LogRow:
    """How one call ended; `existed`: what it was to make existed before."""

    status: str
    at: datetime
    user_email: str | None
    existed: bool


@dataclass(frozen=True)
class RestaurantRow:
    """A registration; `others` is how many other restaurants have its id, None where that cannot be asked."""

    id: str | None
    subdomain: str | None
    status: str | None
    dashboard_url: str | None
    others: int | None


@dataclass(frozen=True)
class CodeRow:
    """Generated code: when it was stored, and when the run began that made it, by the platform's clock."""

    id: str
    has_content: bool
    stored_at: datetime | None
    run_at: str | None


@dataclass(frozen=True)
class ImageRows:
    """The images of a menu; `failed` names the dishes of those that failed, twenty at most.

    `menu_seen`: the menu itself can be read; of one that is hidden no image is seen either.
    """

    total: int
    uploaded: int
    failed: tuple[str, ...]
    menu_seen: bool = True


@dataclass(frozen=True)
class UploadRow:
    """The newest upload of a menu's images."""

    id: str
    status: str | None
    at: datetime | None


@dataclass(frozen=True)
class EventRow:
    """The newest usage event of a route for a restaurant."""

    at: datetime
    option_sets: str | None
    tags: str | None
    items_assigned: str | None


@dataclass(frozen=True)
class LinkRow:
    """The addresses that the platform writes on the restaurant."""

    demo_store_url: str | None = None
    hosted_logo_url: str | None = None
    stripe_connect_url: str | None = None
