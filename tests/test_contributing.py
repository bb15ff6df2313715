"""CONTRIBUTING.md: its commands and its files exist."""

import re
import subprocess
from pathlib import Path

from interfaces.cli.main import GROUPS

PROJECT = Path(__file__).parents[1]
_TEXT = (PROJECT / "CONTRIBUTING.md").read_text()
_CODE = [*re.findall(r"^```\n(.*?)^```", _TEXT, re.MULTILINE | re.DOTALL), *re.findall(r"`([^`\n]+)`", _TEXT)]
_PATH = re.compile(r"(flows|tasks|blocks|registration|interfaces|deployments|dev|tests)/[\w/.]*")
_COMMANDS = [line.partition("#")[0].strip() for block in _CODE for line in block.splitlines()]


def test_every_make_command_exists() -> None:
    """In the Makefile."""
    named = {command.split()[1] for command in _COMMANDS if command.startswith("make ")}
    assert {"install", "check", "test", "test-fast", "demo"} <= named
    for word in sorted(named):
        made = subprocess.run(["make", "--dry-run", word], cwd=PROJECT, capture_output=True, text=True, check=False)
        assert made.returncode == 0, f"make {word}: {made.stderr}"


def test_every_command_of_the_product_exists() -> None:
    """In the help of the command line."""
    named = {command.split()[1] for command in _COMMANDS if command.startswith("registration ")}
    assert named
    assert named <= set(GROUPS)


def test_every_file_that_is_named_exists() -> None:
    """Folders, modules and tests."""
    words = {word for command in _COMMANDS for word in command.split()}
    paths = {
        word
        for word in words
        if re.fullmatch(r"(flows|tasks|blocks|registration|interfaces|deployments|dev|tests)/[\w/.]*", word)
    }
    assert len(paths) > 20
    assert {path for path in paths if not (PROJECT / path).exists()} == set()


def test_the_workflow_and_the_hooks_do_what_make_check_does() -> None:
    """So that a change that passes one passes all."""
    [recipe] = re.findall(r"^check:.*\n((?:\t.*\n)+)", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    hooks = (PROJECT / ".pre-commit-config.yaml").read_text()
    for line in recipe.splitlines():
        command = line.strip().removeprefix("$(BIN)/").removesuffix(" .")
        assert f".venv/bin/{command}" in hooks, command
    assert "run: .ci/run" in (PROJECT / ".github" / "workflows" / "ci.yml").read_text()
