"""What people do to single jobs over the API, at both of their addresses. No Prefect server is there."""

import pytest

from registration.states import StepStatus
from registration.workflow.step_queries import advance
from registration.workflow.steps import Step
from tests.interfaces.api.calling import BATCHES, Api
from tests.interfaces.api.failing import failed_jobs
from tests.registration.at_gate import at_company_gate, at_config_gate
from tests.registration.tenant import Tenant

JOBS = "/api/registration-jobs"
BY_HAND = {
    "contact_name": "Mira Tane",
    "full_legal_name": "",
    "contact_email": "mira@saffronlane.example",
    "contact_phone": "",
    "company_name": "SAFFRON LANE LIMITED",
    "company_number": "7412503",
    "gst_number": "",
    "nzbn": "",
}


@pytest.mark.parametrize("address", [JOBS, f"{BATCHES}/jobs"])
async def test_a_failed_job_is_retried(api: Api, tenant: Tenant, address: str) -> None:
    """The answer names the batch, whose page the client asks for again; a second retry has nothing to do."""
    [one] = await failed_jobs(tenant)
    retried = await api.done(f"{address}/{one.job_id}/retry", {"reset_config": False, "why": "the platform is back"})
    assert retried["job"]["batch_job_id"] == str(one.batch_id)
    assert (retried["from_step"], retried["steps"], retried["worked_on"]) == (6, [6], False)
    assert "cloudwaitressAccount" in retried["sub_steps"]
    assert (await one.job()).steps[Step.SET_UP].status is StepStatus.PENDING
    again = await api.done(f"{address}/{one.job_id}/retry")
    assert (again["steps"], again["sub_steps"]) == (retried["steps"], retried["sub_steps"])
    other = Api(api.client, api.organisation_id, "hana@example.nz")
    assert await other.refused(f"{address}/{one.job_id}/retry") == (409, "NOTHING_TO_RETRY")
    [event] = await one.query(
        "select actor, reason, data from registration_events where job_id = :job and what = 'step 6 reopened'"
    )
    assert (event["actor"], event["reason"]) == ("mere@example.nz", "the platform is back")
    assert event["data"]["actor_id"] == "auth|mere@example.nz"


async def test_a_dry_run_says_what_a_retry_would_open(api: Api, tenant: Tenant) -> None:
    """And opens nothing."""
    [one] = await failed_jobs(tenant)
    planned = await api.done(f"{JOBS}/{one.job_id}/retry", {"dry_run": True})
    assert (planned["dry_run"], planned["steps"]) == (True, [6])
    assert (await one.job()).steps[Step.SET_UP].status is StepStatus.FAILED


async def test_completed_work_is_done_again_only_if_it_is_named(api: Api, tenant: Tenant) -> None:
    """Names are those of the table, whoever writes them."""
    [one] = await failed_jobs(tenant)
    path = f"{JOBS}/{one.job_id}/retry"
    assert await api.refused(path, {"from_step": 5}) == (409, "COMPLETED_WORK")
    assert await api.refused(path, {"sub_steps": ["paintTheDoor"]}) == (422, "REFUSED")
    assert await api.refused(path, {"from_step": 7}) == (422, "INVALID_REQUEST")
    reset = await api.done(path, {"from_step": 5, "reset_config": True})
    assert reset["steps"] == [5, 6]


async def test_one_job_is_cancelled(api: Api, tenant: Tenant) -> None:
    """In a batch that was never started it ends at once; a second cancel is no error."""
    waiting = await at_company_gate(tenant)
    cancelled = await api.done(f"{JOBS}/{waiting.job_id}/cancel", {"why": "closed down"})
    assert (cancelled["job"]["status"], cancelled["settled"], cancelled["in_flight"]) == ("cancelled", True, [])
    assert (await api.done(f"{JOBS}/{waiting.job_id}/cancel"))["settled"] is True


async def test_the_register_is_searched_again(api: Api, tenant: Tenant) -> None:
    """A field that is left out stays, an empty one is not searched by; the repetition of a lost answer is no error."""
    waiting = await at_company_gate(tenant)
    path = f"{BATCHES}/jobs/{waiting.job_id}/retry-search"
    assert await api.refused(path, {"restaurant_name": "", "street": ""}) == (422, "NOTHING_TO_SEARCH_BY")
    searched = await api.done(path, {"restaurant_name": "Saffron Lane", "city": ""}, status=202)
    assert searched["query"] == {"restaurant_name": "Saffron Lane", "street": "1 Queen Street", "city": ""}
    assert (searched["search_result"], searched["worked_on"]) == (None, False)
    assert (await waiting.job()).steps[Step.SEARCH].status is StepStatus.PENDING
    await api.done(path, {"restaurant_name": "Saffron Lane", "city": ""}, status=202)
    assert await api.refused(path, {"restaurant_name": "Another"}) == (409, "ALREADY_DECIDED")
    decisions = [one for one in await waiting.decisions() if one["accepted"]]
    assert [(one["source"], one["decided_by"]) for one in decisions] == [("api", "mere@example.nz")]


async def test_a_search_without_a_body_is_the_last_one_again(api: Api, tenant: Tenant) -> None:
    """As the original's client asks for it."""
    waiting = await at_company_gate(tenant)
    searched = await api.done(f"{JOBS}/{waiting.job_id}/retry-search", status=202)
    assert searched["query"]["street"] == "1 Queen Street"


async def test_a_company_is_entered_by_hand(api: Api, tenant: Tenant) -> None:
    """Empty texts are absent; the question as it was shown is kept with the answer."""
    waiting = await at_company_gate(tenant)
    path = f"{BATCHES}/jobs/{waiting.job_id}/skip-with-manual-entry"
    wrong = await api.post(path, BY_HAND | {"contact_name": "", "contact_email": "no address"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "INVALID_REQUEST")
    assert {one["pointer"] for one in wrong.json()["errors"]} == {"/contact_name", "/contact_email"}
    assert "no address" not in wrong.text
    entered = await api.done(path, BY_HAND)
    assert (entered["manual_entry"], entered["batch_progressed"]) == (True, True)
    assert entered["details_saved"]["company_number"] == "7412503"
    assert "nzbn" not in entered["details_saved"]
    assert (await waiting.restaurant())["company_name"] == "SAFFRON LANE LIMITED"
    [decision] = await waiting.decisions()
    assert decision["shown"]["job_id"] == str(waiting.job_id)
    await api.done(path, BY_HAND)
    assert await api.as_person("hemi@example.nz").refused(path, BY_HAND) == (409, "ALREADY_DECIDED")


async def test_a_job_that_does_not_wait_for_its_company_is_told_so(api: Api, tenant: Tenant) -> None:
    """It waits elsewhere, or has not come there."""
    waiting = await at_config_gate(tenant)
    for command, body in (("retry-search", None), ("skip-with-manual-entry", BY_HAND)):
        refused = await api.refused(f"{JOBS}/{waiting.job_id}/{command}", body)
        assert refused == (409, "STEP_NOT_ACTION_REQUIRED"), command


async def test_step_6_is_resumed_without_a_body(api: Api, tenant: Tenant) -> None:
    """From the first phase that has work left; a job at a gate has none."""
    [one] = await failed_jobs(tenant)
    resumed = await api.done(f"{BATCHES}/jobs/{one.job_id}/resume-step-6")
    assert resumed["resuming_from"] == "phase1"
    waiting = await at_config_gate(tenant)
    assert await api.refused(f"{BATCHES}/jobs/{waiting.job_id}/resume-step-6") == (409, "NOTHING_TO_RETRY")


async def test_jobs_of_others_cannot_be_told_from_none(api: Api, tenant: Tenant, other: Tenant) -> None:
    """Whatever is asked of them."""
    theirs = await at_company_gate(other)
    assert tenant.organisation_id != other.organisation_id
    commands = {"retry": None, "cancel": None, "retry-search": None, "skip-with-manual-entry": BY_HAND}
    for command, body in (commands | {"resume-step-6": None}).items():
        assert await api.refused(f"{JOBS}/{theirs.job_id}/{command}", body) == (404, "JOB_NOT_FOUND"), command
    assert await theirs.letters() == "pcappp"
    async with other.database.transaction(other.organisation_id) as transaction:
        await advance(transaction, theirs.job_id, Step.COMPANY_SELECTION, StepStatus.CANCELLED)
