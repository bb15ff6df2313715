"""Whether the database server has connections for everything that is configured to run."""

from dataclasses import dataclass

from registration.database.connections import MOST_CONNECTIONS, MOST_SERVING
from registration.database.session import NO_ORGANISATION, Database
from registration.health.connection_queries import ServerConnections, read_connections
from registration.health.finding import Finding, fine, warning

_ABOUT = "database connections"
_OURS, _PREFECT = "registration", "prefect server"
_BESIDE_BATCHES = MOST_SERVING + 1 + 2
"""Console and REST API, recovery, and two commands at the terminal at a time."""
_NEARLY_FULL = 0.9


@dataclass(frozen=True)
class Configured:
    """What may run at once, as the Prefect server says: batches, and connections of that server.

    None is a number that has no limit, or that could not be read.
    """

    batches: int | None = None
    prefect: int | None = None


UNKNOWN = Configured()
"""For a caller without access to the Prefect server's settings."""


async def check_connections(database: Database, configured: Configured) -> Finding:
    """Compare the connections of the server with the budget of docs/scaling.md. Raises DatabaseUnavailable."""
    async with database.transaction(NO_ORGANISATION, read_only=True) as transaction:
        return judge_connections(await read_connections(transaction), configured)


def judge_connections(server: ServerConnections, configured: Configured) -> Finding:
    """The finding on a server with these connections. Programs of others keep what they have now."""
    used = sum(server.used.values())
    shown = ", ".join(f"{name} {count}" for name, count in server.used.items())
    now = f"{used} of {server.usable} in use: {shown}"
    full = used > _NEARLY_FULL * server.usable
    if server.pooled:
        plan = "a pooler decides how many of them our processes share"
    else:
        beside = _BESIDE_BATCHES + _needed_by_prefect(server, configured) + _needed_by_others(server)
        fit = max(0, (server.usable - beside) // MOST_CONNECTIONS)
        full = full or fit == 0
        plan = f"{fit} batches at once have room; their number has no limit"
        if configured.batches is not None:
            needed = beside + configured.batches * MOST_CONNECTIONS
            plan = f"{configured.batches} batches at once and everything beside them need {needed}"
            if needed > server.usable:
                fewer = f", or allow fewer: {_limit(fit)}" if fit else ""
                step = f"{_room(needed + server.reserved)}{fewer}"
                return warning(_ABOUT, f"{plan}, and the server gives {server.usable}; {now}", step)
    if full:
        return warning(_ABOUT, f"{now}; {plan}", f"{_room(server.allowed + used)}, or end what is not needed")
    return fine(_ABOUT, f"{plan}; {now}")


def _needed_by_prefect(server: ServerConnections, configured: Configured) -> int:
    """The connections that the Prefect servers may open here: as many as one is configured for, or what all have now if
    that is more. Zero if none has a connection: their database is then on another server.
    """
    now = server.used.get(_PREFECT, 0)
    return max(configured.prefect or 0, now) if now else 0


def _needed_by_others(server: ServerConnections) -> int:
    return sum(count for name, count in server.used.items() if not name.startswith((_OURS, _PREFECT)))


def _room(connections: int) -> str:
    return f"raise max_connections of the server to {connections}, or put PgBouncer in front of it (docs/scaling.md)"


def _limit(batches: int) -> str:
    return f"`prefect work-pool set-concurrency-limit registration {batches}`"
