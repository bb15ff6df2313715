"""The platform's answer about everything after the registration, area by area."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from registration.clients.platform_answers import Answer, Mark

Count = Annotated[int, Field(ge=0)]


class Configured(Mark):
    """An area that is configured or not."""

    done: bool


class ImportedMenu(Mark):
    """The menu on the platform: `items` of the `expected` are there."""

    menu_id: UUID | None = None
    items: Count = 0
    expected: Count | None = None


class UploadedImages(Mark):
    """The images of the menu."""

    total: Count
    uploaded: Count
    menu_id: UUID | None = None


class CreatedThings(Mark):
    """Option sets or tags."""

    expected: Count
    created: Count


class OnboardingUser(Mark):
    """The restaurant's user of the onboarding portal; no e-mail is no user."""

    email: str | None


class OnboardingRecord(Mark):
    """The record of the onboarding portal; no time is never updated."""


class SetupStatus(Answer):
    """Everything after the registration, per area."""

    website: Configured | None = None
    services: Configured | None = None
    payment: Configured | None = None
    menu: ImportedMenu | None = None
    images: UploadedImages | None = None
    option_sets: CreatedThings | None = None
    item_tags: CreatedThings | None = None
    onboarding_user: OnboardingUser | None = None
    onboarding_record: OnboardingRecord | None = None
