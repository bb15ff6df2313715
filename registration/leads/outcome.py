"""What became of each lead."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from registration.batches.run_queries import OpenedBatch


@dataclass(frozen=True)
class Converted:
    """A lead that became a restaurant; `restaurant_id` is None in a dry run, `remarks` say what needs a look."""

    lead_id: UUID
    name: str
    restaurant_id: UUID | None
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class AlreadyConverted:
    """A lead that became a restaurant before."""

    lead_id: UUID
    name: str
    restaurant_id: UUID
    converted_at: datetime | None
    converted_by: str | None


@dataclass(frozen=True)
class NotConverted:
    """A lead that could not be converted, and why; an unknown one has no name."""

    lead_id: UUID
    name: str | None
    reason: str


@dataclass(frozen=True)
class Conversion:
    """The leads by what became of them, each in the order in which they were named, and the batches of the new ones.

    `left` is how many leads were not looked at because there was no room in a batch.
    """

    converted: tuple[Converted, ...]
    already: tuple[AlreadyConverted, ...]
    failed: tuple[NotConverted, ...]
    batches: tuple[OpenedBatch, ...] = ()
    left: int = 0

    @property
    def line(self) -> str:
        """`98 converted, 1 already converted, 1 not converted`, in one line."""
        told = [f"{len(self.converted)} converted"]
        told += [f"{len(self.already)} already converted"] if self.already else []
        told += [f"{len(self.failed)} not converted"] if self.failed else []
        told += [f"{self.left} left for later"] if self.left else []
        return ", ".join(told)
