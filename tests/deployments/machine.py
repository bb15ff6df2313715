"""A machine on which an engineer does what docs/operations.md says, in one folder and without systemd."""

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
    """Waiting times are a twentieth of the real ones, the lease's a bit longer, and the register needs no sparing."""
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
    """Its folders, servers and services. `platform` is the sandbox, which lives elsewhere and survives what we do."""

    folder: Path
    postgres: EmbeddedPostgres
    units: Units
    keys: Keys
    ports: dict[str, int]
    platform: Sandbox | None = None

    @property
    def project(self) -> Path:
        """Where the project is installed."""
        return self.folder / "project"

    @property
    def settings(self) -> dict[str, str]:
        """What the workers and the command line are told, as it stands now."""
        return variables((self.folder / "settings" / "environment").read_text().splitlines())

    @property
    def records(self) -> Records:
        """The registration's database as its superuser sees it."""
        return Records(self.postgres.url("registration"))

    @property
    def sandbox(self) -> Sandbox:
        """The platform, which must run."""
        assert self.platform is not None
        return self.platform

    def client(self) -> PrefectClient:
        """A client of its Prefect server, to be opened."""
        return PrefectClient(self.settings["PREFECT_API_URL"], auth_string=self.settings["PREFECT_API_AUTH_STRING"])

    def database(self) -> Database:
        """The registration's database as the application sees it, to be closed."""
        return Database(self.settings["DATABASE_URL"])

    def install_code(self) -> None:
        """Put the project's files there, as they are now, over those of another version."""
        for package in PACKAGES:
            shutil.copytree(PROJECT / package, self.project / package, dirs_exist_ok=True)
        for name in _FILES:
            shutil.copy2(PROJECT / name, self.project / name)
        # What is newer than this mark `make` would install: into the packages that are lent to us.
        for mark in (".installed", ".browser"):
            (self.project / ".venv" / mark).touch()

    def write_restaurants(self, count: int) -> None:
        """Have a list of so many made restaurants beside the project's files."""
        with (self.project / "restaurants.csv").open("w", encoding="utf-8") as to:
            write_restaurants(count, to)

    def use_packages(self, prefix: Path = Path(sys.prefix)) -> None:
        """Have the packages of another environment in the project's `.venv`: those of this process if none is given."""
        venv = self.project / ".venv"
        venv.mkdir(exist_ok=True)
        for name in ("bin", "lib", "pyvenv.cfg"):
            (venv / name).unlink(missing_ok=True)
            (venv / name).symlink_to(prefix / name)

    def write_settings(self) -> None:
        """Copy the examples and fill them in; nothing may be left to guess."""
        (self.folder / "settings").mkdir(exist_ok=True)
        for name in _SETTINGS:
            text = (_UNITS / f"{name}.example").read_text()
            for placeholder, value in self._values().items():
                text = text.replace(placeholder, value)
            said = variables(text.splitlines())
            assert all(said.values()), f"{name}.example says not what belongs to {said}"
            (self.folder / "settings" / name).write_text(text)
        with (self.folder / "settings" / "environment").open("a") as environment:
            given = settings_for_tests(self.ports["platform"])
            environment.writelines(f"{name}={value}\n" for name, value in given.items())

    def change_setting(self, name: str, value: str) -> None:
        """Have another value in the file of the workers."""
        file = self.folder / "settings" / "environment"
        lines = [line for line in file.read_text().splitlines() if not line.startswith(f"{name}=")]
        file.write_text("\n".join([*lines, f"{name}={value}", ""]))

    async def have_platform(self) -> None:
        """The platform's own role is on the database server; migrations let it use its tables."""
        await have_platform_role(self.postgres, self._secret("registration_platform"))

    async def start_platform(self) -> None:
        """Start the sandbox at the address that the settings name; what it did before it still knows.

        Our organisation, where it is there, has every feature of the platform.
        """
        url = await platform_address(self.postgres, self._secret("registration_platform"))
        options = SandboxOptions(speed=1000, account_spacing_seconds=0)
        key, environment = self.settings["REGISTRATION_PLATFORM_KEY"], base_environment(allow_external=False)
        self.platform = await start_sandbox(url, key, self.folder, environment, options, self.ports["platform"])
        await self.records.switch_on_every_feature(UUID(self.settings["REGISTRATION_ORGANISATION"]))

    async def stop_platform(self) -> None:
        """Stop it, if it runs."""
        if self.platform is not None:
            await self.platform.child.stop()

    async def stop_postgres(self) -> None:
        """Stop the database server that there is now."""
        await self.postgres.stop()

    async def lose_postgres(self) -> None:
        """The server and all that was in it are gone; another one is there, empty but for the platform's own role."""
        await self.stop_platform()
        await self.postgres.stop()
        self.postgres.place.remove()
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
    """A machine with a Postgres server and the project's files, and nothing done yet; in the end all of it stops.

    Its `.venv` is installed already, with the packages that this process uses: nothing is downloaded.
    """
    for name in ("project", "state", "scripts"):
        (folder / name).mkdir()
    project = folder / "project"
    places = {
        "/opt/restaurant-registration": project,
        "/etc/restaurant-registration": folder / "settings",
        "/var/lib/restaurant-registration": folder / "state",
    }
    units = {file.stem: Unit.read(file, places) for file in _UNITS.glob("*.service")}
    async with AsyncExitStack() as exits:
        made = Machine(
            folder=folder,
            postgres=EmbeddedPostgres(folder / "postgres", durable=False),
            units=Units(units, folder, also={"PYTHONPATH": str(project), "HOME": str(folder / "state")}),
            keys=Keys(folder / "keys.json"),
            ports={name: free_port() for name in ("prefect", "platform")},
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
    """What a person's shell on the machine knows before they have done anything."""
    base = base_environment(allow_external=False)
    return {
        "PATH": f"{find_binaries()}{os.pathsep}{base['PATH']}",
        "HOME": str(made.folder),
        "LC_ALL": "C.UTF-8",
        "SETTINGS": str(made.folder / "settings"),
        "PYTHONPATH": str(made.project),
    }
