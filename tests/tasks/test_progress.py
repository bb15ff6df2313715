"""Preflight right before step 6, and the columns that it writes for the platform."""

from registration.gates.rounds import Details
from registration.states import JobStatus, StepStatus
from registration.workflow.skips import StepSkip
from registration.workflow.step_queries import skip_steps
from registration.workflow.steps import Step
from tasks.job_progress import arrive, preflight
from tests.registration.tenant import Tenant
from tests.tasks.at_step_6 import AtStep6, at_step_6

ONLY_SERVICES = (
    '{"cloudwaitressAccount": false, "restaurantRegistration": false, "websiteConfig": false,'
    ' "codeGeneration": false, "createOnboardingUser": false, "uploadImages": false, "paymentConfig": false,'
    ' "menuImport": false, "syncOnboardingUser": false, "optionSets": false, "itemTags": false}'
)


async def _restaurant(kai: AtStep6, columns: str) -> tuple[object, ...]:
    [row] = await kai.query(f"select {columns} from restaurants where id = :id", id=kai.restaurant_id)
    return tuple(row.values())


async def test_the_configuration_is_written_where_the_platform_reads_it(tenant: Tenant) -> None:
    """So that every option takes effect."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await kai.change_config("{steps_enabled}", ONLY_SERVICES)
        await kai.change_config("{website,theme}", '"light"')
        await kai.change_config("{website,primary_color}", '"#123456"')
        assert await preflight(kai.job)
        assert await _restaurant(kai, "theme, primary_color, city") == ("light", "#123456", "Auckland")


async def test_columns_that_the_configuration_leaves_open_are_kept(tenant: Tenant) -> None:
    """Unreadable phone numbers and hours stay on the restaurant for a person to correct."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await kai.query(
            "update restaurants set phone = 'ask Mere', opening_hours = '[{\"day\": \"Someday\"}]' where id = :id",
            id=kai.restaurant_id,
        )
        await kai.change_config("{steps_enabled}", ONLY_SERVICES)
        await kai.change_config("{restaurant,phone}", "null")
        await kai.change_config("{restaurant,name}", "null")
        await kai.change_config("{restaurant,opening_hours}", "[]")
        assert await preflight(kai.job)
        assert await _restaurant(kai, "phone, opening_hours") == ("ask Mere", [{"day": "Someday"}])


async def test_a_missing_value_reopens_the_gate(tenant: Tenant) -> None:
    """The job does not fail; it waits with the reasons."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        async with tenant.database.transaction(tenant.organisation_id) as transaction:
            await skip_steps(transaction, kai.job.job_id, (Step.YOLO_CONFIG,), "Mere", StepSkip.LEFT_OUT)
        assert not await preflight(kai.job)
        job = (await kai.context.watch.refresh()).jobs[kai.job.job_id]
        step = job.steps[Step.YOLO_CONFIG]
        assert (job.status, step.status, step.visit) == (JobStatus.ACTION_REQUIRED, StepStatus.ACTION_REQUIRED, 2)
        [row] = await kai.query(
            "select result_data from registration_job_steps where job_id = :job and step_number = 5"
        )
        assert "the selected menu is not an active menu of this restaurant" in row["result_data"]["refused"]


async def test_arriving_before_the_search_asks_to_confirm_the_query(tenant: Tenant) -> None:
    """After the search it asks for the company."""
    async with at_step_6(tenant, "kai@example.nz") as (kai,):
        await arrive(kai.job, Step.COMPANY_SELECTION)
        step = (await kai.context.watch.refresh()).jobs[kai.job.job_id].steps[Step.COMPANY_SELECTION]
        assert (step.status, step.requested_details) == (StepStatus.ACTION_REQUIRED, Details.CONFIRM_QUERY)
