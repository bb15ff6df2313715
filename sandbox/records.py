"""What is remembered of each thing that was done outside the platform's tables.

Inferred: what the ordering system and the onboarding system keep was never looked at.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, SecretStr


class Change(BaseModel):
    """When something was last changed."""

    changed_at: datetime


class Account(Change):
    """One account; one per organisation and e-mail."""

    account_id: UUID
    organisation_id: UUID
    restaurant_id: UUID
    email: str
    password_digest: str

    def opens_with(self, password: SecretStr) -> bool:
        """Whether this is the account's password."""
        return self.password_digest == digest(password)


class OnboardingUser(Change):
    """A user of the onboarding portal, with an onboarding record; one per organisation and e-mail."""

    onboarding_id: str
    organisation_id: UUID
    email: str
    name: str


class Registered(Change):
    """A restaurant that lives on the platform."""

    pumpd_restaurant_id: str
    pumpd_subdomain: str
    dashboard_url: str
    account_id: UUID
    email: str


class Website(Change):
    """A configured website."""

    demo_store_url: str
    uploaded_logo_url: str | None


class Payment(Change):
    """Configured payment."""

    stripe_connect_url: str | None


class ImportedMenu(Change):
    """Items of a menu in the platform's restaurant; a second import adds them again."""

    menu_id: UUID
    items: int
    expected: int


class Created(Change):
    """Option sets or tags that were created of those that the menu asks for."""

    expected: int
    created: int


def digest(password: SecretStr) -> str:
    """What is remembered of a password."""
    return hashlib.sha256(password.get_secret_value().encode()).hexdigest()
