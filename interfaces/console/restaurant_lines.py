"""A restaurant in a line, as the pages of restaurants and of an import show it, with its state in words. Pure."""

from dataclasses import dataclass
from uuid import UUID

from interfaces.presenting.marks import Tone
from registration.restaurants.list_queries import ListedRestaurant


@dataclass(frozen=True)
class RestaurantLine:
    """One restaurant in the list; `batch_id` is the batch that has it now, `lacks` what a registration will ask for."""

    id: UUID
    name: str
    address: str
    city: str
    cuisine: str
    contact: str
    state: str
    tone: Tone
    batch_id: UUID | None
    job_id: UUID | None
    lacks: str


def line_of(restaurant: ListedRestaurant) -> RestaurantLine:
    """The line of one restaurant."""
    state, tone = state_of(restaurant)
    needed = {"e-mail": restaurant.email, "phone": restaurant.phone, "address": restaurant.address}
    return RestaurantLine(
        id=restaurant.id,
        name=restaurant.name,
        address=restaurant.address or "",
        city=restaurant.city or "",
        cuisine=", ".join(restaurant.cuisine),
        contact=restaurant.email or restaurant.phone or "",
        state=state,
        tone=tone,
        batch_id=restaurant.active_batch_id,
        job_id=restaurant.active_job_id,
        lacks=", ".join(name for name, value in needed.items() if not value),
    )


def state_of(restaurant: ListedRestaurant) -> tuple[str, Tone]:
    """Whether a batch has the restaurant now, else whether the platform has it."""
    if restaurant.active_batch_id is not None:
        return "in a batch now", Tone.RUNNING
    return ("registered", Tone.GOOD) if restaurant.registered else ("never registered", Tone.QUIET)
