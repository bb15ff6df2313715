"""A database as the platform's own is: built from the facts of its contract, not from our models.

Tables, columns, types, keys, checks and policies are those of `tests/platform_contract/contract.json`; around them is
what Supabase gives every project: a schema `auth` with users, `auth.uid()`, the roles of its API. `build(connection)`
makes it all in an empty database; whoever is signed in owns it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from tests.platform_contract.contract import Column, Table, contract

OWN_PIPELINE = (
    "registration_batch_jobs",
    "registration_jobs",
    "registration_job_steps",
    "companies_office_search_candidates",
)
"""The tables of the platform's own pipeline, which are called as ours and have other columns."""

API_ROLES = {"anon": "nologin", "authenticated": "nologin", "service_role": "nologin bypassrls"}

_SCRAPE_JOBS = Table.model_validate(
    {
        "source": "reference/original-system.md, section 1.7",
        "source_kind": "columns of the live table as they were told",
        "columns": {
            "id": {"type": "uuid", "nullable": False, "default": "uuid_generate_v4()"},
            "organisation_id": {"type": "uuid", "nullable": False, "default": None},
            "name": {"type": "text", "nullable": False, "default": None},
            "platform": {"type": "text", "nullable": False, "default": None},
            "country": {"type": "text", "nullable": True, "default": "'nz'"},
            "city": {"type": "text", "nullable": True, "default": None},
            "status": {"type": "text", "nullable": True, "default": "'draft'"},
            "created_by": {"type": "uuid", "nullable": True, "default": None},
            "metadata": {"type": "jsonb", "nullable": True, "default": "'{}'"},
        },
        "primary_key": ["id"],
        "uniques": [],
        "rls": {"enabled": True, "policies": [{"for": "all", "using": "has_org_access(organisation_id)"}]},
    }
)
_SUPER_ADMIN = "exists (select from public.profiles p where p.id = auth.uid() and p.role = 'super_admin')"
_OWN_PROFILE = "exists (select from public.profiles p where p.id = auth.uid() and p.organisation_id = {column})"
_HELPED = "has_org_access(organisation_id)"
_RULES = {
    # The policies of today are not in the platform's repository: the pattern that is said to be everywhere stands in.
    "organisation in the user's organisations (table user_organizations, column org_id)": _HELPED,
    "as pumpd_accounts": _HELPED,
    "has_org_access(organisation_id)": _HELPED,
    "user_can_access_org_data(auth.uid(), organisation_id)": "user_can_access_org_data(auth.uid(), organisation_id)",
    "user_can_access_org_data(auth.uid(), organisation_id), security definer": (
        "user_can_access_org_data(auth.uid(), organisation_id)"
    ),
    "profile of auth.uid() has role super_admin": _SUPER_ADMIN,
    "super_admin": _SUPER_ADMIN,
    "profile of auth.uid() has the row's organisation and role admin or user": _OWN_PROFILE.format(
        column="organisation_id"
    ),
    "role admin of an active organisation, or super_admin": _OWN_PROFILE.format(column="organisation_id"),
    "id = that of the user's profile (first migration: only while active), or super_admin": _OWN_PROFILE.format(
        column="organisations.id"
    ),
    "auth.uid() is not null": "auth.uid() is not null",
    "auth.uid() = id": "auth.uid() = id",
    "has_org_access of the organisation of the parent row (inferred: the table has no organisation_id)": {
        "registration_job_steps": (
            "exists (select from public.registration_jobs j where j.id = job_id and has_org_access(j.organisation_id))"
        ),
        "companies_office_search_candidates": (
            "exists (select from public.restaurants r where r.id = restaurant_id and has_org_access(r.organisation_id))"
        ),
    },
}
_SUPABASE = """
create schema auth;
create table auth.users (id uuid primary key default gen_random_uuid(), email text);
create function auth.uid() returns uuid language sql stable as
    $$ select nullif(current_setting('request.jwt.claim.sub', true), '')::uuid $$;
create function public.uuid_generate_v4() returns uuid language sql volatile as $$ select gen_random_uuid() $$;
create function public.written() returns trigger language plpgsql as
    $$ begin new.updated_at = now(); return new; end $$;
"""
_FUNCTIONS = """
create function public.has_org_access(org uuid) returns boolean language sql stable security definer
    set search_path = public as $$ select exists (select from public.profiles p where p.id = auth.uid()
        and (p.role = 'super_admin' or p.organisation_id = org)) $$;
create function public.user_can_access_org_data(person uuid, org uuid) returns boolean language sql stable
    security definer set search_path = public as $$ select exists (select from public.profiles p where p.id = person
        and (p.role = 'super_admin' or p.organisation_id = org)) $$;
grant usage on schema public, auth to anon, authenticated, service_role;
grant all on all tables in schema public to anon, authenticated, service_role;
"""
_COMMAND = {"all": "all", "select": "select", "insert": "insert", "update": "update", "delete": "delete"}


def tables() -> dict[str, Table]:
    """Every table of which there are facts, by its name."""
    made = contract()
    return {"lead_scrape_jobs": _SCRAPE_JOBS, **{name: made.table(name) for name in made.table_names()}}


def build(connection: Connection) -> None:
    """Make the platform's schema, empty."""
    for statement in statements():
        connection.exec_driver_sql(statement.replace("%", "%%"))


def add_organisation(connection: Connection) -> UUID:
    """An organisation with a signed-up user."""
    organisation, user = uuid4(), uuid4()
    insert = "insert into organisations (id, name) values (:id, 'Kai Group')"
    connection.execute(text(insert), {"id": organisation})
    connection.execute(text("insert into auth.users (id, email) values (:id, 'mere@example.nz')"), {"id": user})
    connection.execute(
        text("insert into profiles (id, email, organisation_id) values (:id, 'mere@example.nz', :organisation)"),
        {"id": user, "organisation": organisation},
    )
    return organisation


def statements() -> Iterator[str]:
    """The SQL of it, in order."""
    facts = tables()
    yield _SUPABASE
    for name in sorted(_referenced() - facts.keys()):
        yield f"create table public.{name} (id uuid primary key default gen_random_uuid(), name text)"
    for name, table in facts.items():
        yield f"create table public.{name} ({', '.join(_parts(name, table))})"
    for name in facts:
        yield from _references(name)
    yield _FUNCTIONS
    for name, table in facts.items():
        yield from _policies(name, table)
        if any(said.startswith("before update: updated_at") for said in _raw(name).get("triggers", [])):
            yield (
                f"create trigger written before update on public.{name} for each row execute function public.written()"
            )


def _raw(name: str) -> dict[str, Any]:
    """A table as the file has it; nothing of one that is not in it."""
    found = contract().tables
    pipeline = next(table for key, table in found.items() if key.startswith("registration_* "))
    return {**pipeline, **found}.get(name, {})


def _referenced() -> set[str]:
    """Tables of `public` that foreign keys name."""
    names = {key["references"].rpartition(".")[0] for name in tables() for key in _raw(name).get("foreign_keys", [])}
    return {name for name in names if not name.startswith("auth.")}


def _parts(name: str, table: Table) -> Iterator[str]:
    for column, fact in table.columns.items():
        yield f"{column} {_type(fact)}"
    yield f"primary key ({', '.join(table.primary_key)})"
    for unique in table.uniques if table.uniques != "unknown" else ():
        yield f"constraint {unique.name} unique ({', '.join(unique.columns)})"
    for check in _raw(name).get("checks", []):
        column = check["column"]
        if "one_of" in check:
            yield f"check ({column} in ({', '.join(repr(one) for one in check['one_of'])}))"
        else:
            yield f"check ({' and '.join(f'{column} {limit}' for limit in check['limits'])})"


def _type(fact: Column) -> str:
    default = fact.default
    known = default is not None and re.fullmatch(r"'.*'|\d+|true|false|\w+\(\)|CURRENT_TIMESTAMP", default)
    return f"{fact.type}{f' default {default}' if known else ''}{'' if fact.nullable else ' not null'}"


def _references(name: str) -> Iterator[str]:
    for key in _raw(name).get("foreign_keys", []):
        table, _, column = key["references"].rpartition(".")
        schema = "" if table.startswith("auth.") else "public."
        rule = key["on_delete"] if key["on_delete"] != "unknown" else "no action"
        yield (
            f"alter table public.{name} add foreign key ({key['column']})"
            f" references {schema}{table} ({column}) on delete {rule}"
        )


def _policies(name: str, table: Table) -> Iterator[str]:
    """Tables of which it is not known whether they are under row-level security are: that is the harder case for us."""
    yield f"alter table public.{name} enable row level security"
    for number, policy in enumerate(table.rls["policies"]):
        label = policy.get("name", "unknown")
        rule = _rule(name, policy)
        clause = f"with check ({rule})" if policy["for"] == "insert" else f"using ({rule})"
        yield f'create policy "{label} {number}" on public.{name} for {_COMMAND[policy["for"]]} {clause}'


def _rule(name: str, policy: Mapping[str, str]) -> str:
    said = policy.get("using") or policy.get("using_optimized") or policy["check"]
    rule = _RULES[said]
    return rule if isinstance(rule, str) else rule[name]
