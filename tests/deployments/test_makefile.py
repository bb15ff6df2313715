"""`make` explains itself."""

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
def test_every_word_is_explained(word: str) -> None:
    """`make` without a word lists what can be made, each with a few words."""
    said = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^  make {word} +\w+", said, re.MULTILINE)
