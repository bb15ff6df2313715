"""The sandbox, the stand-in for platform and register, as a process."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.stack.network import free_port, until_answers
from dev.stack.processes import Child, start

_START_LIMIT = 60.0


@dataclass(frozen=True)
class SandboxOptions:
    """How the sandbox behaves: a latency profile and by how much it is divided, whether it makes the seeded troubles.

    `account_spacing_seconds` is how far apart it wants two account creations.
    """

    profile: str = "realistic"
    speed: float = 1.0
    troubles: bool = False
    account_spacing_seconds: float = 60.0

    def environment(self) -> dict[str, str]:
        """The same as the sandbox's settings."""
        return {
            "SANDBOX_PROFILE": self.profile,
            "SANDBOX_SPEED": str(self.speed),
            "SANDBOX_TROUBLES": str(self.troubles),
            "SANDBOX_ACCOUNT_SPACING_SECONDS": str(self.account_spacing_seconds),
        }


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox."""

    child: Child
    port: int

    @property
    def url(self) -> str:
        """Where the pretended platform is."""
        return f"http://127.0.0.1:{self.port}"


async def start_sandbox(
    database_url: str,
    service_key: str,
    folder: Path,
    environment: Mapping[str, str],
    options: SandboxOptions,
    port: int | None = None,
) -> Sandbox:
    """Start the sandbox on the database, as the platform's own role, and wait until it answers. Raises StackError.

    `service_key` is what it expects of its clients. What it did and its log lie in `folder`. The caller stops it; a
    start that fails or is cancelled leaves nothing behind.
    """
    settings = {
        **environment,
        **options.environment(),
        "SANDBOX_DATABASE_URL": database_url,
        "SANDBOX_SERVICE_KEY": service_key,
        "SANDBOX_STATE_FILE": str(folder / "sandbox.json"),
    }
    port = port or free_port()
    command = [sys.executable, "-m", "dev.sandbox", "--port", str(port)]
    child = start("sandbox", command, log=folder / "sandbox.log", environment=settings, folder=folder)
    try:
        await until_answers(f"http://127.0.0.1:{port}/sandbox/health", child, _START_LIMIT)
    except BaseException:
        child.kill()
        raise
    return Sandbox(child, port)
