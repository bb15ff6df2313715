"""Two organisations on every table: each reads and writes only what is its own."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from dev.stack.databases import DatabaseUrls
from registration.database.base import Base
from registration.database.session import NO_ORGANISATION, Database
from tests.registration.database.conftest import engine
from tests.registration.database.rows import add_one_of_each, least

ISOLATED = sorted(table.name for table in Base.metadata.sorted_tables if "organisation_id" in table.columns)
BY_REFERENCE = ("item_images", "menu_items", "menus", "organisations", "upload_batches")
"""Tables that belong to an organisation without naming it in a column."""

VIEWS = ("registration_batch_overview", "registration_sub_step_progress")


@dataclass(frozen=True)
class Two:
    """Two organisations with one row each in every table: the ids of our rows and of the other's."""

    ours: UUID
    theirs: UUID
    rows: dict[str, UUID]
    foreign: dict[str, UUID]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def two(database_urls: DatabaseUrls) -> Two:
    """Written as each organisation's own, by the owner of the tables, whom the rule binds too."""
    ours, theirs = uuid4(), uuid4()
    made: list[dict[str, UUID]] = []
    for organisation in (ours, theirs):
        async with as_owner(database_urls.owner, organisation) as connection:
            made.append(await add_one_of_each(connection, organisation))
    return Two(ours, theirs, *made)


@asynccontextmanager
async def as_owner(url: str, organisation: UUID | None) -> AsyncGenerator[AsyncConnection]:
    """A transaction of the tables' owner, who is no superuser."""
    async with engine(url).begin() as connection:
        if organisation:
            await connection.execute(select(func.set_config("app.organisation_id", str(organisation), True)))
        yield connection


async def _rows_reached(connection: AsyncConnection, statement: str, **values: object) -> int:
    """How many rows a statement changes; none if the role may not run it, or may not write what it says."""
    try:
        async with connection.begin_nested():
            return (await connection.execute(text(statement), values)).rowcount
    except ProgrammingError as error:
        if not isinstance(error.orig, InsufficientPrivilege):
            raise
        return 0


async def _add_another(connection: AsyncConnection, table: str, organisation: UUID, ids: dict[str, UUID]) -> None:
    """A further row for the organisation, in a savepoint."""
    made = Base.metadata.tables[table]
    references = {column.name: ids[key.column.table.name] for column in made.columns for key in column.foreign_keys}
    async with connection.begin_nested():
        await connection.execute(insert(made).values(least(table, organisation, **references)))


async def _assert_kept_apart(connection: AsyncConnection, two: Two, table: str) -> None:
    seen = await connection.execute(text(f"select organisation_id from {table}"))
    assert set(seen.scalars()) == {two.ours}
    foreign, own = two.foreign[table], two.rows[table]
    assert await _rows_reached(connection, f"update {table} set created_at = now() where id = :id", id=foreign) == 0
    assert await _rows_reached(connection, f"delete from {table} where id = :id", id=foreign) == 0
    give_away = f"update {table} set organisation_id = :theirs where id = :id"
    assert await _rows_reached(connection, give_away, theirs=two.theirs, id=own) == 0
    with pytest.raises(ProgrammingError, match=r"row-level security|permission denied"):
        await _add_another(connection, table, two.theirs, two.foreign)


@pytest.mark.parametrize("table", ISOLATED)
async def test_the_owner_is_bound_too(two: Two, database_urls: DatabaseUrls, table: str) -> None:
    """Reading, changing, giving away, deleting and adding stop at the organisation's edge, even for the owner."""
    async with as_owner(database_urls.owner, two.ours) as connection:
        await _assert_kept_apart(connection, two, table)
        own = f"update {table} set created_at = now() where id = :id"
        assert await _rows_reached(connection, own, id=two.rows[table]) == 1


@pytest.mark.parametrize("table", ISOLATED)
async def test_the_application_reaches_no_foreign_row(two: Two, database: Database, table: str) -> None:
    """The application role neither sees, changes, gives away, deletes nor adds across organisations."""
    async with database.transaction(two.ours) as transaction:
        await _assert_kept_apart(transaction.connection, two, table)
    async with database.transaction(two.theirs) as transaction:
        assert await transaction.scalar(text(f"select count(*) from {table}")) == 1


@pytest.mark.parametrize("table", ISOLATED)
async def test_without_an_organisation_nothing_is_visible(two: Two, database_urls: DatabaseUrls, table: str) -> None:
    """A transaction that does not say for whom it works, or says an empty word, sees an empty table."""
    assert two.rows[table]
    async with as_owner(database_urls.owner, None) as connection:
        assert await connection.scalar(text(f"select count(*) from {table}")) == 0
        await connection.execute(text("set local app.organisation_id = ''"))
        assert await connection.scalar(text(f"select count(*) from {table}")) == 0


@pytest.mark.parametrize("view", VIEWS)
async def test_views_show_only_the_organisations_own(two: Two, database: Database, view: str) -> None:
    """A view shows to each organisation one batch or job, its own."""
    for organisation in (two.ours, two.theirs):
        async with database.transaction(organisation) as transaction:
            seen = (await transaction.execute(text(f"select organisation_id from {view}"))).scalars().all()
            assert seen == [organisation]


@pytest.mark.parametrize("table", ["registration_decisions", "registration_events"])
async def test_what_was_decided_and_what_happened_cannot_be_rewritten(two: Two, database: Database, table: str) -> None:
    """The application can add decisions and events, but neither change nor delete them."""
    async with database.transaction(two.ours) as transaction:
        assert await _rows_reached(transaction.connection, f"update {table} set updated_at = now()") == 0
        assert await _rows_reached(transaction.connection, f"delete from {table}") == 0
        assert await transaction.scalar(text(f"select count(*) from {table}")) == 1


async def test_every_table_with_an_organisation_has_the_one_rule(everything: AsyncConnection) -> None:
    """Each is under row-level security, its owner included, by the same rule for reading and for writing."""
    found = await everything.execute(
        text(
            """
            select c.relname, c.relforcerowsecurity as forced, pg_get_expr(p.polqual, p.polrelid) as reading,
                pg_get_expr(p.polwithcheck, p.polrelid) as writing
            from pg_class c join pg_policy p on p.polrelid = c.oid where c.relrowsecurity order by c.relname
            """
        )
    )
    rows = [row for row in found if row.relname not in BY_REFERENCE]
    assert [row.relname for row in rows] == ISOLATED
    assert all(row.forced for row in rows)
    assert len({row.reading for row in rows} | {row.writing for row in rows}) == 1


async def test_every_table_is_under_row_level_security(everything: AsyncConnection) -> None:
    """But for those that hold nothing of an organisation: when an account may be made, and the schema's version.

    What the sandbox makes besides is the platform's business.
    """
    found = await everything.execute(
        text(
            """
            select c.relname from pg_class c where c.relnamespace::regnamespace::text in ('public', 'registration')
                and c.relkind in ('r', 'p') and (c.relnamespace::regnamespace::text = 'registration'
                    or c.relname = any(:mapped))
                and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))
            order by c.relname
            """
        ),
        {"mapped": list(Base.metadata.tables)},
    )
    assert found.scalars().all() == ["rate_slots", "registration_schema_version"]


async def test_every_view_shows_what_its_reader_may_see(everything: AsyncConnection) -> None:
    """And not what its owner may; there are no stored copies of what tables hold."""
    found = await everything.execute(
        text(
            """
            select c.relname from pg_class c where c.relnamespace::regnamespace::text in ('public', 'registration')
                and (c.relkind = 'm'
                    or c.relkind = 'v' and not coalesce(c.reloptions, '{}') @> array['security_invoker=true'])
            """
        )
    )
    assert found.scalars().all() == []


@pytest.mark.parametrize("table", BY_REFERENCE)
async def test_tables_that_belong_to_an_organisation_without_naming_it_show_its_own(
    two: Two, database: Database, everything: AsyncConnection, table: str
) -> None:
    """Menus by their restaurants, dishes by their menus, organisations by themselves; nobody sees any of nobody."""
    for organisation in (two.ours, two.theirs):
        await everything.execute(
            text("insert into organisations (id, name) values (:id, 'Kai') on conflict (id) do nothing"),
            {"id": organisation},
        )
    own, foreign = (two.ours, two.theirs) if table == "organisations" else (two.rows[table], two.foreign[table])
    async with database.transaction(two.ours) as transaction:
        seen = (await transaction.execute(text(f"select id from {table}"))).scalars().all()
        assert seen == [own]
        assert foreign not in seen
    async with database.transaction(NO_ORGANISATION) as transaction:
        assert await transaction.scalar(text(f"select count(*) from {table}")) == 0


async def test_nobody_but_the_owner_makes_anything_in_the_schemas(everything: AsyncConnection) -> None:
    """Neither the application nor the role that sees all organisations, nor everybody."""
    found = await everything.execute(
        text(
            """
            select rolname from pg_roles where not rolsuper and rolname not like 'pg\\_%'
                and (has_schema_privilege(rolname, 'public', 'create')
                    or has_schema_privilege(rolname, 'registration', 'create'))
            """
        )
    )
    assert found.scalars().all() == ["registration_owner"]


async def test_functions_that_see_all_organisations_are_the_applications_alone(everything: AsyncConnection) -> None:
    """Each looks for names only where nobody can put others, and answers to nobody else."""
    found = await everything.execute(
        text(
            """
            select p.proname, p.prosecdef, p.proconfig, array(select r.rolname::text from pg_roles r
                where not r.rolsuper and r.rolname like 'registration\\_%'
                    and has_function_privilege(r.oid, p.oid, 'execute') order by 1) as callers,
                exists (select from aclexplode(p.proacl) a where a.grantee = 0) as everybody
            from pg_proc p where p.pronamespace::regnamespace::text in ('public', 'registration')
            """
        )
    )
    rows = found.all()
    assert rows
    for row in rows:
        assert row.prosecdef, row.proname
        assert row.proconfig == ["search_path=pg_catalog, registration, pg_temp"], row.proname
        assert row.callers == ["registration_app", "registration_recovery"], row.proname
        assert not row.everybody, row.proname


async def test_the_application_role_can_neither_own_nor_bypass(everything: AsyncConnection) -> None:
    """It owns nothing here, is no superuser and does not bypass row-level security."""
    role = await everything.execute(
        text(
            """
            select rolsuper or rolbypassrls as free,
                (select count(*) from pg_class c where c.relowner = r.oid) as owned
            from pg_roles r where rolname = 'registration_app'
            """
        )
    )
    assert tuple(role.one()) == (False, 0)
