"""A Prefect server of our own, on the embedded Postgres."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import certifi

from dev.stack import commands
from dev.stack.network import free_port, until_answers
from dev.stack.processes import Child, start

START_LIMIT = 120.0
_AUTHORITY, _END = "authority.pem", "-----END CERTIFICATE-----"

# Task runs of an outage are recorded at once after it; an automation that waits for a gate's answer keeps the gate for
# longer than any gate stays open, instead of a minute. Connections beyond the pool's size are opened and closed for
# each request.
SERVER_SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_DATABASE_SQLALCHEMY_CONNECT_ARGS_APPLICATION_NAME": "prefect server",
    "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": "15",
    "PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER": "P30D",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}

# A client retries for two minutes while the server or its database is away, and never starts a server of its own.
CLIENT_SETTINGS = {
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
    "PREFECT_CLIENT_MAX_RETRIES": "6",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True)
class PrefectAddress:
    """The address of a Prefect server, and the folder of its clients."""

    port: int
    home: Path

    @property
    def api_url(self) -> str:
        """The address of the API."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def ui_url(self) -> str:
        """The address of the user interface."""
        return f"http://127.0.0.1:{self.port}"

    def client_environment(self) -> dict[str, str]:
        """The environment variables with which a Prefect client uses this server.

        A client loads all its certificate authorities at its start, which takes longer than its first requests: over
        plain HTTP one authority is enough.
        """
        here = {"PREFECT_API_URL": self.api_url, "PREFECT_HOME": str(self.home)}
        return CLIENT_SETTINGS | here | {"PREFECT_API_SSL_CERT_FILE": str(self.home / _AUTHORITY)}


@dataclass(frozen=True)
class PrefectServer(PrefectAddress):
    """A Prefect server of this stack."""

    child: Child


async def start_prefect_server(
    database_url: str, folder: Path, environment: Mapping[str, str], port: int | None = None
) -> PrefectServer:
    """Start a server on the database (`postgresql://…`) and wait until it is healthy. Raises StackError.

    Its home and log lie in `folder`. The caller stops it; a start that fails or is cancelled leaves nothing behind.
    """
    home = folder / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    (home / _AUTHORITY).write_text(_first_authority())
    server = _launch(database_url, home, folder / "prefect-server.log", environment, port or free_port())
    try:
        await until_answers(f"{server.api_url}/health", server.child, START_LIMIT)
    except BaseException:
        server.child.kill()
        raise
    return server


def server_environment(database_url: str, home: Path, environment: Mapping[str, str], port: int) -> dict[str, str]:
    """The environment of a server program on the database; browsers reach the API at `port`."""
    own = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url.replace("postgresql://", "postgresql+asyncpg://", 1),
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api",
    }
    return {**environment, **SERVER_SETTINGS, **own}


def _first_authority() -> str:
    authorities = Path(certifi.where()).read_text(encoding="utf-8")
    return authorities[: authorities.index(_END) + len(_END)] + "\n"


def _launch(database_url: str, home: Path, log: Path, environment: Mapping[str, str], port: int) -> PrefectServer:
    command = commands.of_module("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    settings = server_environment(database_url, home, environment, port)
    child = start("prefect-server", command, log=log, environment=settings, folder=home)
    return PrefectServer(port, home, child)
