"""How the sandbox is told to run: from the environment, overruled by the command line."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """What is fixed while the process lives, and how it behaves at its start."""

    model_config = SettingsConfigDict(env_prefix="SANDBOX_", frozen=True, populate_by_name=True)

    port: int = Field(default=3007, ge=0, le=65535, description="Port on the loopback; 0 takes a free one.")
    database_url: SecretStr = Field(description="Where the platform's tables are, with the sandbox's own role.")
    service_key: SecretStr = Field(default=SecretStr("sandbox-service-key"), description="The expected X-Service-Key.")
    nzbn_key: SecretStr = Field(default=SecretStr("sandbox-nzbn-key"), description="The NZBN API's subscription key.")
    profile: str = Field(default="realistic", description="Name of a latency profile, or a file with one.")
    speed: float = Field(default=1, gt=0, description="Latencies are divided by it.")
    account_spacing_seconds: float = Field(default=60, ge=0, description="Between two accounts of an organisation.")
    troubles: bool = Field(default=False, description="Seed the faults of data/troubles.json.")
    state_file: Path | None = Field(default=None, description="Keeps what the platform did over a restart.")
    time_scale: float = Field(default=1, gt=0, validation_alias="REGISTRATION_TIME_SCALE")


class Behaviour(BaseModel):
    """What can be changed while it runs; seconds are those of an unscaled clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str
    speed: float = Field(gt=0)
    account_spacing_seconds: float = Field(ge=0)
    time_scale: float = Field(gt=0)

    @classmethod
    def at_start(cls, settings: SandboxSettings) -> "Behaviour":
        """The behaviour that the settings ask for."""
        return cls(**{name: getattr(settings, name) for name in cls.model_fields})


class BehaviourChange(BaseModel):
    """A wish to change some of the behaviour; what is absent stays."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str | None = None
    speed: float | None = Field(default=None, gt=0)
    account_spacing_seconds: float | None = Field(default=None, ge=0)
    time_scale: float | None = Field(default=None, gt=0)

    def applied_to(self, behaviour: Behaviour) -> Behaviour:
        """The behaviour with these wishes fulfilled."""
        return Behaviour.model_validate(behaviour.model_dump() | self.model_dump(exclude_none=True))
