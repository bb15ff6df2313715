"""The databases and roles of the embedded Postgres."""

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from dev.stack.databases import DatabaseUrls, provide_databases
from dev.stack.keys import Keys
from dev.stack.postgres import EmbeddedPostgres
from registration.database.alembic_config import owner_engine
from registration.database.roles import assign_to_recovery
from tests.servers import DATABASE


async def test_a_second_time_changes_nothing(
    postgres: EmbeddedPostgres, database_urls: DatabaseUrls, keys: Keys
) -> None:
    """Existing databases keep addresses and passwords."""
    assert await provide_databases(postgres, keys, DATABASE) == database_urls


def test_no_login_is_a_superuser(postgres: EmbeddedPostgres, database_urls: DatabaseUrls) -> None:
    """The application cannot bypass row-level security; only recovery and the platform's role can."""
    assert database_urls
    with psycopg.connect(postgres.url()) as server:
        roles = server.execute(
            "select rolname, rolcanlogin, rolbypassrls from pg_roles"
            " where rolname ~ '^(registration|prefect)' and not rolsuper order by rolname"
        ).fetchall()
    assert roles == [
        ("prefect", True, False),
        ("registration_app", True, False),
        ("registration_owner", True, False),
        ("registration_platform", True, True),
        ("registration_recovery", False, True),
    ]


def test_the_owner_can_hand_a_function_to_recovery_without_having_its_rights(database_urls: DatabaseUrls) -> None:
    """The owner of the tables can create a function that sees all organisations, without seeing them itself."""
    engine = owner_engine(SecretStr(database_urls.owner))
    with engine.connect() as owner:
        owner.execute(text("create function handed() returns int language sql return 1"))
        assign_to_recovery(owner, "handed()")
        assert owner.scalar(text("select rolbypassrls from pg_roles where rolname = current_user")) is False
        owner.rollback()
    engine.dispose()


def test_the_application_cannot_change_the_schema(database_urls: DatabaseUrls) -> None:
    """The application role owns nothing and may create nothing."""
    with (
        psycopg.connect(database_urls.app) as application,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        application.execute("create table mine (id int)")


def test_prefect_has_its_own_database_with_what_its_migrations_need(database_urls: DatabaseUrls) -> None:
    """The extension that only a superuser can create exists."""
    with psycopg.connect(database_urls.prefect) as prefect:
        assert prefect.execute("select 1 from pg_extension where extname = 'pg_trgm'").fetchone() == (1,)


def test_addresses_show_no_password(database_urls: DatabaseUrls) -> None:
    """The repr of the addresses is safe for logs."""
    assert repr(database_urls) == "DatabaseUrls()"
