"""What a running Postgres says about itself in `postmaster.pid`."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Postmaster:
    """A Postgres that runs on a data folder: its process, its port, and whether it takes connections."""

    pid: int
    port: int
    ready: bool


def running(data: Path) -> Postmaster | None:
    """The Postgres that runs on this data folder, or None; a file left behind by a dead one does not count."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    if not _serves(pid, data):
        return None
    # Lines: pid, folder, start time, port, socket folder, address, shared memory, state.
    port = int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else 0
    return Postmaster(pid, port, ready=len(lines) > 7 and lines[7].strip() == "ready")


def _serves(pid: int, data: Path) -> bool:
    """Whether the process lives and is no stranger that got the number of a dead Postgres."""
    try:
        os.kill(pid, 0)
        return sys.platform != "linux" or Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve()
    except (ProcessLookupError, FileNotFoundError, PermissionError):
        return False
