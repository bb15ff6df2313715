"""Roles that a migration needs: made where we may, asked for where we may not."""

from collections.abc import Generator
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, text

from dev.stack.databases import DatabaseUrls
from dev.stack.postgres import EmbeddedPostgres
from registration.database import alembic_config as migrating
from registration.database import roles
from registration.errors import MisconfiguredInstallation


@pytest.fixture
def superuser(postgres: EmbeddedPostgres) -> Generator[Connection]:
    """A superuser's transaction, which is rolled back: roles belong to the whole server."""
    with migrating.owner_engine(SecretStr(postgres.url())).connect() as connection:
        yield connection


@pytest.fixture
def owner(database_urls: DatabaseUrls) -> Generator[Connection]:
    """The owner of the tables, who may not make roles."""
    with migrating.owner_engine(SecretStr(database_urls.owner)).connect() as connection:
        yield connection


def _role(*, bypasses: bool) -> roles.Role:
    return roles.Role(f"role_{uuid4().hex}", "nologin bypassrls" if bypasses else "nologin", bypasses)


@pytest.mark.parametrize("bypasses", [False, True])
def test_a_missing_role_is_made_where_we_may(superuser: Connection, bypasses: bool) -> None:
    """A superuser's upgrade makes it; nobody can sign in as it."""
    role = _role(bypasses=bypasses)
    roles.require(superuser, role)
    made = superuser.execute(
        text("select rolcanlogin, rolbypassrls from pg_roles where rolname = :name"), {"name": role.name}
    )
    assert tuple(made.one()) == (False, bypasses)
    roles.require_membership(superuser, role)


def test_a_missing_role_is_asked_for_where_we_may_not(owner: Connection) -> None:
    """The message names the SQL that makes it and lets the owner act as it."""
    role = _role(bypasses=True)
    asked = f"`create role {role.name} nologin bypassrls; grant {role.name} to registration_owner;`"
    with pytest.raises(MisconfiguredInstallation, match=asked):
        roles.require(owner, role)


def test_a_role_maker_without_bypassrls_cannot_make_the_recovery_role(superuser: Connection) -> None:
    """CREATEROLE alone makes the application's role, but not one that bypasses row-level security."""
    maker = f"maker_{uuid4().hex}"
    superuser.execute(text(f"create role {maker} createrole"))
    superuser.execute(text(f"set local role {maker}"))
    roles.require(superuser, _role(bypasses=False))
    with pytest.raises(MisconfiguredInstallation, match="may not create it"):
        roles.require(superuser, _role(bypasses=True))


def test_an_application_role_that_bypasses_is_refused(superuser: Connection) -> None:
    """A role that row-level security does not bind would see every organisation."""
    name = f"role_{uuid4().hex}"
    superuser.execute(text(f"create role {name} bypassrls"))
    with pytest.raises(MisconfiguredInstallation, match="must not bypass row-level security"):
        roles.require(superuser, roles.Role(name, "nologin", bypasses=False))


def test_acting_as_a_role_needs_membership(superuser: Connection) -> None:
    """Who is not a member is told the GRANT."""
    role, member = _role(bypasses=False), f"member_{uuid4().hex}"
    roles.require(superuser, role)
    superuser.execute(text(f"create role {member}"))
    superuser.execute(text(f"set local role {member}"))
    with pytest.raises(MisconfiguredInstallation, match=f"grant {role.name} to {member}"):
        roles.require_membership(superuser, role)
