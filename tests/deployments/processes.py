"""The processes that work in a folder; only Linux lists where each works."""

import os
import sys
from pathlib import Path

import pytest

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists where each process works, in /proc")


def working_in(folder: Path) -> list[str]:
    """The processes, other than this one, that work in the folder or were told of it."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where, told = str((process / "cwd").readlink()), (process / "cmdline").read_bytes().decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if process.name != str(os.getpid()) and (where.startswith(str(folder)) or str(folder) in told):
            found.append(f"{process.name} {told}")
    return found
