"""Configurations over the API: the form of the original's client, defaults, parts; and a check that writes nothing."""

from typing import Any
from uuid import uuid4

from registration.states import StepStatus
from registration.workflow.steps import Step
from tests.interfaces.api.calling import BATCHES, Api
from tests.registration.at_gate import AtGate, all_at_config_gate
from tests.registration.tenant import Tenant

PASSWORD = "saffron-lane-1234"
FORM: dict[str, Any] = {
    "account": {"registerNewUser": True, "email": "hello@saffronlane.co.nz", "password": PASSWORD, "phone": ""},
    "restaurant": {
        "registrationMode": "existing_account_first_restaurant",
        "name": "Saffron Lane",
        "phone": "+64 9 379 1234",
        "address": "12 Harbour Street, Tauranga",
        "city": "Tauranga",
        "subdomain": "saffron-lane",
        "opening_hours": [{"day": "Monday", "hours": {"open": "11:00", "close": "21:30"}}],
    },
    "menu": {"selectedMenuId": "", "uploadImages": False, "addOptionSets": True, "addItemTags": True},
    "website": {
        "theme": "dark",
        "cuisines": ["Indian", "Vegetarian"],
        "primaryColor": "#7A1F2B",
        "secondaryColor": "#F4E9D8",
        "disableGradients": False,
        "configureHeader": True,
        "headerImageSource": "website_og_image",
        "headerLogoSource": "logo_nobg_url",
        "headerLogoDarkTint": "none",
        "headerLogoLightTint": "primary",
        "navLogoSource": "logo_nobg_url",
        "navLogoDarkTint": "none",
        "navLogoLightTint": "none",
        "navTextColor": "custom",
        "navTextCustomColor": "#010203",
        "cardTextColor": "white",
        "cardTextCustomColor": "",
        "faviconSource": "logo_favicon_url",
        "itemLayout": "card",
    },
    "payment": {"includeStripeLink": False},
    "onboarding": {
        "createOnboardingUser": True,
        "syncOnboardingRecord": True,
        "userName": "Mira Tane",
        "userEmail": "mira@saffronlane.co.nz",
        "userPassword": PASSWORD,
    },
}


async def _form(one: AtGate, **website: Any) -> dict[str, Any]:
    [menu] = await one.query("select id from menus where restaurant_id = :restaurant")
    return FORM | {"menu": FORM["menu"] | {"selectedMenuId": str(menu["id"])}, "website": FORM["website"] | website}


def _path(one: AtGate, what: str = "complete") -> str:
    return f"{BATCHES}/{one.batch_id}/steps/5/{what}"


async def test_the_form_of_the_original_client_is_executed(api: Api, tenant: Tenant) -> None:
    """Its passwords are not taken, and are in no answer; ids that were ticked before are passed over."""
    [one] = await all_at_config_gate(tenant, {})
    form = await _form(one)
    body = {"configurations": {str(one.job_id): form}, "selectedJobIds": [str(one.job_id), str(uuid4())]}
    answer = await api.post(_path(one), body)
    assert answer.status_code == 200, answer.text
    assert PASSWORD not in answer.text
    done = answer.json()
    assert (done["jobs_started"], done["failed"], done["next_step"]) == (1, 0, 6)
    assert set(done["results"][0]["ignored"]) >= {"account.password", "onboarding.userPassword", "restaurant.subdomain"}
    [row] = await one.query("select execution_config as config from registration_jobs where id = :job")
    config = row["config"]
    assert (config["restaurant"]["name"], config["account"]["email"]) == ("Saffron Lane", "hello@saffronlane.co.nz")
    assert config["website"]["nav_text_color"] == {"choice": "custom", "colour": "#010203"}
    assert (config["steps_enabled"]["uploadImages"], config["steps_enabled"]["optionSets"]) == (False, True)
    assert (await one.job()).steps[Step.YOLO_CONFIG].status is StepStatus.COMPLETED
    assert (await api.done(_path(one), body))["updated"] == 1
    stored = await one.query("select answer::text as said from registration_decisions where job_id = :job")
    assert PASSWORD not in str(stored)
    assert (await one.restaurant())["contact_name"] == "Mira Tane"


async def test_a_form_that_cannot_be_executed_blocks_only_its_restaurant(api: Api, tenant: Tenant) -> None:
    """With the reason; alone it is a problem with a pointer to it."""
    first, second = await all_at_config_gate(tenant, {}, {})
    wrong = await _form(first, navTextColor="custom", navTextCustomColor="")
    both = {str(first.job_id): wrong, str(second.job_id): {"use_defaults": True}}
    done = await api.done(_path(first), {"configurations": both})
    assert (done["updated"], done["failed"]) == (1, 1)
    assert done["blocked_jobs"][0]["job_id"] == str(first.job_id)
    assert "custom needs its colour" in done["blocked_jobs"][0]["reason"]
    alone = await api.post(_path(first), {"configurations": {str(first.job_id): wrong | {"paint": 1}}})
    assert (alone.status_code, alone.json()["code"]) == (422, "INVALID_CONFIGURATION")
    assert alone.json()["errors"][0]["pointer"] == f"/configurations/{first.job_id}"
    assert PASSWORD not in alone.text


async def test_parts_and_defaults(api: Api, tenant: Tenant) -> None:
    """Laid over the proposal; the remaining jobs are registered as proposed."""
    first, second, third = await all_at_config_gate(tenant, {}, {}, {})
    configurations = {
        str(first.job_id): {"yolo_config": {"website": {"theme": "light"}}, "visit": 1},
        str(second.job_id): {"use_defaults": True, "for_all": {"website": {"disable_gradients": True}}},
    }
    body = {"configurations": configurations, "apply_defaults_to_remaining": True}
    assert (await api.done(_path(first), body))["updated"] == 3
    chosen: list[Any] = []
    for one in (first, second, third):
        rows = await one.query("select execution_config -> 'website' as website from registration_jobs where id = :job")
        chosen.append((rows[0]["website"]["theme"], rows[0]["website"]["disable_gradients"]))
    assert chosen == [("light", False), ("dark", True), ("dark", False)]


async def test_a_check_of_configurations_writes_nothing(api: Api, tenant: Tenant) -> None:
    """It gives every reason, and whether the answer would be accepted."""
    first, second = await all_at_config_gate(tenant, {}, {})
    configurations = {
        str(first.job_id): {"yolo_config": {"restaurant": {"name": None, "opening_hours": []}}},
        str(second.job_id): {"use_defaults": True},
    }
    found = (await api.done(_path(first, "preflight"), {"configurations": configurations}))["results"]
    verdicts = {one["job_id"]: one for one in found}
    refused = verdicts[str(first.job_id)]
    assert (refused["accepted"], refused["code"], len(refused["reasons"])) == (False, "INVALID_CONFIGURATION", 2)
    assert verdicts[str(second.job_id)]["accepted"] is True
    assert await first.decisions() == await second.decisions() == []


async def test_configurations_of_others_are_those_of_nobody(api: Api, tenant: Tenant, other: Tenant) -> None:
    """The batch is not found; in one's own batch a foreign job is no job of it."""
    [theirs] = await all_at_config_gate(other, {})
    [mine] = await all_at_config_gate(tenant, {})
    configurations = {str(theirs.job_id): {"use_defaults": True}}
    for what in ("complete", "preflight"):
        foreign = await api.refused(_path(theirs, what), {"configurations": configurations})
        assert foreign == (404, "BATCH_NOT_FOUND")
        inside = await api.refused(_path(mine, what), {"configurations": configurations})
        assert inside == (422, "MISSING_SELECTIONS")
    assert await theirs.decisions() == []
