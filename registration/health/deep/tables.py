"""Each table of the platform: its columns and our rights, what must stay hidden, and whose rows are seen."""

from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, ProgrammingError

from registration.database.own_schema import is_own_installation
from registration.database.platform_rights import EVIDENCE, NEEDED, SECRETS, Used
from registration.database.platform_schema import missing_parts, unreachable
from registration.database.row_security import ROWS
from registration.database.session import NOBODY, Database
from registration.errors import DatabaseUnavailable
from registration.health.deep.queries import readable, visible
from registration.health.finding import Finding, error, fine, untold, warning

_OWNER = "have the owner of the platform's database run what `registration db rights` prints"


async def check_tables(database: Database, organisation_id: UUID) -> list[Finding]:
    """Findings in the order of the checklist; raises DatabaseUnavailable."""
    found = [await _table(database, name) for name in used_tables()]
    found.append(await _secrets(database))
    return [*found, *[await _rows(database, organisation_id, name) for name in ROWS]]


def used_tables() -> dict[str, Used]:
    """What is used of each table of the platform, for batches and as evidence."""
    return {name: _together(NEEDED.get(name), EVIDENCE.get(name)) for name in {**NEEDED, **EVIDENCE}}


def _together(*parts: Used | None) -> Used:
    given = [one for one in parts if one is not None]
    select = tuple(dict.fromkeys(column for one in given for column in one.select))
    insert = tuple(column for one in given for column in one.insert)
    return Used(select, insert, tuple(column for one in given for column in one.update))


async def _table(database: Database, name: str) -> Finding:
    """The rights are looked at where a platform gives them; in an installation of our own the migrations do."""
    used = {name: used_tables()[name]}

    def look(connection: Connection) -> list[str]:
        missing = missing_parts(connection, used)
        return missing if missing or is_own_installation(connection) else unreachable(connection, used)

    about = f"table {name}"
    try:
        async with database.transaction(NOBODY, read_only=True) as connection:
            missing = await connection.run_sync(look)
    except DatabaseUnavailable:
        raise
    except DBAPIError as trouble:
        return untold(about, _said(trouble), _OWNER)
    if missing:
        return error(about, f"missing: {'; '.join(missing)}", _OWNER)
    count = len({*used[name].select, *used[name].insert, *used[name].update})
    return fine(about, f"all {count} columns that are used are there, in fitting types, and we have the rights")


async def _secrets(database: Database) -> Finding:
    about = "secret columns"
    async with database.transaction(NOBODY, read_only=True) as connection:
        own = await connection.run_sync(is_own_installation)
        open_ones = [
            f"{table}.{column}"
            for table, columns in SECRETS.items()
            for column in await readable(connection, table, columns)
        ]
    if not open_ones:
        return fine(about, "none of them can be read by our role")
    says = f"our role may read {', '.join(open_ones)}"
    step = "revoke the right on the whole table, and grant the columns: `registration db rights` prints how"
    return warning(about, f"{says}; the tables are not a platform's own", step) if own else error(about, says, step)


async def _rows(database: Database, organisation_id: UUID, name: str) -> Finding:
    about = f"rows of {name}"
    try:
        async with database.transaction(organisation_id, read_only=True) as connection:
            seen = await visible(connection, name)
    except ProgrammingError as refused:
        return untold(about, _said(refused), _OWNER)
    if seen.others:
        step = "see which policy of the table shows them; `registration db rights` prints the one that is enough"
        return error(about, "rows of other organisations can be seen", step)
    if not seen.ours:
        return untold(about, "no row can be seen: there is none, or a policy hides it", _OWNER)
    return fine(about, "those of the organisation are seen, and no others")


def _said(trouble: DBAPIError) -> str:
    return f"Postgres says: {str(trouble.orig).strip().splitlines()[0]}"
