"""Upgrading beside the platform's own database: it is checked, and left as it is."""

from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from registration.database import alembic_config as migrating
from registration.database import schema
from registration.database.platform_rights import EVIDENCE, NEEDED
from registration.database.platform_schema import missing_parts, missing_rights, unreachable
from registration.database.rights_script import rights_script
from registration.database.schema import ensure_organisation
from registration.database.session import Database
from registration.errors import MisconfiguredInstallation, Refused
from registration.health.database import check_database
from registration.health.finding import Level, worst
from tests.registration.database.platform_database import OWN_PIPELINE, tables
from tests.registration.database.platform_server import GuestTenant

_SECRETS = {
    "pumpd_accounts": ("user_password_hint", "last_error"),
    "pumpd_restaurants": ("api_keys", "webhook_secret", "last_error"),
    "registration_logs": ("error_message",),
    "organisations": ("settings",),
    "restaurants": ("user_password_hint",),
}
_PUBLIC = {
    "columns": """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod) from pg_class c
        join pg_attribute a on a.attrelid = c.oid where c.relnamespace = 'public'::regnamespace and a.attnum > 0""",
    "owners and security": """
        select relname, relowner::regrole::text, relrowsecurity, relforcerowsecurity from pg_class
        where relnamespace = 'public'::regnamespace""",
    "policies": """
        select tablename, policyname, qual, with_check from pg_policies
        where schemaname = 'public' and policyname not like 'registration\\_%'""",
    "triggers": """
        select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = 'public'::regnamespace and not t.tgisinternal""",
    "functions": "select proname from pg_proc where pronamespace = 'public'::regnamespace",
    "schema": "select nspowner::regrole::text from pg_namespace where nspname = 'public'",
    "settings": "select setconfig from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase"
    " where d.datname = current_database()",
}


def _public(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Everything of the platform that could have been changed."""
    connection.execute(text("set local search_path = public"))
    return {kind: sorted(map(tuple, connection.execute(text(query)))) for kind, query in _PUBLIC.items()}


def _told(guest: GuestTenant) -> list[str]:
    """What the check says is missing for our role."""
    with guest.everything() as connection:
        return missing_rights(connection)


def test_what_is_used_of_the_platform_is_in_its_tables(guest: GuestTenant) -> None:
    """Every table and column, needed or evidence, with fitting types; a table `users` is not asked for."""
    with guest.everything() as connection:
        assert missing_parts(connection, NEEDED) == []
        assert missing_parts(connection, EVIDENCE) == []
    assert "users" not in NEEDED


def test_no_password_and_no_key_is_asked_for() -> None:
    """Columns that the platform's contract says hold one are neither needed nor evidence."""
    for used in (NEEDED, EVIDENCE):
        for table, columns in _SECRETS.items():
            assert not set(columns) & set(used[table].select if table in used else ()), table
            assert set(columns) <= tables()[table].columns.keys()


def test_platform_tables_that_are_there_are_not_made_again(guest: GuestTenant) -> None:
    """Without --existing-platform the database is refused, and nothing is written."""
    guest.run_script()
    with pytest.raises(Refused, match="this is a platform's database"):
        schema.upgrade(guest.owner)
    assert schema.check_current(guest.owner).revision is None


def test_missing_and_unfitting_parts_are_all_named(guest: GuestTenant) -> None:
    """Together, with the next step, and nothing is written."""
    guest.run_script()
    with guest.everything() as connection:
        connection.execute(text("drop table menu_items cascade"))
        connection.execute(text("alter table restaurants drop column nzbn, drop column cuisine"))
        connection.execute(text("alter table restaurants add column cuisine jsonb"))
        connection.execute(text("alter table leads alter column converted_at type text"))
    with pytest.raises(MisconfiguredInstallation, match="have its owner add them") as refused:
        schema.upgrade(guest.owner, existing_platform=True)
    assert set(refused.value.details["missing"]) == {
        "table menu_items",
        "column restaurants.nzbn",
        "column restaurants.cuisine as text[] (it is jsonb)",
        "column leads.converted_at as timestamp with time zone (it is text)",
    }
    assert schema.check_current(guest.owner).revision is None


def test_without_rights_each_is_named_with_what_gives_them(guest: GuestTenant) -> None:
    """Grants, the schema, and that row-level security would hide every row; the script mends all of it."""
    guest.run_script()
    with guest.as_platform_owner() as connection:
        connection.execute("drop schema registration")
        connection.execute("revoke select on restaurants from registration_app")
        connection.execute("drop policy registration_select on leads")
        connection.execute(f"revoke references (id) on restaurants from {guest.owner_role}".encode())
    with pytest.raises(MisconfiguredInstallation, match="Have its owner grant them") as refused:
        schema.upgrade(guest.owner, existing_platform=True)
    assert set(refused.value.details["missing"]) >= {
        "making tables in the schema registration",
        "references to restaurants (id)",
        "select on restaurants (every column) for registration_app",
        "a policy on leads for select by registration_app: row-level security hides every row of it",
    }
    guest.run_script()
    schema.upgrade(guest.owner, existing_platform=True)
    assert schema.check_current(guest.owner).current


@pytest.mark.parametrize(
    "change, told",
    [
        pytest.param(
            "revoke update (converted_at) on leads from registration_app",
            "update on leads (converted_at) for registration_app",
            id="one column",
        ),
        pytest.param(
            "revoke select (feature_flags) on organisations from registration_app",
            "select on organisations (feature_flags) for registration_app",
            id="the feature flags",
        ),
        pytest.param(
            "revoke delete on leads from registration_app", "delete on leads for registration_app", id="deleting"
        ),
        pytest.param(
            "drop policy registration_delete on leads",
            "a policy on leads for delete by registration_app: row-level security hides every row of it",
            id="no policy to delete",
        ),
        pytest.param(
            "drop policy registration_update on leads",
            "a policy on leads for update by registration_app: row-level security hides every row of it",
            id="no policy to write",
        ),
        pytest.param(
            "create policy office_hours on menus as restrictive for select using (auth.uid() is not null)",
            "an exception for registration_app from the restrictive policy office_hours on menus",
            id="restrictive",
        ),
        pytest.param(
            "revoke select (id, role, organisation_id) on profiles from registration_app",
            "table profiles, which a policy on leads asks for, for registration_app",
            id="a policy reads a table",
        ),
        pytest.param(
            "revoke execute on function has_org_access(uuid) from public, registration_app",
            "function has_org_access, which a policy on leads asks for, for registration_app",
            id="a policy calls a function",
        ),
    ],
)
def test_what_hides_rows_is_found(guest: GuestTenant, change: str, told: str) -> None:
    """Whatever grants say; without row-level security no policy is asked for."""
    guest.run_script()
    assert _told(guest) == []
    with guest.as_platform_owner() as connection:
        connection.execute(change.encode())
    assert told in _told(guest)


def test_without_row_level_security_no_policy_is_asked_for(guest: GuestTenant) -> None:
    """The script's policies are there and say nothing then."""
    guest.run_script()
    with guest.as_platform_owner() as connection:
        connection.execute("alter table leads disable row level security")
        connection.execute("drop policy registration_select on leads")
    assert _told(guest) == []


async def test_the_script_gives_what_is_needed_and_no_more(guest: GuestTenant) -> None:
    """It can be run again. Secrets, other organisations and the platform's own pipeline stay hidden."""
    guest.run_script()
    with guest.everything() as connection:
        once = connection.scalars(text("select relname || relacl::text from pg_class where relacl is not null")).all()
    guest.run_script()
    with guest.everything() as connection:
        again = connection.scalars(text("select relname || relacl::text from pg_class where relacl is not null")).all()
        assert sorted(again) == sorted(once)
        assert [*unreachable(connection, NEEDED), *unreachable(connection, EVIDENCE)] == []
    database = Database(guest.app)
    async with database.transaction(guest.organisation) as transaction:
        assert (await transaction.execute(text("select id from organisations"))).scalars().all() == [guest.organisation]
        hidden = {**dict.fromkeys(OWN_PIPELINE, ("id",)), "profiles": ("email", "name"), **_SECRETS}
        for table, columns in hidden.items():
            assert [column for column in columns if await _may_read(transaction.connection, table, column)] == [], table
    await database.close()


async def _may_read(connection: AsyncConnection, table: str, column: str) -> bool:
    try:
        async with connection.begin_nested():
            await connection.execute(text(f"select {column} from public.{table}"))
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        return False
    return True


def test_the_platform_keeps_everything_as_it_was(guest: GuestTenant) -> None:
    """Upgrade, later upgrades and the way back change nothing in `public`, also where its tables are called as ours."""
    guest.run_script()
    with guest.everything() as connection:
        before = _public(connection)
    assert set(OWN_PIPELINE) <= {name for name, *_ in before["columns"]}
    schema.upgrade(guest.owner, existing_platform=True)
    with guest.everything() as connection:
        assert _public(connection) == before
        ours = connection.scalars(
            text(
                "select relname::text from pg_class where relnamespace = 'registration'::regnamespace and relkind = 'r'"
            )
        )
        assert set(ours) >= migrating.OWN_TABLES
    assert schema.upgrade(guest.owner).pending == ()
    schema.downgrade(guest.owner)
    with guest.everything() as connection:
        assert _public(connection) == before
    assert schema.check_current(guest.owner).revision is None
    schema.upgrade(guest.owner, existing_platform=True)
    assert schema.check_current(guest.owner).current


async def test_rights_that_were_lost_are_found_by_the_next_upgrade_and_by_doctor(guest: GuestTenant) -> None:
    """Also where no migration is missing."""
    guest.run_script()
    schema.upgrade(guest.owner, existing_platform=True)
    address = SecretStr(guest.app)
    assert worst(await check_database(address)) is Level.OK
    with guest.as_platform_owner() as connection:
        connection.execute("drop policy registration_select on menus")
    hidden = "a policy on menus for select by registration_app: row-level security hides every row of it"
    with pytest.raises(MisconfiguredInstallation, match=hidden):
        schema.upgrade(guest.owner)
    [finding] = [one for one in await check_database(address) if one.level is Level.ERROR]
    assert (finding.about, finding.says) == ("the platform's tables", f"missing: {hidden}")


def test_another_role_can_have_the_rights(guest: GuestTenant) -> None:
    """Ours is a member of it then."""
    guest.run_script(rights_script(guest.other_role, guest.owner_role))
    assert _told(guest) == []
    schema.upgrade(guest.owner, existing_platform=True)


@pytest.mark.parametrize("name", ["registration app", 'x"; drop table restaurants; --', "", "X"])
def test_a_name_that_would_have_to_be_quoted_is_refused(name: str) -> None:
    """The script is read by people, and run with all rights."""
    with pytest.raises(Refused, match="is no name for a role"):
        rights_script(name, "registration_owner")


def test_the_script_refuses_a_database_of_our_own(owner: SecretStr, superuser: Engine) -> None:
    """There our migrations give the rights."""
    schema.upgrade(owner)
    address = superuser.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with (
        psycopg.connect(address, autocommit=True) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="made by the registration itself"),
    ):
        connection.execute(rights_script("registration_app", "registration_owner").encode())


def test_organisations_of_an_existing_platform_are_its_own(guest: GuestTenant) -> None:
    """None is made there; it is said what to do instead."""
    guest.run_script()
    schema.upgrade(guest.owner, existing_platform=True)
    with pytest.raises(Refused, match="set REGISTRATION_ORGANISATION to the id of one"):
        ensure_organisation(guest.owner, guest.organisation, "Kai Group")


def test_an_own_installation_is_not_taken_for_a_platforms(owner: SecretStr, superuser: Engine) -> None:
    """Saying --existing-platform of a database whose platform tables were made here is refused."""
    schema.upgrade(owner)
    with pytest.raises(Refused, match="it is no platform's"):
        schema.upgrade(owner, existing_platform=True)
    assert superuser
