"""Options of a stack: its parts, and how they start."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dev.stack.environment import External
from dev.stack.errors import StackError
from dev.stack.sandbox import SandboxOptions


@dataclass(frozen=True)
class StackOptions:
    """The parts that are started, and how.

    `allow_external`: addresses from the environment (DATABASE_URL, PREFECT_API_URL, …) replace parts of the stack;
    otherwise they are ignored, so that fake data never reaches a live database. `workers` is the number of those that
    run batches; each of several has a folder of its own. `servers` is the number of Prefect API servers, 1 or 2; two
    have Redis, background services and a load balancer beside them. `recovery`: one more worker takes over batches
    whose process died. `api`: `registration serve` runs. `durable`: the data survives a power failure, which costs
    time. `password`: the Prefect server requires a password. `settings` go to every program.
    """

    prefect: bool = True
    sandbox: SandboxOptions | None = field(default_factory=SandboxOptions)
    workers: int = 1
    servers: int = 1
    recovery: bool = False
    api: bool = False
    allow_external: bool = False
    durable: bool = False
    prefect_port: int | None = None
    api_port: int | None = None
    password: bool = False
    settings: Mapping[str, str] = field(default_factory=dict[str, str])

    def external(self) -> External:
        """The user's parts in use.

        Raises StackError if the sandbox would write unasked into a user's database, or if the user's Prefect server
        leaves none to be started.
        """
        given = External.given(allowed=self.allow_external)
        platform = given.platform_url or given.platform_database_url
        if self.sandbox and given.database_url and not platform:
            raise StackError(
                "DATABASE_URL is set: set REGISTRATION_PLATFORM_URL to the platform that belongs to it as well,"
                " or REGISTRATION_PLATFORM_DATABASE_URL to let the sandbox play the platform in a database"
            )
        if self.servers > 1 and given.prefect_api_url:
            raise StackError("PREFECT_API_URL is set, so no Prefect server is started: unset it, or leave out SERVERS")
        return given
