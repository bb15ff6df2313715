"""What people do with single sub-steps over the API. The platform is not there: no statement is proven."""

from registration.states import SubStepStatus
from tests.interfaces.api.calling import BATCHES, Api
from tests.interfaces.api.failing import fail_account, failed_jobs
from tests.registration.at_gate import AtGate, at_config_gate
from tests.registration.tenant import Tenant

ACCOUNT, IMAGES = "cloudwaitressAccount", "uploadImages"


def _path(one: AtGate, name: str = ACCOUNT) -> str:
    return f"{BATCHES}/jobs/{one.job_id}/steps/6/sub-steps/{name}"


async def test_what_can_be_done_with_a_sub_step(api: Api, tenant: Tenant) -> None:
    """In the client's words; its dependencies with their statuses."""
    [one] = await failed_jobs(tenant)
    found = await api.json(f"{_path(one)}/validation")
    assert (found["subStepKey"], found["currentStatus"], found["phase"]) == (ACCOUNT, "failed", "phase1")
    assert found["allowed_transitions"] == ["completed", "skipped", "pending"]
    assert "restaurantRegistration" in found["dependents"]
    blocked = await api.json(f"{_path(one, 'restaurantRegistration')}/validation")
    assert blocked["blocking_dependencies"] == [{"key": ACCOUNT, "status": "failed", "phase": "phase1"}]
    assert blocked["allowed_transitions"] == []


async def test_a_sub_step_that_is_not_needed_is_skipped(api: Api, tenant: Tenant) -> None:
    """With what needs it, in the name of the person."""
    [one] = await failed_jobs(tenant)
    skipped = await api.done(_path(one), {"status": "skipped", "data": {"why": "they have one"}}, method="PATCH")
    assert (skipped["updated_sub_step"], skipped["new_status"]) == (ACCOUNT, "skipped")
    assert skipped["new_phase_status"]
    assert isinstance(skipped["validation_warnings"], list)
    shown = skipped["sub_step_progress"]["phases"]["phase1"]["sub_steps"][ACCOUNT]
    assert shown["status"] == "skipped"
    assert "mere@example.nz" in shown["reason"]


async def test_an_account_without_a_password_cannot_be_done_by_hand(api: Api, tenant: Tenant) -> None:
    """Later sub-steps sign in with it. Nobody declares a failure, and unknown names are not found."""
    [one] = await failed_jobs(tenant)
    assert await api.refused(_path(one), {"status": "completed"}, method="PATCH") == (409, "PASSWORD_NOT_STORED")
    assert await api.refused(_path(one), {"status": "failed"}, method="PATCH") == (409, "INVALID_STATUS")
    assert await api.refused(_path(one), {"status": "perfect"}, method="PATCH") == (422, "INVALID_REQUEST")
    unknown = await api.refused(_path(one, "paintTheDoor"), {"status": "skipped"}, method="PATCH")
    assert unknown == (404, "SUB_STEP_NOT_FOUND")
    assert await api.refused(_path(one, IMAGES), {"status": "completed"}, method="PATCH") == (409, "INVALID_STATUS")


async def test_a_sub_step_is_done_again(api: Api, tenant: Tenant) -> None:
    """By either of the client's two ways."""
    first, second = await failed_jobs(tenant, 2)
    reset = await api.done(f"{_path(first)}/reset", {"cascade": True})
    assert ACCOUNT in reset["reset_sub_steps"]
    assert (reset["step_status_changed"], reset["new_step_status"]) == (True, "pending")
    again = await api.done(_path(second), {"status": "pending"}, method="PATCH")
    assert again["new_status"] == "pending"
    repeated = await api.done(f"{_path(first)}/reset", {"cascade": False})
    assert set(repeated["reset_sub_steps"]) == set(reset["reset_sub_steps"])


async def test_an_effect_of_which_nobody_knows_is_resolved(api: Api, tenant: Tenant) -> None:
    """By what a person sees on the platform; then it is known."""
    one, two = await at_config_gate(tenant), await at_config_gate(tenant)
    for job in (one, two):
        await fail_account(tenant, job, SubStepStatus.UNKNOWN)
    assert await api.refused(f"{_path(one)}/resolve", {"it_is_there": True}) == (422, "INVALID_REQUEST")
    resolved = await api.done(f"{_path(one)}/resolve", {"it_is_there": True, "why": "I see it"})
    assert (resolved["status"], resolved["sub_step"]) == ("completed", ACCOUNT)
    repeated = await api.done(f"{_path(one)}/resolve", {"it_is_there": True, "why": "I see it"})
    assert repeated["status"] == "completed"
    body = {"it_is_there": False, "why": "gone"}
    assert await api.refused(f"{_path(one)}/resolve", body) == (409, "EFFECT_NOT_UNKNOWN")
    again = await api.done(_path(two), {"status": "pending"}, method="PATCH")
    assert again["new_status"] == "pending"


async def test_sub_steps_of_others_cannot_be_told_from_none(api: Api, other: Tenant) -> None:
    """Neither to read nor to change."""
    [theirs] = await failed_jobs(other)
    assert (await api.get(f"{_path(theirs)}/validation")).json()["code"] == "JOB_NOT_FOUND"
    for method, path, body in (
        ("PATCH", _path(theirs), {"status": "skipped"}),
        ("POST", f"{_path(theirs)}/reset", None),
        ("POST", f"{_path(theirs)}/resolve", {"it_is_there": True, "why": "x"}),
    ):
        assert await api.refused(path, body, method=method) == (404, "JOB_NOT_FOUND"), path
