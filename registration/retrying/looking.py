"""Whether the platform still shows what a create effect made: a second one would then make a second thing."""

from uuid import UUID

from registration.errors import NotUnderstood, PlatformRefused, PlatformUnclear, TransientError
from registration.evidence import Verdict, Witness
from registration.evidence.asking import Sendings, asked_for
from registration.known import RECORDS
from registration.retrying.standing import Standing
from registration.states import Known
from registration.store.effects import read_effect
from registration.store.jobs import read_set_up
from registration.store.session import Database
from registration.sub_steps import SubStepName


async def still_there(
    database: Database, organisation_id: UUID, witness: Witness, job: Standing, name: SubStepName
) -> str | None:
    """What the platform shows of it, or why that cannot be told; None only if it clearly shows nothing, or can never.

    Whoever names what the platform can only report has looked at it.
    """
    async with database.transaction(organisation_id) as connection:
        row = await read_set_up(connection, organisation_id, job.job_id)
        effect = await read_effect(connection, organisation_id, job.job_id, name)

    if RECORDS[name].best(witness.way) is not Known.PROVEN:
        return None  # what is recorded there of a success stays, whatever became of the thing since
    sent = Sendings(effect.sent_at, effect.sent_before, ever_sent=False)
    try:
        found = await witness.look(name, asked_for(name, row, sent))
    except (TransientError, PlatformUnclear, PlatformRefused, NotUnderstood) as error:
        return f"the platform cannot be asked whether it is still there: {error.message}"
    return None if found.verdict is Verdict.NOT_THERE else found.reason
