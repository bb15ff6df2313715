"""The platform's memory: what was done for each restaurant, and the accounts and users that came of it."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field

from dev.sandbox.effects import Effect
from dev.sandbox.records import Account, OnboardingUser


class RestaurantState(BaseModel):
    """What was made outside for one restaurant, and how often each effect happened."""

    accounts: list[Account] = Field(default_factory=list[Account])
    onboarding_users: list[OnboardingUser] = Field(default_factory=list[OnboardingUser])
    registered: Annotated[bool, BeforeValidator(bool)] = False  # state files of older versions have an object
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
