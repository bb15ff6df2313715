"""Searches, rounds, decisions, credentials and events: what people and companies add to the work."""

from alembic import op

from registration.database import roles
from registration.database.row_security import isolate

revision = "registration_people"
down_revision = "registration_work"
branch_labels = None
depends_on = None

_ROW = (
    "id uuid not null default gen_random_uuid(), organisation_id uuid not null,"
    " created_at timestamptz not null default now(), updated_at timestamptz not null default now()"
)

_TABLES = {
    "companies_office_search_candidates": f"""{_ROW}, restaurant_id uuid not null, registration_job_id uuid not null,
        visit integer not null, search_queries jsonb not null, combined_results jsonb not null default '[]'::jsonb,
        source_errors jsonb not null default '{{}}'::jsonb, candidate_count integer not null default 0,
        preselected_company_number varchar, selected_company_number varchar, selected_company_data jsonb,
        status varchar not null default 'pending', error_message varchar, searched_at timestamptz,
        selected_at timestamptz,
        constraint pk_companies_office_search_candidates primary key (id),
        constraint uq_companies_office_search_candidates_registration_job_id_visit unique (registration_job_id, visit),
        constraint ck_companies_office_search_candidates_status check (status in ('pending', 'searching',
            'awaiting_selection', 'selected', 'no_match', 'failed')),
        constraint fk_companies_office_search_candidates_restaurant_id_restaurants
            foreign key (restaurant_id) references restaurants (id) on delete cascade,
        constraint fk_companies_office_search_candidates_registration_job__e660
            foreign key (registration_job_id) references registration_jobs (id) on delete cascade""",
    "registration_gate_rounds": f"""{_ROW}, batch_job_id uuid not null, gate varchar not null,
        round_number integer not null, flow_run_id uuid not null, shown jsonb not null,
        opened_at timestamptz not null default now(), closed_at timestamptz, closed_because varchar,
        constraint pk_registration_gate_rounds primary key (id),
        constraint uq_registration_gate_rounds_batch_job_id_gate_round_number
            unique (batch_job_id, gate, round_number),
        constraint fk_registration_gate_rounds_batch_job_id_registration_b_f91c
            foreign key (batch_job_id) references registration_batch_jobs (id) on delete cascade""",
    "registration_decisions": f"""{_ROW}, job_id uuid not null, gate varchar not null, visit integer not null,
        round_id uuid, answer jsonb not null, shown jsonb not null, decided_by varchar not null,
        source varchar not null, decided_at timestamptz not null default now(), accepted boolean not null,
        refused_reason varchar,
        constraint pk_registration_decisions primary key (id),
        constraint ck_registration_decisions_source check (source in ('prefect', 'cli', 'policy')),
        constraint fk_registration_decisions_job_id_registration_jobs
            foreign key (job_id) references registration_jobs (id) on delete cascade,
        constraint fk_registration_decisions_round_id_registration_gate_rounds
            foreign key (round_id) references registration_gate_rounds (id) on delete set null""",
    "registration_credentials": f"""{_ROW}, email varchar not null, claimed_by_job_id uuid,
        password_encrypted varchar not null, account_state varchar not null default 'creating',
        platform_account_id varchar,
        constraint pk_registration_credentials primary key (id),
        constraint uq_registration_credentials_organisation_id_email unique (organisation_id, email),
        constraint ck_registration_credentials_lower_case check (email = lower(email)),
        constraint ck_registration_credentials_account_state
            check (account_state in ('creating', 'completed', 'foreign')),
        constraint fk_registration_credentials_claimed_by_job_id_registration_jobs
            foreign key (claimed_by_job_id) references registration_jobs (id) on delete set null""",
    "registration_events": f"""{_ROW}, batch_job_id uuid, job_id uuid, what varchar not null, from_status varchar,
        to_status varchar, actor varchar not null, reason varchar, data jsonb not null default '{{}}'::jsonb,
        constraint pk_registration_events primary key (id),
        constraint fk_registration_events_batch_job_id_registration_batch_jobs
            foreign key (batch_job_id) references registration_batch_jobs (id) on delete cascade,
        constraint fk_registration_events_job_id_registration_jobs
            foreign key (job_id) references registration_jobs (id) on delete cascade""",
}
_INDEXES = (
    "create index ix_registration_gate_rounds_open on registration_gate_rounds (batch_job_id) where closed_at is null",
    (
        "create unique index uq_registration_decisions_accepted on registration_decisions (job_id, gate, visit)"
        " where accepted"
    ),
    "create index ix_registration_events_batch on registration_events (batch_job_id, created_at)",
    "create index ix_registration_events_job on registration_events (job_id, created_at)",
)
_KEPT_AS_WRITTEN = ("registration_decisions", "registration_events")


def upgrade() -> None:
    """Make the tables, isolated by organisation; decisions and events can only be inserted."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in _TABLES.items():
        op.execute(f"create table {table} ({columns})")
    for index in _INDEXES:
        op.execute(index)
    for statement in isolate(_TABLES):
        op.execute(statement)
    op.execute(f"grant select, insert on {', '.join(_TABLES)} to {roles.APPLICATION.name}")
    changing = [table for table in _TABLES if table not in _KEPT_AS_WRITTEN]
    op.execute(f"grant update, delete on {', '.join(changing)} to {roles.APPLICATION.name}")


def downgrade() -> None:
    """Drop the tables with all they hold."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop table {', '.join(_TABLES)}")
