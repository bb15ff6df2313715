"""Checks of each table of the platform: its columns and our rights, secret columns, and the organisation of visible
rows.
"""

from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, ProgrammingError

from registration.database.own_schema import is_own_installation
from registration.database.platform_rights import EVIDENCE, NEEDED, SECRETS, UsedColumns
from registration.database.platform_schema import missing_parts, unreachable
from registration.database.row_security import ROWS
from registration.database.session import NO_ORGANISATION, Database
from registration.errors import DatabaseUnavailable
from registration.health.deep.queries import readable, visible
from registration.health.finding import Finding, error, fine, undetermined, warning

_OWNER = "let the owner of the platform's database run the output of `registration db rights`"


async def check_tables(database: Database, organisation_id: UUID) -> list[Finding]:
    """Findings in the order of the checklist. Raises DatabaseUnavailable."""
    findings = [await _table(database, name) for name in used_tables()]
    findings.append(await _secrets(database))
    return [*findings, *[await _rows(database, organisation_id, name) for name in ROWS]]


def used_tables() -> dict[str, UsedColumns]:
    """The used parts of each table of the platform, for batches and as evidence."""
    return {name: _together(NEEDED.get(name), EVIDENCE.get(name)) for name in {**NEEDED, **EVIDENCE}}


def _together(*parts: UsedColumns | None) -> UsedColumns:
    used = [part for part in parts if part is not None]
    select = tuple(dict.fromkeys(column for part in used for column in part.select))
    insert = tuple(column for part in used for column in part.insert)
    update = tuple(column for part in used for column in part.update)
    return UsedColumns(select, insert, update, any(part.delete for part in used))


async def _table(database: Database, name: str) -> Finding:
    """Columns, and rights in a platform's own table; in our own installations the migrations grant the rights."""
    used = {name: used_tables()[name]}

    def find_missing(connection: Connection) -> list[str]:
        missing = missing_parts(connection, used)
        return missing if missing or is_own_installation(connection) else unreachable(connection, used)

    about = f"table {name}"
    try:
        async with database.transaction(NO_ORGANISATION, read_only=True) as transaction:
            missing = await transaction.connection.run_sync(find_missing)
    except DatabaseUnavailable:
        raise
    except DBAPIError as trouble:
        return undetermined(about, _postgres_message(trouble), _OWNER)
    if missing:
        return error(about, f"missing: {'; '.join(missing)}", _OWNER)
    count = len({*used[name].select, *used[name].insert, *used[name].update})
    return fine(about, f"all {count} columns that are used are there, in fitting types, and we have the rights")


async def _secrets(database: Database) -> Finding:
    about = "secret columns"
    async with database.transaction(NO_ORGANISATION, read_only=True) as transaction:
        own = await transaction.connection.run_sync(is_own_installation)
        open_ones = [
            f"{table}.{column}"
            for table, columns in SECRETS.items()
            for column in await readable(transaction, table, columns)
        ]
    if not open_ones:
        return fine(about, "none of them can be read by our role")
    says = f"our role may read {', '.join(open_ones)}"
    step = "revoke the right on the whole table, and grant the columns: `registration db rights` prints how"
    return warning(about, f"{says}; the tables are not a platform's own", step) if own else error(about, says, step)


async def _rows(database: Database, organisation_id: UUID, name: str) -> Finding:
    about = f"rows of {name}"
    try:
        async with database.transaction(organisation_id, read_only=True) as transaction:
            organisations = await visible(transaction, name)
    except ProgrammingError as refused:
        return undetermined(about, _postgres_message(refused), _OWNER)
    if organisations.others:
        step = "see which policy of the table shows them; `registration db rights` prints the one that is enough"
        return error(about, "rows of other organisations can be seen", step)
    if not organisations.ours:
        return undetermined(about, "no row can be seen: there is none, or a policy hides it", _OWNER)
    return fine(about, "those of the organisation are seen, and no others")


def _postgres_message(trouble: DBAPIError) -> str:
    return f"Postgres says: {str(trouble.orig).strip().splitlines()[0]}"
