"""Settings from the environment. Secrets are SecretStr; every waiting time is scaled by REGISTRATION_TIME_SCALE."""

from functools import cache
from typing import Annotated
from uuid import UUID

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """Where things are, and how long is waited for what (seconds, unless the name says otherwise)."""

    model_config = SettingsConfigDict(
        env_prefix="REGISTRATION_", frozen=True, extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_URL"),
        description="Postgres, as the application role.",
    )
    owner_database_url: SecretStr | None = Field(
        default=None, description="Postgres, as the owner of the tables; for migrations. Default: DATABASE_URL."
    )
    organisation: UUID | None = Field(default=None, description="The organisation that the command line works for.")
    platform_url: str = Field(default="http://localhost:3007", description="The registration platform.")
    platform_key: SecretStr = Field(default=SecretStr(""), description="The platform's service key.")
    register_url: str = Field(
        default="https://app.companiesoffice.govt.nz", description="The companies register's website."
    )
    encryption_keys: Annotated[list[SecretStr], NoDecode] = Field(
        default_factory=list[SecretStr], description="Fernet keys for stored passwords, newest first, comma-separated."
    )

    time_scale: float = Field(default=1.0, gt=0, description="Multiplies every waiting time.")
    account_spacing_seconds: float = Field(default=60, ge=0, description="Between two account creations.")
    browser_limit: int = Field(default=10, ge=0, description="Browser-heavy requests at a time; 0 is no limit.")
    platform_patience_seconds: float = Field(default=900, ge=0, description="How long a busy platform is waited for.")
    gate_gather_seconds: float = Field(default=60, ge=0, description="A round opens when nobody arrived for so long.")
    gate_gather_limit_seconds: float = Field(default=900, ge=0, description="A round opens at the latest after this.")
    gate_reminder_hours: float = Field(default=24, gt=0)
    gate_expiry_days: float = Field(default=14, gt=0)
    extraction_poll_seconds: float = Field(default=5, gt=0)
    extraction_limit_seconds: float = Field(default=600, gt=0)
    lease_seconds: float = Field(
        default=60, gt=0, description="A process that is silent for so long has lost its batch."
    )

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value

    def scaled(self, seconds: float) -> float:
        """`seconds` on this installation's clock."""
        return seconds * self.time_scale


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
