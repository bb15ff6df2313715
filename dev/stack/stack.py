"""The whole stack on one machine as one context: leaving the context stops everything that it started."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.stack.addresses import Addresses, port_of
from dev.stack.api_server import start_api
from dev.stack.commands import bootstrap, migrate
from dev.stack.databases import provide_databases, provide_organisation
from dev.stack.environment import base_environment
from dev.stack.errors import StackError
from dev.stack.keys import Keys
from dev.stack.locks import FileLock
from dev.stack.options import StackOptions
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.prefect_server import start_prefect_server
from dev.stack.prefect_servers import check_programs, start_prefect_servers
from dev.stack.prefect_worker import start_worker, start_workers
from dev.stack.process_tree import descendants, kill
from dev.stack.processes import Child
from dev.stack.program_settings import own_settings
from dev.stack.sandbox import start_sandbox

__all__ = ["LocalStack", "StackOptions"]

POOL = "registration"
RECOVERY_POOL = "registration-recovery"

_PATIENCE, _PATIENCE_WITH_POSTGRES = 0.6, 0.4
"""Seconds that Ctrl-C takes at most. Each part survives a kill; a clean end is only preferred."""


class LocalStack:
    """Postgres with both databases, migrated; a Prefect server with the deployments; the sandbox; a worker; the API.

    Data, logs and keys lie in `folder`. Use it with `async with`; leaving the block, by whatever error, stops every
    process that it started. Raises StackError with the name of the part that does not start.
    """

    def __init__(self, folder: Path, options: StackOptions | None = None) -> None:
        self.folder = folder.resolve()
        self.options = options or StackOptions()
        self.external = self.options.external()
        self._keys = Keys(self.folder / "keys.json")
        self._addresses: Addresses | None = None
        self.postgres = EmbeddedPostgres(self.folder / "postgres", durable=self.options.durable)
        self.children: dict[str, Child] = {}
        self._exits = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as exits:
            self._exits = exits
            await self._start()
            self._exits = exits.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exits.aclose()

    @property
    def addresses(self) -> Addresses:
        """The addresses of the parts. Raises StackError before the databases are there."""
        if self._addresses is None:
            raise StackError("the stack is not running")
        return self._addresses

    def settings(self) -> dict[str, str]:
        """The environment variables with the addresses and keys of the parts; secrets among them."""
        own = own_settings(self.addresses, self.external, self._keys, self.folder, password=self.options.password)
        return {**own, **self.options.settings}

    def environment(self) -> dict[str, str]:
        """The whole environment of a program that belongs to the stack."""
        return {**base_environment(allow_external=self.options.allow_external), **self.settings()}

    async def wait(self) -> None:
        """Return never; raise ProcessEnded once a part has ended by itself."""
        while True:
            for child in self.children.values():
                child.check()
            await asyncio.sleep(1)

    async def _start(self) -> None:
        if self.options.servers > 1:
            check_programs()
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.options.prefect:
            self._be_alone()
        prefect_database_url = await self._databases()
        self._exits.push_async_callback(self._stop_children)
        self._addresses = self.addresses.with_servers(self.options, self.external, self.folder)
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(self._registration())
                if self.options.prefect:
                    together.create_task(bootstrap(self.folder, self.environment()))
                    together.create_task(self._prefect(prefect_database_url))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    def _be_alone(self) -> None:
        """Refuse a second stack on the same data: two Prefect servers and workers would do everything twice."""
        lock = FileLock(self.folder / "stack.lock")
        if not lock.acquire():
            raise StackError(f"a stack runs in {self.folder} already: use that one, or stop it first")
        self._exits.callback(lock.release)

    def _keep(self, child: Child) -> None:
        self.children[child.name] = child

    async def _stop_children(self) -> None:
        """Stop all children together with their descendants, such as a browser in a process group of its own."""
        pids = [child.pid for child in self.children.values()]
        family = set[int]().union(*map(descendants, pids))
        try:
            await asyncio.gather(*(child.stop(_PATIENCE) for child in self.children.values()))
        finally:
            kill(family)

    async def _databases(self) -> str | None:
        """Provide both databases; return the address of Prefect's, None if it is not needed."""
        external = self.external
        if external.database_url:
            owner = external.owner_database_url or external.database_url
            self._addresses = Addresses(owner, external.database_url, external.platform_database_url)
            if external.prefect_api_url or not self.options.prefect:
                return None
        await self.postgres.start()
        self._exits.push_async_callback(self.postgres.stop, _PATIENCE_WITH_POSTGRES)
        urls = await provide_databases(self.postgres, self._keys)
        if not external.database_url:
            self._addresses = Addresses(urls.owner, urls.app, urls.platform)
        return urls.prefect

    async def _registration(self) -> None:
        """Migrate; then start the sandbox, create an organisation with all features, and start the API."""
        await migrate(self.folder, self.environment())
        addresses, settings = self.addresses, self.settings()
        if self.options.sandbox and addresses.sandbox_url and addresses.platform_database_url:
            sandbox = await start_sandbox(
                addresses.platform_database_url,
                settings["REGISTRATION_PLATFORM_KEY"],
                self.folder,
                self._foreign_environment(),
                self.options.sandbox,
                port_of(addresses.sandbox_url),
            )
            self._keep(sandbox.child)
        if not self.external.database_url:
            await provide_organisation(addresses.owner_database_url, settings["REGISTRATION_ORGANISATION"])
        if api_url := addresses.api_url:
            self._keep(await start_api(api_url, self.folder, self.environment(), port_of(api_url)))

    async def _prefect(self, database_url: str | None) -> None:
        """Start the server unless the user runs one, and the workers as soon as the server answers."""
        ui_url = self.addresses.prefect_ui_url
        if ui_url and database_url:
            await self._prefect_servers(database_url, port_of(ui_url))
        for worker in start_workers(POOL, self.folder, self.environment(), self.options.workers):
            self._keep(worker)
        if self.options.recovery:
            self._keep(start_worker(RECOVERY_POOL, self.folder, self.environment(), at_once=1))

    async def _prefect_servers(self, database_url: str, port: int) -> None:
        password = self.settings().get("PREFECT_API_AUTH_STRING")
        # Prefect would require an empty password too.
        wanted = {"PREFECT_SERVER_API_AUTH_STRING": password} if password else {}
        environment = self._foreign_environment() | wanted
        if self.options.servers == 1:
            server = await start_prefect_server(database_url, self.folder, environment, port)
            self._keep(server.child)
            return
        await start_prefect_servers(
            database_url,
            self.folder,
            environment,
            port=port,
            redis_password=self._keys.get("redis"),
            keep=self._keep,
        )

    def _foreign_environment(self) -> dict[str, str]:
        """The environment for programs that are not ours, without variables that lead to our parts."""
        return {**base_environment(allow_external=False), **self.options.settings}
