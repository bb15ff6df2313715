"""What the dialog of a new batch shows: restaurants, what would be refused, the options as they were typed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from interfaces.presenting.words import counted
from registration.batches.models import MOST_RESTAURANTS
from registration.batches.queries import TakenRestaurant
from registration.restaurants.list_queries import ListedRestaurant


@dataclass(frozen=True)
class Typed:
    """The options as a person typed them; the values of a new dialog are those of the domain."""

    name: str = ""
    start: bool = True
    split: bool = False
    threshold: int = 50
    max_parallel: int | None = None
    confirm_queries: bool = False
    extractions: bool = False
    defaults: str = ""


@dataclass(frozen=True)
class Candidate:
    """A restaurant that the batch can have; `notes` are worth knowing and refuse nothing."""

    id: UUID
    name: str
    city: str
    notes: str


@dataclass(frozen=True)
class NewBatchView:
    """The dialog. `problem` is why the form was refused when it was sent."""

    form: UUID
    restaurants: tuple[Candidate, ...]
    taken: tuple[TakenRestaurant, ...]
    typed: Typed = field(default_factory=Typed)
    problem: str = ""

    @property
    def title(self) -> str:
        """`New batch of 12 restaurants`."""
        return f"New batch of {counted(len(self.restaurants), 'restaurant')}"

    @property
    def parts(self) -> int:
        """How many batches the restaurants need."""
        return -(-len(self.restaurants) // MOST_RESTAURANTS)

    @property
    def most(self) -> int:
        """How many restaurants one batch has at most."""
        return MOST_RESTAURANTS

    @property
    def noted(self) -> int:
        """How many restaurants have a note."""
        return sum(bool(one.notes) for one in self.restaurants)


def view_of(
    form: UUID,
    asked: Sequence[UUID],
    found: Sequence[ListedRestaurant],
    taken: Sequence[TakenRestaurant],
    typed: Typed | None = None,
    problem: str = "",
) -> NewBatchView:
    """The dialog for these restaurants, in the order in which they were asked for."""
    refused = {one.restaurant_id for one in taken}
    known = {one.id: one for one in found}
    free = tuple(_candidate(known[one]) for one in dict.fromkeys(asked) if one in known and one not in refused)
    return NewBatchView(form, free, tuple(taken), typed or Typed(), problem)


def _candidate(restaurant: ListedRestaurant) -> Candidate:
    missing = {"no e-mail": restaurant.email, "no phone": restaurant.phone, "no address": restaurant.address}
    notes = ["is registered already"] if restaurant.registered else []
    notes += [words for words, value in missing.items() if not value]
    return Candidate(restaurant.id, restaurant.name, restaurant.city or "", ", ".join(notes))
