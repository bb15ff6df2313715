"""One batch in detail: where its restaurants stand, in the words and rules of the original's client."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from registration.companies.models import SearchOutcome, SourceOutcome, SourceState
from registration.companies.queries import save_search
from registration.states import JobStatus, StepStatus
from registration.workflow.step_queries import advance, arrive_at, note_unanswered
from registration.workflow.steps import Step
from registration.workflow.transition_queries import move_job
from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.at_gate import (
    NUMBERS,
    QUERY,
    all_at_company_gate,
    at_company_gate,
    at_config_gate,
    at_gate_after_failed_search,
)
from tests.registration.tenant import Tenant

NOTHING = SearchOutcome(
    by_name=SourceOutcome(state=SourceState.NOTHING), by_address=SourceOutcome(state=SourceState.NOTHING)
)


async def _detail(api: Api, batch_id: UUID, **query: Any) -> dict[str, Any]:
    return await api.json(f"{BATCHES}/{batch_id}", **query)


def _statuses(job: dict[str, Any]) -> list[str]:
    return [step["status"] for step in job["steps"]]


async def test_a_job_with_candidates_waits_at_step_3(api: Api, tenant: Tenant) -> None:
    """They are there with all that tells one from another; companies that several were found for say so."""
    one, two = await all_at_company_gate(tenant, {"name": "Kai"}, {"name": "Zed"})
    detail = await _detail(api, one.batch_id)
    [job, other] = detail["registration_jobs"]
    assert (job["gate"], job["status"], job["needs_person"]) == ("company-selection", "action_required", True)
    assert _statuses(job)[1:3] == ["completed", "action_required"]
    assert [found["company_number"] for found in job["company_candidates"]] == list(NUMBERS)
    first = job["company_candidates"][0]
    assert (first["match_source"], first["preselected"], first["also_found_for"]) == ("name", True, ["Zed"])
    assert first["register_url"].endswith("/1234567/detail")
    assert (other["id"], job["company_search_status"]) == (str(two.job_id), "awaiting_selection")
    assert detail["step_summary"]["step_3"] | {"total": 2, "action_required": 2} == detail["step_summary"]["step_3"]


async def _found_nothing(tenant: Tenant) -> tuple[UUID, UUID]:
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    job_id = jobs[restaurant_id]
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, job_id, Step.SEARCH, StepStatus.IN_PROGRESS)
        await advance(transaction, job_id, Step.SEARCH, StepStatus.COMPLETED)
        await save_search(transaction, job_id, restaurant_id, 1, QUERY, {}, NOTHING)
        await arrive_at(transaction, job_id, Step.COMPANY_SELECTION)
    return batch_id, job_id


async def test_a_job_whose_search_found_nothing_is_shown_at_step_2(api: Api, tenant: Tenant) -> None:
    """Gate 3 of the original's client cannot be confirmed while it holds a row without candidates."""
    batch_id, job_id = await _found_nothing(tenant)
    detail = await _detail(api, batch_id)
    [job] = detail["registration_jobs"]
    assert _statuses(job)[1:3] == ["action_required", "pending"]
    assert (job["gate"], job["company_candidates"]) == ("company-selection", [])
    assert detail["step_summary"]["step_2"]["action_required"] == 1
    assert (await api.json(f"/api/registration-jobs/{job_id}"))["job"] == job
    [at_two] = (await api.json(f"{BATCHES}/{batch_id}/steps/2"))["restaurants"]
    [at_three] = (await api.json(f"{BATCHES}/{batch_id}/steps/3"))["restaurants"]
    assert (at_two["step_status"], at_three["step_status"]) == ("action_required", "pending")
    assert at_two["question"]["in_the_way"] == "no candidates"


async def test_a_failed_search_is_shown_at_step_2_with_its_error(api: Api, tenant: Tenant) -> None:
    """Its status is no empty result, and the question says what the register did."""
    waiting = await at_gate_after_failed_search(tenant)
    [job] = (await _detail(api, waiting.batch_id))["registration_jobs"]
    assert _statuses(job)[1:3] == ["action_required", "pending"]
    assert (job["company_search_status"], job["company_candidates"]) == ("failed", [])
    assert job["steps"][1]["error_message"] == "status 503"
    [at_two] = (await api.json(f"{BATCHES}/{waiting.batch_id}/steps/2"))["restaurants"]
    assert at_two["question"]["in_the_way"].startswith("the register did not answer: status 503 (")
    [gate] = (await api.json("/api/gates"))["gates"]
    assert (gate["count"], gate["unread"]) == (1, 1)


async def test_a_job_says_for_which_service_it_waits(api: Api, tenant: Tenant) -> None:
    """Since its first request that was not answered."""
    restaurant_id, _ = await tenant.restaurant()
    batch_id, jobs = await tenant.batch(restaurant_id)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, jobs[restaurant_id], Step.SEARCH, StepStatus.IN_PROGRESS)
        await note_unanswered(transaction, jobs[restaurant_id], Step.SEARCH, attempts=0)
    [job] = (await _detail(api, batch_id))["registration_jobs"]
    assert job["outage"]["service"] == "register"
    assert job["outage"]["since"] is not None


async def test_sub_steps_are_null_until_step_6_has_begun(api: Api, tenant: Tenant) -> None:
    """Any object there makes the original's client offer Resume instead of Retry."""
    waiting = await at_config_gate(tenant)
    [job] = (await _detail(api, waiting.batch_id))["registration_jobs"]
    assert {step["sub_step_progress"] for step in job["steps"]} == {None}
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await advance(transaction, waiting.job_id, Step.YOLO_CONFIG, StepStatus.COMPLETED)
        await advance(transaction, waiting.job_id, Step.SET_UP, StepStatus.IN_PROGRESS)
    [job] = (await _detail(api, waiting.batch_id))["registration_jobs"]
    *others, last = (step["sub_step_progress"] for step in job["steps"])
    assert set(others) == {None}
    assert list(last["phases"]) == ["phase1", "phase2", "phase3", "phase4"]
    assert sum(len(phase["sub_steps"]) for phase in last["phases"].values()) == last["total_sub_steps"] == 12
    assert job["steps"][5]["duration_ms"] is None


async def test_a_job_completed_in_part_has_failed_for_the_original(api: Api, tenant: Tenant) -> None:
    """So that it offers a retry; the outcome says what it is."""
    waiting = await at_config_gate(tenant)
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        assert await move_job(transaction, waiting.job_id, JobStatus.PARTIALLY_COMPLETED)
    [job] = (await _detail(api, waiting.batch_id))["registration_jobs"]
    assert (job["status"], job["outcome"]) == ("failed", "partially_completed")


async def test_images_are_addresses_and_passwords_a_constant(api: Api, tenant: Tenant) -> None:
    """What is stored in the database itself is read where it is shown; an address of the web is given as it is."""
    big = "data:image/png;base64," + "A" * 500_000
    columns = {"website_og_image": big, "logo_url": "https://kai.example.nz/logo.png", "facebook_cover_image": ""}
    waiting = await at_company_gate(tenant, **columns)
    answer = await api.get(f"{BATCHES}/{waiting.batch_id}")
    assert len(answer.content) < 20_000
    shown = answer.json()["registration_jobs"][0]["restaurant"]
    assert shown["website_og_image"] == f"/api/restaurants/{waiting.restaurant_id}/images/website_og_image"
    assert (shown["logo_url"], shown["facebook_cover_image"]) == ("https://kai.example.nz/logo.png", None)
    assert shown["user_password_hint"] == "(made by the system)"


async def test_a_slim_answer_has_neither_restaurants_nor_candidates(api: Api, tenant: Tenant) -> None:
    """The same statuses, in a fraction of the bytes."""
    waiting = await at_company_gate(tenant)
    full, slim = await _detail(api, waiting.batch_id), await _detail(api, waiting.batch_id, fields="slim")
    assert full["step_summary"] == slim["step_summary"]
    assert slim["registration_jobs"][0]["restaurant"] is slim["registration_jobs"][0]["company_candidates"] is None


async def test_progress_counts_restaurants_that_have_ended(api: Api, tenant: Tenant) -> None:
    """And names the first step that needs a person."""
    one, _, three = await all_at_company_gate(tenant, {}, {}, {})
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        await move_job(transaction, one.job_id, JobStatus.COMPLETED)
        await move_job(transaction, three.job_id, JobStatus.SKIPPED)
    progress = await api.json(f"{BATCHES}/{one.batch_id}/progress")
    assert (progress["status"], progress["progress_percent"], progress["step_requiring_action"]) == (
        "in_progress",
        66,
        3,
    )
    summary = {"total": 3, "completed": 1, "in_progress": 1, "failed": 0, "pending": 0, "skipped": 1, "cancelled": 0}
    assert progress["restaurants_summary"] == summary


async def test_a_change_of_anything_moves_updated_at(api: Api, tenant: Tenant) -> None:
    """Of a sub-step too."""
    waiting = await at_config_gate(tenant)
    before = (await _detail(api, waiting.batch_id))["batch_job"]["updated_at"]
    async with tenant.database.transaction(tenant.organisation_id) as transaction:
        touch = text("update registration_sub_steps set updated_at = clock_timestamp() where job_id = :job")
        await transaction.execute(touch, {"job": waiting.job_id})
    assert (await _detail(api, waiting.batch_id))["batch_job"]["updated_at"] > before


async def test_a_job_tells_its_history_where_that_is_asked_for(api: Api, tenant: Tenant) -> None:
    """Under both of its paths."""
    waiting = await at_company_gate(tenant)
    assert (await api.json(f"/api/registration-jobs/{waiting.job_id}"))["story"] is None
    story = (await api.json(f"{BATCHES}/jobs/{waiting.job_id}", story="true"))["story"]
    assert [search["candidates"] for search in story["searches"]] == [2]
    assert {event["what"] for event in story["events"]} >= {"step 2", "step 3"}
