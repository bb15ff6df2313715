"""The outputs of each sub-step: read from the platform's answer, or built from evidence. Never a password.

`OUTPUTS[name].model_validate(answer)` reads an answer and raises pydantic's ValidationError if a required field is
missing; `model_dump(mode="json")` is what the database keeps, and `model_validate` reads that back too. `outputs_of`
fills in what an answer leaves out from the request. Required fields that may be None are in every answer, and unknown
where the outputs were built from evidence.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, AliasChoices, AliasPath, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from registration.kit.values import email_key
from registration.workflow.sub_steps import SubStepName

_MOST_NAMED, _LONGEST_WORDS = 20, 120
_NotEmpty = Annotated[str, Field(min_length=1)]
_MOST_OF_WARNINGS = 300
_END_OF_THE_SCRIPT = "theme configuration completed"


class Summary(BaseModel):
    """Numbers of a creation: in all, created, failed."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    total: int = Field(ge=0)
    created: int = Field(ge=0)
    failed: int = Field(ge=0)

    def failure_of(self, things: str) -> str | None:
        """The failure in numbers, None if all were created."""
        if self.failed:
            return f"{self.failed} of {self.total} {things} failed ({self.created} created)"
        return f"{self.created} of {self.total} {things} were created" if self.created < self.total else None


class TagsSummary(Summary):
    """With the number of items that have a tag now; None where it is not known."""

    items_assigned: int | None = Field(ge=0)


def _short(words: str) -> str:
    return " ".join(words.split())[:_LONGEST_WORDS]


def _first(*paths: str) -> AliasChoices:
    """The first of these members that exists; a dot separates an inner member from its outer one."""
    return AliasChoices(*(AliasPath(*path.split(".")) for path in paths))


def _is_finished(output: Any) -> Any:
    return _END_OF_THE_SCRIPT in output.casefold() if isinstance(output, str) else output


def _has_data(data: Any) -> Any:
    return data if isinstance(data, bool) else isinstance(data, dict)


def _one_line(text: Any) -> Any:
    return " ".join(text.split())[:_MOST_OF_WARNINGS] or None if isinstance(text, str) else text


def _is_of_stripe(link: str | None) -> bool:
    host = urlsplit(link).hostname if link else None
    return host is not None and "stripe" in host.split(".")


class Outputs(BaseModel):
    """Base class of all outputs."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, hide_input_in_errors=True
    )

    def failure(self) -> str | None:
        """Reason why a response that claims success is a failure, else None."""
        return None

    def missing(self) -> str | None:
        """What a success lacks, and the same request once more may bring; None for nothing."""
        return None

    def completed_by(self, shown: "Outputs") -> Self:
        """These outputs, completed by what the platform shows where its answer left a field out."""
        known = {name: value for name, value in shown if value not in (None, {}, ())}
        return self.model_copy(update={name: value for name, value in known.items() if not getattr(self, name, value)})


class AccountOutputs(Outputs):
    """cloudwaitressAccount. `existing`: the account was there before and nothing was sent."""

    account_id: str | None
    email: Annotated[str, AfterValidator(email_key)]
    already_exists: bool = False
    existing: bool = False


class CodeOutputs(Outputs):
    """codeGeneration: what websiteConfig needs. Without an id the code was not stored, and is in its files only."""

    code_injection_id: str | None
    generated_at: datetime
    file_paths: dict[str, str] | list[str] | None = None


class OnboardingUserOutputs(Outputs):
    """createOnboardingUser."""

    user_name: str | None
    user_email: str
    password_generated: bool | None


class FailedImage(BaseModel):
    """One image that was not uploaded."""

    model_config = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)

    item_name: Annotated[str, AfterValidator(_short)] = "without a name"
    error: Annotated[str, AfterValidator(_short)] = "without a reason"

    def __str__(self) -> str:
        return f"{self.item_name} ({self.error})"


class ImagesOutputs(Outputs):
    """uploadImages: `uploaded` of `total`. Of more than ten images the upload, `batch_id`, goes on after the answer."""

    mode: str | None = None
    batch_id: str | None = None
    status: Literal["started", "finished"] | None = None
    total: int | None = Field(default=None, ge=0, validation_alias=_first("total", "stats.totalImages", "totalImages"))
    uploaded: int | None = Field(
        default=None, ge=0, validation_alias=_first("uploaded", "stats.successful", "stats.alreadyUploaded")
    )
    failed: tuple[FailedImage, ...] = Field(default=(), validation_alias=_first("failed", "results.failed"))

    def completed_by(self, shown: Outputs) -> Self:
        """The counts that the platform shows, of all images of the menu: an answer counts those of its request."""
        counts = {"total": shown.total, "uploaded": shown.uploaded} if isinstance(shown, ImagesOutputs) else {}
        return self.model_copy(update=counts)

    def missing(self) -> str | None:
        if self.mode != "synchronous" or not self.total or (self.uploaded or 0) >= self.total:
            return None
        names = ", ".join(map(str, self.failed[:_MOST_NAMED]))
        return f"{self.uploaded or 0} of {self.total} images are uploaded{f'; these failed: {names}' if names else ''}"


def _of_restaurant(name: str) -> AliasChoices:
    return AliasChoices(AliasPath("restaurant", name), name)


class RestaurantOutputs(Outputs):
    """restaurantRegistration; `pumpd_restaurant_id` is "RES…", None until the platform shows it."""

    pumpd_restaurant_id: _NotEmpty | None = Field(validation_alias=_of_restaurant("pumpd_restaurant_id"))
    pumpd_subdomain: _NotEmpty = Field(validation_alias=_of_restaurant("pumpd_subdomain"))
    dashboard_url: str | None = Field(default=None, validation_alias=_of_restaurant("dashboard_url"))
    registration_status: str | None = Field(validation_alias=_of_restaurant("registration_status"))

    def completed_by(self, shown: Outputs) -> Self:
        """The row as it is now: the answer has the one before the registration, with a dashboard that leads nowhere."""
        return self.model_copy(update={name: value for name, value in shown if value is not None})


class WebsiteOutputs(Outputs):
    """websiteConfig; without a logo nothing was uploaded.

    `finished`: the platform's script came to its end, which only its output shows; `warnings` is what it could not do.
    """

    uploaded_logo_url: str | None
    demo_store_url: str | None
    finished: Annotated[bool | None, BeforeValidator(_is_finished)] = Field(
        default=None, validation_alias=AliasChoices("output", "finished")
    )
    warnings: Annotated[str | None, BeforeValidator(_one_line)] = Field(
        default=None, validation_alias=AliasChoices("error", "warnings")
    )

    def failure(self) -> str | None:
        warnings = f": {self.warnings}" if self.warnings else ""
        if "navigation failed" in warnings.casefold():
            return f"the platform said success, but its script did not get to the website{warnings}"
        if self.finished is False and self.uploaded_logo_url is None:
            return f"the platform said success, but its script did not come to its end{warnings}"
        return None


class ServicesOutputs(Outputs):
    """servicesConfig; it has no outputs."""


class PaymentOutputs(Outputs):
    """paymentConfig; the link is None unless it was requested."""

    stripe_connect_url: str | None
    link_asked: bool = Field(default=False, validation_alias=AliasChoices("includeConnectLink", "link_asked"))

    def failure(self) -> str | None:
        if not self.link_asked or _is_of_stripe(self.stripe_connect_url):
            return None
        return "payment was set up, but without the Stripe link that was asked for: get it from the restaurant's page"


class MenuOutputs(Outputs):
    """menuImport; `item_count` counts our own items where the platform does not give a number."""

    item_count: Annotated[int, Field(ge=0)] | None = None
    menu_id: UUID | None = None


class SyncOutputs(Outputs):
    """syncOnboardingUser."""

    onboarding_id: str | None
    updated_fields: int | tuple[str, ...]
    """Their number, or their names."""


class OptionSetsOutputs(Outputs):
    """optionSets."""

    summary: Summary

    def failure(self) -> str | None:
        return self.summary.failure_of("option sets")


class ItemTagsOutputs(Outputs):
    """itemTags."""

    summary: TagsSummary

    def failure(self) -> str | None:
        return self.summary.failure_of("item tags")


class ExtractionOutputs(Outputs):
    """menuExtraction and brandingExtraction; only a menu extraction has a job.

    `finished`: everything was read and stored before the answer. A menu extraction that was started has a `message`.
    """

    job_id: str | None = None
    message: str | None = None
    finished: Annotated[bool, BeforeValidator(_has_data)] = Field(
        default=False, validation_alias=AliasChoices("data", "summary", "finished")
    )

    def failure(self) -> str | None:
        started = self.finished or self.message is not None or not self.job_id
        return None if started else "the platform did not begin the extraction"


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


def outputs_of(name: SubStepName, answer: Mapping[str, Any], requested: Mapping[str, Any]) -> Outputs:
    """The outputs of an answer, or as they are stored; `requested` has fields that the answer may leave out."""
    outputs = OUTPUTS[name]
    known = {field: value for field, value in requested.items() if field in outputs.model_fields}
    return outputs.model_validate(known | dict(answer))
