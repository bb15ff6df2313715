"""One restaurant by itself over the API: the whole set-up with a form, how far it is, and going on after a failure."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.interfaces.api.calling import BATCHES, Api
from tests.interfaces.api.failing import failed_jobs
from tests.interfaces.api.test_configurations import FORM, PASSWORD
from tests.registration.tenant import Tenant

EXECUTE = "/api/registration/execute-single-restaurant"
PROGRESS = "/api/registration/single-restaurant-progress"
READY: dict[str, Any] = {"website_og_image": "https://kai.example.nz/share.jpg"}


async def _ready(tenant: Tenant) -> tuple[UUID, dict[str, Any]]:
    restaurant, menu = await tenant.restaurant(**READY)
    return restaurant, FORM | {"menu": FORM["menu"] | {"selectedMenuId": str(menu)}}


async def test_a_restaurant_is_executed_with_its_form(api: Api, tenant: Tenant) -> None:
    """Steps 1 to 5 are skipped; the progress is that of this run at once, in the original's words."""
    restaurant, form = await _ready(tenant)
    assert await api.json(f"{PROGRESS}/{restaurant}") | {"message": None} == {
        "status": "not_started",
        "message": None,
        "jobId": None,
        "batchId": None,
        "currentPhase": None,
        "phases": None,
        "error": None,
        "startedAt": None,
        "completedAt": None,
        "stepStatus": None,
        "isStalled": False,
    }
    answer = await api.post(EXECUTE, {"restaurantId": str(restaurant), "formData": form})
    assert answer.status_code == 200, answer.text
    assert PASSWORD not in answer.text
    job_id = answer.json()["jobId"]
    found = await api.json(f"{PROGRESS}/{restaurant}")
    assert (found["status"], found["jobId"], found["currentPhase"]) == ("in_progress", job_id, "phase1")
    assert found["isStalled"] is True
    assert isinstance(found["startedAt"], int)
    assert found["phases"]["phase1"]["sub_steps"]["cloudwaitressAccount"]["status"] == "pending"
    job = (await api.json(f"{BATCHES}/jobs/{job_id}", story="true"))["job"]
    assert [step["status"] for step in job["steps"]] == ["skipped"] * 5 + ["pending"]
    again = await api.refused(EXECUTE, {"restaurantId": str(restaurant), "formData": form})
    assert again == (409, "RESTAURANT_ALREADY_IN_BATCH")


async def test_forms_that_cannot_be_executed(api: Api, tenant: Tenant, other: Tenant) -> None:
    """Each with its code, before anything is written."""
    restaurant, form = await _ready(tenant)
    wrong = form | {"restaurant": form["restaurant"] | {"opening_hours": [{"day": "Someday"}]}}
    colour = form | {"website": form["website"] | {"primaryColor": "red"}}
    nothing = form | {"restaurant": form["restaurant"] | {"name": ""}}
    for expected, sent in (
        ((422, "INVALID_CONFIGURATION"), wrong),
        ((422, "INVALID_CONFIGURATION"), colour),
        ((422, "PREFLIGHT_REFUSED"), nothing),
        ((422, "INVALID_REQUEST"), form | {"paint": True}),
    ):
        assert await api.refused(EXECUTE, {"restaurantId": str(restaurant), "formData": sent}) == expected
    theirs, _ = await other.restaurant()
    foreign = await api.refused(EXECUTE, {"restaurantId": str(theirs), "formData": form})
    assert foreign == (404, "RESTAURANT_NOT_FOUND")
    assert (await api.json(BATCHES))["total_count"] == 0


@pytest.mark.parametrize("path", [PROGRESS, "/api/registration/status"])
async def test_restaurants_of_others_cannot_be_told_from_none(api: Api, other: Tenant, path: str) -> None:
    """Nor can a registration of them be resumed."""
    theirs, _ = await other.restaurant()
    for one in (theirs, uuid4()):
        assert (await api.get(f"{path}/{one}")).json()["code"] == "RESTAURANT_NOT_FOUND"
        resume = f"/api/registration/resume-single-restaurant/{one}"
        assert await api.refused(resume) == (404, "RESTAURANT_NOT_FOUND")


async def test_a_failed_registration_is_resumed(api: Api, tenant: Tenant) -> None:
    """Its progress ends as failed, and is in progress again with the answer."""
    [one] = await failed_jobs(tenant)
    path = f"{PROGRESS}/{one.restaurant_id}"
    failed = await api.json(path)
    assert (failed["status"], failed["phases"]["phase1"]["sub_steps"]["cloudwaitressAccount"]["status"]) == (
        "failed",
        "failed",
    )
    resumed = await api.done(f"/api/registration/resume-single-restaurant/{one.restaurant_id}")
    assert (resumed["jobId"], resumed["resumingFrom"]) == (str(one.job_id), "phase1")
    assert (await api.json(path))["status"] == "in_progress"


async def test_what_the_platform_has_of_a_restaurant(api: Api, tenant: Tenant) -> None:
    """Never a password, nor a hint of one."""
    fresh, _ = await tenant.restaurant()
    status = await api.json(f"/api/registration/status/{fresh}")
    assert (status["hasAccount"], status["hasRestaurant"], status["account"]) == (False, False, None)
    [one] = await failed_jobs(tenant)
    status = await api.json(f"/api/registration/status/{one.restaurant_id}")
    assert (status["hasAccount"], status["account"]["registration_status"]) == (False, "failed")
    assert status["account"]["user_password_hint"] == "(made by the system)"
    assert status["pumpdRestaurant"]["registration_status"] == "pending"


async def test_a_job_of_its_own(api: Api, tenant: Tenant) -> None:
    """From step 1, or with a configuration from step 6; with a key once."""
    first, _ = await tenant.restaurant()
    body = {"restaurant_id": str(first)}
    made, again = [await api.post("/api/registration-jobs", body, key="one") for _ in range(2)]
    assert (made.status_code, made.content) == (201, again.content)
    assert made.headers["Location"] == f"/api/registration-jobs/{made.json()['job_id']}"
    assert made.json()["status"] == "pending"
    second, form = await _ready(tenant)
    configured = await api.done("/api/registration-jobs", {"restaurant_id": str(second), "formData": form}, status=201)
    assert configured["status"] == "in_progress"
