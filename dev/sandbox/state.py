"""The platform's memory: the effects for each restaurant, and the resulting accounts and users."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from dev.sandbox.effects import Effect
from dev.sandbox.records import Account, OnboardingUser


class RestaurantState(BaseModel):
    """Everything created outside for one restaurant, and the count of each effect."""

    accounts: list[Account] = Field(default_factory=list[Account])
    onboarding_users: list[OnboardingUser] = Field(default_factory=list[OnboardingUser])
    registered: Annotated[bool, BeforeValidator(bool)] = False  # state files of older versions have an object
    effects: list[Effect] = Field(default_factory=list[Effect])


class PlatformState:
    """The platform's memory of all restaurants."""

    def __init__(self, restaurants: dict[UUID, RestaurantState]) -> None:
        self.restaurants = restaurants

    def of(self, restaurant_id: UUID) -> RestaurantState:
        """The state of a restaurant, empty at first."""
        return self.restaurants.setdefault(restaurant_id, RestaurantState())

    def account(self, organisation_id: UUID, email: str) -> Account | None:
        """The account of an e-mail address, regardless of capitals."""
        wanted = (organisation_id, email.lower())
        accounts = (account for restaurant in self.restaurants.values() for account in restaurant.accounts)
        return next((one for one in accounts if (one.organisation_id, one.email.lower()) == wanted), None)

    def effects(self) -> list[Effect]:
        """All effects since the start or the last reset."""
        return [effect for restaurant in self.restaurants.values() for effect in restaurant.effects]

    def reset_effects(self) -> None:
        """Reset the counts."""
        for restaurant in self.restaurants.values():
            restaurant.effects.clear()
