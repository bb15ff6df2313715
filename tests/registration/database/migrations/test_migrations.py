"""The migrations as a line: one head, up, down, and the same tables as the mapped classes."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from pydantic import SecretStr
from pytest_alembic.tests import (
    test_model_definitions_match_ddl,
    test_single_head_revision,
    test_up_down_consistency,
    test_upgrade,
)
from sqlalchemy import Connection, Engine, Table, text

from dev.stack.databases import DatabaseUrls
from registration.database import alembic_config as migrating
from registration.database import own_schema, schema
from registration.database.base import Base

__all__ = [
    "test_model_definitions_match_ddl",
    "test_single_head_revision",
    "test_up_down_consistency",
    "test_upgrade",
]

SCRIPTS: list[Script] = list(ScriptDirectory.from_config(migrating.config()).walk_revisions())

_CATALOGUE = {
    "columns": """
        select c.relname, c.relnamespace::regnamespace::text, a.attname, format_type(a.atttypid, a.atttypmod),
            a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace::regnamespace::text in ('public', 'registration') and c.relkind = 'r' and a.attnum > 0""",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace::regnamespace::text in ('public', 'registration')""",
    "indexes": "select tablename, indexname, indexdef from pg_indexes where schemaname in ('public', 'registration')",
}


@pytest.fixture
def alembic_config() -> Config:
    """Alembic as the project uses it."""
    return migrating.config()


@pytest.fixture
def alembic_engine(empty_database: DatabaseUrls) -> Generator[Engine]:
    """An empty database, as the owner, who is no superuser."""
    engine = migrating.owner_engine(SecretStr(empty_database.owner))
    yield engine
    engine.dispose()


def _catalogue(connection: Connection) -> dict[str, set[tuple[Any, ...]]]:
    ours = {
        kind: {tuple(row) for row in connection.execute(text(query)) if row[0] != own_schema.VERSION_TABLE}
        for kind, query in _CATALOGUE.items()
    }
    assert all(ours.values())
    return ours


def _tables(names: frozenset[str]) -> list[Table]:
    return [Base.metadata.tables[name] for name in names]


def test_the_migrations_make_what_the_mapped_classes_say(alembic_engine: Engine) -> None:
    """Columns, types, defaults, constraints and indexes are the same to the letter as those of the mapped classes."""
    url = SecretStr(alembic_engine.url.render_as_string(hide_password=False))
    with alembic_engine.begin() as connection:
        own_schema.ensure_schema(connection)
        own_schema.use_search_path(connection, own_schema.PLATFORM_SCHEMA)
        Base.metadata.create_all(connection, tables=_tables(migrating.PLATFORM_TABLES))
        own_schema.use_search_path(connection)
        Base.metadata.create_all(connection, tables=_tables(migrating.OWN_TABLES))
        mapped = _catalogue(connection)
        Base.metadata.drop_all(connection)
    schema.upgrade(url)
    with alembic_engine.connect() as connection:
        assert _catalogue(connection) == mapped


def test_going_down_leaves_nothing_behind(alembic_engine: Engine) -> None:
    """After the last downgrade no table, view, function or policy is left."""
    url = SecretStr(alembic_engine.url.render_as_string(hide_password=False))
    schema.upgrade(url)
    schema.downgrade(url)
    with alembic_engine.connect() as connection:
        left = connection.execute(
            text(
                """
                select relname::text from pg_class
                    where relnamespace::regnamespace::text in ('public', 'registration') and relkind <> 'i'
                union all select proname::text from pg_proc
                    where pronamespace::regnamespace::text in ('public', 'registration')
                union all select polname::text from pg_policy
                """
            )
        )
        assert set(left.scalars()) == {own_schema.VERSION_TABLE}


def test_a_table_that_refers_to_the_platforms_does_not_stop_the_way_down(alembic_engine: Engine) -> None:
    """The sandbox adds tables of the platform that are not known here; they stay, without the reference."""
    url = SecretStr(alembic_engine.url.render_as_string(hide_password=False))
    schema.upgrade(url)
    with alembic_engine.begin() as connection:
        for table in ("restaurants", "upload_batches"):
            statement = f"create table public.of_{table} (id uuid references public.{table} (id))"
            connection.execute(text(statement))
    schema.downgrade(url)
    with alembic_engine.connect() as connection:
        assert connection.scalars(text("select count(*) from public.of_restaurants")).one() == 0
        assert connection.scalars(text("select count(*) from public.of_upload_batches")).one() == 0


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.revision)
def test_a_migration_waits_for_no_lock_for_long(script: Script) -> None:
    """Both ways begin with a limit for locks, so that a migration never blocks the work behind it."""
    source = Path(script.path).read_text()
    assert source.count('"""\n    op.execute("SET LOCAL lock_timeout = \'5s\'")\n') == 2


def test_files_sort_in_the_order_in_which_they_run() -> None:
    """The names begin with date and time, ascending along the line."""
    names = [Path(script.path).name for script in reversed(SCRIPTS)]
    assert names == sorted(names)
    assert all(
        name.startswith("20") and name[16:] == f"{script.revision}.py"
        for name, script in zip(names, reversed(SCRIPTS), strict=True)
    )
