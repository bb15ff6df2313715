"""The size of a process with all that it started."""

import os
import subprocess
import sys

from deployments.bench.memory import family_megabytes


def test_a_process_is_counted_with_its_children() -> None:
    """Two processes are two sizes, both above nothing."""
    alone = family_megabytes(os.getpid())
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        together = family_megabytes(os.getpid())
    finally:
        child.communicate(b"\n")
    assert len(together) == len(alone) + 1
    assert min(together) > 0
