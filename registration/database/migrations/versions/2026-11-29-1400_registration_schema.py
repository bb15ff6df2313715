"""Our tables leave `public`, where a platform's database has tables of the same names, for a schema of their own."""

from alembic import op
from sqlalchemy import text

from registration.database import own_schema, roles
from registration.database.own_schema import OWN_SCHEMA, PLATFORM_SCHEMA

revision = "registration_schema"
down_revision = "registration_every_batch"
branch_labels = None
depends_on = None

_TABLES = (
    "registration_batch_jobs",
    "registration_jobs",
    "registration_job_steps",
    "registration_sub_steps",
    "registration_leases",
    "rate_slots",
    "companies_office_search_candidates",
    "registration_gate_rounds",
    "registration_decisions",
    "registration_credentials",
    "registration_events",
    "registration_organisation_settings",
    "registration_browser_slots",
    own_schema.VERSION_TABLE,
)
_VIEWS = ("registration_batch_overview", "registration_sub_step_progress")
_FUNCTIONS = (
    "registration_batches_to_recover()",
    "registration_batches_left()",
    "registration_browser_slots_in_use()",
    "registration_exchange_browser_slots(uuid, uuid, uuid, uuid[], uuid[], text[], integer)",
)
_DEFINITION = text("select pg_get_functiondef(to_regprocedure(:function))")


def upgrade() -> None:
    """Move all our objects that an older version made in `public`; a new installation has none there."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    connection = op.get_bind()
    if own_schema.current_home(connection) == PLATFORM_SCHEMA:
        own_schema.ensure_schema(connection)
        _move(PLATFORM_SCHEMA, OWN_SCHEMA)
    op.execute(f"grant usage on schema {OWN_SCHEMA} to {roles.APPLICATION.name}, {roles.RECOVERY.name}")


def downgrade() -> None:
    """Move the objects back if the platform's tables are ours too; in a platform's database its own tables may have the
    names.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    if own_schema.is_own_installation(op.get_bind()):
        _move(OWN_SCHEMA, PLATFORM_SCHEMA)


def _move(source: str, target: str) -> None:
    """Move a table; its rows, indexes, constraints, sequences, triggers, policies and grants move with it."""
    for table in _TABLES:
        op.execute(f"alter table {source}.{table} set schema {target}")
    for view in _VIEWS:
        op.execute(f"alter view {source}.{view} set schema {target}")
    path = own_schema.SEARCH_PATH if target == OWN_SCHEMA else target
    own_schema.use_search_path(op.get_bind(), path)
    for function in _FUNCTIONS:
        _move_function(function, source, target)


def _move_function(function: str, source: str, target: str) -> None:
    """Create the function again, because its text and its search path name the schema."""
    connection = op.get_bind()
    definition: str = connection.execute(_DEFINITION, {"function": f"{source}.{function}"}).scalar_one()
    op.execute(f"drop function {source}.{function}")
    moved = definition.replace(f"{source}.", f"{target}.").replace(f"'{source}'", f"'{target}'")
    connection.exec_driver_sql(moved)
    roles.assign_to_recovery(connection, function)
