"""Effects after the database was restored: what may have been done since the backup is never sent again by itself."""

import pytest

from registration.effects.queries import reopen_effects
from registration.errors import EffectFailed, EffectUndecided, Refused
from registration.operations.resolve import Resolution, resolve
from registration.operations.restoring import doubt_since_backup
from registration.operations.restoring_queries import doubt_what_is_not_done
from registration.states import SubStepStatus
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution
from tests.registration.job_process import JobProcess
from tests.waiting import eventually

N = SubStepName
MERE = Attribution("Mere", "she looked")


async def restored(work: JobProcess) -> None:
    """The database was taken back to where nothing of step 6 was done."""
    async with work.database.transaction(work.organisation_id) as transaction:
        doubted = await doubt_what_is_not_done(transaction)
    assert (doubted.effects, doubted.jobs) == (8, 1)


@pytest.mark.parametrize(
    "name, endpoint", [(N.MENU_IMPORT, "import-menu-direct"), (N.SERVICES_CONFIG, "configure-services")]
)
async def test_a_person_decides_what_the_platform_does_not_show(work: JobProcess, name: str, endpoint: str) -> None:
    """The platform's tables were taken back too. Once a person has looked, the request is sent."""
    effect = work.menu_import() if name == N.MENU_IMPORT else work.services()
    await restored(work)
    with pytest.raises(EffectUndecided, match="after the backup from which the database was restored"):
        await work.ledger.perform(work.job_id, effect)
    row = await work.row(name)
    assert (row.status, row.needs_person, await work.calls(endpoint)) == (SubStepStatus.UNKNOWN, True, [])
    await resolve(work.database, work.organisation_id, work.job_id, name, Resolution.DO_IT_AGAIN, MERE)
    await work.ledger.perform(work.job_id, effect)
    assert await work.done(endpoint) == 1


async def test_what_a_person_sees_on_the_platform_is_not_sent(work: JobProcess) -> None:
    """The effect counts as completed."""
    await restored(work)
    with pytest.raises(EffectUndecided):
        await work.ledger.perform(work.job_id, work.menu_import())
    await resolve(work.database, work.organisation_id, work.job_id, N.MENU_IMPORT, Resolution.IT_IS_THERE, MERE)
    assert (await work.row()).status is SubStepStatus.COMPLETED
    assert await work.calls() == []


async def test_what_the_platform_shows_needs_no_person(work: JobProcess) -> None:
    """Only our tables were taken back: the platform's record of a success is from after the backup."""
    await work.platform.send(work.services().request, 10)

    async def recorded() -> bool:
        query = "select from usage_events where organisation_id = :organisation and event_type like '%service%'"
        return bool(await work.query(query, organisation=work.organisation_id))

    await eventually(recorded, "the platform's record")
    await restored(work)
    await work.ledger.perform(work.job_id, work.services())
    assert (await work.row(N.SERVICES_CONFIG)).status is SubStepStatus.COMPLETED
    assert await work.done("configure-services") == 1


async def test_what_only_sets_something_is_set_again(work: JobProcess) -> None:
    """A set effect needs no person."""
    await restored(work)
    await work.ledger.perform(work.job_id, work.code())
    assert await work.done("generate-code-injections") == 1


async def test_a_retry_does_not_forget_that_the_database_was_restored(work: JobProcess) -> None:
    """What had failed before the backup may have been retried after it."""
    effect = work.services()
    await work.misbehave("configure-services", "refused", message="no hours")
    with pytest.raises(EffectFailed, match="no hours"):
        await work.ledger.perform(work.job_id, effect)
    await restored(work)
    async with work.database.transaction(work.organisation_id) as transaction:
        await reopen_effects(transaction, work.job_id, [N.SERVICES_CONFIG])
    with pytest.raises(EffectUndecided, match="restored"):
        await work.ledger.perform(work.job_id, effect)
    assert await work.done("configure-services") == 0


async def test_it_is_not_said_while_something_works(work: JobProcess) -> None:
    """A process that is about to send would not see it."""
    with pytest.raises(Refused, match="a process works on a batch"):
        await doubt_since_backup(work.database, work.organisation_id)
    await work.lease.release()
    doubted = await doubt_since_backup(work.database, work.organisation_id)
    assert (doubted.effects, doubted.jobs) == (8, 1)
