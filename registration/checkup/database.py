"""The database: reachable, migrated, on time; and what in it waits for somebody."""

import asyncio
from uuid import UUID

from sqlalchemy import text

from registration.checkup.clock import judge_clock
from registration.checkup.finding import Finding, error, fine, warning
from registration.errors import RegistrationError
from registration.settings import Settings
from registration.store import schema
from registration.store.migrating import owner_url
from registration.store.recovery import batches_to_recover
from registration.store.session import Database
from registration.store.what_waits import what_waits

_CLOCK = text("select clock_timestamp()")
_NOBODY = UUID(int=0)


async def check_database(settings: Settings) -> list[Finding]:
    """Everything about the database of the settings; the first error ends it, as nothing else can be asked then."""
    if settings.database_url is None:
        return [error("database", "none is named", "set DATABASE_URL, or start one with `make up`")]
    database = Database(settings.database_url.get_secret_value())
    try:
        return [await _reach(database), await _migrations(settings), *await _waiting(database, settings)]
    except RegistrationError as trouble:
        return [error("database", trouble.message, "check DATABASE_URL, and that Postgres runs")]
    finally:
        await database.close()


async def _reach(database: Database) -> Finding:
    async with database.transaction(_NOBODY) as connection:
        return judge_clock("the database", (await connection.execute(_CLOCK)).scalar_one())


async def _migrations(settings: Settings) -> Finding:
    state = await asyncio.to_thread(schema.check_current, owner_url(settings))
    if state.current:
        return fine("migrations", f"at {state.revision}")
    return error("migrations", f"missing: {', '.join(state.pending)}", "run `registration db upgrade`")


async def _waiting(database: Database, settings: Settings) -> list[Finding]:
    async with database.transaction(settings.organisation or _NOBODY) as connection:
        left = await batches_to_recover(connection)
        waiting = await what_waits(connection, settings.organisation) if settings.organisation else ()
    undecided = [one for one in waiting if not one.is_gate]
    return [_left(left), *(_undecided(one.batch, one.batch_id, one.count) for one in undecided)]


def _left(batches: list[tuple[UUID, UUID]]) -> Finding:
    if not batches:
        return fine("batches", "none is left without a process")
    named = ", ".join(str(batch_id)[:8] for _, batch_id in batches[:5])
    says = f"{len(batches)} with work left and no process: {named}"
    step = "recover-batches takes them up within a minute; if not, see that a worker serves registration-recovery"
    return warning("batches", says, step)


def _undecided(batch: str, batch_id: UUID, count: int) -> Finding:
    says = f"{count} in {batch} wait for somebody to say whether an effect happened"
    return warning("unknown effects", says, f"see `registration show {str(batch_id)[:8]}`, then `registration resolve`")
