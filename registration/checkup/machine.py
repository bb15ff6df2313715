"""This machine: its settings, its disk, and whether it reaches the platform."""

import shutil
from pathlib import Path

import httpx

from registration.checkup.finding import Finding, error, fine, warning
from registration.credentials import Cipher
from registration.errors import MisconfiguredInstallation
from registration.settings import Settings

_LEAST_GIGABYTES = 1.0
_SECONDS = 5.0


def check_secrets(settings: Settings) -> Finding:
    """Whether passwords can be encrypted and read."""
    try:
        Cipher(settings.encryption_keys)
    except MisconfiguredInstallation as trouble:
        step = "set REGISTRATION_ENCRYPTION_KEYS to the keys of the installation, newest first"
        return error("encryption keys", trouble.message, step)
    return fine("encryption keys", f"{len(settings.encryption_keys)}")


def check_disk(settings: Settings) -> Finding:
    """Room for evidence and logs."""
    place = next(
        folder for folder in (Path(settings.evidence_folder).absolute(), *Path.cwd().parents) if folder.exists()
    )
    free = shutil.disk_usage(place).free / 1e9
    if free >= _LEAST_GIGABYTES:
        return fine("disk", f"{free:.0f} GB free")
    return warning("disk", f"only {free:.1f} GB free at {place}", "make room: logs and evidence are kept there")


async def check_platform(settings: Settings) -> Finding:
    """Whether the platform answers at all; any answer counts, as there is no question without a restaurant."""
    if not settings.platform_key.get_secret_value():
        return error("platform", "no service key is set", "set REGISTRATION_PLATFORM_KEY")
    try:
        async with httpx.AsyncClient(timeout=_SECONDS, trust_env=False) as client:
            answer = await client.get(settings.platform_url)
    except httpx.HTTPError as trouble:
        says = f"{settings.platform_url} does not answer ({str(trouble) or type(trouble).__name__})"
        return error("platform", says, "check REGISTRATION_PLATFORM_URL, and that the platform runs")
    except httpx.InvalidURL:
        return error("platform", f"{settings.platform_url!r} is no address", "check REGISTRATION_PLATFORM_URL")
    return fine("platform", f"answers at {settings.platform_url} ({answer.status_code})")
