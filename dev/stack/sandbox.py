"""The sandbox, which stands in for platform and register, as a process."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.stack import commands
from dev.stack.network import free_port, until_answers
from dev.stack.processes import Child, start

_START_LIMIT = 60.0


@dataclass(frozen=True)
class SandboxOptions:
    """Behaviour of the sandbox: latency profile, divisor of all latencies, and the seeded faults.

    `account_spacing_seconds` is the required pause between two account creations.
    """

    profile: str = "realistic"
    speed: float = 1.0
    troubles: bool = False
    account_spacing_seconds: float = 60.0

    def environment(self) -> dict[str, str]:
        """These options as the sandbox's settings."""
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
        """The address of the platform."""
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

    The sandbox expects `service_key` of its clients. Its memory and its log lie in `folder`. The caller stops it; a
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
    command = commands.of_module("dev.sandbox", "--port", str(port))
    child = start("sandbox", command, log=folder / "sandbox.log", environment=settings, folder=folder)
    try:
        await until_answers(f"http://127.0.0.1:{port}/sandbox/health", child, _START_LIMIT)
    except BaseException:
        child.kill()
        raise
    return Sandbox(child, port)
