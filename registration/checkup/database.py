"""The database: reachable, migrated, on time, and its rows protected."""

from datetime import UTC, datetime

from pydantic import SecretStr
from sqlalchemy.exc import ArgumentError, DBAPIError

from registration.checkup.clock import judge_clock
from registration.checkup.finding import Finding, error, fine
from registration.checkup.sign_in import no_address, not_reached, refused_inside
from registration.errors import DatabaseUnavailable, Refused
from registration.store.inspection import Inspection, inspect_database
from registration.store.schema import SchemaState
from registration.store.session import APPLICATION_ROLE, NOBODY, Database


async def check_database(url: SecretStr | None) -> list[Finding]:
    """Sign in as the flows do, and look; what hinders that is the only finding."""
    try:
        database = Database(url.get_secret_value() if url else "", pool_size=1)
    except (ArgumentError, ValueError):
        return [no_address()]
    try:
        async with database.transaction(NOBODY) as connection:
            begun = datetime.now(UTC)
            return _judged(await inspect_database(connection), begun)
    except DatabaseUnavailable as away:
        return [not_reached(away)]
    except Refused as newer:
        return [error("migrations", newer.message, "install the version of the project that made them")]
    except DBAPIError as refused:
        if (finding := refused_inside(refused)) is None:
            raise
        return [finding]
    finally:
        await database.close()


def _judged(found: Inspection, begun: datetime) -> list[Finding]:
    clock = judge_clock("the database", found.clock, decides=True, since=begun)
    return [clock, _migrations(found.schema), *_protection(found), *_platform_tables(found)]


def _migrations(state: SchemaState) -> Finding:
    if state.current:
        return fine("migrations", f"at {state.revision}")
    return error("migrations", f"missing: {', '.join(state.pending)}", "run `registration db upgrade`")


def _protection(found: Inspection) -> list[Finding]:
    """Whether an organisation sees only its own rows; nothing is said of tables that are not there."""
    about = "row-level security"
    if found.bypasses:
        step = f"run, as a superuser, `alter role {APPLICATION_ROLE} nosuperuser nobypassrls`"
        return [error(about, f"does not bind the role {APPLICATION_ROLE}", step)]
    if found.unprotected:
        says = f"is not in force on {', '.join(found.unprotected)}"
        step = "see who switched it off; `alter table … enable row level security, force row level security`"
        return [error(about, says, step)]
    return [fine(about, "in force")] if found.schema.current else []


def _platform_tables(found: Inspection) -> list[Finding]:
    """Whether a platform's own tables show what is used of them."""
    if not found.unreachable:
        return []
    step = "have the owner of the platform's database run what `registration db rights` prints"
    return [error("the platform's tables", f"missing: {'; '.join(found.unreachable)}", step)]
