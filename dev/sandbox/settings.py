"""Settings of the sandbox: from the environment, overridden by the command line."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """Settings that are fixed while the process lives, and the behaviour at its start."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_", frozen=True, populate_by_name=True)

    port: int = Field(default=3007, ge=0, le=65535, description="Port on the loopback; 0 takes a free one.")
    database_url: SecretStr = Field(description="Database with the platform's tables, for the sandbox's role.")
    service_key: SecretStr = Field(default=SecretStr("sandbox-service-key"), description="The expected X-Service-Key.")
    nzbn_key: SecretStr = Field(default=SecretStr("sandbox-nzbn-key"), description="The NZBN API's subscription key.")
    profile: str = Field(default="realistic", description="Name of a latency profile, or a file with one.")
    speed: float = Field(default=1, gt=0, description="Latencies are divided by it.")
    account_spacing_seconds: float = Field(default=60, ge=0, description="Between two accounts of an organisation.")
    troubles: bool = Field(default=False, description="Seed the faults of data/troubles.json.")
    state_file: Path | None = Field(default=None, description="File that keeps the platform's memory over a restart.")
    time_scale: float = Field(default=1, gt=0, validation_alias="REGISTRATION_TIME_SCALE")


class Behaviour(BaseModel):
    """Settings that can change while the process lives; seconds are those of an unscaled clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str
    speed: float = Field(gt=0)
    account_spacing_seconds: float = Field(ge=0)
    time_scale: float = Field(gt=0)

    @classmethod
    def at_start(cls, settings: SandboxSettings) -> "Behaviour":
        """The behaviour according to the settings."""
        return cls(**{name: getattr(settings, name) for name in cls.model_fields})


class BehaviourChange(BaseModel):
    """A change of some settings of the behaviour; absent settings stay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str | None = None
    speed: float | None = Field(default=None, gt=0)
    account_spacing_seconds: float | None = Field(default=None, ge=0)
    time_scale: float | None = Field(default=None, gt=0)

    def applied_to(self, behaviour: Behaviour) -> Behaviour:
        """The behaviour with this change applied."""
        return Behaviour.model_validate(behaviour.model_dump() | self.model_dump(exclude_none=True))
