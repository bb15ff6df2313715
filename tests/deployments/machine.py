"""A machine on which docs/operations.md is followed, in one folder and without systemd."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.fernet import Fernet
from prefect.client.orchestration import PrefectClient

from dev.sandbox.make_restaurants import write_restaurants
from dev.stack.environment import base_environment
from dev.stack.keys import Keys
from dev.stack.network import free_port
from dev.stack.postgres import EmbeddedPostgres
from dev.stack.postgres_binaries import find_binaries
from dev.stack.sandbox import Sandbox, SandboxOptions, start_sandbox
from registration.database.session import Database
from tests.deployments.platform_role import have_platform_role, platform_address
from tests.deployments.units import Unit, Units, variables
from tests.flows.records import Records

PROJECT = Path(__file__).parents[2]
PACKAGES = ("blocks", "deployments", "flows", "interfaces", "registration", "tasks")
_FILES = ("Makefile", "README.md", "prefect.yaml", "pyproject.toml", "requirements.lock")
_UNITS = PROJECT / "deployments" / "systemd"
_SETTINGS = ("environment", "server", "administrator")


def settings_for_tests(platform_port: int) -> dict[str, str]:
    """Waiting times are a twentieth of the real ones, the lease's a bit longer; the register has no rate limit."""
    return {
        "REGISTRATION_TIME_SCALE": "0.05",
        "REGISTRATION_LEASE_SECONDS": "100",
        "REGISTRATION_ACCOUNT_SPACING_SECONDS": "0",
        "REGISTRATION_GATE_GATHER_SECONDS": "40",
        "REGISTRATION_REGISTER_DRIVER": "http",
        "REGISTRATION_REGISTER_REQUESTS_A_MINUTE": "0",
        "REGISTRATION_REGISTER_URL": f"http://127.0.0.1:{platform_port}",
    }


@dataclass
class Machine:
    """Its folders, servers and services. `platform` is the sandbox, which runs elsewhere and survives the machine."""

    folder: Path
    postgres: EmbeddedPostgres
    units: Units
    keys: Keys
    ports: dict[str, int]
    platform: Sandbox | None = None

    @property
    def project(self) -> Path:
        """The folder of the project."""
        return self.folder / "project"

    @property
    def settings(self) -> dict[str, str]:
        """The present settings of the workers and the command line."""
        return variables((self.folder / "settings" / "environment").read_text().splitlines())

    @property
    def records(self) -> Records:
        """The registration's database as its superuser."""
        return Records(self.postgres.url("registration"))

    @property
    def sandbox(self) -> Sandbox:
        """The platform, which must run."""
        assert self.platform is not None
        return self.platform

    def client(self) -> PrefectClient:
        """A client of its Prefect server, for an `async with`."""
        return PrefectClient(self.settings["PREFECT_API_URL"], auth_string=self.settings["PREFECT_API_AUTH_STRING"])

    def database(self) -> Database:
        """The registration's database as the application; the caller closes it."""
        return Database(self.settings["DATABASE_URL"])

    async def install_commit(self, commit: str) -> None:
        """Replace the project's files by those of a commit of this repository."""
        self._remove_code()
        archive = self.folder / "commit.tar"
        words = ("git", "-C", str(PROJECT), "archive", f"--output={archive}", commit)
        running = await asyncio.create_subprocess_exec(*words, stderr=asyncio.subprocess.PIPE)
        _, errors = await running.communicate()
        assert running.returncode == 0, f"{' '.join(words)}: {errors.decode()}"
        await asyncio.to_thread(shutil.unpack_archive, archive, self.project, filter="data")

    def _remove_code(self) -> None:
        for entry in self.project.iterdir():
            if entry.is_dir() and not entry.is_symlink() and entry.name != ".venv":
                shutil.rmtree(entry)

    def install_code(self) -> None:
        """Replace the files of another version of the project by the present ones."""
        self._remove_code()
        for package in PACKAGES:
            shutil.copytree(PROJECT / package, self.project / package)
        for name in _FILES:
            shutil.copy2(PROJECT / name, self.project / name)
        # `make` would install files newer than this mark into the borrowed packages.
        for mark in (".installed", ".browser"):
            (self.project / ".venv" / mark).touch()

    def write_restaurants(self, count: int) -> None:
        """Write a list of this many generated restaurants beside the project's files."""
        with (self.project / "restaurants.csv").open("w", encoding="utf-8") as to:
            write_restaurants(count, to)

    def use_packages(self, prefix: Path = Path(sys.prefix)) -> None:
        """Put the packages of another environment into the project's `.venv`, by default those of this process."""
        venv = self.project / ".venv"
        venv.mkdir(exist_ok=True)
        for name in ("bin", "lib", "pyvenv.cfg"):
            (venv / name).unlink(missing_ok=True)
            (venv / name).symlink_to(prefix / name)

    def write_settings(self) -> None:
        """Copy the examples and fill them in; the examples must leave no open choice."""
        (self.folder / "settings").mkdir(exist_ok=True)
        for name in _SETTINGS:
            text = (_UNITS / f"{name}.example").read_text()
            for placeholder, value in self._values().items():
                text = text.replace(placeholder, value)
            remaining = variables(text.splitlines())
            assert all(remaining.values()), f"{name}.example says not what belongs to {remaining}"
            (self.folder / "settings" / name).write_text(text)
        with (self.folder / "settings" / "environment").open("a") as environment:
            given = settings_for_tests(self.ports["platform"])
            environment.writelines(f"{name}={value}\n" for name, value in given.items())

    def change_setting(self, name: str, value: str) -> None:
        """Change a value in the workers' file of settings."""
        file = self.folder / "settings" / "environment"
        lines = [line for line in file.read_text().splitlines() if not line.startswith(f"{name}=")]
        file.write_text("\n".join([*lines, f"{name}={value}", ""]))

    async def have_platform(self) -> None:
        """Create the platform's own role on the database server; migrations grant it its tables."""
        await have_platform_role(self.postgres, self._secret("registration_platform"))

    async def start_platform(self) -> None:
        """Start the sandbox at the address in the settings; it keeps its memory.

        Our organisation, if it exists, gets every feature of the platform.
        """
        url = await platform_address(self.postgres, self._secret("registration_platform"))
        options = SandboxOptions(speed=1000, account_spacing_seconds=0)
        key, environment = self.settings["REGISTRATION_PLATFORM_KEY"], base_environment(allow_external=False)
        self.platform = await start_sandbox(url, key, self.folder, environment, options, self.ports["platform"])
        await self.records.switch_on_every_feature(UUID(self.settings["REGISTRATION_ORGANISATION"]))

    async def stop_platform(self) -> None:
        """Stop the platform if it runs."""
        if self.platform is not None:
            await self.platform.child.stop()

    async def stop_postgres(self) -> None:
        """Stop the present database server."""
        await self.postgres.stop()

    async def lose_postgres(self) -> None:
        """Lose the server with its data; a new server has only the platform's own role."""
        await self.stop_platform()
        await self.postgres.stop()
        self.postgres.data_folder.remove()
        self.postgres = EmbeddedPostgres(self.folder / "another-postgres", durable=False)
        before = self.ports["postgres"]
        await self.postgres.start()
        self.ports["postgres"] = self.postgres.port
        await self.have_platform()
        for name in _SETTINGS:
            file = self.folder / "settings" / name
            text = file.read_text().replace(f"127.0.0.1:{before}", f"127.0.0.1:{self.postgres.port}")
            file.write_text(text.replace(self._superuser, self.postgres.password))
        self._superuser = self.postgres.password

    def _values(self) -> dict[str, str]:
        prefect = self.ports["prefect"]
        auth = f"operator:{self._secret('prefect_ui')}"
        self._superuser = self.postgres.password
        return {
            "HOST:5432": f"127.0.0.1:{self.postgres.port}",
            "4200": str(prefect),
            "8430": str(self.ports["api"]),
            "API_JWT_SECRET=\n": f"API_JWT_SECRET={self._secret('api_tokens')}\n",
            "APPLICATION_PASSWORD": self._secret("application"),
            "OWNER_PASSWORD": self._secret("owner"),
            "PREFECT_PASSWORD": self._secret("prefect"),
            "SUPERUSER_PASSWORD": self._superuser,
            "REGISTRATION_ORGANISATION=\n": f"REGISTRATION_ORGANISATION={uuid4()}\n",
            "PLATFORM_URL=\n": f"PLATFORM_URL=http://127.0.0.1:{self.ports['platform']}\n",
            "PLATFORM_KEY=\n": f"PLATFORM_KEY={self._secret('platform_key')}\n",
            "ENCRYPTION_KEYS=\n": f"ENCRYPTION_KEYS={Fernet.generate_key().decode()}\n",
            "AUTH_STRING=\n": f"AUTH_STRING={auth}\n",
        }

    def _secret(self, name: str) -> str:
        return self.keys.get(name).get_secret_value()


@asynccontextmanager
async def machine(folder: Path) -> AsyncGenerator[Machine]:
    """A machine with a Postgres server and the project's files, before the first step; everything stops at the end.

    Its `.venv` has the packages of this process: nothing is downloaded.
    """
    for name in ("project", "state", "scripts"):
        (folder / name).mkdir()
    project = folder / "project"
    values = {
        "/opt/restaurant-registration": project,
        "/etc/restaurant-registration": folder / "settings",
        "/var/lib/restaurant-registration": folder / "state",
    }
    units = {file.stem: Unit.read(file, values) for file in _UNITS.glob("*.service")}
    async with AsyncExitStack() as exits:
        made = Machine(
            folder=folder,
            postgres=EmbeddedPostgres(folder / "postgres", durable=False),
            units=Units(units, folder, also={"PYTHONPATH": str(project), "HOME": str(folder / "state")}),
            keys=Keys(folder / "keys.json"),
            ports={name: free_port() for name in ("prefect", "platform", "api")},
        )
        await made.postgres.start()
        made.ports["postgres"] = made.postgres.port
        exits.push_async_callback(made.stop_postgres)
        await made.have_platform()
        exits.push_async_callback(made.stop_platform)
        exits.push_async_callback(made.units.stop_all)
        made.use_packages()
        made.install_code()
        yield made


def shell_environment(made: Machine) -> Mapping[str, str]:
    """The environment of a new shell on the machine."""
    base = base_environment(allow_external=False)
    return {
        "PATH": f"{find_binaries()}{os.pathsep}{base['PATH']}",
        "HOME": str(made.folder),
        "LC_ALL": "C.UTF-8",
        "SETTINGS": str(made.folder / "settings"),
        "PYTHONPATH": str(made.project),
    }
