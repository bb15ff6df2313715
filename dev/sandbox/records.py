"""What is remembered of each thing that was made outside the platform's tables.

Inferred: what the ordering system and the onboarding system keep was never looked at.
"""

import hashlib
from uuid import UUID

from pydantic import BaseModel, SecretStr


class Account(BaseModel):
    """One account; one per organisation and e-mail."""

    account_id: UUID
    organisation_id: UUID
    restaurant_id: UUID
    email: str
    password_digest: str

    def opens_with(self, password: SecretStr) -> bool:
        """Whether this is the account's password."""
        return self.password_digest == digest(password)


class OnboardingUser(BaseModel):
    """A user of the onboarding portal, with an onboarding record; one per e-mail."""

    onboarding_id: str
    email: str


def digest(password: SecretStr) -> str:
    """What is remembered of a password."""
    return hashlib.sha256(password.get_secret_value().encode()).hexdigest()
