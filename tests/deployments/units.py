"""A stand-in for systemd, as far as our units need it: it starts, stops and restarts them."""

import asyncio
import contextlib
import os
import shlex
import signal
from collections.abc import Mapping
from configparser import ConfigParser
from dataclasses import dataclass, field
from pathlib import Path

from dev.stack.errors import NotInTime
from dev.stack.processes import Child, start
from dev.stack.waiting import until

_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""systemd's default PATH for a service."""


class _Lines(ConfigParser):
    """A unit file; a repeated key keeps all its values, a line each."""

    def __init__(self) -> None:
        super().__init__(interpolation=None, strict=False, comment_prefixes=("#",), delimiters=("=",))

    def optionxform(self, optionstr: str) -> str:
        return optionstr


@dataclass(frozen=True)
class Unit:
    """The supported parts of a service's unit file."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    settings: Path
    folder: Path
    restart_seconds: float
    stop_seconds: float

    @classmethod
    def read(cls, file: Path, folders: Mapping[str, Path]) -> "Unit":
        """The unit with the folders in its text replaced by those of `folders`."""
        text = file.read_text()
        for named, folder in folders.items():
            text = text.replace(named, str(folder))
        given = _Lines()
        given.read_string(text)
        service = given["Service"]
        assert service["Restart"] == "always"
        values = [line.removeprefix("Environment=") for line in text.splitlines() if line.startswith("Environment=")]
        return cls(
            name=file.stem,
            command=tuple(shlex.split(service["ExecStart"])),
            environment=variables(values),
            settings=Path(service["EnvironmentFile"]),
            folder=Path(service["WorkingDirectory"]),
            restart_seconds=float(service["RestartSec"]),
            stop_seconds=float(service["TimeoutStopSec"]),
        )


def variables(lines: list[str]) -> dict[str, str]:
    """The variables of NAME=VALUE lines of a file of settings, without empty values and comments."""
    pairs = (line.partition("=") for line in lines if line.strip() and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


@dataclass
class Units:
    """Supervised services, each with `also` in its environment; their logs lie in `logs`."""

    units: dict[str, Unit]
    logs: Path
    also: Mapping[str, str]
    _children: dict[str, Child] = field(default_factory=dict[str, Child])
    _keepers: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, asyncio.Task[None]])

    async def systemctl(self, *words: str) -> None:
        """`start`, `stop`, `restart`, `enable --now` and `disable --now` of services; other words change nothing."""
        action, names = words[0], [word for word in words[1:] if not word.startswith("--")]
        if action in ("stop", "restart", "disable"):
            await asyncio.gather(*map(self.stop, names))
        if action in ("start", "restart", "enable"):
            for name in names:
                self.start(name)

    def start(self, name: str) -> None:
        """Start a service, unless it is already supervised."""
        if name not in self._keepers:
            self._launch(self.units[name])
            self._keepers[name] = asyncio.create_task(self._keep(self.units[name]))

    async def stop(self, name: str) -> None:
        """SIGTERM to the first process; after its end or its time limit, SIGKILL to the rest."""
        keeper = self._keepers.pop(name, None)
        if keeper is None:
            return
        keeper.cancel()
        await asyncio.gather(keeper, return_exceptions=True)
        child = self._children[name]
        if not child.ended():
            os.kill(child.pid, signal.SIGTERM)
            with contextlib.suppress(NotInTime):
                await until(child.ended, f"{name} to stop", self.units[name].stop_seconds)
        child.kill()

    async def stop_all(self) -> None:
        """Stop the services in reverse order."""
        for name in reversed(list(self._keepers)):
            await self.stop(name)

    def pid(self, name: str) -> int:
        """The first process of a service."""
        return self._children[name].pid

    async def _keep(self, unit: Unit) -> None:
        while True:
            child = self._children[unit.name]
            while not child.ended():
                await asyncio.sleep(0.1)
            child.kill()
            await asyncio.sleep(unit.restart_seconds)
            self._launch(unit)

    def _launch(self, unit: Unit) -> None:
        settings = variables(unit.settings.read_text().splitlines())
        self._children[unit.name] = start(
            unit.name,
            unit.command,
            log=self.logs / f"{unit.name}.log",
            environment={"PATH": _PATH, "LC_ALL": "C.UTF-8", **self.also, **unit.environment, **settings},
            folder=unit.folder,
        )
