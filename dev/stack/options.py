"""What of the stack is started, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dev.stack.environment import External
from dev.stack.errors import StackError
from dev.stack.sandbox import SandboxOptions


@dataclass(frozen=True)
class StackOptions:
    """Which parts are started, and how.

    `allow_external`: addresses that the environment gives (DATABASE_URL, PREFECT_API_URL, …) are used instead of parts
    of our own; otherwise they are ignored, so that fake data never reaches a live database.
    `recovery`: a second worker takes batches up again whose process died. `durable`: the data survives a power failure,
    which costs time. `password`: the Prefect server lets in only who knows it. `settings` go to every program.
    """

    prefect: bool = True
    sandbox: SandboxOptions | None = field(default_factory=SandboxOptions)
    worker: bool = True
    recovery: bool = False
    allow_external: bool = False
    durable: bool = False
    prefect_port: int | None = None
    password: bool = False
    settings: Mapping[str, str] = field(default_factory=dict[str, str])

    def external(self) -> External:
        """What of the user's is used. Raises StackError if the sandbox would write into the user's database unasked."""
        given = External.given(allowed=self.allow_external)
        said = given.platform_url or given.platform_database_url
        if self.sandbox and given.database_url and not said:
            raise StackError(
                "DATABASE_URL is set: set REGISTRATION_PLATFORM_URL to the platform that belongs to it as well,"
                " or REGISTRATION_PLATFORM_DATABASE_URL to let the sandbox play the platform in a database"
            )
        return given
