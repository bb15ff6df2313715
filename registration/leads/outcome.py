"""The outcome of a conversion for each lead."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from registration.batches.run_queries import OpenedBatch


@dataclass(frozen=True)
class Converted:
    """A converted lead; `restaurant_id` is None in a dry run, `remarks` describe values that a person should check."""

    lead_id: UUID
    name: str
    restaurant_id: UUID | None
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class AlreadyConverted:
    """A lead that was converted earlier."""

    lead_id: UUID
    name: str
    restaurant_id: UUID
    converted_at: datetime | None
    converted_by: str | None


@dataclass(frozen=True)
class NotConverted:
    """A lead that could not be converted, and why; an unknown lead has no name."""

    lead_id: UUID
    name: str | None
    reason: str


@dataclass(frozen=True)
class Conversion:
    """The leads by outcome, each group in the order of the request, and the batches of the new restaurants.

    `left` counts the leads that were not converted because no batch had room.
    """

    converted: tuple[Converted, ...]
    already: tuple[AlreadyConverted, ...]
    failed: tuple[NotConverted, ...]
    batches: tuple[OpenedBatch, ...] = ()
    left: int = 0

    @property
    def line(self) -> str:
        """`98 converted, 1 already converted, 1 not converted`, in one line."""
        parts = [f"{len(self.converted)} converted"]
        parts += [f"{len(self.already)} already converted"] if self.already else []
        parts += [f"{len(self.failed)} not converted"] if self.failed else []
        parts += [f"{self.left} left for later"] if self.left else []
        return ", ".join(parts)
