"""The platform's memory: what was done for each restaurant, and the accounts and users that came of it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from sandbox.effects import Effect
from sandbox.records import (
    Account,
    Change,
    CodeInjection,
    Created,
    Images,
    ImportedMenu,
    OnboardingUser,
    Payment,
    Registered,
    Website,
)

Owner = TypeVar("Owner", Account, OnboardingUser)


class RestaurantState(BaseModel):
    """All that the platform did for one restaurant; what is absent was never touched."""

    accounts: list[Account] = Field(default_factory=list[Account])
    onboarding_users: list[OnboardingUser] = Field(default_factory=list[OnboardingUser])
    registered: Registered | None = None
    code_injection: CodeInjection | None = None
    website: Website | None = None
    services: Change | None = None
    payment: Payment | None = None
    images: Images | None = None
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
        accounts = (account for one in self.restaurants.values() for account in one.accounts)
        return _of_email(accounts, organisation_id, email)

    def restaurants_under(self, account: Account) -> int:
        """How many restaurants an account has."""
        registered = (one.registered for one in self.restaurants.values() if one.registered)
        return account.restaurants_before + sum(one.account_id == account.account_id for one in registered)

    def onboarding_user(self, organisation_id: UUID, email: str) -> OnboardingUser | None:
        """The onboarding user of an e-mail address, however it is capitalised."""
        users = (user for one in self.restaurants.values() for user in one.onboarding_users)
        return _of_email(users, organisation_id, email)

    def subdomain_is_taken(self, subdomain: str) -> bool:
        """Whether a registered restaurant has this subdomain."""
        return any(one.registered and one.registered.pumpd_subdomain == subdomain for one in self.restaurants.values())

    def effects(self) -> list[Effect]:
        """All effects since the start or the last reset."""
        return [effect for one in self.restaurants.values() for effect in one.effects]

    def reset_effects(self) -> None:
        """Begin to count anew."""
        for one in self.restaurants.values():
            one.effects.clear()


def _of_email(owners: Iterable[Owner], organisation_id: UUID, email: str) -> Owner | None:
    wanted = (organisation_id, email.lower())
    return next((one for one in owners if (one.organisation_id, one.email.lower()) == wanted), None)


def now() -> datetime:
    """The platform's clock."""
    return datetime.now(UTC)
