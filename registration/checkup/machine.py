"""This machine: its disk."""

import shutil
from pathlib import Path

from registration.checkup.finding import Finding, fine, warning
from registration.settings import Settings

_LEAST_GIGABYTES = 1.0


def check_disk(settings: Settings) -> Finding:
    """Room for evidence and logs."""
    place = next(
        folder for folder in (Path(settings.evidence_folder).absolute(), *Path.cwd().parents) if folder.exists()
    )
    free = shutil.disk_usage(place).free / 1e9
    if free >= _LEAST_GIGABYTES:
        return fine("disk", f"{free:.0f} GB free")
    return warning("disk", f"only {free:.1f} GB free at {place}", "make room: logs and evidence are kept there")
