"""`make` documents its targets."""

import re
import subprocess

import pytest

from dev.check_lock import PROJECT

WORDS = (
    "install",
    "browser",
    "demo",
    "up",
    "bootstrap",
    "test",
    "test-fast",
    "test-operations",
    "check",
    "bench",
    "chaos",
    "eval-register",
    "screenshots",
    "lock",
    "clean",
)


@pytest.mark.parametrize("word", WORDS)
def test_every_target_is_explained(word: str) -> None:
    """`make` without a target lists all targets, each with a short description."""
    output = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^  make {word} +\w+", output, re.MULTILINE)
