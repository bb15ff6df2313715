"""A stand-in for a container engine: starts the services of compose.yaml as processes, in their order."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dev.stack.postgres import EmbeddedPostgres
from dev.stack.postgres_binaries import find_binaries
from dev.stack.processes import Child, start
from tests.deployments.image import PROJECT, Image
from tests.deployments.units import variables
from tests.waiting import until

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "deployments" / "compose.yaml").read_text())["services"]
_ASKED = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
_SECONDS = 300.0
_DOCKER = Path(__file__).with_name("stand_in_docker.py")


@dataclass
class Engine:
    """Names of hosts, ports and folders are replaced, everything else is unchanged.

    `settings` are the required values of compose.yaml; `also` is the content of the file with all other settings. An
    embedded Postgres replaces the database service.
    """

    image: Image
    postgres: EmbeddedPostgres
    port: int
    api_port: int
    settings: Mapping[str, str]
    also: Mapping[str, str]
    children: dict[str, Child] = field(default_factory=dict[str, Child])

    async def up(self) -> None:
        """Start every service, each after its dependencies."""
        for name in SERVICES:
            await self._start(name)

    async def watch(self) -> None:
        """Raise ProcessEnded as soon as a service has ended that must stay up."""
        while True:
            for child in self.staying().values():
                child.check()
            await asyncio.sleep(0.5)

    def staying(self) -> dict[str, Child]:
        """The started services that must stay up."""
        return {name: child for name, child in self.children.items() if SERVICES[name]["restart"] == "unless-stopped"}

    async def run_again(self, name: str) -> str:
        """The output of a second run of a service that runs once."""
        child = self.children[name]
        before = len(child.log.read_text())
        await child.again().finish(_SECONDS)
        return child.log.read_text()[before:]

    async def down(self) -> None:
        """Stop the services in reverse order."""
        for child in reversed(list(self.children.values())):
            await child.stop()

    def write_docker(self, folder: Path) -> None:
        """A program `docker` that implements `compose … exec` and `compose … cp`, for a shell."""
        known = {
            "folder": str(self.image.folder / "app"),
            "user": [self.image.user.uid, self.image.user.gid] if self.image.user else None,
            "locations": dict(self.image.locations),
            "environments": {name: self.environment(name) for name in SERVICES},
        }
        (folder / "services.json").write_text(json.dumps(known))
        program = folder / "docker"
        program.write_text(f'#!/bin/sh\nexec {sys.executable} {_DOCKER} {folder / "services.json"} "$@"\n')
        program.chmod(0o755)

    def environment(self, name: str) -> dict[str, str]:
        """The environment of a service: from the image, from the files of settings, and its own."""
        given = SERVICES[name].get("environment", {})
        named = {key: self._localised(value) for key, value in given.items()}
        if name == "postgres":
            ours = {"PGHOST": "127.0.0.1", "PGPORT": str(self.postgres.port), "PGPASSWORD": self.postgres.password}
            return {"PATH": f"{find_binaries()}:/usr/bin:/bin", **ours, **named}
        return {**self.image.environment, **self._of_files(name), **named}

    async def _start(self, name: str) -> None:
        if name in self.children or name == "postgres":
            return
        for needed, how in SERVICES[name].get("depends_on", {}).items():
            await self._start(needed)
            await self._meets(needed, how["condition"])
        self.children[name] = start(
            name,
            [self._localised(word) for word in SERVICES[name]["command"]],
            log=self.image.folder / f"{name}.log",
            environment=self.environment(name),
            folder=self.image.folder / "app",
            user=self.image.user,
        )

    async def _meets(self, name: str, condition: str) -> None:
        """Wait for the condition of `depends_on`."""
        if condition == "service_completed_successfully":
            await self.children[name].finish(_SECONDS)
        else:
            assert condition == "service_healthy"
            await until(lambda: self._is_well(name), f"{name} to be healthy", _SECONDS, every=0.5)

    def _is_well(self, name: str) -> bool:
        """The result of the service's own health check."""
        if name in self.children:
            self.children[name].check()
        kind, *words = SERVICES[name]["healthcheck"]["test"]
        assert kind == "CMD"
        command = [self._localised(word) for word in words]
        environment = self.environment(name)
        path = environment["PATH"].split(os.pathsep)
        program = next(Path(folder) / command[0] for folder in path if (Path(folder) / command[0]).exists())
        return (
            subprocess.run([program, *command[1:]], env=environment, capture_output=True, check=False).returncode == 0
        )

    def _of_files(self, name: str) -> dict[str, str]:
        assert all(file == {"path": "settings.env", "required": False} for file in SERVICES[name]["env_file"])
        return dict(self.also)

    def _localised(self, text: str) -> str:
        """The text with the required values, and with the hosts, ports and folders of the test."""
        text = _ASKED.sub(lambda found: self.settings.get(found[1], found[3] if found[2] == "-" else ""), text)
        text = text.replace("@postgres:5432", f"@127.0.0.1:{self.postgres.port}")
        text = text.replace("prefect-server", "127.0.0.1").replace("4200", str(self.port))
        return self.image.moved(text.replace("8430", str(self.api_port)))


def example() -> dict[str, str]:
    """The variables of compose.env.example, with empty values."""
    return variables((PROJECT / "deployments" / "compose.env.example").read_text().splitlines())
