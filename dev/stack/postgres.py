"""An embedded Postgres on a folder: started once for all processes, stopped by the process that started it."""

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.stack.errors import NotInTime, ProcessEnded
from dev.stack.keys import Keys
from dev.stack.locks import FileLock
from dev.stack.network import kept_port
from dev.stack.postgres_data import PostgresFolder, Postmaster, running
from dev.stack.processes import Child, start
from dev.stack.waiting import until

_START_LIMIT = 60.0
_STOP_LIMIT = 20.0
_ATTEMPTS = 5
_PATIENCE_WITH_ORPHANS = 5.0
_SETTINGS = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": "200"}
_NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "log_checkpoints": "off"}


class EmbeddedPostgres:
    """One Postgres server on 127.0.0.1, its superuser's random password kept beside it.

    The first process that starts the server owns and stops it. Other processes that start it on the same folder use
    that server and leave it running; an orphan, whose owner died, is adopted by the next process. `durable=False` is
    for data that may be lost in a power failure: tests and demo.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.data_folder = PostgresFolder(folder)
        self.folder = folder
        self.port = 0
        self._settings = _SETTINGS if durable else _SETTINGS | _NOT_DURABLE
        self._child: Child | None = None
        self._adopted: int | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def password(self) -> str:
        """The superuser's password."""
        return self._keys.get("postgres").get_secret_value()

    def url(self, database: str = "postgres") -> str:
        """The superuser's address of a database: `postgresql://…`, without a driver's name."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    async def start(self) -> None:
        """Return once a server on the folder takes connections. Raises StackError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._keys = Keys(self.folder / "keys.json")
        self._owner = FileLock(self.folder / "owner.lock")
        try:
            async with FileLock(self.folder / "start.lock").held(_START_LIMIT):
                if not await self._join():
                    self._owner.acquire()
                    await self._start_own()
        except BaseException:
            await self.stop()
            raise

    async def stop(self, patience: float = _STOP_LIMIT) -> None:
        """Stop the server if this object owns it: connections are ended, data is written, the process is gone.

        After `patience` seconds the server is killed even if it has not written everything: the next start replays the
        log.
        """
        try:
            if self._child:
                await self._child.stop(patience, urged=signal.SIGQUIT)
            elif self._adopted and (server := running(self.data_folder.data)) and server.pid == self._adopted:
                os.kill(server.pid, signal.SIGINT)
                gone = "the adopted Postgres to stop"
                try:
                    await until(lambda: running(self.data_folder.data) is None, gone, patience)
                except NotInTime:
                    os.kill(server.pid, signal.SIGQUIT)
                    await until(lambda: running(self.data_folder.data) is None, gone, _STOP_LIMIT)
        finally:
            self._child = self._adopted = None
            self._owner.release()

    async def _join(self) -> bool:
        """Use the server that already runs on the folder, if there is one and it stays."""
        if running(self.data_folder.data) is None:
            return False
        orphan = self._owner.acquire()
        if orphan and sys.platform == "linux" and await self._is_leaving():
            return False
        await until(self._starting_or_running, "the Postgres that runs already", _START_LIMIT)
        server = running(self.data_folder.data)
        if server is None:
            return False
        self.port = server.port
        self._adopted = server.pid if orphan else None
        return True

    async def _is_leaving(self) -> bool:
        """True if an orphan ends by itself: on Linux the kernel signals it, unless its start omitted that request."""
        try:
            await until(lambda: running(self.data_folder.data) is None, "an orphan to end", _PATIENCE_WITH_ORPHANS)
        except NotInTime:
            return False
        return True

    def _starting_or_running(self) -> bool:
        server: Postmaster | None = running(self.data_folder.data)
        return server is None or server.ready

    async def _start_own(self) -> None:
        binaries = self.data_folder.prepare(self.password)
        if sys.platform == "linux":
            # No server uses these data; a pid file whose number another process has by now would stop Postgres.
            (self.data_folder.data / "postmaster.pid").unlink(missing_ok=True)
        for attempt in range(1, _ATTEMPTS + 1):
            self._child = self._launch(binaries)
            try:
                await until(self._child_ready, "Postgres to start", _START_LIMIT)
            except ProcessEnded:
                # Another process may have taken the port between our check and Postgres's.
                if attempt == _ATTEMPTS:
                    raise
                await asyncio.sleep(0.1 * attempt)
            else:
                return

    def _launch(self, binaries: Path) -> Child:
        self.port = kept_port(self.folder / "port")
        settings = self._settings | {"port": str(self.port)}
        return start(
            "postgres",
            [
                binaries / "postgres",
                "-D",
                self.data_folder.data,
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            log=self.folder / "postgres.log",
            environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            folder=self.data_folder.data,
            user=self.data_folder.user,
            farewell=signal.SIGINT,
        )

    def _child_ready(self) -> bool:
        assert self._child is not None
        self._child.check()
        server = running(self.data_folder.data)
        return server is not None and server.pid == self._child.pid and server.ready
