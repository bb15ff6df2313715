"""The systemd units and their files of settings, checked against the project and, if present, by systemd."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deployments.described import UNITS, known_variables
from tests.deployments.units import variables

EXAMPLES = sorted((UNITS[0].parent).glob("*.example"))
INSTALLED, SETTINGS = "/opt/restaurant-registration", "/etc/restaurant-registration"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_unit(unit: Path, tmp_path: Path) -> None:
    """Every directive is valid for systemd, which searches the program in the project's folder."""
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        # Only systemd knows its own directives, and a machine without it has no such units either.
        pytest.skip("systemd-analyze is not on this machine")
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("prefect", "registration"):
        (programs / name).touch(mode=0o755)
    moved = tmp_path / unit.name
    moved.write_text(unit.read_text().replace(INSTALLED, str(tmp_path)))
    command = [analyse, "verify", "--man=no", "--recursive-errors=no", moved]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert [line for line in result.stderr.splitlines() if unit.name in line] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_has_its_file_of_settings(unit: Path) -> None:
    """Each file has an example."""
    [settings] = [line for line in unit.read_text().splitlines() if line.startswith("EnvironmentFile=")]
    name = settings.removeprefix(f"EnvironmentFile={SETTINGS}/")
    assert (unit.parent / f"{name}.example") in EXAMPLES


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_setting_of_an_example_is_known(example: Path) -> None:
    """A misspelt setting would be ignored silently; no example contains a secret."""
    result = variables(example.read_text().splitlines())
    assert set(result) <= known_variables()
    secret = ("KEY", "KEYS", "AUTH_STRING", "SECRET")
    assert [name for name, value in result.items() if name.endswith(secret) and value] == []


def test_no_service_reads_the_administrators_file() -> None:
    """No service reads the administrator's file."""
    assert [unit.name for unit in UNITS if "administrator" in unit.read_text()] == []
