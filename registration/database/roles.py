"""The database roles of an installation, and what a migration does if one of them is missing."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from registration.database.own_schema import current_home
from registration.database.session import APPLICATION_ROLE
from registration.errors import MisconfiguredInstallation

PLATFORM_ROLE = "registration_platform"  # the sandbox uses it in place of the platform's own role


@dataclass(frozen=True)
class Role:
    """A role that the tables use; `attributes` as in CREATE ROLE."""

    name: str
    attributes: str
    bypasses: bool


APPLICATION = Role(APPLICATION_ROLE, "nologin", bypasses=False)
RECOVERY = Role("registration_recovery", "nologin bypassrls", bypasses=True)


def exists(connection: Connection, name: str) -> bool:
    """True if the server has a role of this name."""
    return connection.scalar(text("select 1 from pg_roles where rolname = :name"), {"name": name}) is not None


def require(connection: Connection, role: Role) -> None:
    """Check that the role has the required attributes and no forbidden ones; create it if it is missing and we may.

    Raises MisconfiguredInstallation with the SQL that corrects it.
    """
    if not exists(connection, role.name):
        _make(connection, role)
    bypasses = connection.scalar(
        text("select rolsuper or rolbypassrls from pg_roles where rolname = :name"), {"name": role.name}
    )
    if bypasses != role.bypasses:
        attribute = "bypassrls" if role.bypasses else "nosuperuser nobypassrls"
        raise _as_superuser(
            f"the role {role.name} must{'' if role.bypasses else ' not'} bypass row-level security",
            f"alter role {role.name} {attribute}",
        )


def require_membership(connection: Connection, role: Role) -> None:
    """Check that the session may act as the role, which is needed to assign a function to it.

    Raises MisconfiguredInstallation.
    """
    user, member = connection.execute(
        text("select current_user, pg_has_role(current_user, :name, 'member')"), {"name": role.name}
    ).one()
    if not member:
        raise _as_superuser(f"{user} is not a member of {role.name}", f"grant {role.name} to {user}")


def assign_to_recovery(connection: Connection, function: str) -> None:
    """Assign a function, named with its arguments, to the recovery role; only the application may call it.

    Postgres requires that the new owner may create functions; the recovery role keeps that right only during the
    change.
    """
    home = current_home(connection)
    connection.execute(text(f"revoke all on function {function} from public"))
    connection.execute(text(f"grant execute on function {function} to {APPLICATION.name}"))
    connection.execute(text(f"grant usage, create on schema {home} to {RECOVERY.name}"))
    connection.execute(text(f"alter function {function} owner to {RECOVERY.name}"))
    connection.execute(text(f"revoke create on schema {home} from {RECOVERY.name}"))


def _make(connection: Connection, role: Role) -> None:
    user, may = connection.execute(
        text(
            "select rolname, rolsuper or (rolcreaterole and (rolbypassrls or not :bypasses)) from pg_roles"
            " where rolname = current_user"
        ),
        {"bypasses": role.bypasses},
    ).one()
    make, join = f"create role {role.name} {role.attributes}", f"grant {role.name} to {user}"
    if not may:
        raise _as_superuser(
            f"the database role {role.name} does not exist, and {user} may not create it", f"{make}; {join}"
        )
    connection.execute(text(make))
    connection.execute(text(f"grant {role.name} to current_user"))


def _as_superuser(problem: str, sql: str) -> MisconfiguredInstallation:
    return MisconfiguredInstallation(f"{problem}: run, as a superuser of the server, `{sql};`")
