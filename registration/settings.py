"""Settings from the environment. Secrets are SecretStr; every waiting time is scaled by REGISTRATION_TIME_SCALE."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class EvidenceSource(StrEnum):
    """How the platform is asked what it has done."""

    TABLES = "tables"
    """Its own tables are read."""
    HTTP = "http"
    """Its routes are asked: for an installation that may not read those tables."""


class Settings(BaseSettings):
    """Where things are, and how long is waited for what (seconds, unless the name says otherwise)."""

    model_config = SettingsConfigDict(
        env_prefix="REGISTRATION_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
        allow_inf_nan=False,
        # What is wrong would be shown by the error, secrets with it.
        hide_input_in_errors=True,
    )

    database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("DATABASE_URL"),
        description="Postgres, as the application role.",
    )
    owner_database_url: SecretStr | None = Field(
        default=None, description="Postgres, as the owner of the tables; for migrations. Default: DATABASE_URL."
    )
    superuser_database_url: SecretStr | None = Field(
        default=None, description="Postgres, as a superuser; only to make the databases and roles of the others."
    )
    prefect_database_url: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("PREFECT_SERVER_DATABASE_CONNECTION_URL"),
        description="Where the Prefect server keeps its own data.",
    )
    organisation: UUID | None = Field(default=None, description="The organisation that the command line works for.")
    platform_url: str = Field(default="http://localhost:3007", description="The registration platform.")
    platform_key: SecretStr = Field(default=SecretStr(""), description="The platform's service key.")
    platform_evidence: EvidenceSource = Field(
        default=EvidenceSource.TABLES,
        description="How the platform is asked what it did: its tables, or its routes (http).",
    )
    register_url: str = Field(
        default="https://app.companiesoffice.govt.nz", description="The companies register's website."
    )
    register_source: Literal["website", "nzbn"] | None = Field(
        default=None,
        description="How the register is asked: `website`, or `nzbn`, the official API. Default: nzbn if it has a key.",
    )
    nzbn_url: str = Field(default="https://api.business.govt.nz/gateway/nzbn/v5", description="The official NZBN API.")
    nzbn_key: SecretStr = Field(default=SecretStr(""), description="The NZBN API's subscription key.")
    register_driver: Literal["browser", "http"] = Field(
        default="browser", description="What reads the website; http for machines that cannot have a browser."
    )
    register_pages_at_a_time: int = Field(
        default=3, ge=1, description="Pages of the website, or requests to the API, that a process has open."
    )
    register_requests_a_minute: float = Field(
        default=20, ge=0, description="Requests to the register, over all processes; 0 is no limit."
    )
    register_browser_idle_seconds: float = Field(default=60, ge=0, description="A browser without work ends then.")
    evidence_folder: Path = Field(
        default=Path(".local/evidence"), description="Where pages that were not understood are kept."
    )
    encryption_keys: Annotated[list[SecretStr], NoDecode] = Field(
        default_factory=list[SecretStr], description="Fernet keys for stored passwords, newest first, comma-separated."
    )

    block_documents: str = Field(
        default="registration",
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        description="The name of this installation's block documents on the Prefect server.",
    )
    notices_webhook: SecretStr | None = Field(
        default=None, description="Address to which notices are sent as JSON: gates that wait, batches, failures."
    )
    notices_block: str = Field(
        default="", description="A notification block of the Prefect server for the same, as slack-webhook/operators."
    )

    time_scale: float = Field(default=1.0, gt=0, description="Multiplies every waiting time.")
    account_spacing_seconds: float = Field(default=60, ge=0, description="Between two account creations.")
    browser_limit: int = Field(default=10, ge=0, description="Browser-heavy requests at a time; 0 is no limit.")
    platform_patience_seconds: float = Field(default=900, ge=0, description="How long a busy platform is waited for.")
    gate_gather_seconds: float = Field(default=60, ge=0, description="A round opens when nobody arrived for so long.")
    gate_gather_limit_seconds: float = Field(default=900, ge=0, description="A round opens at the latest after this.")
    gate_hold_minutes: float = Field(
        default=10, ge=0, description="When only people were waited for so long, no process waits for them any more."
    )
    gate_reminder_hours: float = Field(default=24, gt=0, description="Who waits longer is in one notice a day.")
    gate_expiry_days: float = Field(default=14, gt=0, description="Who waits longer is left out: nobody decided.")
    extraction_poll_seconds: float = Field(default=5, gt=0, description="Between two looks at an extraction.")
    extraction_limit_seconds: float = Field(default=600, gt=0, description="How long an extraction is followed.")
    lease_seconds: float = Field(
        default=60, gt=0, description="A process that is silent for so long has lost its batch."
    )

    @field_validator("encryption_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value

    @property
    def register_way(self) -> Literal["website", "nzbn"]:
        """How the register is asked: as it is set, else through the official API if there is a key for it."""
        if self.register_source is not None:
            return self.register_source
        return "nzbn" if self.nzbn_key.get_secret_value().strip() else "website"

    def scaled(self, seconds: float) -> float:
        """`seconds` on this installation's clock."""
        return seconds * self.time_scale


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
