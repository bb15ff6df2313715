"""Why nobody can sign in to the database: Postgres' words, which have no codes at that moment, as findings."""

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError

from registration.checkup.finding import Finding, error
from registration.errors import DatabaseUnavailable
from registration.store.session import APPLICATION_ROLE

_ADDRESS = "DATABASE_URL (`url` of the block registration-database)"
_REACHED: Mapping[str, tuple[str, str]] = {
    "failed to resolve host": ("host not found", f"check the host in {_ADDRESS}, and that this machine can resolve it"),
    "Connection refused": ("connection refused", f"start Postgres, or check host and port in {_ADDRESS}"),
    "password authentication failed": ("user or password refused", f"check user and password in {_ADDRESS}"),
    "no password supplied": ("user or password refused", f"put the password into {_ADDRESS}"),
    "no pg_hba.conf entry": ("this machine is not let in", "let it in in the server's pg_hba.conf"),
    "invalid response to SSL": ("something answers, but it is not Postgres", f"check host and port in {_ADDRESS}"),
    "expected authentication request": ("something answers, but it is not Postgres", f"check the port in {_ADDRESS}"),
    "SSL": ("no trusted TLS connection", f"check `sslmode` in {_ADDRESS}, and the server's certificate"),
    "does not exist": ("no such database or user", "run `registration db provide`, or check the names in DATABASE_URL"),
    "timeout": ("no answer in time", f"see that Postgres runs, and that no firewall stands between; check {_ADDRESS}"),
}
"""By the first of these that it says."""
_NO_SUCH_ROLE, _NO_RIGHT = "22023", "42501"


def no_address() -> Finding:
    """None is given, or what is given is none."""
    says = "no address is given that can be read"
    return error("database", says, f"put postgresql://user:password@host:port/database into {_ADDRESS}")


def not_reached(away: DatabaseUnavailable) -> Finding:
    """The finding for a connection that did not come about, or broke."""
    for said, (kind, step) in _REACHED.items():
        if said in away.message:
            return error("database", f"{kind}: {away.message}", step)
    return error("database", away.message, f"check {_ADDRESS}, and that Postgres runs")


def refused_inside(refused: DBAPIError) -> Finding | None:
    """The finding for a missing role or right of whoever signed in; None if it is something else."""
    code: str | None = getattr(refused.orig, "sqlstate", None)
    if code == _NO_SUCH_ROLE:
        step = "run `registration db provide`, then `registration db upgrade`"
        return error("application role", f"the role {APPLICATION_ROLE} is missing", step)
    if code == _NO_RIGHT and "set local role" in (refused.statement or ""):
        says = f"whoever signs in may not act as the role {APPLICATION_ROLE}"
        return error("application role", says, "run `registration db provide` with this address as DATABASE_URL")
    if code == _NO_RIGHT:
        return error("migrations", f"{APPLICATION_ROLE} may not read what it needs", "run `registration db upgrade`")
    return None
