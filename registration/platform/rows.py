"""Evidence read from the platform's tables or routes: one value for each kind of row."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class AccountRow:
    """An account by its e-mail. `with_restaurant`: it was requested together with a restaurant."""

    id: str
    restaurant_id: UUID | None
    email: str
    status: str | None
    has_user_id: bool
    with_restaurant: bool


@dataclass(frozen=True)
class LogRow:
    """How one call ended; `existed`: the object of the call existed before."""

    status: str
    at: datetime
    user_email: str | None
    existed: bool


@dataclass(frozen=True)
class RestaurantRow:
    """A registration; `others` counts the other restaurants with its id, None if the count is not available."""

    id: str | None
    subdomain: str | None
    status: str | None
    dashboard_url: str | None
    others: int | None


@dataclass(frozen=True)
class CodeRow:
    """Generated code: when it was stored, and when the run that generated it began, by the platform's clock."""

    id: str
    has_content: bool
    stored_at: datetime | None
    run_at: str | None


@dataclass(frozen=True)
class ImageRows:
    """The images of a menu; `failed` names the dishes whose images failed, at most twenty.

    `menu_seen`: the menu can be read; if row-level security hides the menu, its images are hidden too.
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
    """The URLs that the platform stores in the restaurant's row."""

    demo_store_url: str | None = None
    hosted_logo_url: str | None = None
    stripe_connect_url: str | None = None
