"""Checks of the database: sign-in, migrations, row-level security, the organisation, browser slots, pending work."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.exc import ArgumentError, DBAPIError

from registration.batches.browser_slot_queries import SlotInUse, slots_in_use
from registration.batches.pending_queries import pending_actions
from registration.batches.run_queries import batches_to_recover
from registration.database.session import APPLICATION_ROLE, NO_ORGANISATION, Database, organisation_exists
from registration.errors import DatabaseFull, DatabaseUnavailable, Refused
from registration.health.finding import Finding, error, fine, warning
from registration.health.reach import judge_clock

if TYPE_CHECKING:
    from registration.database.inspection import Inspection
    from registration.database.schema import SchemaState
_ADDRESS = "DATABASE_URL (`url` of the block registration-database)"
_REACHED: Mapping[str, tuple[str, str]] = {
    "failed to resolve host": ("host not found", f"check the host in {_ADDRESS}, and that this machine can resolve it"),
    "Connection refused": ("connection refused", f"start Postgres, or check host and port in {_ADDRESS}"),
    "password authentication failed": ("user or password refused", f"check user and password in {_ADDRESS}"),
    "no password supplied": ("user or password refused", f"put the password into {_ADDRESS}"),
    "no pg_hba.conf entry": ("this machine is not allowed", "allow it in the server's pg_hba.conf"),
    "invalid response to SSL": ("something answers, but it is not Postgres", f"check host and port in {_ADDRESS}"),
    "expected authentication request": ("something answers, but it is not Postgres", f"check the port in {_ADDRESS}"),
    "SSL": ("no trusted TLS connection", f"check `sslmode` in {_ADDRESS}, and the server's certificate"),
    "does not exist": ("no such database or user", "run `registration db provide`, or check the names in DATABASE_URL"),
    "timeout": ("no answer in time", f"check that Postgres runs, and that no firewall blocks it; check {_ADDRESS}"),
}
"""The finding by the first of these texts that the error message contains."""
_NO_SUCH_ROLE, _NO_RIGHT = "22023", "42501"
_ABOUT = "browser slots"
DOCTOR = "registration doctor"
"""The name of the checks in `pg_stat_activity`."""


async def check_organisation(database: Database, organisation_id: UUID) -> Finding:
    """Whether the organisation has a row; without one nothing can be imported."""
    async with database.transaction(organisation_id) as transaction:
        exists = await organisation_exists(transaction)
    if exists:
        return fine("organisation", f"{organisation_id} is there")
    step = "check REGISTRATION_ORGANISATION, or create it: `registration db organisation NAME`"
    return error("organisation", f"no organisation has the id {organisation_id}", step)


def no_address() -> Finding:
    """The finding for a missing or unreadable database URL."""
    says = "no readable database URL is set"
    return error("database", says, f"put postgresql://user:password@host:port/database into {_ADDRESS}")


def not_reached(away: DatabaseUnavailable) -> Finding:
    """The finding for a connection that failed or broke."""
    if isinstance(away, DatabaseFull):
        step = "end processes that are not needed, raise its max_connections, or put PgBouncer in front of it"
        return error("database", away.message, f"{step} (docs/scaling.md)")
    for text, (kind, step) in _REACHED.items():
        if text in away.message:
            return error("database", f"{kind}: {away.message}", step)
    return error("database", away.message, f"check {_ADDRESS}, and that Postgres runs")


def refused_inside(refused: DBAPIError) -> Finding | None:
    """The finding for a missing role or right of the database user; None for any other error."""
    code: str | None = getattr(refused.orig, "sqlstate", None)
    if code == _NO_SUCH_ROLE:
        step = "run `registration db provide`, then `registration db upgrade`"
        return error("application role", f"the role {APPLICATION_ROLE} is missing", step)
    if code == _NO_RIGHT and "set local role" in (refused.statement or ""):
        says = f"the database user may not act as the role {APPLICATION_ROLE}"
        return error("application role", says, "run `registration db provide` with this address as DATABASE_URL")
    if code == _NO_RIGHT:
        return error("migrations", f"{APPLICATION_ROLE} may not read what it needs", "run `registration db upgrade`")
    return None


async def check_database(url: SecretStr | None) -> list[Finding]:
    """Sign in as the flows do and inspect the database; if the sign-in fails, the only finding says why.

    Only here is the inspection imported: the process of a run, whose blocks import this module, needs no Alembic.
    """
    from registration.database.inspection import inspect_database

    try:
        database = Database(url.get_secret_value() if url else "", pool_size=1, application=DOCTOR)
    except (ArgumentError, ValueError):
        return [no_address()]
    try:
        async with database.transaction(NO_ORGANISATION) as transaction:
            begun = datetime.now(UTC)
            return _judged(await inspect_database(transaction.connection), begun)
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


def _judged(inspection: "Inspection", begun: datetime) -> list[Finding]:
    clock = judge_clock("the database", inspection.clock, decides=True, since=begun)
    return [clock, _migrations(inspection.schema), *_protection(inspection), *_platform_tables(inspection)]


def _migrations(state: "SchemaState") -> Finding:
    if state.current:
        return fine("migrations", f"at {state.revision}")
    return error("migrations", f"missing: {', '.join(state.pending)}", "run `registration db upgrade`")


def _protection(inspection: "Inspection") -> list[Finding]:
    """Whether an organisation sees only its own rows; no finding for tables that do not exist."""
    about = "row-level security"
    if inspection.bypasses:
        step = f"run, as a superuser, `alter role {APPLICATION_ROLE} nosuperuser nobypassrls`"
        return [error(about, f"does not apply to the role {APPLICATION_ROLE}", step)]
    if inspection.unprotected:
        says = f"is not in force on {', '.join(inspection.unprotected)}"
        step = "find out who switched it off; `alter table … enable row level security, force row level security`"
        return [error(about, says, step)]
    return [fine(about, "in force")] if inspection.schema.current else []


def _platform_tables(inspection: "Inspection") -> list[Finding]:
    """Whether the used parts of a platform's own tables are readable."""
    if not inspection.unreachable:
        return []
    step = "let the owner of the platform's database run the output of `registration db rights`"
    return [error("the platform's tables", f"missing: {'; '.join(inspection.unreachable)}", step)]


async def check_pending_work(database: Database, organisation_id: UUID | None) -> list[Finding]:
    """Batches of all organisations without a process, and unknown effects of one organisation."""
    async with database.transaction(organisation_id or NO_ORGANISATION) as transaction:
        batches = await batches_to_recover(transaction)
        actions = await pending_actions(transaction) if organisation_id else ()
    undecided = [action for action in actions if action.is_unknown_effect]
    return [
        _abandoned(batches, organisation_id),
        *(_undecided(action.batch, action.batch_id, action.count) for action in undecided),
    ]


def _abandoned(batches: list[tuple[UUID, UUID]], organisation_id: UUID | None) -> Finding:
    """Batches of other organisations are counted; they are named where no organisation is asked for."""
    if not batches:
        return fine("batches", "none without a process")
    named = [str(batch_id)[:8] for owner, batch_id in batches if organisation_id in (None, owner)]
    says = f"{len(batches)} with work left and no process: {', '.join(named[:5]) or 'of other organisations'}"
    step = "recover-batches starts a run within a minute, unless the batch is suspended: see `registration show BATCH`"
    return warning("batches", says, step)


def _undecided(batch: str, batch_id: UUID, count: int) -> Finding:
    says = f"{count} in {batch} wait for a person to confirm whether an effect happened"
    return warning("unknown effects", says, f"see `registration show {str(batch_id)[:8]}`, then `registration resolve`")


async def check_browser_slots(database: Database, organisation_id: UUID | None, limit: int) -> Finding:
    """The browser slots of all organisations; requests of other organisations are counted, not named."""
    if limit == 0:
        return fine(_ABOUT, "switched off")
    organisation_id = organisation_id or NO_ORGANISATION
    async with database.transaction(organisation_id) as transaction:
        return _judged_slots(await slots_in_use(transaction), limit)


def _judged_slots(slots: Sequence[SlotInUse], limit: int) -> Finding:
    held = [slot for slot in slots if slot.held]
    waiting = [slot for slot in slots if not slot.held]
    parts = [f"{len(held)} of {limit} are held", *map(_holder, held)]
    if waiting:
        longest = max(slot.seconds for slot in waiting)
        parts.append(f"{len(waiting)} {'request waits' if len(waiting) == 1 else 'requests wait'}, {_for(longest)}")
    return fine(_ABOUT, "; ".join(parts))


def _holder(slot: SlotInUse) -> str:
    request = (
        f"{slot.sub_step} of {slot.restaurant} in {slot.batch}" if slot.sub_step else "another organisation's request"
    )
    return f"{request} {_for(slot.seconds)}"


def _for(seconds: float) -> str:
    return f"for {timedelta(seconds=int(seconds))}"
