"""The platform's own tables, for an installation that has no platform database yet."""

from alembic import op

from registration.database import roles
from registration.database.own_schema import PLATFORM_SCHEMA
from registration.database.row_security import isolate

revision = "platform_tables"
down_revision = None
branch_labels = None
depends_on = None

_KEY = "id uuid not null default gen_random_uuid()"
_TIMES = "created_at timestamptz not null default now(), updated_at timestamptz not null default now()"
_ROW = f"{_KEY}, organisation_id uuid not null, {_TIMES}"

_TABLES = {
    "organisations": f"{_KEY}, name varchar not null, {_TIMES}, constraint pk_organisations primary key (id)",
    "users": f"{_ROW}, email varchar not null, name varchar, constraint pk_users primary key (id)",
    "lead_scrape_jobs": f"""{_ROW}, name varchar not null, platform varchar not null,
        country varchar not null default 'nz', city varchar, status varchar not null default 'draft',
        constraint pk_lead_scrape_jobs primary key (id)""",
    "restaurants": f"""{_ROW}, name text not null, slug varchar, subdomain varchar,
        address varchar, city varchar, phone varchar, email varchar, user_email varchar,
        contact_name varchar, contact_email varchar, contact_phone varchar, contact_role varchar,
        company_name varchar, company_number varchar, nzbn varchar, gst_number varchar, full_legal_name varchar,
        organisation_name varchar, additional_contacts_metadata jsonb not null default '{{}}'::jsonb,
        website_url varchar, ubereats_url varchar, doordash_url varchar, instagram_url varchar, facebook_url varchar,
        opening_hours jsonb, opening_hours_text varchar, cuisine text[], theme varchar,
        primary_color varchar, secondary_color varchar, logo_url varchar, website_og_image varchar,
        ubereats_og_image varchar, doordash_og_image varchar, facebook_cover_image varchar, hosted_logo_url varchar,
        stripe_connect_url varchar, demo_store_built boolean not null default false, demo_store_url varchar,
        onboarding_status varchar default 'lead', lead_type varchar, lead_category varchar, lead_warmth varchar,
        lead_stage varchar, lead_status varchar, icp_rating integer, website_type varchar,
        online_ordering_platform varchar, metadata jsonb not null default '{{}}'::jsonb,
        constraint pk_restaurants primary key (id),
        constraint uq_restaurants_slug unique (slug),
        constraint uq_restaurants_subdomain unique (subdomain),
        constraint ck_restaurants_theme check (theme in ('light', 'dark'))""",
    "leads": f"""{_ROW}, lead_scrape_job_id uuid not null, current_step integer not null default 1,
        step_progression_status varchar not null default 'available', restaurant_name varchar not null,
        store_link varchar, ubereats_number_of_reviews varchar, ubereats_average_review_rating numeric(3, 1),
        ubereats_address varchar, ubereats_cuisine text[], google_number_of_reviews varchar,
        google_average_review_rating numeric(3, 1), google_address varchar, google_maps_url varchar,
        phone varchar, email varchar, website_url varchar, instagram_url varchar, facebook_url varchar,
        contact_name varchar, contact_email varchar, contact_phone varchar, contact_role varchar,
        city varchar, region varchar, country varchar not null default 'nz',
        opening_hours jsonb, opening_hours_text varchar, website_type varchar, ordering_platform_url varchar,
        ordering_platform_name varchar, ubereats_og_image varchar, converted_to_restaurant_id uuid,
        converted_at timestamptz, converted_by varchar,
        constraint pk_leads primary key (id),
        constraint fk_leads_lead_scrape_job_id_lead_scrape_jobs
            foreign key (lead_scrape_job_id) references lead_scrape_jobs (id) on delete cascade""",
    "menus": f"""{_KEY}, restaurant_id uuid not null, version integer not null default 1,
        is_active boolean not null default true, created_at timestamptz not null default now(),
        constraint pk_menus primary key (id),
        constraint fk_menus_restaurant_id_restaurants
            foreign key (restaurant_id) references restaurants (id) on delete cascade""",
    "menu_items": f"""{_KEY}, menu_id uuid not null, name varchar not null, price numeric(10, 2), tags text[],
        constraint pk_menu_items primary key (id),
        constraint fk_menu_items_menu_id_menus foreign key (menu_id) references menus (id) on delete cascade""",
    "extraction_jobs": f"""{_ROW}, job_id varchar not null, restaurant_id uuid not null, url varchar not null,
        job_type varchar not null, status varchar not null default 'pending', progress jsonb, error varchar,
        started_at timestamptz, completed_at timestamptz,
        constraint pk_extraction_jobs primary key (id),
        constraint uq_extraction_jobs_job_id unique (job_id),
        constraint fk_extraction_jobs_restaurant_id_restaurants
            foreign key (restaurant_id) references restaurants (id) on delete cascade""",
    "pumpd_accounts": f"""{_ROW}, restaurant_id uuid not null, email varchar not null,
        registration_status varchar not null default 'pending', registration_date timestamptz,
        restaurant_count integer not null default 0, pumpd_user_id varchar, last_error varchar,
        constraint pk_pumpd_accounts primary key (id),
        constraint uq_pumpd_accounts_organisation_id_email unique (organisation_id, email)""",
    "pumpd_restaurants": f"""{_ROW}, restaurant_id uuid not null, pumpd_account_id uuid,
        pumpd_restaurant_id varchar, pumpd_subdomain varchar, registration_status varchar not null default 'pending',
        registration_type varchar, dashboard_url varchar, head_injection varchar, body_injection varchar,
        code_injection_config jsonb, code_injection_generated_at timestamptz,
        constraint pk_pumpd_restaurants primary key (id),
        constraint uq_pumpd_restaurants_organisation_id_restaurant_id unique (organisation_id, restaurant_id),
        constraint uq_pumpd_restaurants_pumpd_subdomain unique (pumpd_subdomain),
        constraint fk_pumpd_restaurants_pumpd_account_id_pumpd_accounts
            foreign key (pumpd_account_id) references pumpd_accounts (id) on delete set null""",
}
_INDEXES = (
    "create index ix_restaurants_external_id on restaurants (organisation_id, (metadata ->> 'external_id'))",
    "create index ix_restaurants_name on restaurants (organisation_id, name)",
    "create index ix_leads_lead_scrape_job_id on leads (lead_scrape_job_id)",
    "create index ix_menus_restaurant_id on menus (restaurant_id)",
    "create index ix_menu_items_menu_id on menu_items (menu_id)",
    "create index ix_extraction_jobs_restaurant_id on extraction_jobs (restaurant_id)",
)
_WITHOUT_ORGANISATION = ("organisations", "menus", "menu_items")


def upgrade() -> None:
    """Make the tables, isolated by organisation; the application may write restaurants and leads, the platform all
    tables.
    """
    op.execute("SET LOCAL lock_timeout = '5s'")
    roles.require(op.get_bind(), roles.APPLICATION)
    for table, columns in _TABLES.items():
        op.execute(f"create table {PLATFORM_SCHEMA}.{table} ({columns})")
    for index in _INDEXES:
        op.execute(index)
    for statement in isolate(table for table in _TABLES if table not in _WITHOUT_ORGANISATION):
        op.execute(statement)
    everything = ", ".join(_TABLES)
    op.execute(f"grant select on {everything} to {roles.APPLICATION.name}")
    op.execute(f"grant insert, update on restaurants to {roles.APPLICATION.name}")
    op.execute(f"grant update on leads to {roles.APPLICATION.name}")
    if roles.exists(op.get_bind(), roles.PLATFORM_ROLE):
        op.execute(f"grant select, insert, update, delete on {everything} to {roles.PLATFORM_ROLE}")


def downgrade() -> None:
    """Drop the tables with all they hold; tables of others that refer to them stay, without the reference."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute(f"drop table {', '.join(_TABLES)} cascade")
