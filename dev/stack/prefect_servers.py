"""Two Prefect API servers behind a load balancer, with the background services in a process of their own.

The settings are those of Prefect's guide (https://docs.prefect.io/v3/advanced/self-hosted), and the storage of what
workers still have to clean up, which prefect-redis has as well.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import SecretStr

from dev.stack import commands, redis_server
from dev.stack.commands import run_to_end
from dev.stack.network import free_port, until_answers
from dev.stack.prefect_server import START_LIMIT, server_environment
from dev.stack.processes import Child, start
from dev.stack.redis_server import RedisAddress, start_redis

SERVERS = 2
_BALANCER = "haproxy"
_BALANCER_SETTINGS = Path(__file__).resolve().parents[2] / "deployments" / "haproxy.cfg"


def check_programs() -> None:
    """Raise StackError with the package of a program that is missing on this machine."""
    commands.of_system(redis_server.PROGRAM, redis_server.PACKAGE)
    commands.of_system(_BALANCER, _BALANCER)


def shared_settings(redis: RedisAddress) -> dict[str, str]:
    """What each server needs to share its state with the others.

    An event is published before the server takes the next one: what a client sent to a server that died is sent again
    by the client, and by default a server would keep up to five events, or ten seconds of them, in its memory.
    """
    return {
        "PREFECT_SERVER_EVENTS_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_SERVER_WORKER_CHANNEL_CLEANUP_QUEUE_STORAGE": "prefect_redis.cleanup_queue",
        "PREFECT_REDIS_MESSAGING_URL": redis.url(0),
        "PREFECT_REDIS_MESSAGING_PUBLISHER_BATCH_SIZE": "1",
        "PREFECT_REDIS_WORKER_CLEANUP_QUEUE_URL": redis.url(0),
        "PREFECT_SERVER_DOCKET_URL": redis.url(1),
        "PREFECT_SERVER_DATABASE_MIGRATE_ON_START": "false",
    }


async def start_prefect_servers(
    database_url: str,
    folder: Path,
    environment: Mapping[str, str],
    *,
    port: int,
    redis_password: SecretStr,
    keep: Callable[[Child], None],
) -> None:
    """Start two servers on the database (`postgresql://…`), reached at `port`, and wait until they are healthy.

    Each program is given to `keep` as soon as it runs; the caller stops it, also after an error. Raises StackError.
    """
    redis = await start_redis(folder, redis_password, environment)
    keep(redis.child)
    shared = {**environment, **shared_settings(redis)}
    home = folder / "prefect-services"
    home.mkdir(exist_ok=True)
    of_services = server_environment(database_url, home, shared, port)
    migrating = commands.of_module("prefect", "server", "database", "upgrade", "--yes")
    await run_to_end("prefect-migrations", migrating, folder, of_services)
    services = commands.of_module("prefect", "server", "services", "start")
    keep(start("prefect-services", services, log=folder / "prefect-services.log", environment=of_services, folder=home))
    ports = [free_port() for _ in range(SERVERS)]
    servers: list[Child] = []
    for number, each in enumerate(ports, start=1):
        # Servers that register Prefect's own blocks at the same time are in each other's way.
        own = shared | {"PREFECT_SERVER_REGISTER_BLOCKS_ON_START": str(number == 1).lower()}
        servers.append(_start_api(f"prefect-server-{number}", each, folder, database_url, own, port))
        keep(servers[-1])
    keep(balancer := _start_balancer(folder, environment, port, ports))
    waits = (until_answers(health_url(each), child, START_LIMIT) for each, child in zip(ports, servers, strict=True))
    await asyncio.gather(*waits)
    await until_answers(health_url(port), balancer, START_LIMIT)


def health_url(port: int) -> str:
    """The health check of a server at its own port, or of any server at the port of the load balancer."""
    return f"http://127.0.0.1:{port}/api/health"


def _start_api(
    name: str, own_port: int, folder: Path, database_url: str, environment: Mapping[str, str], port: int
) -> Child:
    home = folder / name
    home.mkdir(exist_ok=True)
    options = ("--no-services", "--host", "127.0.0.1", "--port", str(own_port))
    command = commands.of_module("prefect", "server", "start", *options)
    settings = server_environment(database_url, home, environment, port)
    return start(name, command, log=folder / f"{name}.log", environment=settings, folder=home)


def _start_balancer(folder: Path, environment: Mapping[str, str], port: int, servers: Sequence[int]) -> Child:
    addresses = {f"SERVER_{number}": f"127.0.0.1:{each}" for number, each in enumerate(servers, start=1)}
    return start(
        "load-balancer",
        [commands.of_system(_BALANCER, _BALANCER), "-db", "-f", _BALANCER_SETTINGS],
        log=folder / "load-balancer.log",
        environment={**environment, **addresses, "LISTEN": f"127.0.0.1:{port}"},
        folder=folder,
    )
