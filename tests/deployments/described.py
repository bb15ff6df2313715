"""The installation that deployments/ describes: its systemd units, and the variables of our programs."""

from pathlib import Path

from prefect.settings import Settings as PrefectSettings
from prefect.settings.legacy import _get_settings_fields  # pyright: ignore[reportPrivateUsage] (the names it knows)

from registration.settings import Settings

DEPLOYMENTS = Path(__file__).parents[2] / "deployments"
UNITS = sorted((DEPLOYMENTS / "systemd").glob("*.service"))
_NOBODYS = {"DO_NOT_TRACK", "PLAYWRIGHT_BROWSERS_PATH"}


def known_variables() -> set[str]:
    """Every variable that one of our programs or Prefect reads."""
    ours = {f"REGISTRATION_{name.upper()}" for name in Settings.model_fields} | {"DATABASE_URL"}
    return ours | set(_get_settings_fields(PrefectSettings)) | _NOBODYS
