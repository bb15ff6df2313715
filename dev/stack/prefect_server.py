"""A Prefect server of our own, on the embedded Postgres."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.stack.network import free_port, until_answers
from dev.stack.processes import Child, start

_START_LIMIT = 120.0

# Task runs of an outage are recorded at once after it; an automation that waits for a gate's answer remembers the gate
# for longer than anybody is waited for, not for a minute. Connections beyond the pool's size are opened and closed for
# each request.
SERVER_SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_DATABASE_SQLALCHEMY_POOL_SIZE": "15",
    "PREFECT_SERVER_EVENTS_EXPIRED_BUCKET_BUFFER": "P30D",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "50",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
}

# A client goes on for two minutes when the server is away or its database is, and never starts a server of its own.
CLIENT_SETTINGS = {
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_CLIENT_RETRY_EXTRA_CODES": "500",
    "PREFECT_CLIENT_MAX_RETRIES": "6",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True)
class PrefectAddress:
    """Where a Prefect server is, and where its clients keep what they need."""

    port: int
    home: Path

    @property
    def api_url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def ui_url(self) -> str:
        """Where a person finds it."""
        return f"http://127.0.0.1:{self.port}"

    def client_environment(self) -> dict[str, str]:
        """What a Prefect client needs in its environment to talk to this server."""
        return CLIENT_SETTINGS | {"PREFECT_API_URL": self.api_url, "PREFECT_HOME": str(self.home)}


@dataclass(frozen=True)
class PrefectServer(PrefectAddress):
    """A Prefect server that we started."""

    child: Child


async def start_prefect_server(
    database_url: str, folder: Path, environment: Mapping[str, str], port: int | None = None
) -> PrefectServer:
    """Start a server on the database (`postgresql://…`) and wait until it is healthy. Raises StackError.

    Its home and log lie in `folder`. The caller stops it; a start that fails or is cancelled leaves nothing behind.
    """
    home = folder / "prefect"
    home.mkdir(parents=True, exist_ok=True)
    server = _launch(database_url, home, folder / "prefect-server.log", environment, port or free_port())
    try:
        await until_answers(f"{server.api_url}/health", server.child, _START_LIMIT)
    except BaseException:
        server.child.kill()
        raise
    return server


def _launch(database_url: str, home: Path, log: Path, environment: Mapping[str, str], port: int) -> PrefectServer:
    own = {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url.replace("postgresql://", "postgresql+asyncpg://", 1),
        "PREFECT_UI_API_URL": f"http://127.0.0.1:{port}/api",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    settings = {**environment, **SERVER_SETTINGS, **own}
    child = start("prefect-server", command, log=log, environment=settings, folder=home)
    return PrefectServer(port, home, child)
