"""A person resolves an unknown effect, once more after a lost reply, and a registration with the platform's id."""

import pytest

from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import RestaurantOutputs
from registration.effects.queries import reopen_effects
from registration.errors import Refused
from registration.operations.job_state import JobState
from registration.operations.resolve import Resolution, Resolved, resolve
from registration.states import Assurance, SubStepStatus
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution, move_sub_step
from tests.registration.operations.ended_jobs import MERE, NOTHING_SHOWN, EndedJob, ended_job
from tests.registration.tenant import Tenant

N = SubStepName
THERE, AGAIN = Resolution.IT_IS_THERE, Resolution.DO_IT_AGAIN
REGISTERED = Observation(
    Presence.PRESENT,
    "its row has the id",
    outputs=RestaurantOutputs(
        pumpd_restaurant_id="RES7", pumpd_subdomain="kai", dashboard_url=None, registration_status="completed"
    ),
    known=Assurance.PROVEN,
)


async def _unknown(tenant: Tenant, name: SubStepName = N.MENU_IMPORT) -> EndedJob:
    """A job whose effect only a person can resolve."""
    job = await ended_job(tenant, name)
    await job.query("update registration_jobs set status = 'action_required' where id = :job returning id")
    await job.query(
        "update registration_job_steps set status = 'in_progress' where job_id = :job and step_number = 6 returning id"
    )
    await _is_unknown_again(job, name)
    return job


async def _is_unknown_again(job: EndedJob, name: SubStepName = N.MENU_IMPORT) -> None:
    await job.query(
        "update registration_sub_steps set status = 'unknown', needs_person = true, sent_at = clock_timestamp()"
        " where job_id = :job and name = :name returning id",
        name=name,
    )


async def _resolve(
    job: EndedJob,
    resolution: Resolution,
    person: Attribution = MERE,
    name: SubStepName = N.MENU_IMPORT,
    shown: Observation | None = None,
    given: str | None = None,
) -> Resolved:
    async def asked(_job: JobState, _name: SubStepName) -> Observation:
        return shown or NOTHING_SHOWN

    key = (job.tenant.database, job.tenant.organisation_id, job.job_id, name, resolution, person)
    return await resolve(*key, asked, pumpd_restaurant_id=given)


async def _code(job: EndedJob, resolution: Resolution, person: Attribution = MERE) -> str:
    with pytest.raises(Refused) as refused:
        await _resolve(job, resolution, person)
    return refused.value.code


@pytest.mark.parametrize("resolution, status", [(THERE, "completed"), (AGAIN, "pending")])
async def test_the_same_answer_again_changes_nothing(tenant: Tenant, resolution: Resolution, status: str) -> None:
    """The reply may have been lost. Another answer, another reason and another person are refused."""
    job = await _unknown(tenant)
    for _ in range(2):
        assert (await _resolve(job, resolution)).status == status
    events = await job.query("select 1 as one from registration_events where job_id = :job and from_status = 'unknown'")
    assert len(events) == 1
    other = THERE if resolution is AGAIN else AGAIN
    assert await _code(job, other) == "EFFECT_NOT_UNKNOWN"
    assert await _code(job, resolution, Attribution("Hemi", MERE.reason)) == "EFFECT_NOT_UNKNOWN"
    assert await _code(job, resolution, Attribution(MERE.actor, "on second thoughts")) == "EFFECT_NOT_UNKNOWN"


async def test_the_answer_may_be_said_again_while_its_consequences_run(tenant: Tenant) -> None:
    """What a process has done because of it is nothing newer."""
    job = await _unknown(tenant)
    await _resolve(job, AGAIN)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for to in (SubStepStatus.IN_PROGRESS, SubStepStatus.COMPLETED):
            assert await move_sub_step(transaction, job.job_id, N.MENU_IMPORT, to)
    assert (await _resolve(job, AGAIN)).status == "completed"


async def test_an_answer_to_an_earlier_question_is_refused(tenant: Tenant) -> None:
    """After a retry, and when the outcome is unknown once more and still probed."""
    job = await _unknown(tenant)
    await _resolve(job, THERE)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await reopen_effects(transaction, job.job_id, [N.MENU_IMPORT])
    assert await _code(job, THERE) == "EFFECT_NOT_UNKNOWN"
    two = await _unknown(tenant)
    await _resolve(two, AGAIN)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for to in (SubStepStatus.IN_PROGRESS, SubStepStatus.UNKNOWN):
            assert await move_sub_step(transaction, two.job_id, N.MENU_IMPORT, to)
    assert await _code(two, AGAIN) == "EFFECT_NOT_SETTLED"
    await _is_unknown_again(two)
    assert (await _resolve(two, AGAIN)).status == "pending"


async def test_a_registration_that_is_there_needs_the_platforms_id(tenant: Tenant) -> None:
    """The later sub-steps work on that restaurant; the person gives the id where the platform shows none."""
    job = await _unknown(tenant, N.RESTAURANT_REGISTRATION)
    for given, code in ((None, "RESTAURANT_ID_MISSING"), ("7", "RESTAURANT_ID_INVALID")):
        with pytest.raises(Refused) as refused:
            await _resolve(job, THERE, name=N.RESTAURANT_REGISTRATION, given=given)
        assert refused.value.code == code
    assert (await job.row(N.RESTAURANT_REGISTRATION))["status"] == "unknown"
    await _resolve(job, THERE, name=N.RESTAURANT_REGISTRATION, given="RES9")
    row = await job.row(N.RESTAURANT_REGISTRATION)
    assert (row["outputs"]["pumpd_restaurant_id"], row["known"]) == ("RES9", Assurance.PERSON)


async def test_the_id_is_taken_from_the_platform(tenant: Tenant) -> None:
    """What the platform shows is proven, and another id is refused."""
    job = await _unknown(tenant, N.RESTAURANT_REGISTRATION)
    with pytest.raises(Refused, match="RES7 on the platform, not RES8"):
        await _resolve(job, THERE, name=N.RESTAURANT_REGISTRATION, shown=REGISTERED, given="RES8")
    await _resolve(job, THERE, name=N.RESTAURANT_REGISTRATION, shown=REGISTERED)
    row = await job.row(N.RESTAURANT_REGISTRATION)
    assert (row["outputs"]["pumpd_restaurant_id"], row["known"]) == ("RES7", Assurance.PROVEN)
    assert row["evidence"]["said_by"] == "Mere"


async def test_a_registration_that_is_not_there_needs_no_id(tenant: Tenant) -> None:
    """Its request is sent once more."""
    job = await _unknown(tenant, N.RESTAURANT_REGISTRATION)
    assert (await _resolve(job, AGAIN, name=N.RESTAURANT_REGISTRATION)).status == "pending"
