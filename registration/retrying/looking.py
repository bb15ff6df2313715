"""Whether the platform still shows what a create effect made: a second one would then make a second thing."""

from datetime import datetime
from uuid import UUID

from registration.clients.platform import PlatformClient
from registration.errors import NotUnderstood, PlatformRefused, PlatformUnclear, TransientError
from registration.evidence import Verdict, look
from registration.evidence.asking import asked_for
from registration.retrying.standing import Standing
from registration.store.clock import database_now
from registration.store.effects import read_effect
from registration.store.jobs import read_set_up
from registration.store.session import Database
from registration.sub_steps import SubStepName


async def still_there(
    database: Database, organisation_id: UUID, platform: PlatformClient, job: Standing, name: SubStepName
) -> str | None:
    """What the platform shows of it, or why that cannot be told; None only if it clearly shows nothing."""
    async with database.transaction(organisation_id) as connection:
        row = await read_set_up(connection, organisation_id, job.job_id)
        effect = await read_effect(connection, organisation_id, job.job_id, name)

    async def database_clock() -> datetime:
        async with database.transaction(organisation_id) as connection:
            return await database_now(connection)

    asked = asked_for(name, row, effect.idempotency_key or "", effect.sent_at, ever_sent=True)
    try:
        found = await look(name, platform, asked, database_clock)
    except (TransientError, PlatformUnclear, PlatformRefused, NotUnderstood) as error:
        return f"the platform cannot be asked whether it is still there: {error.message}"
    return None if found.verdict is Verdict.NOT_THERE else found.reason
