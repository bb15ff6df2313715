"""A failed or skipped sub-step that a person did by hand, or does not need."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from registration.accounts.queries import store_password
from registration.effects.evidence import Observation, Presence
from registration.effects.outputs import RestaurantOutputs
from registration.errors import Refused
from registration.operations.by_hand import finish_by_hand
from registration.operations.job_state import JobState
from registration.states import Assurance
from registration.workflow.sub_steps import SubStepName
from registration.workflow.transition_queries import Attribution
from tests.locks import holding_lock, wait_for_lock_waiters
from tests.registration.operations.ended_jobs import NOTHING_SHOWN, EndedJob, ended_job
from tests.registration.tenant import Tenant

N = SubStepName
REGISTERED = RestaurantOutputs(
    pumpd_restaurant_id="RES7", pumpd_subdomain="kai", dashboard_url=None, registration_status="completed"
)


async def _refused(job: EndedJob, name: SubStepName, **fields: Any) -> str:
    before = await job.statuses()
    with pytest.raises(Refused) as refused:
        await job.finish(name, **fields)
    assert await job.statuses() == before
    assert refused.value.hint
    return refused.value.code


async def test_what_was_skipped_because_of_it_goes_on(tenant: Tenant) -> None:
    """The person is the evidence and the actor of the event; step 6 and the job are open again."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    assert (await job.job())["outcome"] == "failed"
    stated = await job.finish(N.MENU_IMPORT)
    assert (stated.status, stated.known, stated.opened) == ("completed", "by a person", (N.OPTION_SETS, N.ITEM_TAGS))
    assert stated.platform_shows == "the platform has no such thing"
    row = await job.row(N.MENU_IMPORT)
    assert (row["known"], row["error_message"]) == (Assurance.PERSON, None)
    assert row["evidence"] == {"said_by": "Mere", "why": "made it in the dashboard"}
    assert await job.statuses() == {"optionSets": "pending", "itemTags": "pending"}
    now = await job.job()
    assert (now["status"], now["step"], now["step_error"], now["outcome"]) == ("in_progress", "pending", None, None)
    [event] = await job.query("select * from registration_events where what = 'menuImport' and actor = 'Mere'")
    assert (event["from_status"], event["to_status"]) == ("failed", "completed")
    assert event["reason"] == "done by hand: made it in the dashboard"


async def test_a_statement_without_dependants_ends_the_job_anew(tenant: Tenant) -> None:
    """The outcome of job and batch follows; with a second failure the job keeps that one."""
    job = await ended_job(tenant, N.PAYMENT_CONFIG, N.SERVICES_CONFIG)
    assert (await job.job())["status"] == "partially_completed"
    stated = await job.finish(N.PAYMENT_CONFIG)
    assert (stated.opened, stated.job_status) == ((), "partially_completed")
    assert (await job.job())["error_message"] == "Pumpd Account Setup: servicesConfig: the platform said no"
    stated = await job.skip(N.SERVICES_CONFIG)
    assert stated.job_status == "completed"
    now = await job.job()
    assert (now["step"], now["error_message"] or None, now["outcome"]) == ("completed", None, "completed")


async def test_a_skip_takes_along_what_needs_it(tenant: Tenant) -> None:
    """With the person in the reason; a retry of what it needs leaves it skipped."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    stated = await job.skip(N.MENU_IMPORT)
    assert (stated.status, stated.known, stated.job_status) == ("skipped", None, "completed")
    row = await job.row(N.MENU_IMPORT)
    assert row["skip_reason"] == "skipped by Mere: made it in the dashboard"
    assert row["evidence"] == {"said_by": "Mere", "why": "made it in the dashboard"}
    assert (await job.row(N.OPTION_SETS))["skip_reason"] == "menuImport skipped"


async def test_a_dependant_of_another_failure_stays_skipped(tenant: Tenant) -> None:
    """The website needs the generated code, too."""
    job = await ended_job(tenant, N.CODE_GENERATION, N.RESTAURANT_REGISTRATION)
    stated = await job.finish(N.RESTAURANT_REGISTRATION, restaurant_id="RES-1")
    assert N.WEBSITE_CONFIG not in stated.opened
    assert set(stated.opened) >= {N.SERVICES_CONFIG, N.MENU_IMPORT, N.OPTION_SETS}
    assert (await job.row(N.WEBSITE_CONFIG))["skip_reason"] == "codeGeneration failed"


async def test_the_registration_needs_the_platforms_id(tenant: Tenant) -> None:
    """Given by the person, or shown by the platform; not that of another restaurant."""
    job = await ended_job(tenant, N.RESTAURANT_REGISTRATION)
    name = N.RESTAURANT_REGISTRATION
    shown = Observation(Presence.PRESENT, "registered as RES7", REGISTERED, {"id": "RES7"}, Assurance.PROVEN)
    assert await _refused(job, name) == "RESTAURANT_ID_MISSING"
    assert await _refused(job, name, restaurant_id="1234; drop") == "RESTAURANT_ID_INVALID"
    assert await _refused(job, name, restaurant_id="RES8", shown=shown) == "RESTAURANT_ID_DIFFERS"
    assert await _refused(job, N.PAYMENT_CONFIG, restaurant_id="RES8") == "RESTAURANT_ID_UNUSED"
    stated = await job.finish(name, shown=shown)
    row = await job.row(name)
    assert (stated.known, row["outputs"]["pumpd_subdomain"]) == (Assurance.PROVEN, "kai")
    assert row["evidence"] == {"said_by": "Mere", "why": "made it in the dashboard", "id": "RES7"}

    another = await ended_job(tenant, N.RESTAURANT_REGISTRATION)
    assert await _refused(another, name, restaurant_id="RES7") == "RESTAURANT_ID_TAKEN"
    await another.finish(name, restaurant_id="RES8")
    assert (await another.row(name))["outputs"]["pumpd_restaurant_id"] == "RES8"


async def test_the_account_needs_a_stored_password(tenant: Tenant) -> None:
    """A password that only a failed request had is none."""
    job = await ended_job(tenant, N.CLOUDWAITRESS_ACCOUNT)
    assert await _refused(job, N.CLOUDWAITRESS_ACCOUNT) == "PASSWORD_NOT_STORED"
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await store_password(transaction, job.email, "gAAAAA")
    stated = await job.finish(N.CLOUDWAITRESS_ACCOUNT)
    assert N.RESTAURANT_REGISTRATION in stated.opened
    assert (await job.row(N.CLOUDWAITRESS_ACCOUNT))["outputs"]["email"] == job.email


async def test_other_statuses_are_refused(tenant: Tenant) -> None:
    """Completed, pending, unknown; a cancelled job; no reason; another organisation's job."""
    job = await ended_job(tenant, N.MENU_IMPORT)
    assert await _refused(job, N.CODE_GENERATION) == "INVALID_STATUS"
    assert await _refused(job, N.MENU_IMPORT, attribution=Attribution("Mere")) == "REASON_MISSING"
    change = "update registration_sub_steps set status = :status where job_id = :job and name = 'menuImport'"
    for status in ("unknown", "cancelled"):
        await job.query(change, status=status)
        assert await _refused(job, N.MENU_IMPORT) in ("INVALID_STATUS", "REFUSED")
    await job.query(change, status="failed")
    await job.query("update registration_jobs set status = 'cancelled' where id = :job")
    assert await _refused(job, N.MENU_IMPORT) == "INVALID_STATUS"


async def test_the_same_statement_again_changes_nothing(tenant: Tenant) -> None:
    """Another person's, or another reason, is refused: the work is completed."""
    job = await ended_job(tenant, N.PAYMENT_CONFIG)
    first = await job.finish(N.PAYMENT_CONFIG)
    events = len(await job.query("select 1 from registration_events where job_id = :job"))
    again = await job.finish(N.PAYMENT_CONFIG)
    assert (again.status, again.known, again.job_status) == (first.status, first.known, first.job_status)
    assert len(await job.query("select 1 from registration_events where job_id = :job")) == events
    assert await _refused(job, N.PAYMENT_CONFIG, attribution=Attribution("Tevita", "I did")) == "INVALID_STATUS"


async def test_what_was_read_before_the_platform_was_asked_does_not_decide(tenant: Tenant) -> None:
    """While it is asked, another person finishes the sub-step: the second statement is refused."""
    job = await ended_job(tenant, N.PAYMENT_CONFIG)

    async def meanwhile(_job: JobState, name: SubStepName) -> Observation:
        await job.finish(name)
        return NOTHING_SHOWN

    key = (tenant.database, tenant.organisation_id, job.job_id, N.PAYMENT_CONFIG, Attribution("Tevita", "I did"))
    with pytest.raises(Refused, match="is completed"):
        await finish_by_hand(*key, meanwhile)
    assert (await job.row(N.PAYMENT_CONFIG))["evidence"]["said_by"] == "Mere"


async def test_a_statement_waits_for_a_process_and_decides_on_what_it_wrote(tenant: Tenant) -> None:
    """A retry that holds the lease reopens the sub-step: nothing is completed by hand then."""
    job = await ended_job(tenant, N.PAYMENT_CONFIG)
    holding = "select from registration_leases where batch_job_id = :batch for update"
    async with holding_lock(tenant.everything, holding, batch=job.batch_id) as holder:
        saying = asyncio.create_task(job.skip(N.PAYMENT_CONFIG))
        await wait_for_lock_waiters(tenant.everything, query="%registration_leases%")
        reopened = "update registration_sub_steps set status = 'pending' where job_id = :job and name = 'paymentConfig'"
        await holder.execute(text(reopened), {"job": job.job_id})
    with pytest.raises(Refused, match="is pending"):
        await saying
