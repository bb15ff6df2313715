"""How it is found out here what the platform has done, and what evidence each sub-step can have by that way."""

from sqlalchemy import Connection

from registration.checkup.finding import Finding, error, fine
from registration.known import RECORDS
from registration.settings import Way
from registration.states import Known
from registration.store.own_schema import is_own_installation
from registration.store.platform_check import missing_parts, unreachable
from registration.store.platform_rights import EVIDENCE
from registration.store.session import NOBODY, Database

_ABOUT = "evidence"
_STEP = "have their owner run what `registration db rights` prints, or set REGISTRATION_PLATFORM_EVIDENCE=http"
_HOW = {
    Way.TABLES: "the platform's tables are read",
    Way.HTTP: "the platform's routes are asked",
}
_KINDS = {
    Known.PROVEN: "proven",
    Known.REPORTED: "reported by a record of the platform",
    None: "reported by the platform's answer alone",
}


async def check_evidence(database: Database, way: Way) -> Finding:
    """Which way is on, and what it can show; raises DatabaseUnavailable."""
    if way is Way.TABLES:
        async with database.transaction(NOBODY) as connection:
            missing = await connection.run_sync(_not_readable)
        if missing:
            return error(_ABOUT, f"the platform's tables cannot be read: {'; '.join(missing)}", _STEP)
    kinds = (f"{words}: {', '.join(names)}" for kind, words in _KINDS.items() if (names := _of(way, kind)))
    return fine(_ABOUT, f"{_HOW[way]}; {'; '.join(kinds)}")


def _of(way: Way, kind: Known | None) -> list[str]:
    return [name for name, record in RECORDS.items() if record.best(way) is kind]


def _not_readable(connection: Connection) -> list[str]:
    """What hinders us in tables that a platform made; those that we made need no look."""
    if is_own_installation(connection):
        return []
    return missing_parts(connection, EVIDENCE) or unreachable(connection, EVIDENCE)
