"""Checks of the database: sign-in, migrations, row-level security, the organisation, browser slots, pending work."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.exc import ArgumentError, DBAPIError

from registration.batches.browser_slot_queries import SlotInUse, slots_in_use
from registration.batches.pending_queries import pending_actions
from registration.batches.run_queries import batches_to_recover
from registration.database.inspection import Inspection, inspect_database
from registration.database.schema import SchemaState
from registration.database.session import APPLICATION_ROLE, NOBODY, Database, organisation_exists
from registration.errors import DatabaseUnavailable, Refused
from registration.health.finding import Finding, error, fine, warning
from registration.health.reach import judge_clock


async def check_organisation(database: Database, organisation_id: UUID) -> Finding:
    """Without its row nothing of it can be imported."""
    async with database.transaction(organisation_id) as connection:
        there = await organisation_exists(connection, organisation_id)
    if there:
        return fine("organisation", f"{organisation_id} is there")
    step = "check REGISTRATION_ORGANISATION, or make it: `registration db organisation NAME`"
    return error("organisation", f"there is none with the id {organisation_id}", step)


_ADDRESS = "DATABASE_URL (`url` of the block registration-database)"
_REACHED: Mapping[str, tuple[str, str]] = {
    "failed to resolve host": ("host not found", f"check the host in {_ADDRESS}, and that this machine can resolve it"),
    "Connection refused": ("connection refused", f"start Postgres, or check host and port in {_ADDRESS}"),
    "password authentication failed": ("user or password refused", f"check user and password in {_ADDRESS}"),
    "no password supplied": ("user or password refused", f"put the password into {_ADDRESS}"),
    "no pg_hba.conf entry": ("this machine is not let in", "let it in in the server's pg_hba.conf"),
    "invalid response to SSL": ("something answers, but it is not Postgres", f"check host and port in {_ADDRESS}"),
    "expected authentication request": ("something answers, but it is not Postgres", f"check the port in {_ADDRESS}"),
    "SSL": ("no trusted TLS connection", f"check `sslmode` in {_ADDRESS}, and the server's certificate"),
    "does not exist": ("no such database or user", "run `registration db provide`, or check the names in DATABASE_URL"),
    "timeout": ("no answer in time", f"see that Postgres runs, and that no firewall stands between; check {_ADDRESS}"),
}
"""By the first of these that it says."""
_NO_SUCH_ROLE, _NO_RIGHT = "22023", "42501"


def no_address() -> Finding:
    """None is given, or what is given is none."""
    says = "no address is given that can be read"
    return error("database", says, f"put postgresql://user:password@host:port/database into {_ADDRESS}")


def not_reached(away: DatabaseUnavailable) -> Finding:
    """The finding for a connection that did not come about, or broke."""
    for said, (kind, step) in _REACHED.items():
        if said in away.message:
            return error("database", f"{kind}: {away.message}", step)
    return error("database", away.message, f"check {_ADDRESS}, and that Postgres runs")


def refused_inside(refused: DBAPIError) -> Finding | None:
    """The finding for a missing role or right of whoever signed in; None if it is something else."""
    code: str | None = getattr(refused.orig, "sqlstate", None)
    if code == _NO_SUCH_ROLE:
        step = "run `registration db provide`, then `registration db upgrade`"
        return error("application role", f"the role {APPLICATION_ROLE} is missing", step)
    if code == _NO_RIGHT and "set local role" in (refused.statement or ""):
        says = f"whoever signs in may not act as the role {APPLICATION_ROLE}"
        return error("application role", says, "run `registration db provide` with this address as DATABASE_URL")
    if code == _NO_RIGHT:
        return error("migrations", f"{APPLICATION_ROLE} may not read what it needs", "run `registration db upgrade`")
    return None


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


async def check_waiting(database: Database, organisation_id: UUID | None) -> list[Finding]:
    """Batches without a process, of everybody, and effects of an organisation that nobody knows of."""
    async with database.transaction(organisation_id or NOBODY) as connection:
        left = await batches_to_recover(connection)
        waiting = await pending_actions(connection, organisation_id) if organisation_id else ()
    undecided = [one for one in waiting if not one.is_gate]
    return [_left(left), *(_undecided(one.batch, one.batch_id, one.count) for one in undecided)]


def _left(batches: list[tuple[UUID, UUID]]) -> Finding:
    if not batches:
        return fine("batches", "none is left without a process")
    named = ", ".join(str(batch_id)[:8] for _, batch_id in batches[:5])
    says = f"{len(batches)} with work left and no process: {named}"
    step = "recover-batches takes them up within a minute, unless they are suspended: see `registration show BATCH`"
    return warning("batches", says, step)


def _undecided(batch: str, batch_id: UUID, count: int) -> Finding:
    says = f"{count} in {batch} wait for somebody to say whether an effect happened"
    return warning("unknown effects", says, f"see `registration show {str(batch_id)[:8]}`, then `registration resolve`")


_ABOUT = "browser slots"


async def check_browser_slots(database: Database, organisation_id: UUID | None, limit: int) -> Finding:
    """All organisations' slots; requests of others than the organisation's own are counted, not named."""
    if limit == 0:
        return fine(_ABOUT, "switched off")
    organisation_id = organisation_id or NOBODY
    async with database.transaction(organisation_id) as connection:
        return _judged_slots(await slots_in_use(connection, organisation_id), limit)


def _judged_slots(found: Sequence[SlotInUse], limit: int) -> Finding:
    held = [one for one in found if one.held]
    waiting = [one for one in found if not one.held]
    said = [f"{len(held)} of {limit} are held", *map(_holder, held)]
    if waiting:
        longest = max(one.seconds for one in waiting)
        said.append(f"{len(waiting)} {'request waits' if len(waiting) == 1 else 'requests wait'}, {_for(longest)}")
    return fine(_ABOUT, "; ".join(said))


def _holder(one: SlotInUse) -> str:
    named = f"{one.sub_step} of {one.restaurant} in {one.batch}" if one.sub_step else "another organisation's request"
    return f"{named} {_for(one.seconds)}"


def _for(seconds: float) -> str:
    return f"for {timedelta(seconds=int(seconds))}"
