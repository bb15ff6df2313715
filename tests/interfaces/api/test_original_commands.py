"""What the original system's web client sends to change something, from leads to registered restaurants.

Ids of the bodies are replaced by ids of this test. No worker runs: what the flows do is done by the test.
`served/test_original_day.py` leads restaurants to their registration.
"""

from typing import Any
from uuid import UUID

from registration.companies.queries import save_search
from registration.states import StepStatus
from registration.workflow.step_queries import advance, arrive_at
from registration.workflow.steps import Step
from tests.interfaces.api.calling import BATCHES, Api
from tests.interfaces.api.failing import fail_account
from tests.interfaces.api.original import CALLS, LEAD, Client
from tests.registration.at_gate import NUMBERS, QUERY, AtGate, found_companies
from tests.registration.database.rows import add
from tests.registration.tenant import Tenant


async def _leads(tenant: Tenant, count: int) -> list[str]:
    scraping = await add(tenant.everything, "lead_scrape_jobs", tenant.organisation_id)
    columns = LEAD | {"lead_scrape_job_id": scraping, "email": "hello@saffronlane.co.nz", "phone": "09 379 1234"}
    columns |= {"ubereats_address": "12 Harbour Street, Tauranga"}
    names = (f"Saffron Lane {number}" for number in range(count))
    added = [
        await add(tenant.everything, "leads", tenant.organisation_id, restaurant_name=name, **columns) for name in names
    ]
    return list(map(str, added))


async def _search(tenant: Tenant, job: AtGate, *numbers: str) -> None:
    """What the flow of a batch does: extract, search, and wait at the company gate."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        for step in (Step.EXTRACTION, Step.SEARCH):
            await advance(transaction, job.job_id, step, StepStatus.IN_PROGRESS)
            await advance(transaction, job.job_id, step, StepStatus.COMPLETED)
        visit = (await job.job()).steps[Step.COMPANY_SELECTION].visit
        key = (transaction, job.job_id, job.restaurant_id)
        await save_search(*key, visit, QUERY, {}, found_companies(*numbers))
        await arrive_at(transaction, job.job_id, Step.COMPANY_SELECTION)


async def _read_company(tenant: Tenant, job: AtGate) -> None:
    """What the flow does with the chosen company: read its entry, and wait for the configuration."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, job.job_id, Step.COMPANY_DETAILS, StepStatus.IN_PROGRESS)
        await advance(transaction, job.job_id, Step.COMPANY_DETAILS, StepStatus.COMPLETED)
        await arrive_at(transaction, job.job_id, Step.YOLO_CONFIG)


async def test_a_days_work_of_the_original_client(api: Api, tenant: Tenant) -> None:
    """Convert leads, start, choose companies, search again, enter by hand, configure, mend sub-steps, cancel."""
    client = Client(api)
    converting = CALLS["useConvertLeadsToRestaurants"]["body"] | {"lead_ids": await _leads(tenant, 3)}
    converted = await client.call("useConvertLeadsToRestaurants", converting)
    batch_id = converted["registration_batch"]["id"]
    restaurants = [one["restaurant_id"] for one in converted["converted"]]
    await client.call("PendingLeadsTable.markExtractionsExecuted", {"restaurant_ids": restaurants}, batchId=batch_id)
    await client.call("useStartRegistrationBatch", batchId=batch_id)
    detail = await client.call("useRegistrationBatch", batchId=batch_id)
    assert detail["batch_job"]["started_at"]
    jobs = [_job(tenant, detail, one) for one in range(3)]
    await _companies(client, tenant, batch_id, jobs)
    await _configurations(client, tenant, batch_id, jobs)
    await _sub_steps(client, tenant, jobs)
    await client.call("useCancelRegistrationBatch", batchId=batch_id)
    assert await api.refused(f"{BATCHES}/{batch_id}/start") == (409, "BATCH_HAS_ENDED")


def _job(tenant: Tenant, detail: Any, position: int) -> AtGate:
    job = detail["registration_jobs"][position]
    batch_id, job_id, restaurant_id = map(UUID, (detail["batch_job"]["id"], job["id"], job["restaurant_id"]))
    return AtGate(tenant, batch_id, job_id, restaurant_id, Step.COMPANY_SELECTION)


async def _companies(client: Client, tenant: Tenant, batch_id: str, jobs: list[AtGate]) -> None:
    """One search finds nothing, so its job waits at step 2; one restaurant is entered by hand."""
    for job, numbers in zip(jobs, ((), NUMBERS, NUMBERS), strict=True):
        await _search(tenant, job, *numbers)
    detail = await client.call("useRegistrationBatch", batchId=batch_id)
    assert detail["batch_job"]["status"] == "in_progress"
    shown = detail["registration_jobs"]
    assert [job["steps"][1]["status"] for job in shown] == ["action_required", "completed", "completed"]
    await client.call("useRetryStep2Search", jobId=jobs[0].job_id)
    await client.call("useSkipWithManualEntry", jobId=jobs[1].job_id)
    selections = {str(jobs[2].job_id): {"company_number": NUMBERS[0]}}
    await client.call("useCompleteRegistrationStep.step3", {"selections": selections}, batchId=batch_id)
    shown = (await client.call("useRegistrationBatch", batchId=batch_id))["registration_jobs"]
    assert [job["steps"][2]["status"] for job in shown] == ["pending", "completed", "completed"]
    assert shown[1]["restaurant"]["company_name"] == "SAFFRON LANE LIMITED"


async def _configurations(client: Client, tenant: Tenant, batch_id: str, jobs: list[AtGate]) -> None:
    """Two forms, whole as the client sends them; ids of earlier submissions are among the ticked ones."""
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await arrive_at(transaction, jobs[1].job_id, Step.YOLO_CONFIG)
    await _read_company(tenant, jobs[2])
    [form] = CALLS["useCompleteRegistrationStep.step5"]["body"]["configurations"].values()
    configurations: dict[str, Any] = {}
    for number, job in enumerate(jobs[1:]):
        menu = await add(tenant.everything, "menus", tenant.organisation_id, restaurant_id=job.restaurant_id)
        await add(tenant.everything, "menu_items", tenant.organisation_id, menu_id=menu)
        account = form["account"] | {"email": f"hello{number}@saffronlane.co.nz", "phone": "+64 9 379 1234"}
        restaurant = form["restaurant"] | {"phone": "+64 9 379 1234"}
        onboarding = form["onboarding"] | {"userEmail": "mira@saffronlane.co.nz"}
        website = form["website"] | {"configureHeader": False}
        configurations[str(job.job_id)] = form | {
            "account": account,
            "restaurant": restaurant,
            "menu": form["menu"] | {"selectedMenuId": str(menu)},
            "website": website,
            "onboarding": onboarding,
        }
    body = {"configurations": configurations, "selectedJobIds": [str(job.job_id) for job in jobs]}
    done = await client.call("useCompleteRegistrationStep.step5", body, batchId=batch_id)
    assert (done["jobs_started"], done["blocked_jobs"]) == (2, [])


async def _sub_steps(client: Client, tenant: Tenant, jobs: list[AtGate]) -> None:
    """Step 6 of both fails; each of the client's ways to mend it is tried."""
    first, second = jobs[1:]
    for job in (first, second):
        await fail_account(tenant, job)
    await client.call("useResumeStep6", jobId=first.job_id)
    key: dict[str, Any] = {"subStepKey": "cloudwaitressAccount"}
    await client.call("useUpdateSubStepStatus", {"status": "skipped"}, jobId=second.job_id, **key)
    await client.call("useResetSubStep", jobId=second.job_id, **key)
    await fail_account(tenant, second)
    retried = await client.call("useRetryRegistrationJob", jobId=second.job_id)
    assert retried["job"]["batch_job_id"] == str(second.batch_id)


async def test_a_batch_that_no_component_of_the_client_makes(api: Api, tenant: Tenant) -> None:
    """Its hook exists, all the same."""
    body = CALLS["useCreateRegistrationBatch"]["body"]
    ids = [str((await tenant.restaurant())[0]) for _ in body["restaurant_ids"]]
    made = await Client(api).call("useCreateRegistrationBatch", body | {"restaurant_ids": ids})
    assert made["batch_job"]["name"] == body["name"]
