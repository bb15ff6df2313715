"""`registration db`: the database's schema, as the owner of the tables (REGISTRATION_OWNER_DATABASE_URL)."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from interfaces.cli.session import AsJson, Organisation, open_context, single_line
from registration.companies.evidence_files import take_over_files
from registration.database import schema
from registration.database.alembic_config import owner_url
from registration.database.provisioning import Login, provide_all
from registration.database.rights_script import rights_script
from registration.database.schema import ensure_organisation
from registration.database.session import APPLICATION_ROLE
from registration.errors import Refused
from registration.operations.restoring import doubt_since_backup
from registration.settings import settings

app = App("db")


@app.command
def provide() -> None:
    """Create the missing databases and roles, and set the passwords of the roles.

    The command signs in with REGISTRATION_SUPERUSER_DATABASE_URL. It takes role, password and database from the
    addresses in REGISTRATION_OWNER_DATABASE_URL, DATABASE_URL and, for Prefect's server,
    PREFECT_SERVER_DATABASE_CONNECTION_URL.
    """
    created = asyncio.run(provide_all(settings()))
    print("\n".join(created) if created else "nothing to do: databases and roles are there")


@app.command
def upgrade(*, existing_platform: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Bring the schema up to date.

    Args:
        existing_platform: The database is the platform's own: check the platform's tables and do not change them.
    """
    before = schema.upgrade(owner_url(settings()), existing_platform)
    print(f"migrations done: {', '.join(before.pending)}" if before.pending else "nothing to do: the schema is current")


@app.command
def rights(*, role: str = APPLICATION_ROLE, owner: str | None = None) -> None:
    """Print the SQL by which the owner of an existing platform's tables grants our roles the rights that they need.

    Args:
        role: The role that gets the rights. A role other than the default is also granted to the default role.
        owner: The role that will own our tables. Default: the role in REGISTRATION_OWNER_DATABASE_URL.
    """
    url = settings().owner_database_url
    print(rights_script(role, owner or (Login.of(url.get_secret_value()).role if url else "registration_owner")))


@app.command
def organisation(name: str, *, organisation: Organisation = None) -> None:
    """Create the organisation whose restaurants are to be registered, if it is missing.

    Only for an installation with its own copy of the platform's tables: an existing platform has its organisations.

    Args:
        name: The name of a new organisation; an existing one keeps its name.
        organisation: The organisation's id. Default: REGISTRATION_ORGANISATION.
    """
    organisation_id = organisation or settings().organisation
    if organisation_id is None:
        raise Refused("which id has it? Say --organisation ID, or set REGISTRATION_ORGANISATION")
    created = ensure_organisation(owner_url(settings()), organisation_id, single_line("NAME", name))
    print(f"organisation {organisation_id}: made" if created else "nothing to do: the organisation is there")


@app.command
async def restored(*, organisation: Organisation = None) -> None:
    """Declare that the database was restored from a backup; run this before the workers start again.

    An effect that is not completed in the backup may have been completed after the backup was made. The platform is
    therefore probed before such an effect is sent; if the platform shows nothing, a person decides with
    `registration resolve`.

    Args:
        organisation: The organisation of the restaurants. Default: REGISTRATION_ORGANISATION.
    """
    async with open_context(organisation) as context:
        doubtful = await doubt_since_backup(context.database, context.organisation_id)
    print(f"{doubtful.effects} effects of {doubtful.jobs} restaurants are probed before they are sent")


@app.command(name="import-evidence")
async def import_evidence(folder: Path, *, organisation: Organisation = None) -> None:
    """Put the register pages that older versions kept as files into the database, from a folder of this machine.

    Run it once on each machine whose workers had such a folder, for each organisation; the files stay, and can be
    deleted afterwards. A file that no restaurant of the organisation names is not imported. What is older than
    REGISTRATION_EVIDENCE_DAYS is deleted again within a minute.

    Args:
        folder: The former REGISTRATION_EVIDENCE_FOLDER.
        organisation: The organisation of the restaurants. Default: REGISTRATION_ORGANISATION.
    """
    if not folder.is_dir():
        raise Refused(f"{folder} is no folder")
    async with open_context(organisation) as context:
        done = await take_over_files(context.database, context.organisation_id, folder)
    print(f"pages that are in the database now: {len(done.taken)}")
    print(f"pages that restaurants name and this folder does not have: {len(done.missing)}")


@app.command
def downgrade(to: str, *, yes: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Revert every migration after TO (`base` for all), and delete the rows of the dropped tables.

    Args:
        to: The migration to go back to.
        yes: Confirm that the tables and their rows are dropped.
    """
    if not yes:
        raise Refused("this drops tables and everything in them: say so with --yes")
    schema.downgrade(owner_url(settings()), to)
    print(f"the schema is at {to}")


@app.command
def status(*, as_json: AsJson = False) -> int:
    """List the missing migrations; exit code 1 if any is missing."""
    state = schema.check_current(owner_url(settings()))
    if as_json:
        print(json.dumps({**asdict(state), "current": state.current}))
    else:
        print(f"at: {state.revision or 'nothing yet'}")
        print(f"missing: {', '.join(state.pending) or 'nothing'}")
    return 0 if state.current else 1
