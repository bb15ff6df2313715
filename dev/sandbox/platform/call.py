"""One request to the platform: its caller, its body, and the rows that the route has read.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: a body is checked only as far as the route itself
does; unknown members are ignored.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from dev.sandbox.effects import effect_among
from dev.sandbox.faults import Fault, Kind
from dev.sandbox.names import Endpoint
from dev.sandbox.rows import Restaurant
from dev.sandbox.state import PlatformState, RestaurantState
from dev.sandbox.world import World

Row = dict[str, object]
NOBODY = UUID(int=0)


@dataclass
class Call:
    """A request in progress; `account` and `pumpd_restaurant` are its rows of those tables."""

    world: World
    endpoint: Endpoint
    organisation: str
    sent: Mapping[str, object]
    restaurant: Restaurant | None = None
    fault: Fault | None = None
    account: Row | None = None
    pumpd_restaurant: Row | None = None
    notes: dict[str, object] = field(default_factory=dict[str, object])

    @property
    def played(self) -> str | None:
        """The case that a test asked for at the control interface."""
        return self.fault.case if self.fault and self.fault.kind is Kind.PLAYS else None

    @property
    def platform(self) -> PlatformState:
        """The state of the systems behind the platform."""
        return self.world.state

    @property
    def done(self) -> RestaurantState:
        """The effects outside the platform for this restaurant."""
        return self.world.state.of(self.restaurant.id if self.restaurant else NOBODY)

    @property
    def organisation_id(self) -> UUID:
        """The organisation of the header, else the id of no organisation."""
        return uuid_of(self.organisation) or NOBODY

    @property
    def restaurant_id(self) -> UUID:
        """The restaurant of the request, else the id of no restaurant."""
        return self.restaurant.id if self.restaurant else self.id_sent("restaurantId") or NOBODY

    @property
    def name(self) -> str:
        """The restaurant's name."""
        return self.restaurant.name if self.restaurant else "Example Kitchen"

    @property
    def fails_partly(self) -> bool:
        """True if one of several items must fail."""
        return self.fault is not None and self.fault.kind is Kind.PARTLY_FAILED

    def text(self, name: str) -> str | None:
        """A member of the body that is present and not empty, as text."""
        value = self.sent.get(name)
        return str(value) if value else None

    def on(self, name: str) -> bool:
        """True if a member of the body is present with a truthy value."""
        return bool(self.sent.get(name))

    def part(self, name: str) -> Mapping[str, object]:
        """An object within the body; empty if it is absent."""
        value = self.sent.get(name)
        return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}

    def id_sent(self, name: str) -> UUID | None:
        """An id of the body; a malformed id counts as unknown."""
        return uuid_of(self.text(name))

    async def work(self) -> None:
        """Wait as long as the real endpoint takes."""
        latency_key = self.restaurant.latency_key if self.restaurant else str(self.restaurant_id)
        await asyncio.sleep(self.world.seconds(self.endpoint, latency_key))

    def happens(self, effect: Endpoint | None = None, email: str | None = None, *, made: str | None = None) -> None:
        """Count the effect as done outside, where it has `made` something with this id; the caller changes the memory
        before its next await.
        """
        if self.restaurant is not None:
            entry = effect_among(self.done.effects, self.restaurant, effect or self.endpoint, email)
            entry.happened(made)


def uuid_of(text: str | None) -> UUID | None:
    """The text as UUID, or None if it is not a UUID."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
