"""`registration db`: the database's schema, as the owner of the tables (REGISTRATION_OWNER_DATABASE_URL)."""

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

from cyclopts import App, Parameter

from interfaces.cli.session import AsJson, Organisation, line_of, open_context
from registration.database import schema
from registration.database.alembic_config import owner_url
from registration.database.provisioning import Login, provide_all
from registration.database.rights_script import rights_script
from registration.database.schema import have_organisation
from registration.database.session import APPLICATION_ROLE
from registration.errors import Refused
from registration.operations.restoring import doubt_since_backup
from registration.settings import settings

app = App("db")


@app.command
def provide() -> None:
    """Make the databases and the roles that sign in, as far as they are missing, and set their passwords.

    Signs in with REGISTRATION_SUPERUSER_DATABASE_URL. Role, password and database are those of the addresses in
    REGISTRATION_OWNER_DATABASE_URL, DATABASE_URL and, for Prefect's server, PREFECT_SERVER_DATABASE_CONNECTION_URL.
    """
    made = asyncio.run(provide_all(settings()))
    print("\n".join(made) if made else "nothing to do: databases and roles are there")


@app.command
def upgrade(*, existing_platform: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Bring the schema up to date.

    Args:
        existing_platform: The database is the platform's own: check its tables and leave them as they are.
    """
    before = schema.upgrade(owner_url(settings()), existing_platform)
    print(f"migrations done: {', '.join(before.pending)}" if before.pending else "nothing to do: the schema is current")


@app.command
def rights(*, role: str = APPLICATION_ROLE, owner: str | None = None) -> None:
    """Print what lets us work beside an existing platform: SQL for the owner of its tables to read and run.

    Args:
        role: The role that gets the rights; another than the default is granted to it.
        owner: The role that will own our tables. Default: that of REGISTRATION_OWNER_DATABASE_URL.
    """
    url = settings().owner_database_url
    print(rights_script(role, owner or (Login.of(url.get_secret_value()).role if url else "registration_owner")))


@app.command
def organisation(name: str, *, organisation: Organisation = None) -> None:
    """Make the organisation whose restaurants are to be registered, if it is missing.

    Only where the platform's tables are our own: a platform that was there has its organisations.

    Args:
        name: What it is called; one that is there keeps its name.
        organisation: Its id. Default: REGISTRATION_ORGANISATION.
    """
    organisation_id = organisation or settings().organisation
    if organisation_id is None:
        raise Refused("which id has it? Say --organisation ID, or set REGISTRATION_ORGANISATION")
    made = have_organisation(owner_url(settings()), organisation_id, line_of("NAME", name))
    print(f"organisation {organisation_id}: made" if made else "nothing to do: the organisation is there")


@app.command
async def restored(*, organisation: Organisation = None) -> None:
    """Say that the database was restored from a backup, before anything works on it again.

    What is not done by its rows may have been done since the backup. Instead of being sent again it is looked for; what
    the platform does not show a person settles with `registration resolve`.

    Args:
        organisation: Whose restaurants. Default: REGISTRATION_ORGANISATION.
    """
    async with open_context(organisation) as context:
        doubted = await doubt_since_backup(context.database, context.organisation_id)
    print(f"{doubted.effects} effects of {doubted.jobs} restaurants are looked for before they are sent")


@app.command
def downgrade(to: str, *, yes: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Take back every migration after TO (`base` for all), with everything that its tables hold.

    Args:
        to: The migration to go back to.
        yes: Really drop the tables and what is in them.
    """
    if not yes:
        raise Refused("this drops tables and everything in them: say so with --yes")
    schema.downgrade(owner_url(settings()), to)
    print(f"the schema is at {to}")


@app.command
def status(*, as_json: AsJson = False) -> int:
    """Say which migrations are missing; exit code 1 if any is."""
    state = schema.check_current(owner_url(settings()))
    if as_json:
        print(json.dumps({**asdict(state), "current": state.current}))
    else:
        print(f"at: {state.revision or 'nothing yet'}")
        print(f"missing: {', '.join(state.pending) or 'nothing'}")
    return 0 if state.current else 1
