"""Batches, jobs, steps, sub-steps, leases and rate slots: the work and who does it."""

from alembic import op

from registration.database import roles
from registration.database.row_security import isolate

revision = "registration_work"
down_revision = "platform_tables"
branch_labels = None
depends_on = None

_KEY = "id uuid not null default gen_random_uuid()"
_TIMES = "created_at timestamptz not null default now(), updated_at timestamptz not null default now()"
_ROW = f"{_KEY}, organisation_id uuid not null, {_TIMES}"
_OUTCOME = "error_message varchar, error_details jsonb, started_at timestamptz, completed_at timestamptz"

_TABLES = {
    "registration_batch_jobs": f"""{_ROW}, name varchar not null, source_lead_scrape_job_id uuid,
        created_by varchar not null, created_by_run uuid, max_parallel integer,
        failure_threshold double precision not null default 0.5, confirm_queries boolean not null default false,
        default_config jsonb not null default '{{}}'::jsonb, started_at timestamptz, continued_at timestamptz,
        stop_requested_at timestamptz, cancelled_at timestamptz, stopped_reason varchar,
        constraint pk_registration_batch_jobs primary key (id),
        constraint uq_registration_batch_jobs_created_by_run unique (created_by_run)""",
    "registration_jobs": f"""{_ROW}, batch_job_id uuid not null, restaurant_id uuid not null, position integer not null,
        status varchar not null default 'pending', execution_config jsonb, stop_requested_at timestamptz, {_OUTCOME},
        extractions_executed_on_creation boolean not null default false,
        constraint pk_registration_jobs primary key (id),
        constraint uq_registration_jobs_batch_job_id_restaurant_id unique (batch_job_id, restaurant_id),
        constraint uq_registration_jobs_batch_job_id_position unique (batch_job_id, position),
        constraint ck_registration_jobs_status check (status in ('pending', 'in_progress', 'action_required',
            'completed', 'partially_completed', 'failed', 'cancelled', 'skipped')),
        constraint fk_registration_jobs_batch_job_id_registration_batch_jobs
            foreign key (batch_job_id) references registration_batch_jobs (id) on delete cascade,
        constraint fk_registration_jobs_restaurant_id_restaurants
            foreign key (restaurant_id) references restaurants (id) on delete cascade""",
    "registration_job_steps": f"""{_ROW}, job_id uuid not null, step_number integer not null,
        step_name varchar not null, step_type varchar not null, status varchar not null default 'pending',
        visit integer not null default 1, arrived_at timestamptz, last_reminded_at timestamptz,
        retry_count integer not null default 0, max_retries integer not null default 3,
        result_data jsonb not null default '{{}}'::jsonb, {_OUTCOME},
        constraint pk_registration_job_steps primary key (id),
        constraint uq_registration_job_steps_job_id_step_number unique (job_id, step_number),
        constraint ck_registration_job_steps_step_number check (step_number between 1 and 6),
        constraint ck_registration_job_steps_step_type check (step_type in ('automatic', 'action_required')),
        constraint ck_registration_job_steps_status check (status in ('pending', 'in_progress', 'retrying',
            'action_required', 'completed', 'failed', 'skipped', 'cancelled')),
        constraint fk_registration_job_steps_job_id_registration_jobs
            foreign key (job_id) references registration_jobs (id) on delete cascade""",
    "registration_sub_steps": f"""{_ROW}, job_id uuid not null, name varchar not null,
        status varchar not null default 'pending', generation integer not null default 1,
        attempt integer not null default 0, needs_person boolean not null default false, fingerprint varchar,
        idempotency_key varchar, intent_at timestamptz, sent_at timestamptz, outputs jsonb, evidence jsonb,
        skip_reason varchar, {_OUTCOME},
        constraint pk_registration_sub_steps primary key (id),
        constraint uq_registration_sub_steps_job_id_name unique (job_id, name),
        constraint ck_registration_sub_steps_status check (status in ('pending', 'in_progress', 'retrying',
            'completed', 'failed', 'unknown', 'skipped', 'cancelled')),
        constraint fk_registration_sub_steps_job_id_registration_jobs
            foreign key (job_id) references registration_jobs (id) on delete cascade""",
    "registration_leases": f"""{_ROW}, batch_job_id uuid not null, holder uuid, flow_run_id uuid,
        runs integer not null default 0, waiting_since timestamptz, expires_at timestamptz,
        constraint pk_registration_leases primary key (id),
        constraint uq_registration_leases_batch_job_id unique (batch_job_id),
        constraint fk_registration_leases_batch_job_id_registration_batch_jobs
            foreign key (batch_job_id) references registration_batch_jobs (id) on delete cascade""",
    "rate_slots": f"""{_KEY}, key varchar not null, next_at timestamptz not null default now(), {_TIMES},
        constraint pk_rate_slots primary key (id), constraint uq_rate_slots_key unique (key)""",
}
_INDEXES = (
    "create index ix_registration_batch_jobs_by_date on registration_batch_jobs (organisation_id, created_at desc)",
    (
        "create unique index uq_registration_jobs_active_restaurant on registration_jobs (restaurant_id)"
        " where status in ('action_required', 'in_progress', 'pending')"
    ),
    "create index ix_registration_jobs_by_status on registration_jobs (organisation_id, status)",
    (
        "create index ix_registration_job_steps_waiting on registration_job_steps (arrived_at)"
        " where status = 'action_required'"
    ),
    "create index ix_registration_sub_steps_unsettled on registration_sub_steps (job_id) where status = 'unknown'",
    "create index ix_registration_leases_expires_at on registration_leases (expires_at)",
)
_WITHOUT_ORGANISATION = ("rate_slots",)


def upgrade() -> None:
    """Make the tables, isolated by organisation, and let the application write them."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    roles.require(op.get_bind(), roles.APPLICATION)
    for table, columns in _TABLES.items():
        op.execute(f"create table {table} ({columns})")
    for index in _INDEXES:
        op.execute(index)
    for statement in isolate(table for table in _TABLES if table not in _WITHOUT_ORGANISATION):
        op.execute(statement)
    op.execute(f"grant select, insert, update, delete on {', '.join(_TABLES)} to {roles.APPLICATION.name}")
    op.execute(f"grant select on registration_schema_version to {roles.APPLICATION.name}")


def downgrade() -> None:
    """Drop the tables with all they hold."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop table {', '.join(_TABLES)}")
    op.execute(f"revoke select on registration_schema_version from {roles.APPLICATION.name}")
