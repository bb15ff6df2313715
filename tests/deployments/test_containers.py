"""The image, compose.yaml and the systemd units, checked against the project; test_compose_services.py runs them."""

import re
from pathlib import Path

import pytest

from deployments.prefect_server.work_pools import WORK_POOLS
from interfaces.cli.main import run
from registration.settings import EvidenceSource
from tests.deployments.compose import SERVICES
from tests.deployments.described import DEPLOYMENTS, UNITS, known_variables
from tests.deployments.image import instructions

ONLY_SCALE = "REDIS_PASSWORD"
"""The value that only compose.scale.yaml requires."""
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "restaurant-registration"}


def test_the_image_runs_as_an_unprivileged_user() -> None:
    """The user changes after the last installing command."""
    users = [(position, rest) for position, (word, rest) in enumerate(instructions()) if word == "USER"]
    assert [rest for _, rest in users] == ["registration"]
    assert not [rest for word, rest in instructions()[users[0][0] :] if word == "RUN"]


def test_the_image_copies_every_package() -> None:
    """Every copied path exists, and every top-level package is copied."""
    copied = {source for word, rest in instructions() if word == "COPY" for source in rest.split()[:-1]}
    assert all((DEPLOYMENTS.parent / source).exists() for source in copied)
    assert {"blocks", "deployments", "flows", "interfaces", "registration", "tasks"} <= copied
    assert not {"dev", "tests"} & copied


def test_the_image_installs_only_locked_packages() -> None:
    """Neither the lock nor our own package resolves further requirements: with hashes pip refuses extras."""
    lock, ours = [rest for word, rest in instructions() if word == "RUN" and "pip install" in rest]
    assert "--require-hashes" in lock
    assert all("--no-deps" in rest for rest in (lock, ours))


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_comes_back(name: str) -> None:
    """Permanent services always restart; services that run once restart until success."""
    once = name in ("databases", "bootstrap")
    assert SERVICES[name]["restart"] == ("on-failure" if once else "unless-stopped")


@pytest.mark.parametrize("name", OURS)
def test_every_variable_of_a_service_is_known(name: str) -> None:
    """A misspelt setting would be ignored silently."""
    assert set(OURS[name]["environment"]) <= known_variables()


def test_every_secret_is_required() -> None:
    """The file contains no password; the example names exactly the required values."""
    text = (DEPLOYMENTS / "compose.yaml").read_text()
    required = set(re.findall(r"\$\{(\w+):\?\}", text))
    example = re.findall(r"^(\w+)=(.*)$", (DEPLOYMENTS / "compose.env.example").read_text(), re.MULTILINE)
    assert required == {name for name, _ in example}
    assert not any(value for _, value in example)
    assert not re.search(r"//\w+:(?!\$\{)", text)


def test_optional_settings_are_explained() -> None:
    """The example has a commented line for it; evidence is read from the tables by default."""
    optional = re.findall(r"\$\{(\w+):-", (DEPLOYMENTS / "compose.yaml").read_text())
    example = re.findall(r"^#(\w+)=", (DEPLOYMENTS / "compose.env.example").read_text(), re.MULTILINE)
    assert sorted([*optional, ONLY_SCALE]) == sorted(example)
    for name in ("worker", "recovery-worker"):
        way = re.fullmatch(r"\$\{\w+:-(\w+)\}", OURS[name]["environment"]["REGISTRATION_PLATFORM_EVIDENCE"])
        assert way is not None
        assert EvidenceSource(way[1]) is EvidenceSource.TABLES


def test_the_server_lets_nobody_in_without_a_password_and_is_not_on_the_street() -> None:
    """Its password is required; it and the API listen on the loopback address of the machine only, the rest nowhere."""
    server = SERVICES["prefect-server"]
    assert server["environment"]["PREFECT_SERVER_API_AUTH_STRING"] == "${PREFECT_AUTH_STRING:?}"
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports == {"prefect-server": ["127.0.0.1:4200:4200"], "api": ["127.0.0.1:8430:8430"]}


def test_there_is_a_worker_for_every_pool() -> None:
    """In compose and for systemd; the recovery's worker runs one flow at a time."""
    commands = [" ".join(service["command"]) for service in OURS.values()]
    units = [unit.read_text() for unit in UNITS]
    for pool in WORK_POOLS:
        wanted = f"prefect worker start --pool {pool}{' --limit 1' if pool.endswith('recovery') else ''}"
        assert wanted in commands
        assert [text for text in units if f"{wanted}\n" in text]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_dead_worker_comes_back(unit: Path) -> None:
    """Always, and not as root."""
    text = unit.read_text()
    assert "Restart=always" in text
    assert "User=registration" in text


def test_the_commands_of_the_databases_service_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """The comments name existing commands."""
    for command in ("provide", "upgrade", "organisation"):
        assert run(["db", command, "--help"]) == 0
    assert "REGISTRATION_SUPERUSER_DATABASE_URL" in capsys.readouterr().out
