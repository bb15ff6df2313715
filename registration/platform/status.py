"""The platform's answers about an account, a registration and generated code; an absent member is None."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """Base of all answers: frozen; names in camel or snake case; unknown keys are ignored."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )


class AccountState(StrEnum):
    """The platform's status of an account."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    EXISTING = "existing"


class PlatformAccount(Answer):
    """The account of a restaurant."""

    email: str
    registration_status: AccountState
    account_id: str | None = Field(default=None, validation_alias="id")
    pumpd_user_id: str | None = None


class PlatformRestaurant(Answer):
    """The restaurant on the platform; without `pumpd_restaurant_id` it is not registered yet."""

    pumpd_restaurant_id: str | None = None
    pumpd_subdomain: str | None = None
    registration_type: str | None = None
    dashboard_url: str | None = None
    registration_status: str | None = None


class RegistrationStatus(Answer):
    """Account and registration of a restaurant."""

    account: PlatformAccount | None = None
    pumpd_restaurant: PlatformRestaurant | None = None


class CodeConfig(Answer):
    """The configuration of the run that generated the code: when the run began."""

    generated_at: str | None = None


class CodeInjection(Answer):
    """The generated code of a restaurant's website, stored at `generated_at`."""

    has_content: bool | None = None
    code_injection_id: str | None = None
    generated_at: AwareDatetime | None = None
    config: CodeConfig | None = None
