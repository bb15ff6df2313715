"""The platform's answers to our questions. An area that is absent is None: no evidence, not "not done"."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AliasChoices, AliasPath, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from registration.clients.server_clock import TOGETHER, Apart

FilePaths = dict[str, str] | list[str]


class Answer(BaseModel):
    """Frozen; names in camel or snake case; keys that we do not read are ignored."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        hide_input_in_errors=True,
    )


class AccountState(StrEnum):
    """How far the platform is with an account."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    EXISTING = "existing"


class PlatformAccount(Answer):
    """The account of a restaurant."""

    email: str
    registration_status: AccountState
    account_id: str | None = Field(default=None, validation_alias=AliasChoices("account_id", "accountId", "id"))
    pumpd_user_id: str | None = None


class PlatformRestaurant(Answer):
    """The restaurant on the platform; without `pumpd_restaurant_id` it is a row that waits for its registration."""

    pumpd_restaurant_id: str | None = None
    pumpd_account_id: str | None = None
    pumpd_subdomain: str | None = None
    registration_type: str | None = None
    dashboard_url: str | None = None
    registration_status: str | None = None
    demo_store_url: str | None = None
    stripe_connect_url: str | None = None
    onboarding_status: str | None = None


class RegistrationStatus(Answer):
    """Account and registration of a restaurant."""

    account: PlatformAccount | None = None
    pumpd_restaurant: PlatformRestaurant | None = None
    has_account: bool | None = None
    has_restaurant: bool | None = None


class Mark(Answer):
    """Who changed something last: the idempotency key of the request and the time, where the platform has them.

    Null for both means never changed; absent means that the platform does not say.
    """

    idempotency_key: str | None = None
    changed_at: AwareDatetime | None = Field(
        default=None, validation_alias=AliasChoices("changed_at", "changedAt", "updated_at", "updatedAt")
    )

    @property
    def says_who(self) -> bool:
        """Whether the platform tells key or time at all."""
        return bool(self.model_fields_set & {"idempotency_key", "changed_at"})

    @property
    def untouched(self) -> bool:
        """The platform says that nothing was ever changed."""
        return self.says_who and self.idempotency_key is None and self.changed_at is None

    def is_of(self, idempotency_key: str, sent_at: datetime | None, apart: Apart = TOGETHER) -> bool:
        """Whether the last change carries the key, or certainly came after the sending.

        `sent_at` is by the database's clock, the change by the platform's; they are `apart`.
        """
        return self.idempotency_key == idempotency_key or self._is_since(sent_at, apart.most)

    def may_be_of(self, idempotency_key: str, sent_at: datetime | None, apart: Apart = TOGETHER) -> bool:
        """Whether the last change carries the key, or may have come after the sending as far as the clocks can tell."""
        return self.idempotency_key == idempotency_key or self._is_since(sent_at, apart.least)

    def _is_since(self, sent_at: datetime | None, ahead: timedelta) -> bool:
        """Whether the change came after the sending if the platform's clock is so far ahead.

        A time that is told in whole seconds is compared in whole seconds.
        """
        if self.changed_at is None or sent_at is None:
            return False
        sent = sent_at + ahead
        return self.changed_at >= (sent if self.changed_at.microsecond else sent.replace(microsecond=0))


class CodeConfig(Answer):
    """What the run that generated the code says of itself."""

    generated_at: str | None = None


class CodeInjection(Mark):
    """The generated code of a restaurant's website: stored at `generated_at`, made at `made_at`."""

    has_content: bool | None = None
    changed_at: AwareDatetime | None = Field(
        default=None, validation_alias=AliasChoices("changed_at", "changedAt", "generated_at", "generatedAt")
    )
    code_injection_id: str | None = None
    generated_at: AwareDatetime | None = None
    made_at: AwareDatetime | None = Field(default=None, validation_alias=AliasPath("config", "generatedAt"))
    file_paths: FilePaths | None = None
    config: CodeConfig | None = None
