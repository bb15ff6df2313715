"""Redis of the system's packages, which several Prefect servers share."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from dev.stack import commands
from dev.stack.network import free_port
from dev.stack.processes import Child, start
from dev.stack.waiting import eventually

PROGRAM = "redis-server"
PACKAGE = "redis-server"
_START_LIMIT = 60.0
# Each write is in the file before its answer, so that a killed Redis has lost nothing; an entry is never evicted.
_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly yes
save ""
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class RedisAddress:
    """The address of a Redis."""

    port: int
    password: SecretStr

    def url(self, database: int) -> str:
        """The address of one of its numbered databases, with the password."""
        return f"redis://:{quote(self.password.get_secret_value())}@127.0.0.1:{self.port}/{database}"


@dataclass(frozen=True)
class Redis(RedisAddress):
    """A running Redis."""

    child: Child


async def start_redis(folder: Path, password: SecretStr, environment: Mapping[str, str]) -> Redis:
    """Start Redis and wait until it answers. Raises StackError.

    Data, settings and log lie in `folder`. The caller stops it; a start that fails or is cancelled leaves nothing
    behind.
    """
    data, port = folder / "redis", free_port()
    data.mkdir(mode=0o700, exist_ok=True)
    settings = data / "redis.conf"
    settings.touch(mode=0o600)
    settings.write_text(_CONFIGURATION.format(port=port, password=password.get_secret_value(), folder=data))
    command = [commands.of_system(PROGRAM, PACKAGE), settings]
    child = start("redis", command, log=folder / "redis.log", environment=environment, folder=data)
    redis = Redis(port, password, child)
    try:
        await until_redis_answers(redis)
    except BaseException:
        redis.child.kill()
        raise
    return redis


async def until_redis_answers(redis: Redis) -> None:
    """Return once Redis has loaded its data. Raises NotInTime, or ProcessEnded if it ends before."""
    from redis.asyncio import Redis as Client
    from redis.exceptions import RedisError

    async with Client.from_url(redis.url(0)) as client:

        async def answers() -> bool:
            redis.child.check()
            try:
                return bool(await client.ping())
            except RedisError:
                return False

        await eventually(answers, f"redis; its log is {redis.child.log}", _START_LIMIT, first=0.05, longest=0.2)
