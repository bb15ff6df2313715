"""PgBouncer in transaction mode in front of a Postgres of this machine; Debian's package `pgbouncer`."""

import os
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import DictRow, dict_row

from dev.stack.network import free_port
from dev.stack.processes import start
from dev.stack.service_user import service_user
from tests.waiting import eventually

_ADMINISTRATOR, _PASSWORD = "pooler", "administrator's"


@dataclass(frozen=True)
class PgBouncer:
    """A running PgBouncer."""

    port: int

    def url(self, role: str, password: str, database: str) -> str:
        """An address behind it."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    async def show(self, what: str) -> list[DictRow]:
        """A table of its administration, such as `clients` and `servers`."""
        url = self.url(_ADMINISTRATOR, _PASSWORD, "pgbouncer")
        async with await psycopg.AsyncConnection[DictRow].connect(
            url, autocommit=True, row_factory=dict_row
        ) as connection:
            return await (await connection.execute(f"show {what}".encode())).fetchall()

    async def count(self, what: str, role: str) -> int:
        """The connections of a role on one side: `clients` or `servers`."""
        return sum(row["user"] == role for row in await self.show(what))


@asynccontextmanager
async def pgbouncer(
    folder: Path, postgres_port: int, passwords: Mapping[str, str], **settings: object
) -> AsyncGenerator[PgBouncer]:
    """Run PgBouncer for these roles; `settings` are lines of its configuration. Skips the test where it is missing."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}{os.pathsep}/usr/sbin")
    if program is None:
        # Only `make test-operations` needs it, and the project installs no packages of the system.
        pytest.skip("PgBouncer is not on this machine: apt-get install pgbouncer")
    made, user = PgBouncer(free_port()), service_user()
    folder.mkdir()
    users = {**passwords, _ADMINISTRATOR: _PASSWORD}
    (folder / "users").write_text("".join(f'"{name}" "{password}"\n' for name, password in users.items()))
    lines = {
        "listen_addr": "127.0.0.1",
        "listen_port": made.port,
        "unix_socket_dir": "",
        "auth_type": "scram-sha-256",
        "auth_file": folder / "users",
        "admin_users": _ADMINISTRATOR,
        "pool_mode": "transaction",
        **settings,
    }
    text = "\n".join(f"{name} = {value}" for name, value in lines.items())
    target = f"host=127.0.0.1 port={postgres_port}"
    (folder / "settings").write_text(f"[databases]\n* = {target}\n[pgbouncer]\n{text}\n")
    log, environment = folder.with_suffix(".log"), {"PATH": os.environ.get("PATH", "")}
    child = start(
        "pgbouncer", [program, folder / "settings"], log=log, environment=environment, folder=folder, user=user
    )

    async def answers() -> bool:
        child.check()
        try:
            return bool(await made.show("version"))
        except psycopg.OperationalError:
            return False

    try:
        await eventually(answers, lambda: f"PgBouncer answers; {log.read_text()}")
        yield made
    finally:
        await child.stop()
