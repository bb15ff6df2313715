"""Console and REST API, `registration serve`, as a process of the stack."""

import sys
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from dev.stack.network import until_answers
from dev.stack.processes import Child, start
from registration.database.session import Database
from registration.database.sign_in_queries import Person, SignInKind, make_token

_START_LIMIT = 60.0
_LINK_SECONDS = 24 * 3600.0


async def start_api(url: str, folder: Path, environment: Mapping[str, str], port: int) -> Child:
    """Start the API and wait until it answers. Raises StackError.

    Its log lies in `folder`. The caller stops it; a start that fails or is cancelled leaves nothing behind.
    """
    command = [str(Path(sys.executable).parent / "registration"), "serve", "--port", str(port)]
    child = start("api", command, log=folder / "api.log", environment=environment, folder=folder)
    try:
        await until_answers(f"{url}/api/health", child, _START_LIMIT)
    except BaseException:
        child.kill()
        raise
    return child


async def sign_in_link(url: str, settings: Mapping[str, str], name: str) -> str:
    """A link by which `name` signs in at the console of the stack as an administrator, once, within a day."""
    database = Database(settings["DATABASE_URL"], pool_size=1)
    try:
        async with database.transaction(UUID(settings["REGISTRATION_ORGANISATION"])) as transaction:
            token = await make_token(transaction, SignInKind.LINK, Person(name, name, "admin"), _LINK_SECONDS)
    finally:
        await database.close()
    return f"{url}/sign-in#{token}"
