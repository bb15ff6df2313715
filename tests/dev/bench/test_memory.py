"""Memory of a process with its descendants."""

import os
import subprocess
import sys

import pytest

from dev.bench.memory import family_megabytes, family_sizes


def test_a_process_is_counted_with_its_children() -> None:
    """Two processes have two sizes, both above zero."""
    alone = family_megabytes(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        together = family_megabytes(os.getpid())
    finally:
        child.communicate(b"\n")
    assert len(together) == len(alone) + 1
    assert min(together) > 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process shares with others, in /proc")
def test_what_processes_share_is_counted_once() -> None:
    """The total is less than the sum of the resident memory."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        sizes = family_sizes(os.getpid())
    finally:
        child.communicate(b"\n")
    assert sizes.processes >= 2
    assert 10 < sizes.taken < sizes.resident
