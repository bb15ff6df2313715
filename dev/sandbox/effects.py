"""The count of all effects, so that a test can see which effect happened twice."""

from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from dev.sandbox.names import Endpoint
from dev.sandbox.rows import Restaurant


class Effect(BaseModel):
    """How often one effect happened for one restaurant; an account also has its e-mail address.

    `made` is the id that the ordering system gave a new restaurant, the last one of several.
    """

    organisation_id: UUID
    restaurant_id: UUID
    restaurant_name: str
    external_id: str | None
    effect: Endpoint
    email: str | None
    made: str | None = None
    count: int = 0
    times: list[datetime] = Field(default_factory=list[datetime])

    def happened(self, made: str | None = None) -> None:
        """Count one more occurrence, now, and keep the id of what was made."""
        self.made = made or self.made
        self.count += 1
        self.times.append(datetime.now(UTC))


def effect_among(effects: list[Effect], restaurant: Restaurant, effect: Endpoint, email: str | None) -> Effect:
    """The entry of one effect of the restaurant; a new entry if the effect never happened before."""
    for entry in effects:
        if (entry.effect, entry.email) == (effect, email):
            return entry
    entry = Effect(
        organisation_id=restaurant.organisation_id,
        restaurant_id=restaurant.id,
        restaurant_name=restaurant.name,
        external_id=restaurant.external_id,
        effect=effect,
        email=email,
    )
    effects.append(entry)
    return entry
