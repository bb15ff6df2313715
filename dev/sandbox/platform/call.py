"""One call of the platform: who asks, what was sent, and the rows that the route has looked at.

Made after the platform's source at commit 3d2ff03 of 19 January 2026: nothing of what is sent is checked beyond what a
route itself asks for; unknown members are ignored.
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
    """A call while it is worked on; `account` and `place` are rows of pumpd_accounts and pumpd_restaurants."""

    world: World
    endpoint: Endpoint
    organisation: str
    sent: Mapping[str, object]
    restaurant: Restaurant | None = None
    fault: Fault | None = None
    account: Row | None = None
    place: Row | None = None
    notes: dict[str, object] = field(default_factory=dict[str, object])

    @property
    def played(self) -> str | None:
        """The case that the control interface asked for."""
        return self.fault.case if self.fault and self.fault.kind is Kind.PLAYS else None

    @property
    def platform(self) -> PlatformState:
        """What the outside remembers."""
        return self.world.state

    @property
    def done(self) -> RestaurantState:
        """What was done outside for this restaurant."""
        return self.world.state.of(self.restaurant.id if self.restaurant else NOBODY)

    @property
    def organisation_id(self) -> UUID:
        """The organisation of the header, else none that there is."""
        return uuid_of(self.organisation) or NOBODY

    @property
    def restaurant_id(self) -> UUID:
        """The restaurant that was sent, else none that there is."""
        return self.restaurant.id if self.restaurant else self.id_sent("restaurantId") or NOBODY

    @property
    def name(self) -> str:
        """The restaurant's name."""
        return self.restaurant.name if self.restaurant else "Example Kitchen"

    @property
    def fails_partly(self) -> bool:
        """Whether one of several things shall fail."""
        return self.fault is not None and self.fault.kind is Kind.PARTLY_FAILED

    def text(self, name: str) -> str | None:
        """A member that was sent and is not empty, as text."""
        value = self.sent.get(name)
        return str(value) if value else None

    def on(self, name: str) -> bool:
        """Whether a member was sent with a value that counts as yes."""
        return bool(self.sent.get(name))

    def part(self, name: str) -> Mapping[str, object]:
        """An object that was sent within the body; empty if there is none."""
        value = self.sent.get(name)
        return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}

    def id_sent(self, name: str) -> UUID | None:
        """An id that was sent; a malformed one counts as unknown."""
        return uuid_of(self.text(name))

    async def work(self) -> None:
        """Take as long as the real thing."""
        who = self.restaurant.who if self.restaurant else str(self.restaurant_id)
        await asyncio.sleep(self.world.seconds(self.endpoint, who))

    def happens(self, effect: Endpoint | None = None, email: str | None = None) -> None:
        """Count the effect as done outside; the caller changes the memory before it awaits anything."""
        if self.restaurant is not None:
            entry = effect_among(self.done.effects, self.restaurant, effect or self.endpoint, email)
            entry.happened()


def uuid_of(text: str | None) -> UUID | None:
    """A uuid, or nothing if the text is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
