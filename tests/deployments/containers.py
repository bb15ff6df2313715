"""compose.yaml, started by a person who followed the documented steps for containers."""

import asyncio
import os
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from cryptography.fernet import Fernet
from prefect.client.orchestration import PrefectClient

from dev.stack.environment import base_environment
from dev.stack.keys import new_password
from dev.stack.network import free_port
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.sandbox import Sandbox, SandboxOptions, start_sandbox
from tests.deployments.administrator import OPERATIONS
from tests.deployments.compose import Engine, example
from tests.deployments.document import Shell, blocks, shell
from tests.deployments.image import PROJECT, Image, make_image
from tests.deployments.machine import settings_for_tests
from tests.deployments.platform_role import have_platform_role, platform_address
from tests.flows.records import Records


@dataclass(frozen=True)
class Site:
    """All services, a shell in which the documented steps were done, and a client of the Prefect server."""

    engine: Engine
    shell: Shell
    client: PrefectClient
    platform: Sandbox

    @property
    def records(self) -> Records:
        """The registration's database as its superuser."""
        return Records(self.engine.postgres.url("registration"))

    async def ours(self, command: str) -> str:
        """The output of a command in the container of the worker."""
        return await self.shell.run(f"docker compose exec -T worker {command}")


def image_beside_secrets(folder: Path) -> Image:
    """The image, built while a file of secrets lies in its usual folder."""
    for name in ("image", "context"):
        (folder / name).mkdir(mode=0o755)
    for path in PROJECT.iterdir():
        (folder / "context" / path.name).symlink_to(path)
    deployments = folder / "context" / "deployments"
    deployments.unlink()
    shutil.copytree(PROJECT / "deployments", deployments)
    (deployments / "compose.env").write_text("SUPERUSER_PASSWORD=secret\n")
    return make_image(folder / "context", folder / "image")


@asynccontextmanager
async def engine_with(image: Image) -> AsyncGenerator[Engine]:
    """An engine without any started service."""
    async with EmbeddedPostgres(image.folder.parent / "postgres", durable=False) as postgres:
        platform, secrets = free_port(), {name: new_password() for name in example()}
        settings = secrets | {
            "SUPERUSER_PASSWORD": postgres.password,
            "PREFECT_AUTH_STRING": f"operator:{new_password()}",
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "ORGANISATION": str(uuid4()),
            "PLATFORM_URL": f"http://127.0.0.1:{platform}",
        }
        server = free_port()
        settings["PREFECT_URL"] = f"http://127.0.0.1:{server}"
        made = Engine(image, postgres, server, free_port(), settings, settings_for_tests(platform))
        try:
            yield made
        finally:
            await made.down()


@asynccontextmanager
async def everything_up(engine: Engine) -> AsyncGenerator[Site]:
    """All documented steps for containers; the platform runs elsewhere, on the same database server."""
    folder = engine.image.folder.parent
    engine.write_docker(folder)
    environment = base_environment(allow_external=False)
    path = {"PATH": f"{folder}{os.pathsep}{environment['PATH']}"}
    api, auth = f"{engine.settings['PREFECT_URL']}/api", engine.settings["PREFECT_AUTH_STRING"]
    async with (
        _platform_beside(engine, folder) as platform,
        shell(folder, folder, environment | path) as typed,
        PrefectClient(api, auth_string=auth) as client,
    ):
        await typed.run(
            f"cd {PROJECT}; python -m dev.sandbox.make_restaurants 2 > {folder}/restaurants.csv; cd {folder}"
        )
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(engine.watch())
            for block in blocks(OPERATIONS):
                if block.section == "Containers" and block.language == "console":
                    await typed.run(block.text)
            watching.cancel()
        yield Site(engine, typed, client, platform)


@asynccontextmanager
async def _platform_beside(engine: Engine, folder: Path) -> AsyncGenerator[Sandbox]:
    """Start the services, and the platform once its tables exist."""
    password = new_password()
    await have_platform_role(engine.postgres, password)
    await engine.up()
    address = await platform_address(engine.postgres, password)
    options, key = SandboxOptions(speed=1000, account_spacing_seconds=0), engine.settings["PLATFORM_KEY"]
    port = int(engine.settings["PLATFORM_URL"].rpartition(":")[2])
    platform = await start_sandbox(address, key, folder, base_environment(allow_external=False), options, port)
    try:
        yield platform
    finally:
        await platform.child.stop()
