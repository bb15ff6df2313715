"""One call of an endpoint, as its handler sees it."""

import asyncio
from dataclasses import dataclass

from sandbox.effects import effect_among
from sandbox.faults import Fault, Kind
from sandbox.names import Endpoint
from sandbox.records import Change
from sandbox.rows import Restaurant
from sandbox.state import PlatformState, RestaurantState, now
from sandbox.world import World

Answer = dict[str, object]


@dataclass(frozen=True)
class Call:
    """Who calls what, with which key, and what shall go wrong."""

    world: World
    endpoint: Endpoint
    restaurant: Restaurant
    idempotency_key: str | None
    fault: Fault | None

    @property
    def platform(self) -> PlatformState:
        """The platform's memory."""
        return self.world.state

    @property
    def done(self) -> RestaurantState:
        """What was done for this restaurant so far."""
        return self.world.state.of(self.restaurant.id)

    @property
    def fails_partly(self) -> bool:
        """Whether one of several things shall fail."""
        return self.fault is not None and self.fault.kind is Kind.PARTLY_FAILED

    async def work(self) -> None:
        """Take as long as the real thing."""
        await asyncio.sleep(self.world.seconds(self.endpoint, self.restaurant.who))

    def happens(self, effect: Endpoint | None = None, email: str | None = None) -> bool:
        """Count the effect as done; False if the platform only pretends, and nothing may be changed.

        The caller changes the memory before it awaits anything.
        """
        if self.fault is not None and self.fault.kind is Kind.NOTHING_DONE:
            return False
        entry = effect_among(self.done.effects, self.restaurant, effect or self.endpoint, email)
        entry.happened(self.idempotency_key)
        return True

    def stamp(self) -> Change:
        """Key and time of a change that is made now."""
        return Change(idempotency_key=self.idempotency_key, changed_at=now())
