"""The whole stack on one machine, as one context: what is started in it is gone when it is left."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

from deployments.local.addresses import Addresses
from deployments.local.commands import deploy_flows, migrate
from deployments.local.databases import provide_databases, provide_organisation
from deployments.local.environment import External, base_environment, own_settings
from deployments.local.errors import StackError
from deployments.local.keys import Keys
from deployments.local.locks import FileLock
from deployments.local.postgres import EmbeddedPostgres
from deployments.local.prefect_server import start_prefect_server
from deployments.local.processes import Child
from deployments.local.sandbox import SandboxOptions, start_sandbox
from deployments.local.worker import start_worker

POOL = "registration"


@dataclass(frozen=True)
class StackOptions:
    """Which parts are started, and how.

    `allow_external`: addresses that the environment gives (DATABASE_URL, PREFECT_API_URL, …) are used instead of parts
    of our own; otherwise they are ignored, so that fake data never reaches a live database.
    `durable`: the data survives a power failure, which costs time. `settings` go to every program.
    """

    prefect: bool = True
    sandbox: SandboxOptions | None = field(default_factory=SandboxOptions)
    worker: bool = True
    allow_external: bool = False
    durable: bool = False
    prefect_port: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict[str, str])


class LocalStack:
    """Postgres with both databases, migrated; a Prefect server with the deployments; the sandbox; a worker.

    Data, logs and keys lie in `folder`. Use it with `async with`; leaving it, by whatever error, stops everything that
    it started. Raises StackError with the name of the part that does not start.
    """

    def __init__(self, folder: Path, options: StackOptions | None = None) -> None:
        self.folder = folder.resolve()
        self.options = options or StackOptions()
        self.external = External.given(allowed=self.options.allow_external)
        self._addresses: Addresses | None = None
        self._children: list[Child] = []
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
        """Where the parts are. Raises StackError before the databases are there."""
        if self._addresses is None:
            raise StackError("the stack is not running")
        return self._addresses

    def settings(self) -> dict[str, str]:
        """The environment variables by which a program finds the parts; secrets among them."""
        return {**own_settings(self.addresses, self.external, self._keys, self.folder), **self.options.settings}

    def environment(self) -> dict[str, str]:
        """The whole environment of a program that belongs to the stack."""
        return {**base_environment(allow_external=self.options.allow_external), **self.settings()}

    async def wait(self) -> None:
        """Return never; raise ProcessEnded once a part has ended by itself."""
        while True:
            for child in self._children:
                child.check()
            await asyncio.sleep(1)

    async def _start(self) -> None:
        self._check_sandbox()
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.options.prefect:
            self.be_alone()
        prefect_database_url = await self._databases()
        try:
            async with asyncio.TaskGroup() as together:
                together.create_task(self._registration())
                if self.options.prefect:
                    together.create_task(self._prefect_server(prefect_database_url))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        if self.options.prefect:
            await deploy_flows(self.folder, self.environment())
        if self.options.worker:
            self._keep(start_worker(POOL, self.folder, self.environment()))

    @property
    def _keys(self) -> Keys:
        return Keys(self.folder / "keys.json")

    def _check_sandbox(self) -> None:
        external = self.external
        if (
            self.options.sandbox
            and external.database_url
            and not (external.platform_url or external.platform_database_url)
        ):
            raise StackError(
                "DATABASE_URL is set: set REGISTRATION_PLATFORM_URL to the platform that belongs to it as well,"
                " or REGISTRATION_PLATFORM_DATABASE_URL to let the sandbox play the platform in a database"
            )

    def be_alone(self) -> None:
        """Two Prefect servers and workers on the same data would do everything twice."""
        lock = FileLock(self.folder / "stack.lock")
        if not lock.acquire():
            raise StackError(f"a stack runs in {self.folder} already: use that one, or stop it first")
        self._exits.callback(lock.release)

    def _keep(self, child: Child) -> None:
        self._children.append(child)
        self._exits.push_async_callback(child.stop)

    async def _databases(self) -> str | None:
        """Have both databases; answers with the address of Prefect's, None if nobody needs it."""
        external = self.external
        if external.database_url:
            owner = external.owner_database_url or external.database_url
            self._addresses = Addresses(owner, external.database_url, external.platform_database_url)
            if external.prefect_api_url or not self.options.prefect:
                return None
        postgres = EmbeddedPostgres(self.folder / "postgres", durable=self.options.durable)
        await self._exits.enter_async_context(postgres)
        urls = await provide_databases(postgres, self._keys)
        if not external.database_url:
            self._addresses = Addresses(urls.owner, urls.app, urls.platform)
        return urls.prefect

    async def _registration(self) -> None:
        """Migrate, and start the sandbox on the migrated tables."""
        await migrate(self.folder, self.environment())
        if not self.external.database_url:
            await provide_organisation(self.addresses.owner_database_url, self.settings()["REGISTRATION_ORGANISATION"])
        if self.options.sandbox is None or self.external.platform_url:
            return
        assert self.addresses.platform_database_url is not None
        sandbox = await start_sandbox(
            self.addresses.platform_database_url,
            self.settings()["REGISTRATION_PLATFORM_KEY"],
            self.folder,
            self._foreign_environment(),
            self.options.sandbox,
        )
        self._keep(sandbox.child)
        self._addresses = replace(self.addresses, sandbox_url=sandbox.url)

    async def _prefect_server(self, database_url: str | None) -> None:
        if self.external.prefect_api_url:
            self._addresses = replace(self.addresses, prefect_api_url=self.external.prefect_api_url)
            return
        assert database_url is not None
        server = await start_prefect_server(
            database_url, self.folder, self._foreign_environment(), preferred_port=self.options.prefect_port
        )
        self._keep(server.child)
        self._addresses = replace(self.addresses, prefect_api_url=server.api_url, prefect_ui_url=server.ui_url)

    def _foreign_environment(self) -> dict[str, str]:
        return base_environment(allow_external=False) | dict(self.options.settings)
