"""The installation that deployments/ describes: its systemd units, and the variables of our programs."""

import re
from pathlib import Path

import prefect
from prefect.settings import Settings as PrefectSettings
from prefect.settings.legacy import _get_settings_fields  # pyright: ignore[reportPrivateUsage] (the names it knows)
from prefect_redis.cleanup_queue import RedisWorkerCleanupQueueSettings
from prefect_redis.client import RedisMessagingSettings
from prefect_redis.messaging import RedisMessagingPublisherSettings

from registration.settings import Settings

DEPLOYMENTS = Path(__file__).parents[2] / "deployments"
UNITS = sorted((DEPLOYMENTS / "systemd").glob("*.service"))
_OF_REDIS = (RedisMessagingSettings, RedisMessagingPublisherSettings, RedisWorkerCleanupQueueSettings)
_READ = re.compile(r'"(PREFECT_\w+)"')
_NOBODYS = {"DO_NOT_TRACK", "PLAYWRIGHT_BROWSERS_PATH"}


def known_variables() -> set[str]:
    """Every variable that one of our programs or Prefect reads; Prefect's key of encryption at rest is no setting."""
    encryption = Path(prefect.__file__).parent / "server" / "utilities" / "encryption.py"
    ours = {f"REGISTRATION_{name.upper()}" for name in Settings.model_fields} | {"DATABASE_URL"}
    of_redis = {
        f"{each.model_config.get('env_prefix')}{name}".upper() for each in _OF_REDIS for name in each.model_fields
    }
    of_prefect = {*_get_settings_fields(PrefectSettings), *_READ.findall(encryption.read_text())}
    return ours | of_prefect | of_redis | _NOBODYS
