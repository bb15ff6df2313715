"""The platform's memory: accounts, onboarding users and what was set up per restaurant."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from sandbox.effects import EffectLog
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

    registered: Registered | None = None
    code_injection: CodeInjection | None = None
    website: Website | None = None
    services: Change | None = None
    payment: Payment | None = None
    images: Images | None = None
    menu: ImportedMenu | None = None
    option_sets: Created | None = None
    item_tags: Created | None = None
    onboarding_email: str | None = None
    onboarding_record: Change | None = None


class PlatformState(BaseModel):
    """The platform's memory."""

    accounts: list[Account] = Field(default_factory=list[Account])
    onboarding_users: list[OnboardingUser] = Field(default_factory=list[OnboardingUser])
    restaurants: dict[UUID, RestaurantState] = Field(default_factory=dict[UUID, RestaurantState])
    effects: EffectLog = Field(default_factory=EffectLog)

    def of(self, restaurant_id: UUID) -> RestaurantState:
        """What was done for a restaurant, empty at first."""
        return self.restaurants.setdefault(restaurant_id, RestaurantState())

    def account(self, organisation_id: UUID, email: str) -> Account | None:
        """The account of an e-mail address, however it is capitalised."""
        return _of_email(self.accounts, organisation_id, email)

    def onboarding_user(self, organisation_id: UUID, email: str) -> OnboardingUser | None:
        """The onboarding user of an e-mail address, however it is capitalised."""
        return _of_email(self.onboarding_users, organisation_id, email)

    def subdomain_is_taken(self, subdomain: str) -> bool:
        """Whether a registered restaurant has this subdomain."""
        return any(one.registered and one.registered.pumpd_subdomain == subdomain for one in self.restaurants.values())


def _of_email(owners: list[Owner], organisation_id: UUID, email: str) -> Owner | None:
    wanted = (organisation_id, email.lower())
    return next((one for one in owners if (one.organisation_id, one.email.lower()) == wanted), None)


def now() -> datetime:
    """The platform's clock."""
    return datetime.now(UTC)


def load(file: Path | None) -> PlatformState:
    """The memory that was saved, or an empty one."""
    if file is None or not file.exists():
        return PlatformState()
    return PlatformState.model_validate_json(file.read_text())


def save(state: PlatformState, file: Path | None) -> None:
    """Write the memory as a whole, so that a killed process leaves the old or the new one."""
    if file is not None:
        fresh = file.with_suffix(".new")
        fresh.write_text(state.model_dump_json())
        fresh.replace(file)
