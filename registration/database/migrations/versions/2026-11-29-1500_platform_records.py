"""The platform's records of what it did, for an installation that has no platform database yet."""

from alembic import op

from registration.database import roles
from registration.database.row_security import POLICY, isolate

revision = "platform_records"
down_revision = "registration_lead_conversions"
branch_labels = None
depends_on = None

_KEY = "id uuid not null default gen_random_uuid()"
_NOW = "created_at timestamptz not null default now()"
_TABLES = {
    "registration_logs": f"""{_KEY}, organisation_id uuid not null, restaurant_id uuid, pumpd_account_id uuid,
        action varchar not null, status varchar not null, response_data jsonb, {_NOW},
        constraint pk_registration_logs primary key (id),
        constraint fk_registration_logs_restaurant_id_restaurants
            foreign key (restaurant_id) references restaurants (id) on delete cascade,
        constraint fk_registration_logs_pumpd_account_id_pumpd_accounts
            foreign key (pumpd_account_id) references pumpd_accounts (id) on delete cascade""",
    "usage_events": f"""{_KEY}, organisation_id uuid, event_type text not null, metadata jsonb default '{{}}'::jsonb,
        {_NOW}, constraint pk_usage_events primary key (id)""",
    "item_images": f"""{_KEY}, menu_item_id uuid not null, url text not null, cdn_uploaded boolean default false,
        upload_status varchar, upload_error text, constraint pk_item_images primary key (id),
        constraint fk_item_images_menu_item_id_menu_items
            foreign key (menu_item_id) references menu_items (id) on delete cascade""",
    "upload_batches": f"""{_KEY}, menu_id uuid, total_images integer not null, uploaded_count integer default 0,
        failed_count integer default 0, status varchar default 'pending',
        created_at timestamp default (now() at time zone 'utc'), constraint pk_upload_batches primary key (id),
        constraint fk_upload_batches_menu_id_menus foreign key (menu_id) references menus (id) on delete cascade""",
}
_INDEXES = (
    "create index if not exists ix_registration_logs_restaurant_id on registration_logs (restaurant_id)",
    "create index if not exists ix_usage_events_event_type on usage_events (organisation_id, event_type)",
    "create index if not exists ix_item_images_menu_item_id on item_images (menu_item_id)",
    "create index if not exists ix_upload_batches_menu_id on upload_batches (menu_id)",
)
# What the sub-selects see is bound by the rule of their own tables.
_RULES = {
    "item_images": "exists (select from public.menu_items i where i.id = menu_item_id)",
    "upload_batches": "exists (select from public.menus m where m.id = menu_id)",
}


def upgrade() -> None:
    """Make the tables, isolated by organisation; the platform writes them, we only read.

    A sandbox that was there before has made them for itself.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table, columns in _TABLES.items():
        op.execute(f"create table if not exists public.{table} ({columns})")
    for index in _INDEXES:
        op.execute(index)
    for statement in isolate(table for table in _TABLES if table not in _RULES):
        op.execute(statement)
    for table, rule in _RULES.items():
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(f"create policy {POLICY} on {table} using ({rule}) with check ({rule})")
    everything = ", ".join(_TABLES)
    op.execute(f"grant select on {everything} to {roles.APPLICATION.name}")
    if roles.exists(op.get_bind(), roles.PLATFORM_ROLE):
        op.execute(f"grant select, insert, update, delete on {everything} to {roles.PLATFORM_ROLE}")


def downgrade() -> None:
    """Drop the tables with all they hold; tables of others that refer to them stay, without the reference."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop table {', '.join(_TABLES)} cascade")
