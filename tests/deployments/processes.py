"""The processes that work in a folder; only Linux lists the working folder of each process."""

import os
import sys
from pathlib import Path

import pytest

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists where each process works, in /proc")


def working_in(folder: Path) -> list[str]:
    """The processes, other than this one, with this working folder, or with the folder in their arguments."""
    found: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            working_folder, arguments = (
                str((process / "cwd").readlink()),
                (process / "cmdline").read_bytes().decode(errors="replace"),
            )
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if process.name != str(os.getpid()) and (working_folder.startswith(str(folder)) or str(folder) in arguments):
            found.append(f"{process.name} {arguments}")
    return found
