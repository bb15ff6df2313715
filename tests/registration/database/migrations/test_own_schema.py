"""The upgrade of an installation whose tables an older version made in `public`: they move, with all that is theirs."""

from collections.abc import Collection, Generator
from typing import Any
from uuid import UUID, uuid4

import pytest
from alembic import command
from pydantic import SecretStr
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

from dev.stack.databases import DatabaseUrls
from registration.database import alembic_config as migrating
from registration.database import own_schema, schema
from registration.database.session import Database
from registration.errors import DatabaseUnavailable
from tests.registration.database.conftest import engine
from tests.registration.database.rows import add_one_of_each, add_sub_step

BEFORE = "registration_every_batch"
"""The last migration of the versions that kept their tables in `public`."""

_TABLES = "from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = :schema"
_OIDS = f"(select c.oid, c.relname {_TABLES} and c.relname <> all (:platform)) c"
_WIDENED = "ck_registration_decisions_source"
"""A later migration changes this constraint."""
_KEPT = {
    "grants": f"select c.relname, c.relkind, c.relacl::text, c.relowner::regrole::text {_TABLES} and c.relkind <> 'i'",
    "row-level security": f"select c.relname, c.relrowsecurity, c.relforcerowsecurity {_TABLES} and c.relkind = 'r'",
    "policies": f"""
        select p.polname, c.relname, pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)
        from pg_policy p join {_OIDS} on c.oid = p.polrelid""",
    "constraints": f"""
        select k.conname, pg_get_constraintdef(k.oid) from pg_constraint k join {_OIDS} on c.oid = k.conrelid
        where k.conname <> '{_WIDENED}'""",
    "indexes": f"select c.relname {_TABLES} and c.relkind = 'i'",
    "triggers": f"select t.tgname from pg_trigger t join {_OIDS} on c.oid = t.tgrelid where not t.tgisinternal",
    "functions": """
        select p.proname, p.prosecdef, p.proacl::text, p.proowner::regrole::text, pg_get_function_result(p.oid)
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = :schema""",
}
_TRIGGER = """
create function public.noted() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger on_change before update on registration_jobs for each row execute function public.noted();
"""


@pytest.fixture
def owners(owner: SecretStr) -> Generator[Engine]:
    """The owner's engine."""
    made = migrating.owner_engine(owner)
    yield made
    made.dispose()


@pytest.fixture
def older(owners: Engine) -> Engine:
    """A database that an older version made: Alembic's table, and so all others, are in `public`."""
    with owners.begin() as connection:
        connection.execute(text(f"create table public.{own_schema.VERSION_TABLE} (version_num varchar(32) not null)"))
    with owners.begin() as connection:
        command.upgrade(migrating.config(connection), BEFORE)
    return owners


def _kept(connection: Connection, home: str) -> dict[str, list[tuple[Any, ...]]]:
    """What belongs to our tables, where they are."""
    values = {"schema": home, "platform": sorted(migrating.PLATFORM_TABLES)}
    found: dict[str, list[tuple[Any, ...]]] = {}
    for kind, query in _KEPT.items():
        rows = connection.execute(text(query), values)
        found[kind] = sorted((tuple(row) for row in rows if not _of_platform(row[0])), key=repr)
    return found


def _of_platform(name: str) -> bool:
    """Whether a table or an index is one of the platform's, which stay where they are; or the trigger's function."""
    return name == "noted" or any(
        name == table or name.startswith((f"ix_{table}_", f"pk_{table}", f"uq_{table}_"))
        for table in migrating.PLATFORM_TABLES
    )


def _rows(superuser: Engine, tables: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """All that these tables hold."""
    with superuser.connect() as connection:
        return {
            table: sorted(connection.scalars(text(f"select to_jsonb(t) from {table} t")), key=repr) for table in tables
        }


async def _work(urls: DatabaseUrls) -> tuple[UUID, dict[str, UUID]]:
    """One row in every table, written by the owner for one organisation."""
    organisation = uuid4()
    async with engine(urls.owner).begin() as connection:
        await connection.execute(text("set local search_path = registration, public"))
        await connection.execute(text(f"set local app.organisation_id = '{organisation}'"))
        there = await connection.run_sync(lambda one: inspect(one).get_table_names("public"))
        ids = await add_one_of_each(connection, organisation, there=there)
        await add_sub_step(connection, organisation, ids["registration_jobs"], "menuImport", "unknown")
    return organisation, ids


async def test_rows_grants_policies_sequences_and_triggers_move_with_the_tables(
    older: Engine, owner: SecretStr, superuser: Engine, empty_database: DatabaseUrls
) -> None:
    """Nothing is lost on the way, nothing of ours stays behind, and the application works on."""
    with superuser.begin() as connection:
        connection.execute(text(_TRIGGER))
    organisation, ids = await _work(empty_database)
    with older.connect() as connection:
        before = _kept(connection, "public")
        tables = migrating.OWN_TABLES & set(inspect(connection).get_table_names("public"))
    held = _rows(superuser, tables)
    assert all(before.values())
    assert "registration_schema" in schema.upgrade(owner).pending
    with older.connect() as connection:
        now = _kept(connection, own_schema.OWN_SCHEMA)
        assert {kind: [row for row in now[kind] if row in rows] for kind, rows in before.items()} == before
        assert not any(_kept(connection, "public").values())
    for table, rows in _rows(superuser, tables).items():
        assert all(old.items() <= new.items() for old, new in zip(held[table], rows, strict=True)), table
    database = Database(empty_database.app)
    async with database.transaction(organisation) as connection:
        found = await connection.execute(
            text("select name from registration_sub_steps where job_id = :job"), {"job": ids["registration_jobs"]}
        )
        assert len(found.scalars().all()) == 2
        await connection.execute(text("select from registration_batches_to_recover()"))
        await connection.execute(text("select from registration_batches_left()"))
        await connection.execute(text("select from registration_browser_slots_in_use()"))
        await connection.execute(text("select from registration_batch_overview, registration_sub_step_progress"))
    await database.close()


def test_the_way_back_and_again_ends_where_it_began(older: Engine, owner: SecretStr) -> None:
    """A rollback to the older version finds its tables where it looks; the next upgrade moves them again."""
    with older.connect() as connection:
        before = _kept(connection, "public")
    for _ in range(2):
        schema.upgrade(owner)
        assert schema.upgrade(owner).pending == ()
        schema.downgrade(owner, BEFORE)
        with older.connect() as connection:
            assert _kept(connection, "public") == before
            assert not any(_kept(connection, own_schema.OWN_SCHEMA).values())


def test_an_installation_in_the_middle_of_its_migrations_is_finished_and_moved(
    owners: Engine, owner: SecretStr
) -> None:
    """Migrations that are missing are run where the tables are, and then all move."""
    with owners.begin() as connection:
        connection.execute(text(f"create table public.{own_schema.VERSION_TABLE} (version_num varchar(32) not null)"))
    with owners.begin() as connection:
        command.upgrade(migrating.config(connection), "registration_settings")
    schema.upgrade(owner)
    with owners.connect() as connection:
        assert not any(_kept(connection, "public").values())
        assert connection.scalar(text("select to_regclass('registration.registration_browser_slots')")) is not None


def test_a_table_in_use_stops_the_move_and_nothing_is_moved(older: Engine, owner: SecretStr, superuser: Engine) -> None:
    """It is one transaction: whoever still works has everything where it was."""
    with superuser.begin() as connection:
        connection.execute(text("lock table registration_events in access share mode"))
        with pytest.raises(DatabaseUnavailable, match="a table is in use"):
            schema.upgrade(owner)
    with older.connect() as connection:
        assert own_schema.current_home(connection) == own_schema.PLATFORM_SCHEMA
        assert not any(_kept(connection, own_schema.OWN_SCHEMA).values())


def test_everybody_who_signs_in_to_our_own_database_finds_the_tables(
    owner: SecretStr, superuser: Engine, empty_database: DatabaseUrls
) -> None:
    """As with psql, which says no schema; a setting that somebody made for the database stays."""
    schema.upgrade(owner)
    name = empty_database.owner.rsplit("/", 1)[1]
    plain = create_engine(superuser.url, poolclass=NullPool)
    with plain.connect() as connection:
        assert connection.scalar(text("show search_path")) == own_schema.SEARCH_PATH
        connection.execute(text("select from registration_jobs, restaurants"))
        connection.execute(text(f"alter database {name} set search_path = public"))
        connection.commit()
    schema.upgrade(owner)
    with plain.connect() as connection:
        assert connection.scalar(text("show search_path")) == "public"
