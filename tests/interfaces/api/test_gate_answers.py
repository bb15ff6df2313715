"""Answers at the company gate over the API, and answers in the general form. No Prefect server is there."""

from uuid import uuid4

from registration.states import StepStatus
from registration.workflow.steps import Step
from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.at_gate import NUMBERS, AtGate, all_at_company_gate, all_at_config_gate, at_config_gate
from tests.registration.tenant import Tenant


def _complete(one: AtGate) -> str:
    return f"{BATCHES}/{one.batch_id}/steps/3/complete"


async def test_companies_are_chosen_job_by_job(api: Api, tenant: Tenant) -> None:
    """As the original's client chooses them; null is none of the candidates; a wrong number stops no other answer."""
    first, second, third = await all_at_company_gate(tenant, {}, {}, {})
    numbers = {first: NUMBERS[0], second: None, third: "999"}
    selections = {str(one.job_id): {"company_number": number} for one, number in numbers.items()}
    done = await api.done(_complete(first), {"selections": selections})
    assert (done["updated"], done["failed"], done["next_step"], done["auto_processing"]) == (2, 1, 4, False)
    [blocked] = done["blocked_jobs"]
    assert blocked["job_id"] == str(third.job_id)
    codes = {one["job_id"]: (one["accepted"], one["code"]) for one in done["results"]}
    assert codes[str(third.job_id)] == (False, "NOT_A_CANDIDATE")
    assert (await first.restaurant())["company_number"] is None
    [decision] = await first.decisions()
    assert (decision["source"], decision["answer"]["company_number"]) == ("api", NUMBERS[0])
    assert decision["shown"]["visit"] == 1
    assert (await third.job()).steps[Step.COMPANY_SELECTION].status is StepStatus.ACTION_REQUIRED


async def test_the_same_answers_again_are_accepted(api: Api, tenant: Tenant) -> None:
    """Rows that somebody else answered meanwhile do not hinder the others; alone they are a conflict."""
    first, second = await all_at_company_gate(tenant, {}, {})
    path = _complete(first)
    one, two = str(first.job_id), str(second.job_id)
    chosen = {one: {"company_number": NUMBERS[0]}}
    for _ in range(2):
        assert (await api.done(path, {"selections": chosen}))["updated"] == 1
    hemi = api.as_person("hemi@example.nz")
    mixed = await hemi.done(path, {"selections": {one: {"company_number": NUMBERS[1]}, two: {"company_number": None}}})
    assert (mixed["updated"], mixed["blocked_jobs"][0]["job_id"]) == (1, one)
    assert await hemi.refused(path, {"selections": chosen}) == (409, "ALREADY_DECIDED")
    stale = {two: {"company_number": NUMBERS[0], "visit": 7}}
    assert await api.refused(path, {"selections": stale}) == (409, "STEP_NOT_ACTION_REQUIRED")


async def test_the_other_answers_of_the_gate(api: Api, tenant: Tenant) -> None:
    """Search again, by hand, leave out: each by name."""
    first, second, third = await all_at_company_gate(tenant, {}, {}, {})
    selections = {
        str(first.job_id): {"search_again": {"name": "Saffron", "street": "", "city": ""}},
        str(second.job_id): {"by_hand": {"contact_name": "Mere"}},
        str(third.job_id): {"leave_out": True},
    }
    assert (await api.done(_complete(first), {"selections": selections}))["updated"] == 3
    assert (await first.job()).steps[Step.SEARCH].status is StepStatus.PENDING
    assert (await second.restaurant())["contact_name"] == "Mere"
    assert (await third.job()).status == "skipped"


async def test_answers_for_jobs_of_no_batch_write_nothing(api: Api, tenant: Tenant) -> None:
    """They are named; a job that has not come to the gate is no reason to refuse the others."""
    [first] = await all_at_company_gate(tenant, {})
    unknown = str(uuid4())
    choice = {"company_number": NUMBERS[0]}
    answer = await api.post(_complete(first), {"selections": {str(first.job_id): choice, unknown: choice}})
    assert (answer.status_code, answer.json()["code"]) == (422, "MISSING_SELECTIONS")
    assert [one["pointer"] for one in answer.json()["errors"]] == [f"/selections/{unknown}"]
    assert await first.decisions() == []
    later = await at_config_gate(tenant)
    refused = await api.refused(_complete(later), {"selections": {str(later.job_id): choice}})
    assert refused == (409, "STEP_NOT_ACTION_REQUIRED")


async def test_candidates_and_their_selection_by_restaurant(api: Api, tenant: Tenant, other: Tenant) -> None:
    """Of this batch: a restaurant of another one is not found."""
    first, second = await all_at_company_gate(tenant, {}, {})
    path = f"{BATCHES}/{first.batch_id}/candidates"
    found = await api.json(path)
    assert found["summary"] == {"total": 2, "awaiting_selection": 2, "selected": 0, "no_match": 0}
    assert [one["company_number"] for one in found["candidates"][0]["candidates"]] == list(NUMBERS)
    await api.done(f"{path}/{first.restaurant_id}/select", {"company_number": NUMBERS[0]})
    await api.done(f"{path}/{second.restaurant_id}/select", {})
    assert (await api.json(path))["summary"] == {"total": 2, "awaiting_selection": 0, "selected": 1, "no_match": 1}
    elsewhere = (await tenant.restaurant())[0]
    assert await api.refused(f"{path}/{elsewhere}/select", {}) == (404, "RESTAURANT_NOT_FOUND")
    stranger = api.as_organisation(other.organisation_id)
    for command, body in ((f"candidates/{first.restaurant_id}/select", {}), ("steps/3/complete", {"selections": {}})):
        assert await stranger.refused(f"{BATCHES}/{first.batch_id}/{command}", body) == (404, "BATCH_NOT_FOUND")


async def test_answers_in_the_general_form(api: Api, tenant: Tenant) -> None:
    """A JSON list, or the CSV of an export; rows that cannot be read are named, the others are taken."""
    first, second = await all_at_company_gate(tenant, {"name": "Saffron"}, {"name": "Harbour"})
    path = f"{BATCHES}/{first.batch_id}/answers"
    items = [
        {"job": str(first.job_id), "answer": {"kind": "company", "company_number": NUMBERS[0]}},
        {"restaurant": "Nobody", "answer": {"kind": "no_match"}},
    ]
    taken = await api.done(path, items)
    assert (taken["updated"], [one["location"] for one in taken["problems"]]) == (1, ["item 2"])
    sheet = "restaurant,answer\nHarbour,no_match\n"
    headers = api.headers | {"Content-Type": "text/csv"}
    answer = await api.client.post(path, content=sheet, headers=headers)
    assert answer.json()["updated"] == 1, answer.text
    assert {one["source"] for one in await second.decisions()} == {"api"}
    assert await api.refused(path, [{"restaurant": "Nobody", "answer": {"kind": "no_match"}}]) == (422, "BAD_FILE")
    assert await api.refused(path, {"no": "list"}) == (422, "BAD_FILE")
    other_kind = await api.client.post(path, content="x", headers=api.headers | {"Content-Type": "text/plain"})
    assert other_kind.status_code == 415


async def test_a_proposal_that_has_changed_is_not_accepted_as_it_was(api: Api, tenant: Tenant) -> None:
    """In the general form the proposal that was shown goes with the answer."""
    [one] = await all_at_config_gate(tenant, {})
    step = await api.json(f"{BATCHES}/{one.batch_id}/steps/5")
    choices = step["restaurants"][0]["question"]["choices"]
    [go_ahead] = [choice["answer"] for choice in choices if choice["kind"] == "go_ahead"]
    await one.query("update restaurants set city = 'Nelson' where id = :restaurant")
    taken = await api.done(f"{BATCHES}/{one.batch_id}/answers", [{"job": str(one.job_id), "answer": go_ahead}])
    assert (taken["updated"], taken["results"][0]["code"]) == (0, "PROPOSAL_CHANGED")
