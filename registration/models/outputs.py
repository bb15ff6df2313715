"""What each sub-step leaves behind: read from the platform's answer, or built from evidence. Never a password.

`OUTPUTS[name].model_validate(answer)` reads an answer and raises pydantic's ValidationError if what must be in it is
not; `model_dump(mode="json")` is what the database keeps, and `model_validate` reads that back too. Fields that are
required but may be None are told by an answer and unknown where the outputs were built from evidence.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AliasChoices, AliasPath, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from registration.models.emails import email_key
from registration.models.summaries import Summary, TagsSummary
from registration.sub_steps import SubStepName


class Outputs(BaseModel):
    """Base of all outputs."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, hide_input_in_errors=True
    )

    def failure(self) -> str | None:
        """Why a success is none; None if it is one."""
        return None


class AccountOutputs(Outputs):
    """cloudwaitressAccount. `existing`: the account was there before and nothing was sent."""

    account_id: str | None
    email: Annotated[str, AfterValidator(email_key)]
    already_exists: bool
    existing: bool = False


class CodeOutputs(Outputs):
    """codeGeneration: what websiteConfig needs."""

    code_injection_id: str
    generated_at: datetime
    file_paths: dict[str, str] | list[str]


class OnboardingUserOutputs(Outputs):
    """createOnboardingUser."""

    user_name: str | None
    user_email: str
    password_generated: bool | None


class ImagesOutputs(Outputs):
    """uploadImages: whether the upload was only started; `uploaded` of `total` come from asking."""

    status: Literal["started", "finished"] | None = None
    total: int | None = None
    uploaded: int | None = None


def _of_restaurant(name: str) -> AliasChoices:
    return AliasChoices(AliasPath("restaurant", name), name)


class RestaurantOutputs(Outputs):
    """restaurantRegistration; `pumpd_restaurant_id` is "RES…"."""

    pumpd_restaurant_id: str = Field(min_length=1, validation_alias=_of_restaurant("pumpd_restaurant_id"))
    pumpd_subdomain: str = Field(min_length=1, validation_alias=_of_restaurant("pumpd_subdomain"))
    dashboard_url: str | None = Field(validation_alias=_of_restaurant("dashboard_url"))
    registration_status: str | None = Field(validation_alias=_of_restaurant("registration_status"))


class WebsiteOutputs(Outputs):
    """websiteConfig; without a logo nothing was uploaded."""

    uploaded_logo_url: str | None
    demo_store_url: str | None


class ServicesOutputs(Outputs):
    """servicesConfig leaves nothing to remember."""


class PaymentOutputs(Outputs):
    """paymentConfig; without a link asked for there is none."""

    stripe_connect_url: str | None


class MenuOutputs(Outputs):
    """menuImport."""

    item_count: int = Field(ge=0)
    menu_id: UUID | None = None


class SyncOutputs(Outputs):
    """syncOnboardingUser."""

    onboarding_id: str | None
    updated_fields: tuple[str, ...]


class OptionSetsOutputs(Outputs):
    """optionSets."""

    summary: Summary

    def failure(self) -> str | None:
        return self.summary.says("option sets")


class ItemTagsOutputs(Outputs):
    """itemTags."""

    summary: TagsSummary

    def failure(self) -> str | None:
        return self.summary.says("item tags")


class ExtractionOutputs(Outputs):
    """menuExtraction and brandingExtraction; only a menu extraction has a job."""

    job_id: str | None = None


OUTPUTS: dict[SubStepName, type[Outputs]] = {
    SubStepName.CLOUDWAITRESS_ACCOUNT: AccountOutputs,
    SubStepName.CODE_GENERATION: CodeOutputs,
    SubStepName.CREATE_ONBOARDING_USER: OnboardingUserOutputs,
    SubStepName.UPLOAD_IMAGES: ImagesOutputs,
    SubStepName.RESTAURANT_REGISTRATION: RestaurantOutputs,
    SubStepName.WEBSITE_CONFIG: WebsiteOutputs,
    SubStepName.SERVICES_CONFIG: ServicesOutputs,
    SubStepName.PAYMENT_CONFIG: PaymentOutputs,
    SubStepName.MENU_IMPORT: MenuOutputs,
    SubStepName.SYNC_ONBOARDING_USER: SyncOutputs,
    SubStepName.OPTION_SETS: OptionSetsOutputs,
    SubStepName.ITEM_TAGS: ItemTagsOutputs,
}
