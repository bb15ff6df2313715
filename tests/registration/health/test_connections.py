"""The server's connections against what is configured to run."""

import pytest

from registration.database.session import Database
from registration.health.connection_queries import ServerConnections
from registration.health.connections import UNKNOWN, Configured, check_connections, judge_connections
from registration.health.finding import Level

SMALL = ServerConnections(
    allowed=100,
    reserved=3,
    used={"prefect server": 20, "registration batch": 8, "the platform": 10, "registration serve": 1},
)


@pytest.mark.parametrize(
    "configured, level, says",
    [
        (Configured(batches=10, prefect=27), Level.OK, "10 batches at once and everything beside them need 90;"),
        (Configured(batches=11, prefect=27), Level.OK, "11 batches at once and everything beside them need 94;"),
        (Configured(batches=12, prefect=27), Level.WARNING, "need 98, and the server gives 97;"),
        (Configured(prefect=27), Level.OK, "11 batches at once have room; their number has no limit;"),
        (UNKNOWN, Level.OK, "13 batches at once have room;"),
        (Configured(prefect=80), Level.WARNING, "0 batches at once have room"),
    ],
)
def test_the_plan_is_compared_with_the_server(configured: Configured, level: Level, says: str) -> None:
    """Programs of others keep what they have, and so does each Prefect server beside the first."""
    finding = judge_connections(SMALL, configured)
    assert finding.level is level
    assert says in finding.says
    assert "39 of 97 in use: prefect server 20, registration batch 8, the platform 10" in finding.says
    assert (finding.next_step is None) is (level is Level.OK)


def test_the_next_step_has_the_numbers() -> None:
    """The limit of the server that suffices, and the number of batches that fit."""
    step = judge_connections(SMALL, Configured(batches=12, prefect=27)).next_step or ""
    assert "max_connections of the server to 101," in step
    assert "`prefect work-pool set-concurrency-limit registration 11`" in step


def test_a_server_that_is_nearly_full_is_a_warning() -> None:
    """Whatever is configured: the next process may be refused."""
    full = ServerConnections(100, 3, {"the platform": 80, "registration batch": 10})
    assert judge_connections(full, Configured(batches=0, prefect=0)).level is Level.WARNING


def test_a_prefect_server_with_a_database_elsewhere_needs_nothing_here() -> None:
    """Its connections would have their name in the list."""
    without = ServerConnections(100, 3, {"the platform": 10})
    assert "18 batches at once have room" in judge_connections(without, Configured(prefect=27)).says


def test_behind_a_pooler_only_what_is_used_counts() -> None:
    """The pooler, not the number of batches, limits the connections to the server."""
    many = Configured(batches=500, prefect=27)
    quiet, full = (ServerConnections(100, 3, {"registration batch": used}, pooled=True) for used in (10, 90))
    assert judge_connections(quiet, many).level is Level.OK
    assert "a pooler decides" in judge_connections(quiet, many).says
    assert judge_connections(full, many).level is Level.WARNING


async def test_the_application_sees_the_connections_of_all(database: Database) -> None:
    """Limits and names are visible to the application's own role."""
    finding = await check_connections(database, UNKNOWN)
    assert finding.about == "database connections"
    assert "of 197 in use: " in finding.says
    assert "pooler" not in finding.says
    assert "registration" in finding.says
