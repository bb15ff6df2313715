"""The services of compose.yaml, run without a container engine: their commands, environments, checks and order."""

import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from deployments.local.environment import base_environment
from deployments.local.keys import new_password
from deployments.local.network import free_port
from deployments.local.postgres import EmbeddedPostgres
from deployments.local.processes import Child, start
from deployments.local.service_user import ServiceUser, service_user
from deployments.local.temporary import temporary_folder
from deployments.local.waiting import until
from tests.deployments.machine import PROJECT
from tests.deployments.test_containers import SERVICES
from tests.flows.harness import eventually

pytestmark = pytest.mark.slow

_ASKED = re.compile(r"\$\{(\w+):[?-]([^}]*)\}")
_SECONDS = 120.0


@dataclass
class Engine:
    """What stands in for a container engine: names of hosts and folders are replaced, nothing else."""

    folder: Path
    asked: Mapping[str, str]
    places: Mapping[str, str]
    user: ServiceUser | None
    children: list[Child] = field(default_factory=list[Child])

    def start(self, name: str, *command: str) -> Child:
        """Start a service, or another command in its place, in its environment."""
        words = [self._resolved(word) for word in command or SERVICES[name]["command"]]
        log = self.folder / f"{name}{len(self.children)}.log"
        child = start(name, words, log=log, environment=self._environment(name), folder=PROJECT, user=self.user)
        self.children.append(child)
        return child

    async def run(self, name: str, *command: str) -> str:
        """The same, to its end, which must be a good one; what it said."""
        child = self.start(name, *command)
        await child.finish(_SECONDS)
        return child.log.read_text()

    async def healthy(self, name: str, child: Child) -> None:
        """Return once the health check of a service that was started says so."""
        kind, *command = SERVICES[name]["healthcheck"]["test"]
        assert kind == "CMD"
        words, environment = [self._resolved(word) for word in command], self._environment(name)

        def is_well() -> bool:
            child.check()
            return subprocess.run(words, env=environment, capture_output=True, check=False).returncode == 0

        await until(is_well, f"{name} to be healthy", _SECONDS, every=0.5)

    def _environment(self, name: str) -> dict[str, str]:
        named = {key: self._resolved(value) for key, value in SERVICES[name]["environment"].items()}
        data = str(self.folder / "data")
        return {**base_environment(allow_external=False), "PREFECT_HOME": data, "HOME": data, **named}

    def _resolved(self, text: str) -> str:
        text = _ASKED.sub(lambda found: self.asked.get(found[1], found[2]), text)
        for name, place in self.places.items():
            text = text.replace(name, place)
        return text


@pytest_asyncio.fixture(loop_scope="session")
async def engine() -> AsyncGenerator[Engine]:
    """All asked values given, and a Postgres in the place of the service of that name."""
    with temporary_folder() as folder:
        async with EmbeddedPostgres(folder / "postgres", durable=False) as postgres:
            server = str(free_port())
            asked: dict[str, Any] = {name: new_password() for name in _passwords()}
            asked |= {
                "SUPERUSER_PASSWORD": postgres.password,
                "PREFECT_AUTH_STRING": f"operator:{new_password()}",
                "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
                "ORGANISATION": str(uuid4()),
                "PLATFORM_URL": f"http://127.0.0.1:{server}",
                "PLATFORM_KEY": new_password(),
            }
            places = {"@postgres:5432": f"@127.0.0.1:{postgres.port}", "prefect-server": "127.0.0.1", "4200": server}
            made = Engine(folder, asked, places, _somebody(folder))
            yield made
            for child in reversed(made.children):
                await child.stop()


def _passwords() -> set[str]:
    text = (PROJECT / "deployments" / "compose.env.example").read_text()
    return set(re.findall(r"^(\w+)=", text, re.MULTILINE))


def _somebody(folder: Path) -> ServiceUser | None:
    """Who is not root, as in the image; ourselves if we are not, or if nobody else can read the project here."""
    (folder / "data").mkdir()
    user = service_user()
    if user is None or not user.can_read(PROJECT) or not user.can_read(Path(sys.prefix)):
        return None
    os.chown(folder / "data", user.uid, user.gid)
    return user


async def test_the_services_work_in_their_order(engine: Engine) -> None:
    """Databases, server, bootstrap, both workers; then the doctor misses nothing but the platform."""
    await engine.run("databases")
    await engine.healthy("prefect-server", engine.start("prefect-server"))
    await engine.run("bootstrap")
    for name in ("worker", "recovery-worker"):
        assert SERVICES[name]["depends_on"] == {"bootstrap": {"condition": "service_completed_successfully"}}
        engine.start(name)

    async def only_the_platform_is_missing() -> bool:
        said = await engine.run("worker", "sh", "-c", "registration doctor --json || test $? -eq 1")
        return {one["about"] for one in json.loads(said) if one["level"] == "error"} == {"platform"}

    await eventually(only_the_platform_is_missing, "the doctor finds everything but the platform")
