"""Settings from the environment. Secrets are SecretStr; every wait time is multiplied by REGISTRATION_TIME_SCALE."""

from enum import StrEnum
from functools import cache
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class EvidenceSource(StrEnum):
    """Where evidence of the platform's effects is read from."""

    TABLES = "tables"
    """The platform's tables."""
    HTTP = "http"
    """The platform's routes: for an installation that may not read the tables."""


class Settings(BaseSettings):
    """Addresses, keys, limits and wait times (seconds, unless the name says otherwise)."""

    model_config = SettingsConfigDict(
        env_prefix="REGISTRATION_",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        env_ignore_empty=True,
        allow_inf_nan=False,
        # A validation error would quote its input, secrets included.
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
        description="Database of the Prefect server.",
    )
    organisation: UUID | None = Field(default=None, description="The organisation of the command line.")
    platform_url: str = Field(default="http://localhost:3007", description="The registration platform.")
    platform_key: SecretStr = Field(default=SecretStr(""), description="The platform's service key.")
    platform_evidence: EvidenceSource = Field(
        default=EvidenceSource.TABLES,
        description="Where evidence of effects is read: the platform's tables, or its routes (http).",
    )
    register_url: str = Field(
        default="https://app.companiesoffice.govt.nz", description="The companies register's website."
    )
    register_source: Literal["website", "nzbn"] | None = Field(
        default=None,
        description="Source of the register: `website`, or `nzbn`, the official API. Default: nzbn if it has a key.",
    )
    nzbn_url: str = Field(default="https://api.business.govt.nz/gateway/nzbn/v5", description="The official NZBN API.")
    nzbn_key: SecretStr = Field(default=SecretStr(""), description="The NZBN API's subscription key.")
    register_driver: Literal["browser", "http"] = Field(
        default="browser", description="How the website is read; http for machines without a browser."
    )
    register_pages_at_a_time: int = Field(
        default=3, ge=1, description="Concurrent pages of the website, or requests to the API, of one process."
    )
    register_requests_a_minute: float = Field(
        default=20, ge=0, description="Requests per minute to the register, over all processes; 0 is no limit."
    )
    register_browser_idle_seconds: float = Field(
        default=60, ge=0, description="An idle browser is closed after this time."
    )
    evidence_days: float = Field(
        default=90, gt=0, le=36_500, description="Register pages that were not understood are deleted after this time."
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
        default=None, description="URL that receives notices as JSON: open gates, batches, failures."
    )
    notices_block: str = Field(
        default="",
        description="Notification block of the Prefect server that receives the notices: slack-webhook/operators.",
    )

    time_scale: float = Field(default=1.0, gt=0, description="Factor for every wait time.")
    account_spacing_seconds: float = Field(default=60, ge=0, description="Minimum time between two account creations.")
    browser_limit: int = Field(default=10, ge=0, description="Concurrent browser-heavy requests; 0 is no limit.")
    outage_patience_seconds: float = Field(
        default=900,
        ge=0,
        validation_alias=AliasChoices("REGISTRATION_OUTAGE_PATIENCE_SECONDS", "REGISTRATION_PLATFORM_PATIENCE_SECONDS"),
        description="How long a platform or register that does not answer, or a busy platform, is waited for.",
    )
    gate_gather_seconds: float = Field(
        default=60, ge=0, description="A round opens when no job has arrived at the gate for this time."
    )
    gate_gather_limit_seconds: float = Field(
        default=900, ge=0, description="A round opens at the latest after this time."
    )
    gate_hold_minutes: float = Field(
        default=10, ge=0, description="A batch that waited only for people for this time is released by its process."
    )
    gate_reminder_hours: float = Field(
        default=24, gt=0, description="A job that waits longer for an answer is in one notice a day."
    )
    gate_expiry_days: float = Field(
        default=14, gt=0, description="A job that waits longer for an answer is skipped as undecided."
    )
    extraction_poll_seconds: float = Field(
        default=5, gt=0, description="Interval between two reads of an extraction's status."
    )
    extraction_limit_seconds: float = Field(default=600, gt=0, description="How long an extraction may take.")
    lease_seconds: float = Field(
        default=60, gt=0, description="A process that does not extend its lease within this time loses its batch."
    )

    api_host: str = Field(default="127.0.0.1", description="Where the REST API listens; only this machine by default.")
    api_port: int = Field(default=8430, ge=0, le=65535, description="The port of the REST API.")
    api_jwt_secret: SecretStr = Field(
        default=SecretStr(""), description="Tokens are signed with this secret (HS256), of 32 bytes or more."
    )
    api_jwks_url: str = Field(default="", description="Tokens are signed by the keys at this address (RS256, ES256).")
    api_jwt_audience: str = Field(default="", description="The audience that a token must name.")
    api_jwt_issuer: str = Field(default="", description="The issuer that a token must name.")
    api_org_claim: str = Field(
        default="org_id", description="The claim that has the organisation's id; a dot leads into an object."
    )
    api_role_claim: str = Field(
        default="", description="The claim that has the roles. Default: everybody with a token is an operator."
    )
    api_token_hours: float = Field(default=24, gt=0, description="How long after its issue a token is taken.")
    api_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list[str], description="Origins of web pages that may call the REST API, comma-separated."
    )

    console_url: str = Field(
        default="", description="Where browsers reach the web console. Default: the host and port of the REST API."
    )

    console_proxies: Annotated[list[str], NoDecode] = Field(
        default_factory=list[str],
        description="Addresses of proxies that sign people in for the web console, comma-separated.",
    )

    console_oidc_issuer: str = Field(
        default="", description="The OpenID provider that signs people in for the console."
    )
    console_oidc_client_id: str = Field(default="", description="The console's name at the OpenID provider.")
    console_oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The console's secret at the OpenID provider, if it has one."
    )

    @field_validator("encryption_keys", "api_origins", "console_proxies", mode="before")
    @classmethod
    def _split_list(cls, value: object) -> object:
        return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value

    @property
    def register_way(self) -> Literal["website", "nzbn"]:
        """The source of the register: as set, else the official API if there is a key for it."""
        if self.register_source is not None:
            return self.register_source
        return "nzbn" if self.nzbn_key.get_secret_value().strip() else "website"

    def scaled(self, seconds: float) -> float:
        """`seconds` multiplied by the time scale of this installation."""
        return seconds * self.time_scale


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
