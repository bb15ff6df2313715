"""The command line as a whole: exit codes, and errors as one line."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from interfaces.cli.main import DONE, GROUPS, WRONG_USE, app, run
from registration.settings import settings


def test_help_names_every_group_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """In `registration --help`."""
    assert run(["--help"]) == DONE
    result = capsys.readouterr().out
    assert "0 done, 1 failed, 2 wrong use, 3 waiting for a person" in result
    assert all(name in result and text.split()[0] in result for name, (_, text) in GROUPS.items())


@pytest.mark.parametrize("arguments", [["no-such-command"], ["db", "upgrade", "--no-such-option"], ["db", "downgrade"]])
def test_wrong_use_is_exit_code_2(arguments: list[str]) -> None:
    """An unknown command, an unknown option, a missing argument."""
    assert run(arguments) == WRONG_USE


def test_wrong_settings_are_named_without_their_values(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A setting that cannot be read is one line with its name."""
    settings.cache_clear()
    monkeypatch.setenv("REGISTRATION_ORGANISATION", "hush-hush")
    assert run(["db", "status"]) == WRONG_USE
    settings.cache_clear()
    result = capsys.readouterr().err
    assert result.startswith("registration: ")
    assert "organisation" in result
    assert "hush" not in result
    assert result.count("\n") == 1


@pytest.mark.parametrize("group", GROUPS)
def test_every_command_has_a_help_text(group: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each group can be imported, and each of its commands is described."""
    assert run([group, "--help"]) == DONE
    assert GROUPS[group][1].split()[0] in capsys.readouterr().out
    commands = app[group]
    assert all(name.startswith("-") or commands[name].help for name in commands)


def test_the_installed_program_is_this_one() -> None:
    """`registration` is on the path of the environment and answers with the version of the package."""
    program = Path(sys.executable).parent / "registration"
    result = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == version("restaurant-registration")
