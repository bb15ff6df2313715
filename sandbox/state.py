"""The platform's memory: what was done for each restaurant, and the accounts and users that came of it."""

from datetime import UTC, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from sandbox.effects import Effect
from sandbox.records import (
    Account,
    Change,
    Created,
    ImportedMenu,
    OnboardingUser,
    Payment,
    Registered,
    Website,
)


class RestaurantState(BaseModel):
    """All that the platform did for one restaurant; what is absent was never touched."""

    accounts: list[Account] = Field(default_factory=list[Account])
    onboarding_users: list[OnboardingUser] = Field(default_factory=list[OnboardingUser])
    registered: Registered | None = None
    website: Website | None = None
    services: Change | None = None
    payment: Payment | None = None
    menu: ImportedMenu | None = None
    option_sets: Created | None = None
    item_tags: Created | None = None
    onboarding_record: Change | None = None
    effects: list[Effect] = Field(default_factory=list[Effect])


class PlatformState:
    """The platform's memory of all restaurants."""

    def __init__(self, restaurants: dict[UUID, RestaurantState]) -> None:
        self.restaurants = restaurants

    def of(self, restaurant_id: UUID) -> RestaurantState:
        """What was done for a restaurant, empty at first."""
        return self.restaurants.setdefault(restaurant_id, RestaurantState())

    def account(self, organisation_id: UUID, email: str) -> Account | None:
        """The account of an e-mail address, however it is capitalised."""
        wanted = (organisation_id, email.lower())
        accounts = (account for one in self.restaurants.values() for account in one.accounts)
        return next((one for one in accounts if (one.organisation_id, one.email.lower()) == wanted), None)

    def effects(self) -> list[Effect]:
        """All effects since the start or the last reset."""
        return [effect for one in self.restaurants.values() for effect in one.effects]

    def reset_effects(self) -> None:
        """Begin to count anew."""
        for one in self.restaurants.values():
            one.effects.clear()


def now() -> datetime:
    """The platform's clock."""
    return datetime.now(UTC)
